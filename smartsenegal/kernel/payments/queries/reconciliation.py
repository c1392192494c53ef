"""Read what operators' statements say of our payments."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.payments import rules
from smartsenegal.kernel.payments.base import StatementLine
from smartsenegal.kernel.payments.models import Attempt, Gap, Reconciliation, Refund
from smartsenegal.kernel.payments.queries.scope import holds_all, within
from smartsenegal.kernel.payments.rules import matching, refunds
from smartsenegal.kernel.payments.rules.matching import Movement

PAGE = 50
_BATCH = 1000


def movements_for(provider: str, lines: Sequence[StatementLine]) -> list[Movement]:
    """Our payments and refunds that lines of a statement may be about."""
    found: dict[str, Movement] = {}
    for first in range(0, len(lines), _BATCH):
        batch = lines[first : first + _BATCH]
        refs = {line.transaction_ref for line in batch}
        keys = {line.key for line in batch if line.key}
        attempts = Attempt.objects.filter(Q(transaction_ref__in=refs) | Q(key__in=keys), provider=provider)
        # A double found under one reference is an attempt of its own, beside the first one's.
        under = Q(attempt__payable__attempts__key__in=keys, state__in=refunds.COUNTED)
        given = Refund.objects.filter(Q(transaction_ref__in=refs) | under, attempt__provider=provider)
        given = given.select_related("attempt").distinct()
        found |= {m.id: m for m in map(_of_attempt, attempts)}
        found |= {m.id: m for m in map(_of_refund, given)}
    return list(found.values())


def due_movements(provider: str, day: date) -> list[Movement]:
    """What we booked that the statement of a day had to hold, and that none has held yet."""
    window = matching.due_window(day)
    attempts = Attempt.objects.filter(
        provider=provider, statement_ref="", state=rules.SUCCEEDED, succeeded_at__range=window
    )
    given = Refund.objects.filter(
        attempt__provider=provider, statement_ref="", state=refunds.DONE, done_at__range=window
    ).select_related("attempt")
    return [*map(_of_attempt, attempts), *map(_of_refund, given)]


def _of_attempt(attempt: Attempt) -> Movement:
    booked = attempt.state == rules.SUCCEEDED
    return Movement(
        f"attempt:{attempt.pk}",
        attempt.transaction_ref,
        attempt.key,
        (attempt.received or 0) if booked else attempt.amount,
        booked,
        attempt.statement_ref,
    )


def _of_refund(refund: Refund) -> Movement:
    booked = refund.state == refunds.DONE
    key = "" if refund.transaction_ref else refund.attempt.key.partition(":")[0]
    return Movement(
        f"refund:{refund.pk}", refund.transaction_ref, key, -refund.amount, booked, refund.statement_ref
    )


def reconciliations(by: Principal, limit: int = 30) -> QuerySet[Reconciliation]:
    """The last statements read, newest day first, for who keeps the accounts of the whole State."""
    found = Reconciliation.objects.order_by("-day", "provider")[:limit]
    return found if holds_all(by, "payments.read") else Reconciliation.objects.none()


def _gaps(by: Principal) -> QuerySet[Gap]:
    """Disagreements about the sums of one's places; those about none of ours are the whole State's."""
    mine = within(by, "attempt__payable__") | within(by, "refund__attempt__payable__")
    return Gap.objects.filter(mine).select_related(
        "reconciliation", "attempt__payable", "refund__attempt__payable"
    )


def gap_for(gap_id: int, by: Principal) -> Gap | None:
    """One disagreement; None outside the places of who asks."""
    return _gaps(by).filter(pk=gap_id).first()


def gap_page(by: Principal, state: str = "", kind: str = "", before: int | None = None) -> QuerySet[Gap]:
    """What statements and books disagree on in one's places, newest first."""
    found = _gaps(by).order_by("-id")
    if state:
        found = found.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    return found.filter(pk__lt=before)[: PAGE + 1] if before else found[: PAGE + 1]


def gaps_to_treat(by: Principal) -> int:
    """How many disagreements of one's places nobody has treated yet."""
    return _gaps(by).filter(state=matching.TO_TREAT).count()


def known_fees(day: date) -> dict[str, int | None]:
    """Fees of each operator on a day, as its statement tells; None where it does not."""
    return dict(Reconciliation.objects.filter(day=day).values_list("provider", "fees"))
