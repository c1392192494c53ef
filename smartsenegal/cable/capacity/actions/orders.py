"""Orders: received, delivered or not, cancelled; what is delivered to a customer becomes a service."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from smartsenegal.cable.capacity import rules
from smartsenegal.cable.capacity.actions import services
from smartsenegal.cable.capacity.actions.base import check, check_party, one_at_a_time, tell
from smartsenegal.cable.capacity.errors import CapacityRefused
from smartsenegal.cable.capacity.models import Order
from smartsenegal.cable.network.api import Circuit
from smartsenegal.kernel.identity.api import Principal

_WITH = ("quote__product", "quote__terms", "quote__customer", "quote__changes__circuit", "service__contract")


@transaction.atomic
def advance(
    by: Principal, order: Order, state: str, circuit: Circuit | None = None, reason: str = "",
    on: date | None = None,
) -> Order:  # fmt: skip
    """Move an order to its next state; `circuit` of the inventory carries it once it is delivered, `on` a
    day (today). Delivered to a customer, it begins or changes a service, which is invoiced from that day.

    Raises PermissionRefused, CapacityRefused for a state that does not follow or does not say why."""
    check(by)
    one_at_a_time()
    found = _locked(order)
    if not rules.may_follow(found.state, state):
        raise CapacityRefused("Cette commande n’en est pas là : rechargez la page.")
    if state in rules.SAY_WHY and not reason.strip():
        raise CapacityRefused("Dites pourquoi : le client le lit.", "reason")
    day = on or timezone.localdate()
    if state == "completed":
        if circuit is not None and found.quote.product.kind == rules.TRANSIT:
            raise CapacityRefused("Le transit ne réserve pas de circuit : laissez vide.", "circuit")
        services.deliver(by, found, circuit, day)
    if state in rules.ENDED:
        # The circuit stays in the inventory until the planner retires it, and takes its capacity there.
        found.ended_at, found.circuit = timezone.now(), None
        if state == "terminated" and found.service:
            services.close(by, found.service, day)
    return _moved(by, found, state, reason)


@transaction.atomic
def carry(by: Principal, order: Order, circuit: Circuit | None) -> Order:
    """Name the circuit that carries what was delivered without one: its failures are then told and credited.

    Raises PermissionRefused, CapacityRefused for an order that has one, or is not delivered, for transit, and
    for a circuit that is too small."""
    check(by)
    one_at_a_time()
    found = _locked(order)
    if found.state != "completed" or found.circuit_id or found.quote.product.kind == rules.TRANSIT:
        raise CapacityRefused("Cette commande n’attend pas de circuit : rechargez la page.")
    if circuit is None:
        raise CapacityRefused("Choisissez le circuit.", "circuit")
    services.check_size(circuit, found.quote)
    found.circuit = circuit
    found.save(update_fields=["circuit"])
    detail = {"number": found.quote.number, "order": str(found), "circuit": circuit.code}
    tell(by, f"cable_quote:{found.quote_id}", "circuit_named", detail)
    return found


@transaction.atomic
def ask_cancellation(by: Principal, order: Order, reason: str) -> Order:
    """Give an order up: at once while nobody has begun, else the seller assesses it. Raises
    PermissionRefused, CapacityRefused for one that is delivered or over."""
    check_party(by, order.quote.customer_id)
    found = _locked(order)
    if found.state == "acknowledged":
        found.ended_at = timezone.now()
        return _moved(by, found, "cancelled", reason)
    if found.state not in rules.MAY_ASK_CANCELLATION:
        raise CapacityRefused("Cette commande ne s’annule plus : rechargez la page.")
    return _moved(by, found, "assessingCancellation", reason)


def _locked(order: Order) -> Order:
    return Order.objects.select_for_update(of=("self",)).select_related(*_WITH).get(pk=order.pk)


def _moved(by: Principal, found: Order, state: str, reason: str) -> Order:
    found.state, found.reason = state, reason.strip()[:300]
    found.save()
    detail = {"number": found.quote.number, "order": str(found), "customer": found.quote.customer_id}
    tell(by, f"cable_quote:{found.quote_id}", f"order_{state}", detail, found.reason)
    return found
