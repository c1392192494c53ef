"""Whether each part can be stopped as planned, or fail, without any load being lost: who breaks that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from smartsenegal.datacenter.facility.rules.graph import Plan
from smartsenegal.datacenter.tier.rules.structure import lanes


@dataclass(frozen=True)
class Violator:
    """A part that cannot be taken out: what goes with it, the loads lost then, their sum in W."""

    code: str
    out: tuple[str, ...]
    lost: tuple[str, ...]
    watts: int


@dataclass(frozen=True)
class Verdict:
    """`unfed` are loads not served with everything in service: a part above is too small or missing."""

    holds: bool
    violators: tuple[Violator, ...]
    unfed: tuple[str, ...]


def maintainable(plan: Plan) -> Verdict:
    """The verdict of concurrent maintainability: each part out in turn, with all that its isolation takes.

    Utilities count as absent (engine generators are the primary source in the Uptime Institute's topology
    standard), and what a group must have is recomputed from the load that hangs from it, not declared.
    """
    return _verdict(plan, [(i, plan.isolated(i)) for i in plan.devices if not plan.parts[i].utility])


def tolerant(plan: Plan) -> Verdict:
    """The verdict of fault tolerance: each part fails in turn, with all that shares its compartment."""
    together: dict[str, set[int]] = {}
    for i in plan.devices:
        if name := plan.parts[i].compartment:
            together.setdefault(name, set()).add(i)
    failures = [
        (i, frozenset({i, *together.get(plan.parts[i].compartment, ())}))
        for i in plan.devices
        if not plan.parts[i].utility
    ]
    return _verdict(plan, failures)


def _verdict(plan: Plan, cases: Sequence[tuple[int, frozenset[int]]]) -> Verdict:
    # The last lane is the installation at rest.
    removed = dict.fromkeys(plan.utilities, (1 << len(cases) + 1) - 1)
    for lane, (_, out) in enumerate(cases):
        for i in out:
            removed[i] = removed.get(i, 0) | 1 << lane
    works = lanes(plan, len(cases) + 1, removed)
    rest = 1 << len(cases)
    unfed = [i for i in plan.loads if not works[i] & rest]
    fed = [i for i in plan.loads if works[i] & rest]
    violators = []
    for lane, (i, out) in enumerate(cases):
        lost = [load for load in fed if not works[load] >> lane & 1]
        if lost:
            watts = sum(plan.parts[load].load for load in lost)
            violators.append(Violator(plan.parts[i].code, _codes(plan, out), _codes(plan, lost), watts))
    violators.sort(key=lambda v: (-v.watts, v.code))
    return Verdict(not violators and not unfed, tuple(violators), _codes(plan, unfed))


def _codes(plan: Plan, which: Iterable[int]) -> tuple[str, ...]:
    return tuple(plan.parts[i].code for i in sorted(which))
