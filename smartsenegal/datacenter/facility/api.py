"""The datacentre as it stands: the only face of `datacenter.facility`."""

from smartsenegal.datacenter.facility.actions import (
    PERMISSION,
    add_center,
    add_room,
    change_component,
    contract,
    hold,
    import_file,
    install_device,
    load_facts,
    release,
)
from smartsenegal.datacenter.facility.actions.base import locked
from smartsenegal.datacenter.facility.errors import FacilityRefused
from smartsenegal.datacenter.facility.models import Component, DataCenter, Rack, Reservation, Room
from smartsenegal.datacenter.facility.presenting import amount, count
from smartsenegal.datacenter.facility.queries import (
    READ,
    all_claims,
    center,
    component,
    components,
    limits,
    load_code,
    may_read,
    plan,
    racks,
    undeclared,
)

__all__ = [
    "PERMISSION", "READ", "Component", "DataCenter", "FacilityRefused", "Rack", "Reservation", "Room",
    "add_center", "add_room", "all_claims", "amount", "center", "change_component", "component",
    "components", "contract", "count", "hold", "import_file", "install_device", "limits", "load_code",
    "load_facts", "locked", "may_read", "plan", "racks", "release", "undeclared",
]  # fmt: skip
