"""Read what is given back."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.payments import rules
from smartsenegal.kernel.payments.models import Attempt, LedgerAccount, Payable, Refund
from smartsenegal.kernel.payments.queries.scope import within
from smartsenegal.kernel.payments.registry import TILL, label_of
from smartsenegal.kernel.payments.rules import Line, refunds

PAGE = 50


@dataclass(frozen=True)
class Source:
    """An account from which part of a payment may be given back, and how many francs at most."""

    code: str
    label: str
    left: int


def sources_of(attempt: Attempt) -> list[Source]:
    """Where the money of a payment that succeeded stands, with what may still be given back of it."""
    if attempt.received is None:
        return []
    given: dict[str, list[tuple[str, int]]] = {}
    for code, state, amount in attempt.refunds.values_list("source__code", "state", "amount"):
        given.setdefault(code, []).append((state, amount))
    if attempt.outcome == rules.BOOKED_SETTLED:
        lines = [
            Line(line.label, line.amount, line.beneficiary.code)
            for line in attempt.payable.lines.select_related("beneficiary")
        ]
        found = refunds.shares_left(lines, given)
    else:
        code = rules.TO_REFUND if attempt.outcome == rules.BOOKED_DUPLICATE else rules.ON_HOLD
        found = {code: refunds.left(attempt.received, given.get(code, ()))}
    labels = dict(LedgerAccount.objects.filter(code__in=found).values_list("code", "label"))
    return [Source(code, labels.get(code, code), francs) for code, francs in found.items() if francs > 0]


def refunded(attempt: Attempt) -> int:
    """Francs of a payment already given back."""
    done = attempt.refunds.filter(state=refunds.DONE)
    return int(done.aggregate(sum=Coalesce(Sum("amount"), 0))["sum"])


def refunds_on(payable: Payable) -> QuerySet[Refund]:
    """What was given back of a payable, or is about to be, as its payer is told of it: oldest first."""
    told = Refund.objects.filter(attempt__payable=payable, state__in=[refunds.READY, refunds.DONE])
    return told.select_related("attempt").order_by("id")


@dataclass(frozen=True)
class Given:
    """Francs given back; `extra` when they had been paid too many, and were never owed to an accountant."""

    id: str
    amount: int
    reason: str
    extra: bool


def given_back(refund_id: str) -> Given:
    """One refund, as those whom it concerns are told of it."""
    refund = Refund.objects.select_related("attempt").get(pk=refund_id)
    extra = refund.attempt.outcome != rules.BOOKED_SETTLED
    return Given(str(refund.pk), refund.amount, refund.reason, extra)


def kept_of(subject: str) -> int:
    """Francs of what a subject owed that were booked for accountants and not given back."""
    settled = Attempt.objects.filter(payable__subject=subject, outcome=rules.BOOKED_SETTLED)
    booked = settled.aggregate(sum=Coalesce(Sum("received"), 0))["sum"]
    back = Refund.objects.filter(attempt__in=settled, state=refunds.DONE)
    return int(booked - back.aggregate(sum=Coalesce(Sum("amount"), 0))["sum"])


def due_refunds(limit: int = 200) -> list[UUID]:
    """Identifiers of the refunds to be carried out now, the longest waiting first."""
    due = Refund.objects.filter(state=refunds.READY, next_try__lte=timezone.now())
    return list(due.order_by("next_try").values_list("pk", flat=True)[:limit])


def refund_for(refund_id: UUID, by: Principal) -> Refund | None:
    """One refund, with what was paid and the account that gives; None outside the places of who asks."""
    found = Refund.objects.select_related("attempt__payable", "source")
    return found.filter(within(by, "attempt__payable__"), pk=refund_id).first()


def attempt_for(attempt_id: UUID, by: Principal) -> Attempt | None:
    """One payment, with what it was for; None outside the places of who may give it back."""
    found = Attempt.objects.select_related("payable")
    return found.filter(within(by, "payable__", "payments.refund"), pk=attempt_id).first()


def refund_page(by: Principal, state: str = "", before: UUID | None = None) -> QuerySet[Refund]:
    """Refunds in one's places, newest first: those of a state, and those before one already shown."""
    seen = within(by, "attempt__payable__")
    found = Refund.objects.filter(seen).select_related("attempt__payable", "source").order_by("-id")
    if state:
        found = found.filter(state=state)
    return found.filter(pk__lt=before)[: PAGE + 1] if before else found[: PAGE + 1]


@dataclass(frozen=True)
class Payment:
    """A payment that brought money in, with what may still be given back of it."""

    attempt: Attempt
    way: str
    left: int


def payments_of(payable: Payable) -> list[Payment]:
    """What was paid for a payable, oldest first; only what an operator holds can be given back here."""
    paid = payable.attempts.filter(state=rules.SUCCEEDED).order_by("succeeded_at", "id")
    return [
        Payment(
            attempt,
            label_of(attempt.provider),
            0 if attempt.provider == TILL else sum(s.left for s in sources_of(attempt)),
        )
        for attempt in paid
    ]
