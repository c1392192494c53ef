"""Places let in a datacentre: the only face of `datacenter.colocation`."""

from smartsenegal.datacenter.colocation.actions.examples import load_examples
from smartsenegal.datacenter.colocation.actions.terms import note_reading
from smartsenegal.datacenter.colocation.models import Lease
from smartsenegal.datacenter.colocation.queries import (
    customer_of,
    last_reading,
    leases_of,
    manages,
    organisations_of,
    owns,
)

__all__ = [
    "Lease", "customer_of", "last_reading", "leases_of", "load_examples", "manages", "note_reading",
    "organisations_of", "owns",
]  # fmt: skip
