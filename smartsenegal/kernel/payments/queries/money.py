"""Read what is owed, how it was paid, and the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.payments import rules
from smartsenegal.kernel.payments.models import Attempt, LedgerAccount, Payable, Posting, Refund, TillSession
from smartsenegal.kernel.payments.queries.scope import within
from smartsenegal.kernel.payments.rules import refunds
from smartsenegal.lib.ids import CodeRefused, normalise_code


def payable_for(key: str) -> Payable | None:
    """Payable opened under an idempotency key."""
    return Payable.objects.filter(key=key).first()


def payables_for(keys: Iterable[str]) -> dict[str, Payable]:
    """Payables opened under idempotency keys, by key."""
    return {found.key: found for found in Payable.objects.filter(key__in=list(keys))}


def state_of(subject: str) -> str | None:
    """State of the payments of a subject: "open" while any is to pay, else the last one's; None without any.

    Cancelled ones do not count beside others.
    """
    states = list(
        Payable.objects.filter(subject=subject).order_by("created_at").values_list("state", flat=True)
    )
    if rules.OPEN in states:
        return rules.OPEN
    kept = [s for s in states if s != rules.CANCELLED] or states
    return kept[-1] if kept else None


def payables_of(subject: str) -> QuerySet[Payable]:
    """Payables of a subject ("case:<id>"), oldest first, with their lines."""
    return Payable.objects.filter(subject=subject).order_by("created_at", "id").prefetch_related("lines")


def by_reference(typed: str) -> Payable | None:
    """Payable whose reference somebody typed or said ("k7m2 9qxd"); None for what is no reference."""
    try:
        code = normalise_code(typed)
    except CodeRefused:
        return None
    return Payable.objects.filter(reference=code).first()


def current_attempt(payable: Payable) -> Attempt | None:
    """The attempt that says most about a payable: the one that settled it, else the last one."""
    settled = Q(outcome=rules.BOOKED_SETTLED)
    attempts = payable.attempts.select_related("till")
    return attempts.filter(settled).first() or attempts.order_by("-created_at", "-id").first()


def due_for_check(limit: int = 200) -> list[UUID]:
    """Identifiers of the live attempts to be read back now, the longest waiting first."""
    due = Attempt.objects.filter(state__in=rules.LIVE, next_check__lte=timezone.now())
    return list(due.order_by("next_check").values_list("pk", flat=True)[:limit])


def cash_taken(session: TillSession) -> int:
    """Cash a drawer took since it was opened, in francs."""
    return int(session.attempts.aggregate(taken=Coalesce(Sum("received"), 0))["taken"])


def open_session(cashier: str) -> TillSession | None:
    """The drawer a cashier has open."""
    return TillSession.objects.filter(cashier=cashier, closed_at=None).select_related("account").first()


def balance_of(account: str) -> int:
    """Sum of an account's entries, in francs: positive is owed to us or held, negative is owed by us.

    Zero for an account nothing was ever booked on.
    """
    return int(Posting.objects.filter(account__code=account).aggregate(sum=Coalesce(Sum("amount"), 0))["sum"])


def trial_balance() -> int:
    """Sum of all entries of the ledger, in francs: zero, or the ledger is wrong."""
    return int(Posting.objects.aggregate(sum=Coalesce(Sum("amount"), 0))["sum"])


@dataclass(frozen=True)
class AccountLine:
    """One account with its balance in francs and its number of entries."""

    account: LedgerAccount
    balance: int
    entries: int


def balances() -> list[AccountLine]:
    """Every account with its balance, by kind then code."""
    return _lines(Q())


def balances_for(by: Principal) -> list[AccountLine]:
    """The accounts with what was booked for the places of who asks, by kind then code: it adds up to zero.

    Without the whole State, the accounts that nothing of theirs touched are left out.
    """
    seen = within(by, "postings__transaction__")
    return [line for line in _lines(seen) if line.entries or not seen]


def _lines(seen: Q) -> list[AccountLine]:
    only = seen or None
    found = LedgerAccount.objects.annotate(
        balance=Coalesce(Sum("postings__amount", filter=only), 0), entries=Count("postings", filter=only)
    ).order_by("kind", "code")
    return [AccountLine(a, a.balance, a.entries) for a in found]


def flagged(by: Principal, limit: int = 100) -> QuerySet[Attempt]:
    """Payments that ask for somebody's attention (paid twice, wrong amount), newest first.

    Those given back whole ask for none any more.
    """
    wrong = Attempt.objects.filter(
        within(by, "payable__"), outcome__in=[rules.BOOKED_DUPLICATE, rules.BOOKED_HELD]
    )
    done = Refund.objects.filter(attempt=OuterRef("pk"), state=refunds.DONE).order_by().values("attempt")
    given = Coalesce(Subquery(done.annotate(sum=Sum("amount")).values("sum")), 0)
    left = wrong.alias(given=given).filter(given__lt=F("received"))
    return left.select_related("payable").order_by("-succeeded_at", "-id")[:limit]


def shares(payable: Payable) -> Iterable[tuple[str, int]]:
    """What each public accountant receives of a payable: (label, francs), in the order of the lines."""
    totals: dict[str, int] = {}
    for line in payable.lines.select_related("beneficiary"):
        totals[line.beneficiary.label] = totals.get(line.beneficiary.label, 0) + line.amount
    return totals.items()


def waiting(by: Principal, limit: int = 100) -> QuerySet[Attempt]:
    """Payments of which the provider has not yet said the end, the oldest first."""
    seen = within(by, "payable__")
    live = Attempt.objects.filter(seen, state__in=rules.LIVE).select_related("payable")
    return live.order_by("created_at", "id")[:limit]
