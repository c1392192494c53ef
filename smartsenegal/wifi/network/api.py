"""The network of hotspots: the only face of `wifi.network`."""

from smartsenegal.wifi.network.models import AccessPoint, Hotspot, Maintenance, Nas, Radio, Zone
from smartsenegal.wifi.network.rules import GATEWAYS, LANGUAGES, WAYS_IN, is_private_mac, mac
from smartsenegal.wifi.network.secrets import open_secret, seal_secret

__all__ = [
    "GATEWAYS", "LANGUAGES", "WAYS_IN", "AccessPoint", "Hotspot", "Maintenance", "Nas", "Radio", "Zone",
    "is_private_mac", "mac", "open_secret", "seal_secret",
]  # fmt: skip
