"""Whom failures and works reach: circuits of the inventory, and what customers ordered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from smartsenegal.cable.capacity.api import Order, customers
from smartsenegal.cable.network.api import Circuit
from smartsenegal.cable.resilience.api import Failure, Work, circuits_cut


@dataclass(frozen=True)
class Hit:
    """A circuit, a service or a contract that is touched: its code, its name, and whose it is ("" when nobody
    said)."""

    code: str
    name: str
    customer: str


@dataclass(frozen=True)
class Reached:
    """What is cut, and what lives on one path only."""

    cut: list[Hit]
    weak: list[Hit]


def hits_of(circuits: Iterable[Circuit]) -> list[Hit]:
    """Circuits with whose they are: who ordered what they carry, else who the inventory says."""
    found = list(circuits)
    owners = customers.owners(found)
    return [Hit(c.code, c.name, owners.get(c.pk, c.customer)) for c in found]


def reached(away: Sequence[Failure | Work], effects: customers.Effects) -> Reached:
    """What these, together, touch; `effects` keeps the network for who asks several times."""
    dead, weak = circuits_cut(*customers.parts(away))
    routed = {"down": list[Hit](), "reduced": list[Hit]()}
    for order, effect in effects.routed(away):
        routed[effect].append(_service(order))
    return Reached(hits_of(dead) + routed["down"], hits_of(weak) + routed["reduced"])


def _service(order: Order) -> Hit:
    service = order.service
    assert service is not None
    return Hit(str(service), f"{order.quote.product.name} ({service})", service.customer.name)
