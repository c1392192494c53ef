"""What a month costs: the commitment, what passes it by tiers, and the credit for downtime, in whole
francs."""

from collections.abc import Iterable
from dataclasses import dataclass

from smartsenegal.cable.billing.rules import conventions as c
from smartsenegal.cable.billing.rules.conventions import Terms, Tier, share

__all__ = ["Bill", "Charge", "Loss", "Tier", "Window", "bill", "lost_seconds"]


@dataclass(frozen=True)
class Window:
    """Days of service of a month, of so many."""

    days: int
    of: int

    @property
    def seconds(self) -> int:
        return self.days * 86_400


@dataclass(frozen=True)
class Loss:
    """A time without service, as Unix seconds; the end is excluded."""

    began: int
    ended: int


@dataclass(frozen=True)
class Charge:
    """A line of a bill: what it is for (`commit`, or the number of the tier), kbit/s, francs a Mbit/s,
    francs."""

    kind: str
    kbps: int
    price: int
    amount: int


@dataclass(frozen=True)
class Bill:
    """The lines, the credit for downtime (francs taken off) and what remains."""

    charges: tuple[Charge, ...]
    credit: int

    @property
    def gross(self) -> int:
        return sum(charge.amount for charge in self.charges)

    @property
    def total(self) -> int:
        return self.gross - self.credit


def bill(terms: Terms, kbps: int, window: Window, lost: int) -> Bill:
    """The bill of a rate: each line is rounded alone, so that the lines add up to the total. `lost` are
    seconds of downtime (`lost_seconds`)."""
    commit = Charge(
        "commit", terms.commit_kbps, terms.price, _amount(terms, terms.commit_kbps, terms.price, window)
    )
    excess = max(0, kbps - terms.commit_kbps)
    above = [
        Charge(f"tier:{number}", part, tier.price, _amount(terms, part, tier.price, window))
        for number, part, tier in _parts(terms, excess)
    ]
    return Bill((commit, *above), _credit(terms, commit.amount, window, lost))


def _amount(terms: Terms, kbps: int, price: int, window: Window) -> int:
    days, of = (window.days, window.of) if terms.part_month == c.BY_DAY else (1, 1)
    return share(terms.money_rounding, kbps * price * days, 1000 * of)


def _parts(terms: Terms, excess: int) -> list[tuple[int, int, Tier]]:
    """Number of the tier, kbit/s billed in it, the tier."""
    found, below = [], 0
    for number, tier in enumerate(terms.tiers, 1):
        top = excess if tier.upto_kbps is None else min(excess, tier.upto_kbps)
        if top > below:
            found.append((number, top - below, tier))
            below = top
    if terms.tier_mode == c.VOLUME and found:
        number, _, tier = found[-1]
        return [(number, excess, tier)]
    return found


def _credit(terms: Terms, fee: int, window: Window, lost: int) -> int:
    beyond = max(0, lost - terms.credit_free_seconds)
    if not beyond:
        return 0
    owed = share(terms.money_rounding, fee * beyond * terms.credit_percent, 100 * window.seconds)
    return min(owed, fee * terms.credit_cap_percent // 100)


def lost_seconds(losses: Iterable[Loss], start: int, end: int) -> int:
    """Seconds without service between two times; what two losses share counts once."""
    total, reached = 0, start
    for loss in sorted(losses, key=lambda x: x.began):
        first, last = max(loss.began, reached), min(loss.ended, end)
        if last > first:
            total += last - first
            reached = last
    return total
