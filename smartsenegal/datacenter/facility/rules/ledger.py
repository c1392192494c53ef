"""What a rack, a feed and the parts above carry, what is left, and why more cannot go in. Pure.

Amounts are W, kg, ports and units. "Normal" is with both paths in service, "failover" with the other out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from smartsenegal.datacenter.facility.rules.graph import POWER, Part, Plan
from smartsenegal.datacenter.facility.rules.words import CONTRACTED, HELD, INSTALLED

STATES = (HELD, CONTRACTED, INSTALLED)


@dataclass(frozen=True)
class Claim:
    """A range of units that is taken, from `first` (1 is the lowest), and what comes with it.

    `within` is the state of the reservation whose range and power a device uses: what the device takes then
    moves from there, and adds nothing.
    """

    label: str
    first: int
    units: int
    watts: int = 0
    kg: int = 0
    ports: int = 0
    feeds: str = "AB"
    state: str = INSTALLED
    within: str = ""

    @property
    def range(self) -> range:
        """Its units."""
        return range(self.first, self.first + self.units)

    @property
    def spot(self) -> str:
        """`U12` or `U12 à U14`."""
        last = self.first + self.units - 1
        return f"U{self.first}" if self.units == 1 else f"U{self.first} à U{last}"


@dataclass(frozen=True)
class Limits:
    """What a rack has; None is not known."""

    units: int
    watts: int | None = None
    kg: int | None = None
    ports: int | None = None


@dataclass(frozen=True)
class Ledger:
    """A rack, added up. `used` is by state and dimension; `longest` the most free units in one piece."""

    used: Mapping[str, Mapping[str, int]]
    free: Mapping[str, int | None]
    longest: int
    stranded: tuple[str, ...]


DIMENSIONS = ("units", "watts", "kg", "ports")
NAMES = {"units": "place en U", "watts": "puissance", "kg": "charge au sol", "ports": "ports"}


def ledger(limits: Limits, claims: Sequence[Claim]) -> Ledger:
    """The ledger of a rack: what is used and free add up to what there is.

    `stranded` names what blocks the rest: nothing is left of it, some of others.
    """
    used = {
        state: {
            name: sum(getattr(c, name) * ((c.state == state) - (c.within == state)) for c in claims)
            for name in DIMENSIONS
        }
        for state in STATES
    }
    free = {name: _left(limits, used, name) for name in DIMENSIONS}
    gone = [name for name in DIMENSIONS if free[name] is not None and (free[name] or 0) <= 0]
    some = any((free[name] or 0) > 0 for name in DIMENSIONS)
    return Ledger(used, free, longest_free(limits.units, claims), tuple(gone) if some else ())


def _left(limits: Limits, used: Mapping[str, Mapping[str, int]], name: str) -> int | None:
    most: int | None = getattr(limits, name)
    return None if most is None else most - sum(of_state[name] for of_state in used.values())


def longest_free(units: int, claims: Iterable[Claim]) -> int:
    """The most free units in one piece."""
    taken = {u for claim in claims for u in claim.range}
    best = run = 0
    for unit in range(1, units + 1):
        run = 0 if unit in taken else run + 1
        best = max(best, run)
    return best


def first_free(units: int, claims: Iterable[Claim], wanted: int) -> int | None:
    """The lowest unit from which `wanted` units are free; None when there is no such place."""
    taken = {u for claim in claims for u in claim.range}
    starts = range(1, units - wanted + 2)
    return next((s for s in starts if not taken & set(range(s, s + wanted))), None)


def fault(limits: Limits, claims: Sequence[Claim], new: Claim) -> tuple[str, str]:
    """The field and the French sentence of why a claim cannot go in a rack; ("", "") when it can."""
    for name in DIMENSIONS:
        if getattr(new, name) < (name == "units"):
            return name, "Écrivez un nombre positif."
    if new.first < 1 or new.first + new.units - 1 > limits.units:
        return "first", f"{new.spot} sort de la baie, qui va de U1 à U{limits.units}."
    for other in claims:
        if not other.within and set(other.range) & set(new.range):
            shared = sorted(set(other.range) & set(new.range))
            return "first", f"U{shared[0]} est déjà pris par « {other.label} » ({other.spot})."
    free = ledger(limits, claims).free
    for name, unit in (("watts", "W"), ("kg", "kg"), ("ports", "ports")):
        left = free[name]
        if left is not None and getattr(new, name) > left:
            return name, f"Il reste {max(left, 0)} {unit} dans cette baie ; il en faut {getattr(new, name)}."
    return "", ""


def on_path(claims: Iterable[Claim], path: str) -> tuple[int, int]:
    """W that claims ask of a path: normal (half of what is on both), and with the other path out."""
    own = [c for c in claims if path in c.feeds and not c.within]
    return sum(c.watts if c.feeds == path else -(-c.watts // 2) for c in own), sum(c.watts for c in own)


@dataclass(frozen=True)
class Carried:
    """A part's load in its unit: at rest, under failover, and what is left of its capacity then."""

    normal: int
    failover: int
    left: int | None


