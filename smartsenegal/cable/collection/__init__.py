"""The counters of routers' interfaces, read every five minutes for who is billed by them."""
