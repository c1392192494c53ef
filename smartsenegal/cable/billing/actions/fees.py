"""What a contract owes whatever its traffic: fees that begin and end, and how they are reckoned."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from smartsenegal.cable.billing.actions.base import check, lock, tell
from smartsenegal.cable.billing.errors import BillingRefused
from smartsenegal.cable.billing.models import Contract, Fee, FeeTerms
from smartsenegal.cable.billing.rules import fees as rules
from smartsenegal.kernel.identity.api import Principal


@transaction.atomic
def write_fee_terms(
    by: Principal, contract: Contract, *, valid_from: date, terms: rules.FeeTerms, source: str
) -> FeeTerms:
    """Write how fees are reckoned from the first day of a month on. What was written before stays.

    Raises PermissionRefused, BillingRefused."""
    check(by)
    contract = lock(contract)
    if valid_from.day != 1:
        raise BillingRefused("Les conditions changent le premier jour d’un mois.", "valid_from")
    said = FeeTerms.objects.create(contract=contract, valid_from=valid_from, source=source, **vars(terms))
    tell(by, contract, "fee_terms_written", {"from": valid_from.isoformat(), "row": said.pk}, source)
    return said


@transaction.atomic
def add_fees(by: Principal, contract: Contract, fees: Iterable[rules.Fee]) -> list[Fee]:
    """Add fees to a contract; those of nothing are left out. Raises PermissionRefused."""
    check(by)
    contract = lock(contract)
    made = [
        Fee.objects.create(
            contract=contract, label=fee.label, kind=fee.kind, amount=fee.amount, starts_on=fee.starts,
            ends_on=fee.ends,
        )
        for fee in fees
        if fee.amount
    ]  # fmt: skip
    for row in made:
        tell(by, contract, "fee_added", {"row": row.pk, "kind": row.kind, "amount": row.amount})
    return made


@transaction.atomic
def end_fees(by: Principal, contract: Contract, ends_on: date) -> int:
    """End the recurring fees of a contract from a day on, and withdraw what was to begin after; returns how
    many. Raises PermissionRefused."""
    check(by)
    contract = lock(contract)
    running = contract.fees.select_for_update().exclude(kind=rules.ONCE).order_by("pk")
    ended = [fee for fee in running if fee.ends_on is None or fee.ends_on > ends_on]
    for fee in ended:
        fee.ends_on = max(ends_on, fee.starts_on)
        fee.save(update_fields=["ends_on"])
    if ended:
        tell(by, contract, "fees_ended", {"ends_on": ends_on.isoformat(), "fees": [f.pk for f in ended]})
    return len(ended)
