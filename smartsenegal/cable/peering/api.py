"""Sessions of BGP, meant and real: the only face of `cable.peering`."""

from smartsenegal.cable.peering.examples import load_examples
from smartsenegal.cable.peering.queries import Row, is_heard, roa_set, roas_are_old, routers, rows
from smartsenegal.cable.peering.rules.differences import (
    ASN,
    DOWN,
    EMPTY,
    FAMILY,
    INVALID,
    LIMIT,
    MISSING,
    NEARLY,
    OVER,
    RUNNING,
    far,
    near,
)
from smartsenegal.cable.peering.rules.words import UPSTREAM

# What is wrong with a session that is up.
WRONG = (ASN, EMPTY, FAMILY, LIMIT)

__all__ = [
    "DOWN", "INVALID", "MISSING", "NEARLY", "OVER", "RUNNING", "UPSTREAM", "WRONG", "Row", "far", "is_heard",
    "load_examples", "near", "roa_set", "roas_are_old", "routers", "rows",
]  # fmt: skip
