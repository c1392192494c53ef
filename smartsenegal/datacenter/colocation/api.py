"""Places let in a datacentre: the only face of `datacenter.colocation`."""

from smartsenegal.datacenter.colocation.actions.examples import load_examples
from smartsenegal.datacenter.colocation.models import Lease
from smartsenegal.datacenter.colocation.queries import leases_of

__all__ = ["Lease", "leases_of", "load_examples"]
