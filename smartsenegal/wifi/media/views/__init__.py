"""Pages of `wifi.media`."""
