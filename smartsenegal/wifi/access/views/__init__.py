"""Pages of `wifi.access`."""
