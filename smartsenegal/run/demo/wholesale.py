"""A customer of the cable in the demonstration: an invented operator, its services and an open offer."""

from datetime import date, timedelta

from django.utils import timezone

from smartsenegal.cable.billing import api as billing
from smartsenegal.cable.capacity import api as capacity
from smartsenegal.cable.network.api import Circuit, add_circuit, nodes
from smartsenegal.kernel.identity.api import (
    Organisation,
    Principal,
    find_account,
    open_organisation,
    organisation,
    principal_for,
)
from smartsenegal.kernel.territory import api as territory
from smartsenegal.run.demo.people import CUSTOMER
from smartsenegal.run.demo.traffic import CARRIER, counters

NAME, PORT, CIRCUIT = "Opérateur de démonstration SA", "exemple-port-client", "ex-client-praia"
LEASE, IRU, TRANSIT = "Capacité Dakar – Praia", "Droit d’usage Dakar – Praia", "Transit IP"


def load_wholesale(by: Principal) -> None:
    """Sell the examples online, and let the demonstration's customer buy some, once."""
    carrier, account = organisation(CARRIER), find_account(CUSTOMER)
    if carrier is None or account is None or Organisation.objects.filter(name=NAME).exists():
        return
    capacity.load_terms(by, carrier)
    owner = principal_for(account)
    place = territory.search("Dakar", kinds=["region"], limit=1)[0]
    buyer = open_organisation(owner, kind="company", name=NAME, territory=place)
    month = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
    lease = _delivered(by, owner, buyer, _wish(LEASE, 5, 12), month + timedelta(days=10), _circuit(by))
    transit = _delivered(by, owner, buyer, _wish(TRANSIT, 1, 12, 10), month)
    if lease and lease.service:
        billing.invoice_month(by, lease.service.contract, month)
    if transit and transit.service:
        billing.add_port(by, transit.service.contract, code=PORT, bits=64, speed_mbps=10_000)
        billing.take_readings(by, counters(PORT, month, timezone.now(), 1_300))
        billing.invoice_month(by, transit.service.contract, month)
    if wish := _wish(IRU, 10, 180):
        capacity.ask(owner, buyer, wish)


def _wish(name: str, gbps: int, months: int, port: int = 0) -> capacity.Wish | None:
    found = capacity.products().filter(name__startswith=name, is_example=True).first()
    return capacity.Wish(found, gbps, months, port) if found else None


def _circuit(by: Principal) -> Circuit | None:
    """What carries the lease: SHARE alone, with no other way."""
    ends = {n.code: n for n in nodes().filter(code__in=("dakar-share", "praia"))}
    if len(ends) < 2:
        return None
    return add_circuit(
        by, code=CIRCUIT, name="Client, Dakar – Praia (exemple)", a=ends["dakar-share"], b=ends["praia"],
        gbps=5, customer=NAME, path=["share"], is_example=True, source="Inventé pour la démonstration",
    )  # fmt: skip


def _delivered(
    by: Principal, owner: Principal, buyer: Organisation, wish: capacity.Wish | None, on: date,
    circuit: Circuit | None = None,
) -> capacity.Order | None:  # fmt: skip
    answer = capacity.ask(owner, buyer, wish) if wish else None
    if answer is None or answer.quote is None:
        return None
    order = capacity.advance(by, capacity.accept(owner, answer.quote), "inProgress")
    return capacity.advance(by, order, "completed", circuit, on=on)
