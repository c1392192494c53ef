"""Every write of `wifi.privacy`: the sealed log and its openings, retention."""
