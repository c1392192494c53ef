"""The network of hotspots: the only face of `wifi.network`."""

from smartsenegal.wifi.network.models import AccessPoint, Hotspot, Maintenance, Nas, Radio, Zone
from smartsenegal.wifi.network.rules import GATEWAYS, LANGUAGES, WAYS_IN, is_private_mac, mac

__all__ = [
    "GATEWAYS", "LANGUAGES", "WAYS_IN", "AccessPoint", "Hotspot", "Maintenance", "Nas", "Radio", "Zone",
    "is_private_mac", "mac",
]  # fmt: skip
