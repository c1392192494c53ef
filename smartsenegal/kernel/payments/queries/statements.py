"""What each public accountant received and gave back on a day: read from the ledger alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.payments import rules
from smartsenegal.kernel.payments.models import Attempt, LedgerAccount, Payable, Posting, Refund
from smartsenegal.kernel.payments.queries.scope import within
from smartsenegal.kernel.payments.registry import label_of

_CHUNK = 1000
EVERYTHING = Q()
# What was found, later, to be owed to another accountant (`actions.places`).
PLACED, REGULARISED = "place", "Régularisation"


@dataclass(frozen=True)
class Totals:
    """A day of an account, in francs: what was due before, came in, was given back, and is due after."""

    opening: int
    received: int
    given_back: int
    lines: int

    @property
    def closing(self) -> int:
        return self.opening + self.received - self.given_back


@dataclass(frozen=True)
class DayLine:
    """A movement of an account: francs, negative when given back."""

    at: datetime
    reference: str
    title: str
    way: str
    amount: int

    @property
    def received(self) -> int:
        return max(self.amount, 0)

    @property
    def given_back(self) -> int:
        return max(-self.amount, 0)


@dataclass(frozen=True)
class DayOfAccount:
    """An accountant with the totals of a day."""

    account: LedgerAccount
    totals: Totals


def accountants() -> QuerySet[LedgerAccount]:
    """Accounts of the public accountants and of the carriers, by code."""
    return LedgerAccount.objects.filter(kind__in=rules.PAID).order_by("code")


def carriers() -> dict[str, str]:
    """The organisations that invoice for the State and whose accounts are open: code → label."""
    found = LedgerAccount.objects.filter(kind=rules.CARRIER).order_by("label")
    return {code.partition(":")[2]: label for code, label in found.values_list("code", "label")}


def seen_by(by: Principal) -> Q:
    """The entries of the ledger that somebody may see."""
    return within(by, "transaction__")


def days_of_accounts(day: date, seen: Q = EVERYTHING) -> list[DayOfAccount]:
    """Every public accountant with the totals of a day: as many queries, whatever their number.

    Without the whole State, those that nothing of one's places ever touched are left out.
    """
    totals = _totals_of(Posting.objects.filter(seen, account__kind__in=rules.PAID), day)
    return [
        DayOfAccount(account, totals.get(account.pk, Totals(0, 0, 0, 0)))
        for account in accountants()
        if account.pk in totals or not seen
    ]


def totals_of(account: LedgerAccount, day: date, seen: Q = EVERYTHING) -> Totals:
    """Totals of an account on a day."""
    return _totals_of(Posting.objects.filter(seen, account=account), day).get(account.pk, Totals(0, 0, 0, 0))


def _totals_of(postings: QuerySet[Posting], day: date) -> dict[int, Totals]:
    """By account. What was due before is the balance less what came since: only those days are joined."""
    start, end = _bounds(day)
    within = Q(transaction__at__lt=end)
    balances = dict(postings.order_by().values_list("account").annotate(Sum("amount")))
    since = (
        postings.filter(transaction__at__gte=start)
        .order_by()
        .values("account")
        .annotate(
            after=Sum("amount"),
            received=Coalesce(Sum("amount", filter=within & Q(amount__lt=0)), 0),
            given_back=Coalesce(Sum("amount", filter=within & Q(amount__gt=0)), 0),
            lines=Count("pk", filter=within),
        )
    )
    moved = {row["account"]: row for row in since}
    nothing = {"after": 0, "received": 0, "given_back": 0, "lines": 0}
    return {
        account: Totals(row["after"] - balance, -row["received"], row["given_back"], row["lines"])
        for account, balance in balances.items()
        for row in [moved.get(account, nothing)]
    }


def by_way(account: LedgerAccount, day: date, seen: Q = EVERYTHING) -> list[tuple[str, int, int]]:
    """What came in by each operator and till on a day: (label, francs in, francs given back).

    What was moved between accountants comes last, under its own label.
    """
    start, end = _bounds(day)
    other = "transaction__postings__account__"
    moves = Posting.objects.filter(seen, account=account, transaction__at__gte=start, transaction__at__lt=end)
    found = _in_and_out(
        moves.filter(**{f"{other}kind__in": [rules.OPERATOR, rules.TILL]}).values(way=F(f"{other}label"))
    )
    moved = moves.filter(transaction__key__startswith=f"{PLACED}:")
    return [*found, *_in_and_out(moved.values(way=Value(REGULARISED)))]


def _in_and_out(grouped: QuerySet[Posting, Any]) -> list[tuple[str, int, int]]:
    rows = grouped.annotate(
        received=Coalesce(Sum("amount", filter=Q(amount__lt=0)), 0),
        given_back=Coalesce(Sum("amount", filter=Q(amount__gt=0)), 0),
    ).order_by(F("way"))
    # Without any movement, a total over no way at all is a row of zeros.
    moved = [row for row in rows if row["received"] or row["given_back"]]
    return [(row["way"], -row["received"], row["given_back"]) for row in moved]


def lines_of(
    account: LedgerAccount, day: date, limit: int | None = None, seen: Q = EVERYTHING
) -> Iterator[DayLine]:
    """Movements of an account on a day, in their order; read in pieces, however many there are."""
    start, end = _bounds(day)
    left, after = limit, Q()
    moved = Posting.objects.filter(seen, account=account, transaction__at__gte=start, transaction__at__lt=end)
    while left is None or left > 0:
        size = _CHUNK if left is None else min(left, _CHUNK)
        page = moved.filter(after).select_related("transaction").order_by("transaction__at", "pk")
        chunk = list(page[:size])
        yield from _shown(chunk)
        if len(chunk) < size:
            return
        left = None if left is None else left - size
        last = chunk[-1]
        later = Q(transaction__at__gt=last.transaction.at)
        after = later | Q(transaction__at=last.transaction.at, pk__gt=last.pk)


def _shown(chunk: Sequence[Posting]) -> Iterator[DayLine]:
    known = _of_keys([posting.transaction.key for posting in chunk])
    for posting in chunk:
        reference, way = known.get(posting.transaction.key, ("", ""))
        yield DayLine(
            posting.transaction.at, reference, posting.transaction.description, way, -posting.amount
        )


def _of_keys(keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    """By key of the transactions: the reference of what was owed, and the way it was paid or given back."""
    names: dict[str, list[str]] = {"attempt": [], "refund": [], PLACED: []}
    for key in keys:
        kind, _, name = key.partition(":")
        names.setdefault(kind, []).append(name)
    attempts = Attempt.objects.filter(key__in=names["attempt"]).select_related("payable")
    given = Refund.objects.filter(pk__in=[UUID(name) for name in names["refund"]])
    placed = Payable.objects.filter(pk__in=[UUID(name) for name in names[PLACED]])
    return {
        **{f"attempt:{a.key}": _paid(a) for a in attempts},
        **{f"refund:{r.pk.hex}": _paid(r.attempt) for r in given.select_related("attempt__payable")},
        **{f"{PLACED}:{p.pk.hex}": (p.spoken_reference, REGULARISED) for p in placed},
    }


def _paid(attempt: Attempt) -> tuple[str, str]:
    return attempt.payable.spoken_reference, label_of(attempt.provider)


def _bounds(day: date) -> tuple[datetime, datetime]:
    """A day in Dakar, which keeps UTC."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return start, start + timedelta(days=1)
