"""What failures cut, exactly, and how long repairs take. Pure: no Django, no clock."""

from smartsenegal.cable.resilience.rules.graph import Graph, Harm, pack, unpack
from smartsenegal.cable.resilience.rules.groups import Groups
from smartsenegal.cable.resilience.rules.links import Links
from smartsenegal.cable.resilience.rules.nodes import Nodes

__all__ = ["Graph", "Groups", "Harm", "Links", "Nodes", "pack", "unpack"]
