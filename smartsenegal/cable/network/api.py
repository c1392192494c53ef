"""The inventory of the transport network: the only face of `cable.network`."""

from smartsenegal.cable.network.actions import (
    add_circuit,
    add_equipment,
    add_link,
    add_node,
    add_system,
    add_wavelength,
    add_zone,
    change_link,
    load_facts,
)
from smartsenegal.cable.network.actions.base import PERMISSION
from smartsenegal.cable.network.models import (
    Circuit,
    Equipment,
    Link,
    Node,
    Span,
    Step,
    System,
    Wavelength,
    Zone,
)
from smartsenegal.cable.network.presenting import Drawing, drawing, gbps
from smartsenegal.cable.network.queries import (
    READ,
    Position,
    circuits_through,
    links,
    may_read,
    nodes,
    position,
)
from smartsenegal.cable.network.rules import ROLES

__all__ = [
    "PERMISSION", "READ", "ROLES", "Circuit", "Drawing", "Equipment", "Link", "Node", "Position", "Span",
    "Step", "System", "Wavelength", "Zone", "add_circuit", "add_equipment", "add_link", "add_node",
    "add_system", "add_wavelength", "add_zone", "change_link", "circuits_through", "drawing", "gbps", "links",
    "load_facts", "may_read", "nodes", "position",
]  # fmt: skip
