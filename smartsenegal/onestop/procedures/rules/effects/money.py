"""What a change of fees does, day by day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from smartsenegal.lib.dates import format_date
from smartsenegal.lib.money import format_fcfa
from smartsenegal.onestop.procedures.definition import DatedAmount, Definition, Fee
from smartsenegal.onestop.procedures.rules.effects.base import (
    Bearing,
    Effect,
    Words,
    bare,
    effect,
    quoted,
    whom,
)
from smartsenegal.onestop.procedures.rules.money import amount_on


def fees(before: Definition, after: Definition, on: date, words: Words) -> Iterator[Effect]:
    """Fees added, dropped, and the amounts of the others from each day that changes one."""
    old, new = {f.key: f for f in before.fees}, {f.key: f for f in after.fees}
    for key in old.keys() - new.keys():
        yield effect(
            "fees",
            f"La somme « {old[key].label} » n’est plus à payer {words.since}",
            "better",
            whom(old[key].when),
        )
    for fee in after.fees:
        if fee.key not in old:
            yield effect("fees", f"{_added(fee, on)} {words.since}", "worse", whom(fee.when))
        elif bare(old[fee.key]) != bare(fee):
            yield from _changed(old[fee.key], fee, on, words)


def _added(fee: Fee, on: date) -> str:
    if fee.minimum is not None and fee.maximum is not None:
        low, high = format_fcfa(fee.minimum), format_fcfa(fee.maximum)
        return f"La somme « {fee.label} » est à payer, de {low} à {high},"
    return f"La somme « {fee.label} » ({format_fcfa(amount_on(fee, on))}) est à payer"


def _changed(old: Fee, new: Fee, on: date, words: Words) -> Iterator[Effect]:
    yield from _amounts(old, new, on)
    for sentence, bearing in _terms(old, new):
        concerns = whom(new.when or old.when)
        yield effect("fees", f"La somme « {new.label} » : {sentence} {words.since}", bearing, concerns)


def _terms(old: Fee, new: Fee) -> Iterator[tuple[str, Bearing]]:
    if (old.minimum, old.maximum) != (new.minimum, new.maximum):
        span = f"de {quoted(_range(old))} à {quoted(_range(new))}"
        yield f"la fourchette que suit le service passe {span}", _span_bearing(old, new)
    if bare(old.when) != bare(new.when):
        yield "ceux qui le paient changent", "neutral"
    if old.beneficiary != new.beneficiary:
        yield "le comptable qui reçoit la somme change", "neutral"
    if old.nature != new.nature:
        yield "la nature du prélèvement change", "neutral"
    if old.assessed_at != new.assessed_at:
        how = "est fixé par un service pendant l’examen" if new.assessed_at else "est connu dès le dépôt"
        yield f"le montant {how}", "neutral"


def _amounts(old: Fee, new: Fee, on: date) -> Iterator[Effect]:
    days = {on, *(a.starts_on for f in (old, new) for a in f.amounts if a.starts_on > on)}
    told: tuple[int, int] | None = None
    for day in sorted(days):
        was, becomes = amount_on(old, day), amount_on(new, day)
        if was != becomes and (was, becomes) != told:
            yield _amount(new, was, becomes, day)
        told = (was, becomes)


def _amount(fee: Fee, was: int, becomes: int, day: date) -> Effect:
    bearing: Bearing = "worse" if becomes > was else "better"
    sentence = (
        f"La somme « {fee.label} » passe de {format_fcfa(was)} à {format_fcfa(becomes)} "
        f"pour les demandes déposées à partir du {format_date(day)}"
    )
    return effect("fees", sentence, bearing, whom(fee.when))


def _range(fee: Fee) -> str:
    if fee.minimum is None or fee.maximum is None:
        return "aucune"
    return f"{format_fcfa(fee.minimum)} à {format_fcfa(fee.maximum)}"


def _span_bearing(old: Fee, new: Fee) -> Bearing:
    if None in (old.maximum, new.maximum) or old.maximum == new.maximum:
        return "neutral"
    return "worse" if (new.maximum or 0) > (old.maximum or 0) else "better"


# --- the day from which a new tariff holds --------------------------------------------------


@dataclass(frozen=True)
class NewTariff:
    """A fee whose last amount changes; `starts_on` when the file already says from which day."""

    key: str
    label: str
    was: int
    becomes: int
    starts_on: date | None = None


def new_tariffs(before: Definition | None, after: Definition) -> list[NewTariff]:
    """The fees whose amount a revision changes once: its owner says from which day it holds."""
    old = {f.key: f for f in before.fees} if before else {}
    found = (_new_tariff(old[f.key], f) for f in after.fees if f.key in old)
    return [tariff for tariff in found if tariff]


def _new_tariff(old: Fee, new: Fee) -> NewTariff | None:
    if not old.amounts or not new.amounts or old.amounts[-1].amount == new.amounts[-1].amount:
        return None
    last = new.amounts[-1]
    if new.amounts[:-1] == old.amounts:
        return NewTariff(new.key, new.label, old.amounts[-1].amount, last.amount, last.starts_on)
    if len(new.amounts) == len(old.amounts) and new.amounts[:-1] == old.amounts[:-1]:
        return NewTariff(new.key, new.label, old.amounts[-1].amount, last.amount)
    return None


def with_tariffs(before: Definition, after: Definition, starts: Mapping[str, date]) -> Definition:
    """The same revision, its new tariffs holding from these days (by fee key) and the old ones until then."""
    old = {f.key: f for f in before.fees}
    dated = {t.key: starts[t.key] for t in new_tariffs(before, after) if t.key in starts}
    fees = (_dated(old[f.key], f, dated[f.key]) if f.key in dated else f for f in after.fees)
    return replace(after, fees=tuple(fees))


def _dated(old: Fee, new: Fee, day: date) -> Fee:
    kept = tuple(a for a in old.amounts if a.starts_on < day)
    return replace(new, amounts=(*kept, DatedAmount(day, new.amounts[-1].amount)))
