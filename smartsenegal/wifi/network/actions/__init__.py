"""Every write of `wifi.network`: hotspots and their parts, gateways and their secrets, works, imports."""

from smartsenegal.wifi.network.actions.base import PERMISSION
from smartsenegal.wifi.network.actions.certificates import give_certificate, revoke_certificate
from smartsenegal.wifi.network.actions.gateways import (
    add_gateway,
    change_gateway,
    lend_gateway,
    reseal,
    retire_gateway,
    rotate_secret,
)
from smartsenegal.wifi.network.actions.hotspots import (
    add_hotspot,
    cancel_maintenance,
    change_hotspot,
    change_state,
    plan_maintenance,
)
from smartsenegal.wifi.network.actions.imports import import_hotspots, load_named
from smartsenegal.wifi.network.actions.parts import (
    add_access_point,
    add_zone,
    change_access_point,
    change_zone,
    retire_access_point,
)

__all__ = [
    "PERMISSION", "add_access_point", "add_gateway", "add_hotspot", "add_zone", "cancel_maintenance",
    "change_access_point", "change_gateway", "change_hotspot", "change_state", "change_zone",
    "give_certificate", "import_hotspots", "lend_gateway", "load_named", "plan_maintenance", "reseal",
    "retire_access_point", "retire_gateway", "revoke_certificate", "rotate_secret",
]  # fmt: skip
