"""The graph that every question is asked of: parts, what feeds each, what each must carry. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

POWER, COOLING, NETWORK = "power", "cooling", "network"
# How a part is cut off for work: with its neighbours up to the nearest switch, by its own isolators, or as
# a switch (breaker, valve) that isolates its neighbours.
WITH_NEIGHBOURS, OWN, SWITCH = "neighbours", "own", "switch"


@dataclass(frozen=True)
class Gate:
    """`need` of `sources` must work; 0 means as many as carry together what hangs from them.

    In `standby` the first carries all and the others wait: it changes what each carries, not what may fail.
    """

    sources: tuple[str, ...]
    need: int = 0
    standby: bool = False


@dataclass(frozen=True)
class Part:
    """One thing that can be stopped or fail, or (with `load`) a load that must be served.

    Capacities and draws are W, W of heat or Mbit/s, by system; None is "not limited". `carried` is what a
    part must be able to carry when others are out, where that is less than all that hangs from it. Times are
    hours; None is "not known". `common` names parts that one cause may take together, a share `beta` of their
    failures.
    """

    code: str
    system: str = POWER
    capacity: int | None = None
    gates: tuple[Gate, ...] = ()
    isolation: str = WITH_NEIGHBOURS
    draws: Mapping[str, int] = field(default_factory=dict)
    load: int = 0
    utility: bool = False
    fuelled: bool = False
    carried: int | None = None
    compartment: str = ""
    work_hours: float | None = None
    mtbf: float | None = None
    mttr: float | None = None
    common: str = ""
    beta: float = 0.0


class Looped(ValueError):
    """Parts that feed each other in a circle; `codes` is the circle, its first part again at the end."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        self.codes = codes
        super().__init__(" → ".join(codes))


class Unknown(ValueError):
    """A part is fed by something that is not in the plan."""

    def __init__(self, code: str, source: str) -> None:
        self.code, self.source = code, source
        super().__init__(f"{code}: {source}")


