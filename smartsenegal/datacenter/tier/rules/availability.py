"""Computed availability, exact: the share of time that loads are served, and what each part weighs in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from smartsenegal.datacenter.facility.rules.graph import Part, Plan
from smartsenegal.datacenter.tier.rules.bdd import Bdd, TooLarge
from smartsenegal.datacenter.tier.rules.structure import working

__all__ = ["Figures", "TooLarge", "exact", "unavailability"]


@dataclass(frozen=True)
class Figures:
    """Availability of all the loads asked for together; `importance` is Birnbaum's, by part or common cause.

    `assumed_perfect` are the parts whose times are not known: they were counted as never failing.
    """

    availability: float
    importance: tuple[tuple[str, float], ...]
    assumed_perfect: tuple[str, ...]


def unavailability(part: Part) -> float:
    """The share of time a part is down by itself, MTTR / (MTBF + MTTR); 0 when its times are not known."""
    if not part.mtbf or part.mttr is None:
        return 0.0
    return part.mttr / (part.mtbf + part.mttr)


def exact(plan: Plan, loads: Iterable[str] | None = None, most: int = 400_000) -> Figures:
    """The probability, in the long run and with a crew for each repair, that these loads are all served.

    Common causes follow the beta-factor model (NUREG/CR-4780): of the failures of a part with `common`, the
    share `beta` takes all parts of that name at once. Raises TooLarge past `most` nodes, or where parts hang
    one behind another deeper than Python calls.
    """
    try:
        return _exact(plan, loads, most)
    except RecursionError:
        raise TooLarge from None


def _exact(plan: Plan, loads: Iterable[str] | None, most: int) -> Figures:
    bdd, wanted = Bdd(most), plan.loads if loads is None else [plan.index[code] for code in loads]
    names, chances = _events(plan)
    number = {name: i for i, name in enumerate(names)}

    def up(i: int) -> int:
        part = plan.parts[i]
        own = bdd.variable(number[part.code]) if part.code in number else bdd.true
        shared = _cause(part.common)
        return bdd.both(own, bdd.variable(number[shared])) if shared in number else own

    works = working(plan, bdd, up)
    root = bdd.true
    for i in sorted(set(wanted)):
        root = bdd.both(root, works[i])
    availability, importance = bdd.probability(root, chances)
    ranked = sorted(zip(names, importance, strict=True), key=lambda each: (-each[1], each[0]))
    perfect = [plan.parts[i].code for i in plan.devices if not unavailability(plan.parts[i])]
    return Figures(availability, tuple((n, w) for n, w in ranked if w > 0), tuple(perfect))


def _cause(common: str) -> str:
    return f"cause:{common}" if common else ""


def _events(plan: Plan) -> tuple[list[str], list[float]]:
    """What may be up or not, in the order of the plan, and the chance that each is up."""
    shared: dict[str, float] = {}
    for i in plan.devices:
        part = plan.parts[i]
        if part.common and part.beta:
            # Members of one name are alike; where they are not, the most fragile speaks for all.
            shared[part.common] = max(shared.get(part.common, 0.0), part.beta * unavailability(part))
    names, chances = [], []
    for i in plan.devices:
        part = plan.parts[i]
        if part.common in shared and shared[part.common] and _cause(part.common) not in names:
            names.append(_cause(part.common))
            chances.append(1 - shared[part.common])
        own = unavailability(part) * (1 - part.beta if part.common else 1)
        if own:
            names.append(part.code)
            chances.append(1 - own)
    return names, chances
