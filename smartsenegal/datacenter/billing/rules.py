"""The lines of a month's invoice, in whole francs. Pure.

A rent is due by days or for the whole month, as the terms say; its end is excluded. A line whose price nobody
entered has no amount, and an invoice that holds one is not made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

BY_DAY, WHOLE = "days", "whole"
PART_MONTHS = [(BY_DAY, "Au prorata de ses jours"), (WHOLE, "Compté entier")]
UP, DOWN, NEAREST = "up", "down", "nearest"
ROUNDINGS = [
    (UP, "Vers le haut"),
    (DOWN, "Vers le bas"),
    (NEAREST, "Au plus près, la moitié vers le haut"),
]
LEASE, CROSS, HANDS, USE = "lease", "cross", "hands", "use"
KINDS = {
    LEASE: "Loyers", CROSS: "Raccordements", HANDS: "Gestes sur place", USE: "Machines et stockage",
}  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """How a month that was not whole counts, how amounts are rounded, days left to pay."""

    part_month: str
    money_rounding: str
    payment_days: int


@dataclass(frozen=True)
class Line:
    """A line: its kind, whose it is, its days (the end excluded), how much of `unit` at which `price`.

    `quantity` and `price` are texts that a statement keeps as they are: `17/30`, `2.500000`; an empty price
    was not kept. `amount` is francs, None when no tariff says it.
    """

    kind: str
    label: str
    first: date
    until: date
    quantity: str
    unit: str
    price: str
    amount: int | None


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month + timedelta(days=31)).replace(day=1)


def share(rounding: str, amount: int, by: int) -> int:
    """`amount / by`, both at least zero, as a whole number rounded as the terms say. Integers only."""
    if rounding == UP:
        return -(-amount // by)
    if rounding == DOWN:
        return amount // by
    return (2 * amount + by) // (2 * by)


def rent(
    kind: str, label: str, monthly: int, starts: date, ends: date | None, month: date, terms: Terms
) -> Line | None:
    """What a place or a cable owes for a month given by its first day; None outside of its days."""
    after = next_month(month)
    first, until = max(starts, month), min(ends or after, after)
    if until <= first:
        return None
    days, of = (until - first).days, (after - month).days
    counted = days if terms.part_month == BY_DAY else of
    amount = share(terms.money_rounding, monthly * counted, of)
    return Line(kind, label, first, until, f"{counted}/{of}", "mois", str(monthly), amount)


def lacking(lines: Iterable[Line]) -> list[str]:
    """What has no price, each once, in order."""
    return list(dict.fromkeys(line.label for line in lines if line.amount is None))


def total(lines: Iterable[Line]) -> int:
    """Francs of lines that all have a price."""
    return sum(line.amount or 0 for line in lines)
