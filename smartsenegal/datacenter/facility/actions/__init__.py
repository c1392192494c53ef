"""Every write of `datacenter.facility`: places, parts, what stands in racks, imports."""

from smartsenegal.datacenter.facility.actions.base import PERMISSION
from smartsenegal.datacenter.facility.actions.components import add_component, change_component
from smartsenegal.datacenter.facility.actions.contents import (
    contract,
    hold,
    install_device,
    release,
    remove_device,
)
from smartsenegal.datacenter.facility.actions.facts import load_facts
from smartsenegal.datacenter.facility.actions.imports import Outcome, import_file, preview
from smartsenegal.datacenter.facility.actions.places import (
    add_center,
    add_rack,
    add_room,
    change_rack,
    change_room,
)

__all__ = [
    "PERMISSION", "Outcome", "add_center", "add_component", "add_rack", "add_room", "change_component",
    "change_rack", "change_room", "contract", "hold", "import_file", "install_device", "load_facts",
    "preview", "release", "remove_device",
]  # fmt: skip
