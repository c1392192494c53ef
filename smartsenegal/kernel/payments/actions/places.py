"""Whose a sum is, told after it was opened: it had no place, or was owed to no named commune."""

from uuid import UUID

from django.db import transaction

from smartsenegal.kernel.audit.api import SYSTEM, record
from smartsenegal.kernel.payments import queries, rules
from smartsenegal.kernel.payments.actions.ledger import beneficiary, book
from smartsenegal.kernel.payments.actions.payables import lock
from smartsenegal.kernel.payments.models import Payable, Refund
from smartsenegal.kernel.payments.registry import place_of_subject
from smartsenegal.kernel.payments.rules import COMMUNE, NATIONAL


def name_places() -> int:
    """Give the sums that lack them their place and their commune, where what owes tells it; returns how many.

    Each in its own transaction: it may be stopped, and run again at any time.
    """
    return sum(_name(payable_id) for payable_id in queries.to_place())


@transaction.atomic
def _name(payable_id: UUID) -> bool:
    payable = lock(Payable(pk=payable_id))
    placed, named = _place(payable), _name_commune(payable)
    return placed or named


def _place(payable: Payable) -> bool:
    place = place_of_subject(payable.subject) if payable.place == NATIONAL else NATIONAL
    if place == NATIONAL:
        return False
    payable.organisation_id, payable.territory = place.organisation_id, place.territory
    payable.save(update_fields=["organisation_id", "territory"])
    record(SYSTEM, "payments.placed", f"payable:{payable.pk}", {"organisation": place.organisation_id})
    return True


def _name_commune(payable: Payable) -> bool:
    """Move what is owed to "the commune" to the one of the place, with what was booked and its refunds."""
    code = rules.of_commune(COMMUNE, queries.commune_of(payable.place))
    lines = payable.lines.filter(beneficiary__code=COMMUNE)
    if code == COMMUNE or not lines.exists():
        return False
    left, named = queries.owed_on(COMMUNE, payable), beneficiary(code)
    lines.update(beneficiary=named)
    Refund.objects.filter(attempt__payable=payable, source__code=COMMUNE).update(source=named)
    if left:
        title = f"{named.label} : {payable.title}"
        book(f"place:{payable.pk.hex}", title, rules.moved(COMMUNE, code, left), payable.place)
    record(SYSTEM, "payments.placed", f"payable:{payable.pk}", {"account": code, "amount": left})
    return True
