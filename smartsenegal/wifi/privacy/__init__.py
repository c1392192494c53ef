"""What is kept of the users of the Wi-Fi, how long, and who may read it."""
