"""Pages of `wifi.privacy`."""
