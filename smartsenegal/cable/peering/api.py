"""Sessions of BGP, meant and real: the only face of `cable.peering`."""

from smartsenegal.cable.peering.examples import load_examples
from smartsenegal.cable.peering.queries import Row, roa_set, roas_are_old, routers, rows
from smartsenegal.cable.peering.rules.differences import far, near
from smartsenegal.cable.peering.rules.words import UPSTREAM

__all__ = ["UPSTREAM", "Row", "far", "load_examples", "near", "roa_set", "roas_are_old", "routers", "rows"]
