"""Places let in a datacentre: the only face of `datacenter.colocation`."""

from smartsenegal.datacenter.colocation.actions.examples import load_examples
from smartsenegal.datacenter.colocation.actions.leases import hold, sign
from smartsenegal.datacenter.colocation.actions.terms import note_reading
from smartsenegal.datacenter.colocation.errors import ColocationRefused
from smartsenegal.datacenter.colocation.models import Lease
from smartsenegal.datacenter.colocation.queries import (
    accounts_who_may,
    customer_of,
    dues,
    last_reading,
    leases_of,
    manages,
    organisations_of,
    owns,
)
from smartsenegal.datacenter.colocation.rules import Ask, Due

__all__ = [
    "Ask", "ColocationRefused", "Due", "Lease", "accounts_who_may", "customer_of", "dues", "hold",
    "last_reading", "leases_of", "load_examples", "manages", "note_reading", "organisations_of", "owns",
    "sign",
]  # fmt: skip
