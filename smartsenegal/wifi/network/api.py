"""The network of hotspots: the only face of `wifi.network`."""

from smartsenegal.wifi.network.actions import (
    add_access_point,
    add_gateway,
    add_hotspot,
    add_zone,
    load_named,
)
from smartsenegal.wifi.network.contrib.base import Limits
from smartsenegal.wifi.network.contrib.registry import adapter
from smartsenegal.wifi.network.models import AccessPoint, Hotspot, Maintenance, Nas, Radio, Zone
from smartsenegal.wifi.network.queries import central, hotspot, works_now
from smartsenegal.wifi.network.rules import GATEWAYS, LANGUAGES, WAYS_IN, is_private_mac, mac
from smartsenegal.wifi.network.secrets import open_secret, seal_secret


def attributes(gateway: str, limits: Limits) -> list[tuple[str, str | int]]:
    """RADIUS attributes that a kind of gateway understands for these limits, named as in dictionaries.

    What it knows no attribute for (a volume, a rate) is left out: a Disconnect-Request then enforces it.
    """
    return adapter(gateway).attributes(limits)


__all__ = [
    "GATEWAYS", "LANGUAGES", "WAYS_IN", "AccessPoint", "Hotspot", "Limits", "Maintenance", "Nas", "Radio",
    "Zone", "add_access_point", "add_gateway", "add_hotspot", "add_zone", "attributes", "central", "hotspot",
    "is_private_mac", "load_named", "mac", "open_secret", "seal_secret", "works_now",
]  # fmt: skip
