"""Places let in a datacentre: the only face of `datacenter.colocation`."""

from smartsenegal.datacenter.colocation.actions.examples import load_examples
from smartsenegal.datacenter.colocation.models import Lease
from smartsenegal.datacenter.colocation.queries import (
    customer_of,
    leases_of,
    manages,
    organisations_of,
    owns,
)

__all__ = ["Lease", "customer_of", "leases_of", "load_examples", "manages", "organisations_of", "owns"]
