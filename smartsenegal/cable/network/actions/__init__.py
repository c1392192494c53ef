"""Every write of `cable.network`: nodes, systems, links, zones, equipment, circuits, imports."""

from smartsenegal.cable.network.actions.base import PERMISSION
from smartsenegal.cable.network.actions.circuits import add_circuit, change_circuit
from smartsenegal.cable.network.actions.imports import import_inventory, load_facts
from smartsenegal.cable.network.actions.nodes import add_node, change_node
from smartsenegal.cable.network.actions.parts import (
    add_equipment,
    add_link,
    add_system,
    add_wavelength,
    add_zone,
    change_equipment,
    change_link,
    change_system,
    change_zone,
)

__all__ = [
    "PERMISSION", "add_circuit", "add_equipment", "add_link", "add_node", "add_system", "add_wavelength",
    "add_zone", "change_circuit", "change_equipment", "change_link", "change_node", "change_system",
    "change_zone", "import_inventory", "load_facts",
]  # fmt: skip
