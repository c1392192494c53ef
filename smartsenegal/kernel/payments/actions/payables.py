"""What is owed."""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction

from smartsenegal.kernel.audit.api import record
from smartsenegal.kernel.events.api import emit
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.payments import queries, rules
from smartsenegal.kernel.payments.actions.ledger import beneficiary
from smartsenegal.kernel.payments.models import Payable, PayableLine
from smartsenegal.kernel.payments.rules import NATIONAL, Line, Place


class PayableConflict(ValueError):
    """The same key was used for another amount or another payer."""


def open_payable(
    key: str,
    subject: str,
    lines: Sequence[Line],
    payer: str,
    describe: str,
    due: date | None = None,
    place: Place = NATIONAL,
) -> Payable:
    """Open something to pay, in the caller's transaction; returns it.

    `key` is the caller's idempotency key: again, it returns the first payable. `payer` is an account id,
    `describe` the title the payer reads, `place` whose accountants see it; a line of "the commune" is that of
    the place. Emits `payment.opened`.
    Raises LineRefused (see `rules.total`),
    PayableConflict when the key was used for something else.
    """
    amount = rules.total(lines)
    with transaction.atomic():
        known = Payable.objects.filter(key=key).first()
        if known is None:
            try:
                with transaction.atomic():
                    return _create(key, subject, lines, payer, describe, due, amount, place)
            except IntegrityError:
                known = Payable.objects.get(key=key)
    if (known.subject, known.payer, known.amount) != (subject, payer, amount):
        raise PayableConflict(f"payable {key} exists with another subject, payer or amount")
    return known


def _create(
    key: str,
    subject: str,
    lines: Sequence[Line],
    payer: str,
    describe: str,
    due: date | None,
    amount: int,
    place: Place,
) -> Payable:
    payable = Payable.objects.create(
        key=key,
        subject=subject,
        title=describe[:200],
        payer=payer,
        amount=amount,
        due=due,
        organisation_id=place.organisation_id,
        territory=place.territory,
    )
    own = queries.commune_of(place) if any(line.beneficiary == rules.COMMUNE for line in lines) else ""
    PayableLine.objects.bulk_create(
        PayableLine(
            payable=payable,
            position=position,
            label=line.label[:200],
            amount=line.amount,
            beneficiary=beneficiary(rules.of_commune(line.beneficiary, own)),
            nature=line.nature[:40],
        )
        for position, line in enumerate(lines, start=1)
    )
    tell(payable, "payment.opened")
    return payable


@transaction.atomic
def cancel(payable: Payable, by: Principal, reason: str) -> Payable:
    """Cancel what is still to pay; a payment under way that succeeds after all will be given back.

    Returns the payable, unchanged when it is no longer open. Emits `payment.cancelled`.
    """
    locked = lock(payable)
    if not locked.is_open:
        return locked
    locked.state = rules.CANCELLED
    locked.save(update_fields=["state"])
    record(by.actor, "payments.cancelled", f"payable:{locked.pk}", {"amount": locked.amount}, reason)
    tell(locked, "payment.cancelled")
    return locked


def lock(payable: Payable) -> Payable:
    """The payable, locked until the end of the transaction: the first lock of every act on it."""
    return Payable.objects.select_for_update().get(pk=payable.pk)


def tell(payable: Payable, kind: str, **more: object) -> None:
    """Emit an event about a payable."""
    emit(
        kind,
        payable.subject,
        {"payable": str(payable.pk), "subject": payable.subject, "key": payable.key, **more},
    )
