"""The network of hotspots: the only face of `wifi.network`."""

from smartsenegal.kernel.fields import French, LineField
from smartsenegal.wifi.network.actions import (
    add_access_point,
    add_gateway,
    add_hotspot,
    add_zone,
    lend_gateway,
    load_named,
    retire_gateway,
    rotate_secret,
)
from smartsenegal.wifi.network.actions.base import changes, wake
from smartsenegal.wifi.network.certificates import Issued, register_issuer
from smartsenegal.wifi.network.contrib.base import Limits
from smartsenegal.wifi.network.contrib.opennds import RESTARTED, proof_of_restart
from smartsenegal.wifi.network.contrib.registry import adapter
from smartsenegal.wifi.network.models import AccessPoint, Hotspot, Maintenance, Nas, Radio, Zone
from smartsenegal.wifi.network.queries import central, hotspot, may_read, position, region_of, works_now
from smartsenegal.wifi.network.rules import (
    GATEWAYS,
    LANGUAGES,
    WAYS_IN,
    is_private_mac,
    mac,
    pool_size,
    spelt_network,
)
from smartsenegal.wifi.network.secrets import open_secret, seal_secret


def attributes(gateway: str, limits: Limits) -> list[tuple[str, str | int]]:
    """RADIUS attributes that a kind of gateway understands for these limits, named as in dictionaries.

    What it knows no attribute for (a volume, a rate) is left out: a Disconnect-Request then enforces it.
    """
    return adapter(gateway).attributes(limits)


__all__ = [
    "GATEWAYS",
    "LANGUAGES",
    "RESTARTED",
    "WAYS_IN",
    "AccessPoint",
    "French",
    "Hotspot",
    "Issued",
    "Limits",
    "LineField",
    "Maintenance",
    "Nas",
    "Radio",
    "Zone",
    "adapter",
    "add_access_point",
    "add_gateway",
    "add_hotspot",
    "add_zone",
    "attributes",
    "central",
    "changes",
    "hotspot",
    "is_private_mac",
    "lend_gateway",
    "load_named",
    "mac",
    "may_read",
    "open_secret",
    "pool_size",
    "position",
    "proof_of_restart",
    "region_of",
    "register_issuer",
    "retire_gateway",
    "rotate_secret",
    "seal_secret",
    "spelt_network",
    "wake",
    "works_now",
]  # fmt: skip