def carried(plan: Plan) -> dict[str, Carried]:
    """What each part carries. At rest sources in parallel share alike, and one in standby carries nothing."""
    flows = [0.0] * len(plan.parts)
    for i in range(len(plan.parts) - 1, -1, -1):
        part = plan.parts[i]
        for gate in part.gates:
            system = plan.parts[plan.index[gate.sources[0]]].system
            asked = float(part.draws.get(system, 0)) if part.load or system != part.system else flows[i]
            sources = gate.sources[:1] if gate.standby else gate.sources
            for source in sources:
                flows[plan.index[source]] += asked / len(sources)
    return {
        part.code: Carried(round(flow), demand, None if part.capacity is None else part.capacity - demand)
        for part, flow, demand in zip(plan.parts, flows, plan.demand, strict=True)
    }


@dataclass(frozen=True)
class Narrow:
    """The part of a chain that has least left with its largest member out, and how much (its unit)."""

    code: str
    left: int


def headroom(plan: Plan, sources: Sequence[str], system: str = POWER) -> Narrow | None:
    """The narrowest point of what brings a system, with one member of each group out; None: no limit."""
    waiting, seen = [tuple(sources)] if sources else [], set()
    found: Narrow | None = None
    while waiting:
        group = waiting.pop()
        if group in seen or plan.parts[plan.index[group[0]]].system != system:
            continue
        seen.add(group)
        left = _left_of(plan, group)
        if left is not None and (found is None or left < found.left):
            found = Narrow(group[0] if len(group) == 1 else f"{group[0]} … {group[-1]}", left)
        for code in group:
            for part in _line(plan, code):
                for gate in part.gates:
                    if gate.standby:
                        waiting += [(s,) for s in gate.sources]  # each must carry all alone
                    elif not plan.passes(part, gate):
                        waiting.append(gate.sources)
    return found


def _line(plan: Plan, code: str) -> list[Part]:
    """A part and those that stand alone above it, one behind the other."""
    line = [plan.parts[plan.index[code]]]
    while lone := [g for g in line[-1].gates if plan.passes(line[-1], g)]:
        line.append(plan.parts[plan.index[lone[0].sources[0]]])
    return line


def _left_of(plan: Plan, group: Sequence[str]) -> int | None:
    lines = [_line(plan, code) for code in group]
    capacities = [[p.capacity for p in line if p.capacity is not None] for line in lines]
    if not all(capacities):
        return None
    known = [min(each) for each in capacities]
    together = sum(known) - (max(known) if len(known) > 1 else 0)
    return together - max(plan.demand[plan.index[code]] for code in group)


def phases(loads: Iterable[tuple[str, int]]) -> dict[str, int]:
    """W on each phase, from (phase, W); a balanced three-phase load is shared by the three."""
    found = dict.fromkeys(("L1", "L2", "L3"), 0)
    for phase, watts in loads:
        for each in found if phase == "3" else (phase,):
            if each in found:
                found[each] += watts // 3 if phase == "3" else watts
    return found
