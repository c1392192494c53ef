"""What a month owes whatever the traffic: fees once, by month, by year, in whole francs. Pure.

A monthly fee is due by its days of service. A yearly fee runs by the year of service, month after month: each
invoice asks for what has run since the last, so that twelve of them make the year's price to the franc."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from smartsenegal.cable.billing.rules.bill import Window
from smartsenegal.cable.billing.rules.conventions import share

ONCE, MONTH, YEAR = "once", "month", "year"
KINDS = [(ONCE, "Une fois"), (MONTH, "Par mois"), (YEAR, "Par an")]


@dataclass(frozen=True)
class Fee:
    """A price and the days on which it is due; the end is excluded, None: not said."""

    label: str
    kind: str
    amount: int
    starts: date
    ends: date | None = None


@dataclass(frozen=True)
class FeeTerms:
    """How fees are rounded, and what of them is given back for downtime (as `conventions.Terms`)."""

    money_rounding: str
    credit_percent: int
    credit_free_seconds: int
    credit_cap_percent: int


@dataclass(frozen=True)
class Line:
    """A fee in a month: the days it covers (the end excluded), as days `since` to `upto` of a period of `of`
    days, and francs."""

    label: str
    kind: str
    price: int
    first: date
    until: date
    since: int
    upto: int
    of: int
    amount: int


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month + timedelta(days=31)).replace(day=1)


def anniversary(start: date, years: int) -> date:
    """The same day so many years later; of 29 February, 1 March when there is none."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)


def lines(fees: Iterable[Fee], terms: FeeTerms, month: date) -> list[Line]:
    """The lines of a month, given by its first day."""
    return [line for fee in fees for line in _of(fee, terms, month, next_month(month))]


def _of(fee: Fee, terms: FeeTerms, month: date, after: date) -> list[Line]:
    if fee.kind == ONCE:
        due = month <= fee.starts < after and fee.ends != fee.starts
        return [Line(fee.label, ONCE, fee.amount, fee.starts, fee.starts, 0, 1, 1, fee.amount)] if due else []
    first, until = max(fee.starts, month), min(fee.ends or after, after)
    if until <= first:
        return []
    if fee.kind == MONTH:
        return [_line(fee, terms, first, until, month, after)]
    found, years = list[Line](), 0
    while anniversary(fee.starts, years + 1) <= first:
        years += 1
    while (begins := anniversary(fee.starts, years)) < until:
        ends = anniversary(fee.starts, years + 1)
        found.append(_line(fee, terms, max(first, begins), min(until, ends), begins, ends))
        years += 1
    return found


def _line(fee: Fee, terms: FeeTerms, first: date, until: date, begins: date, ends: date) -> Line:
    of = (ends - begins).days
    # A month is rounded alone, a year as it runs: what was asked before is taken off.
    at = 0 if fee.kind == MONTH else (first - begins).days
    upto = at + (until - first).days
    amount = _run(terms, fee.amount, upto, of) - _run(terms, fee.amount, at, of)
    return Line(fee.label, fee.kind, fee.amount, first, until, at, upto, of, amount)


def _run(terms: FeeTerms, price: int, days: int, of: int) -> int:
    return share(terms.money_rounding, price * days, of)


def credit(terms: FeeTerms, found: Sequence[Line], window: Window, lost: int) -> int:
    """Francs given back of the fees of a month's service for `lost` seconds of downtime."""
    beyond = max(0, lost - terms.credit_free_seconds)
    base = sum(line.amount for line in found if line.kind != ONCE)
    if not beyond or not base:
        return 0
    owed = share(terms.money_rounding, base * beyond * terms.credit_percent, 100 * window.seconds)
    return min(owed, base * terms.credit_cap_percent // 100)


def remaining(fees: Iterable[Fee], ends: date, committed: date, percent: int, rounding: str) -> int:
    """What an early end costs: this percentage of the recurring fees from the end to the day committed to,
    day by day."""
    running = [fee for fee in fees if fee.kind != ONCE]
    owed = _between(running, ends, committed, rounding) - _between(running, ends, ends, rounding)
    return share(rounding, owed * percent, 100)


def _between(fees: Iterable[Fee], since: date, ends: date, rounding: str) -> int:
    """What these owe from the month of a day until another, ended there."""
    month, total, terms = since.replace(day=1), 0, FeeTerms(rounding, 0, 0, 0)
    cut = [Fee(fee.label, fee.kind, fee.amount, fee.starts, ends) for fee in fees]
    while month < ends:
        total += sum(line.amount for line in lines(cut, terms, month))
        month = next_month(month)
    return total
