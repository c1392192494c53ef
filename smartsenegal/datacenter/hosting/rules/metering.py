"""What was used in a period, from the history of what was wanted, and what it costs. Pure, in whole numbers.

Use is counted in unit-seconds (vCPU, MiB, GiB, octets), never in rounded hours: it adds up whatever the cut.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")

VCPU, MEMORY, DISK, OBJECTS = "vcpu", "memory", "disk", "objects"
KINDS = [
    (VCPU, "Un vCPU en marche, par heure"),
    (MEMORY, "Un Gio de mémoire en marche, par heure"),
    (DISK, "Un Gio de disque, par heure"),
    (OBJECTS, "Un Gio d’objets, par heure"),
]
NAMES = {VCPU: "vCPU en marche", MEMORY: "Mémoire en marche", DISK: "Disque", OBJECTS: "Objets stockés"}
UNITS = {VCPU: "vCPU·h", MEMORY: "Gio·h", DISK: "Gio·h", OBJECTS: "Gio·h"}
# Unit-seconds in one hour of what a tariff prices.
_AN_HOUR = {VCPU: 3600, MEMORY: 3600 * 1024, DISK: 3600, OBJECTS: 3600 * 1024**3}


@dataclass(frozen=True)
class Step:
    """From a time on, what was wanted of a machine; a deleted one holds no disk."""

    at: datetime
    running: bool
    vcpus: int
    memory_mib: int
    disk_gib: int


@dataclass(frozen=True)
class Sample:
    """From a time on, what a bucket holds, as it was measured."""

    at: datetime
    size: int


@dataclass(frozen=True)
class Price:
    """Francs for an hour, from a day on."""

    starts_at: datetime
    amount: Decimal


@dataclass(frozen=True)
class Line:
    """A part of a bill: use at one price; `price` and `amount` are None while no tariff is set."""

    kind: str
    start: datetime
    end: datetime
    quantity: int
    price: Decimal | None
    amount: int | None


def used(steps: Sequence[Step], start: datetime, end: datetime) -> dict[str, int]:
    """Unit-seconds of a machine between two times; `steps` in their order."""
    found = dict.fromkeys((VCPU, MEMORY, DISK), 0)
    for step, seconds in _spans([(s.at, s) for s in steps], start, end):
        found[DISK] += step.disk_gib * seconds
        if step.running:
            found[VCPU] += step.vcpus * seconds
            found[MEMORY] += step.memory_mib * seconds
    return found


def since(steps: Sequence[Step], made: datetime) -> list[Step]:
    """The steps that count: from the time the machine was made, and not from when it was asked for."""
    before = [step for step in steps if step.at <= made]
    return [*(replace(step, at=made) for step in before[-1:]), *steps[len(before) :]]


def held(samples: Sequence[Sample], start: datetime, end: datetime) -> int:
    """Octet-seconds of a bucket between two times: each measure holds until the next."""
    return sum(s.size * seconds for s, seconds in _spans([(s.at, s) for s in samples], start, end))


def _spans(rows: Sequence[tuple[datetime, T]], start: datetime, end: datetime) -> Iterable[tuple[T, int]]:
    """Each row with the seconds during which it held between two times, to the second."""
    bounds = [at for at, _ in rows] + [end]
    for (_, row), (begun, over) in zip(rows, pairwise(bounds), strict=True):
        seconds = _second(min(over, end), start) - _second(max(begun, start), start)
        if seconds > 0:
            yield row, seconds


def _second(at: datetime, origin: datetime) -> int:
    return int((at - origin).total_seconds() // 1)


def cuts(
    prices: Iterable[Price], start: datetime, end: datetime
) -> list[tuple[datetime, datetime, Decimal | None]]:
    """A period cut where the price changes, each part with its price; None before the first."""
    known = sorted(prices, key=lambda p: p.starts_at)
    edges = sorted({start, end, *(p.starts_at for p in known if start < p.starts_at < end)})
    found = []
    for begun, over in pairwise(edges):
        price = next((p.amount for p in reversed(known) if p.starts_at <= begun), None)
        found.append((begun, over, price))
    return found


def amount(kind: str, quantity: int, price: Decimal) -> int:
    """Francs for a quantity, rounded once, half up."""
    exact = Fraction(quantity, _AN_HOUR[kind]) * Fraction(price)
    return int(exact + Fraction(1, 2))


def hours(kind: str, quantity: int) -> Decimal:
    """The quantity in hours of its unit, to the thousandth, for who reads."""
    return (Decimal(quantity) / _AN_HOUR[kind]).quantize(Decimal("0.001"))


def bill(
    machines: Iterable[Sequence[Step]],
    buckets: Iterable[Sequence[Sample]],
    prices: Mapping[str, Sequence[Price]],
    start: datetime,
    end: datetime,
) -> list[Line]:
    """The lines of a period, none for what was not used."""
    all_machines, all_buckets = list(machines), list(buckets)
    found = []
    for kind in NAMES:
        for begun, over, price in cuts(prices.get(kind, ()), start, end):
            if kind == OBJECTS:
                quantity = sum(held(samples, begun, over) for samples in all_buckets)
            else:
                quantity = sum(used(steps, begun, over)[kind] for steps in all_machines)
            if quantity:
                cost = None if price is None else amount(kind, quantity, price)
                found.append(Line(kind, begun, over, quantity, price, cost))
    return found


def total(lines: Iterable[Line]) -> int | None:
    """What is owed; None when something that was used has no price."""
    amounts = [line.amount for line in lines]
    return None if None in amounts else sum(a for a in amounts if a is not None)


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def next_month(first: date) -> date:
    """The first day of the month after."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