class Plan:
    """Parts in an order where each comes after what feeds it. Raises Looped, Unknown."""

    def __init__(self, parts: Iterable[Part]) -> None:
        known = {part.code: part for part in parts}
        for part in known.values():
            for gate in part.gates:
                for source in gate.sources:
                    if source not in known:
                        raise Unknown(part.code, source)
        self.parts = [known[code] for code in ordered({c: _sources(p) for c, p in known.items()})]
        self.index = {part.code: i for i, part in enumerate(self.parts)}
        self.loads = [i for i, part in enumerate(self.parts) if part.load]
        self.devices = [i for i, part in enumerate(self.parts) if not part.load]
        self.positions = {i: position for position, i in enumerate(self.devices)}
        self._isolated: dict[int, frozenset[int]] = {}
        self.utilities = [i for i, part in enumerate(self.parts) if part.utility]

    @cached_property
    def consumers(self) -> list[list[int]]:
        """For each part, those it feeds."""
        found: list[list[int]] = [[] for _ in self.parts]
        for i, part in enumerate(self.parts):
            for source in _sources(part):
                found[self.index[source]].append(i)
        return found

    @cached_property
    def demand(self) -> list[int]:
        """For each part, all that hangs from it in its own system, in its unit: its load when alone."""
        takers: dict[tuple[str, int], int] = {}
        for i, part in enumerate(self.parts):
            for system, amount in part.draws.items():
                if amount:
                    takers[system, amount] = takers.get((system, amount), 0) | 1 << i
        by_system: dict[str, list[tuple[int, int]]] = {}
        for (system, amount), mask in takers.items():
            by_system.setdefault(system, []).append((amount, mask))
        reach = self._reach()
        return [
            sum(amount * (mask & reach[i]).bit_count() for amount, mask in by_system.get(part.system, ()))
            for i, part in enumerate(self.parts)
        ]

    def _reach(self) -> list[int]:
        """For each part, the set of those it feeds: through its own system, and one step out of it."""
        reach = [0] * len(self.parts)
        for i in range(len(self.parts) - 1, -1, -1):
            own = self.parts[i].system
            for taker in self.consumers[i]:
                reach[i] |= 1 << taker
                if self.parts[taker].system == own and not self.parts[taker].load:
                    reach[i] |= reach[taker]
        return reach

    @cached_property
    def coverage(self) -> list[Fraction]:
        """For each part, the share of what it may have to carry that reaches it and that it can carry.

        Behind a lone source (an engine and its breaker) a part has no more than that source has.
        """
        found: list[Fraction] = []
        for part, demand in zip(self.parts, self.demand, strict=True):
            must = demand if part.carried is None else part.carried
            whole = part.capacity is None or must <= part.capacity
            own = Fraction(1) if whole else Fraction(part.capacity or 0, must)
            lone = [found[self.index[g.sources[0]]] for g in part.gates if self.passes(part, g)]
            found.append(min([own, *lone]))
        return found

    def passes(self, part: Part, gate: Gate) -> bool:
        """Whether what is short in the one source of a gate shows further on, where sources add up."""
        lone = len(gate.sources) == 1 and not gate.need and not part.load
        return lone and self.parts[self.index[gate.sources[0]]].system == part.system

    @cached_property
    def gates(self) -> list[list[tuple[list[int], list[Fraction], Fraction]]]:
        """For each part and gate: indices of its sources, their weights, and the weight that is needed."""
        return [[self._gate(part, gate) for gate in part.gates] for part in self.parts]

    def _gate(self, part: Part, gate: Gate) -> tuple[list[int], list[Fraction], Fraction]:
        sources = [self.index[s] for s in gate.sources]
        if gate.need or self.passes(part, gate):
            return sources, [Fraction(1)] * len(sources), Fraction(gate.need or 1)
        # Those that carry most come first: the recursion over them then ends soonest.
        sources.sort(key=lambda i: -self.coverage[i])
        return sources, [self.coverage[i] for i in sources], Fraction(1)

    def isolated(self, i: int) -> frozenset[int]:
        """What must be out of service to work on a part: itself, and its neighbours to the nearest switch.

        The flood follows one medium at a time (what an edge delivers) and stops at switches, which it opens;
        at parts that have their own isolators and at users of another system, which only lose that feed.
        """
        if i not in self._isolated:
            self._isolated[i] = self._flooded(i)
        return self._isolated[i]

    def _flooded(self, i: int) -> frozenset[int]:
        if self.parts[i].isolation == OWN:
            return frozenset((i,))
        out, waiting = {i}, [(i, medium) for medium in self._media(i)]
        seen = set(waiting)
        while waiting:
            at, medium = waiting.pop()
            for near in self._near(at, medium):
                if self._bounds(near, medium):
                    continue
                out.add(near)
                if self.parts[near].isolation != SWITCH and (near, medium) not in seen:
                    seen.add((near, medium))
                    waiting.append((near, medium))
        return frozenset(out)

    def _bounds(self, near: int, medium: str) -> bool:
        part = self.parts[near]
        return bool(part.load) or part.isolation == OWN or part.system != medium or part.utility

    def _media(self, i: int) -> set[str]:
        own = self.parts[i]
        return {own.system, *(self.parts[self.index[s]].system for s in _sources(own))}

    def _near(self, i: int, medium: str) -> list[int]:
        fed_by = [self.index[s] for s in _sources(self.parts[i])]
        near = [s for s in fed_by if self.parts[s].system == medium]
        return near + self.consumers[i] if self.parts[i].system == medium else near


def _sources(part: Part) -> list[str]:
    return list(dict.fromkeys(s for gate in part.gates for s in gate.sources))


def ordered(sources: Mapping[str, Iterable[str]]) -> list[str]:
    """Names so that each comes after its sources. Raises Looped with the circle."""
    done: dict[str, bool] = {}
    order: list[str] = []
    for start in sources:
        if start in done:
            continue
        done[start] = False
        path = [(start, iter(sources[start]))]
        while path:
            at, rest = path[-1]
            following = next((s for s in rest if not done.get(s)), None)
            if following is None:
                done[at] = True
                order.append(at)
                path.pop()
            elif following in done:
                circle = [name for name, _ in path]
                circle = circle[circle.index(following) :]
                raise Looped((*circle, following))
            else:
                done[following] = False
                path.append((following, iter(sources[following])))
    return order
