"""Hotspots: zones, access points, radios, and the gateways that speak RADIUS for them."""
