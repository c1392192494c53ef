"""The order of operations of a maintenance: who takes over, what is opened, and the way back."""

from collections.abc import Iterable
from dataclasses import dataclass

from smartsenegal.datacenter.facility.rules.graph import SWITCH, Plan
from smartsenegal.datacenter.tier.rules.structure import lanes

# Kinds of steps, in the order they are done; the way back closes in reverse what was opened.
CHECK, OPEN, WORK, CLOSE = "check", "open", "work", "close"


@dataclass(frozen=True)
class Step:
    """One operation on a part. For a check: it must carry `must` of `can` (its unit; None is not limited)."""

    kind: str
    code: str
    must: int = 0
    can: int | None = None
    system: str = ""


def method(plan: Plan, code: str) -> list[Step]:
    """What to do, in order, to work on a part: check who takes over, open, work, close again.

    Switches nearest to the loads open first and close last: nothing is cut under load by what stands above.
    Raises KeyError for a code that is not in the plan.
    """
    maintained = plan.index[code]
    out = plan.isolated(maintained)
    relays = [_check(plan, i) for i in _relays(plan, out)]
    # Parts stand after what feeds them: the highest index is the nearest to the loads.
    opened = [i for i in sorted(out, reverse=True) if i != maintained and plan.parts[i].isolation == SWITCH]
    stopped = [plan.parts[i].code for i in opened] or [code]
    return [
        *relays,
        *(Step(OPEN, each) for each in stopped),
        Step(WORK, code),
        *(Step(CLOSE, each) for each in reversed(stopped)),
    ]


def _check(plan: Plan, i: int) -> Step:
    part = plan.parts[i]
    must = plan.demand[i] if part.carried is None else part.carried
    return Step(CHECK, part.code, must, part.capacity, part.system)


def _relays(plan: Plan, out: Iterable[int]) -> list[int]:
    """The parts that feed, with others of the same gate out, somebody who still works."""
    gone = set(out)
    works = lanes(plan, 1, dict.fromkeys(gone, 1))
    found = set()
    for i, gates in enumerate(plan.gates):
        if works[i] and i not in gone:
            for sources, _, _ in gates:
                if any(s in gone or not works[s] for s in sources):
                    found |= {s for s in sources if works[s]}
    return sorted(found)
