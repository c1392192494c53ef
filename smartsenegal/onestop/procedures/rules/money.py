"""What is to be paid, on a given day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod
from typing import Any

from smartsenegal.onestop.procedures.definition import Definition, Fee
from smartsenegal.onestop.procedures.rules.asking import relevant
from smartsenegal.onestop.procedures.rules.conditions import Answers, fields_of, holds, leaves

MOST_SITUATIONS = 2048


@dataclass(frozen=True)
class FeeLine:
    """One amount in F CFA to one public accountant."""

    label: str
    amount: int
    beneficiary: str
    nature: str
    key: str = ""


@dataclass(frozen=True)
class Price:
    """What a procedure costs in F CFA, over all the answers one may give."""

    least: int
    most: int


def fees_due(
    definition: Definition,
    answers: Answers,
    on: date,
    local: Mapping[str, int] | None = None,
    *,
    at: str = "",
) -> list[FeeLine]:
    """The lines to pay for a request filed on that day; lines of nothing are left out.

    `local` holds amounts set by the competent service (a commune's vignette, an assessed tax …), by fee key:
    they count only for a fee whose published range contains them. `at` names an assessment step: then the
    lines are those assessed there, and by default those known at filing.
    """
    fees = fees_assessed(definition, answers, at)
    due = ((fee, amount_on(fee, on, local)) for fee in fees)
    return [FeeLine(f.label, amount, f.beneficiary, f.nature, f.key) for f, amount in due if amount]


def fees_assessed(definition: Definition, answers: Answers, at: str) -> list[Fee]:
    """The fees that concern these answers and are set at that assessment step ("" for at filing)."""
    known = relevant(definition, answers)
    return [fee for fee in definition.fees if fee.assessed_at == at and holds(fee.when, known)]


def amount_on(fee: Fee, on: date, local: Mapping[str, int] | None = None) -> int:
    """The amount in force that day; 0 before the first one starts."""
    own = (local or {}).get(fee.key)
    if own is not None and in_range(fee, own):
        return own
    started = [a for a in fee.amounts if a.starts_on <= on]
    return max(started, key=lambda a: a.starts_on).amount if started else 0


@dataclass(frozen=True)
class LocalAmount:
    """What a territory (its code) asks for a fee from a day on; None: again what the wider one asks."""

    fee: str
    territory: str
    starts_on: date
    amount: int | None


def is_local(fee: Fee) -> bool:
    """Whether the amount of a fee depends on the place, and is known at filing: it has a published range."""
    return fee.minimum is not None and fee.minimum != fee.maximum and not fee.assessed_at


def local_amounts(tariffs: Iterable[LocalAmount], enclosing: Sequence[str], on: date) -> dict[str, int]:
    """The amounts set for a place that day, by fee key; `enclosing` are the codes up from it, nearest first.

    The nearest territory that has an amount decides; a fee for which none has one keeps its own.
    """
    started = sorted((t for t in tariffs if t.starts_on <= on), key=lambda t: t.starts_on)
    latest = {(t.fee, t.territory): t.amount for t in started}
    found: dict[str, int] = {}
    for fee in dict.fromkeys(t.fee for t in started):
        set_here = (latest.get((fee, code)) for code in enclosing)
        amount = next((a for a in set_here if a is not None), None)
        found |= {} if amount is None else {fee: amount}
    return found


def in_range(fee: Fee, amount: int) -> bool:
    """Whether a service may set this amount: only inside the fee's published range."""
    return fee.minimum is not None and fee.maximum is not None and fee.minimum <= amount <= fee.maximum


def total(lines: Iterable[FeeLine]) -> int:
    """Sum in F CFA."""
    return sum(line.amount for line in lines)


def price(definition: Definition, on: date) -> Price:
    """Least and most one can pay that day, ranges by their ends.

    Every combination of the choices that fees depend on is tried; a fee that depends on something else
    than choices may be due or not.
    """
    totals = [_total_range(definition, answers, on) for answers in _situations(definition)]
    return Price(min(low for low, _ in totals), max(high for _, high in totals))


def _total_range(definition: Definition, answers: Answers, on: date) -> tuple[int, int]:
    ends = [_ends(fee, on) for fee in definition.fees if holds(fee.when, answers)]
    return sum(low for low, _ in ends), sum(high for _, high in ends)


def _situations(definition: Definition) -> Iterator[dict[str, Any]]:
    read = dict.fromkeys(path for fee in definition.fees for path in fields_of(fee.when))
    values = [_values(definition, path) for path in read]
    if prod(map(len, values)) > MOST_SITUATIONS:
        values = [[None, v[-1]] for v in values]
    for combination in product(*values):
        yield dict(zip(read, combination, strict=True))


def _values(definition: Definition, path: str) -> list[Any]:
    field = next((f for page in definition.pages for f in page.fields if f.key == path), None)
    if field and field.type == "yes_no":
        return [False, True]
    if field and field.type == "choice":
        return [o.value for o in field.options]
    mentioned = [c[op] for fee in definition.fees for c in leaves(fee.when, path) for op in c if op == "is"]
    return [None, *mentioned]


def _ends(fee: Fee, on: date) -> tuple[int, int]:
    amount = amount_on(fee, on)
    low = fee.minimum if fee.minimum is not None else amount
    high = fee.maximum if fee.maximum is not None else amount
    return min(low, amount), max(high, amount)
