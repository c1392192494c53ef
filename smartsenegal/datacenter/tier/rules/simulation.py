"""Availability by simulation: repair crews that are counted, fuel that runs out, common causes."""

import heapq
import math
from dataclasses import dataclass, replace
from random import Random

from smartsenegal.datacenter.facility.rules.graph import Plan
from smartsenegal.datacenter.tier.rules.availability import unavailability
from smartsenegal.datacenter.tier.rules.exposure import HOURS_OF_A_YEAR
from smartsenegal.datacenter.tier.rules.structure import lanes

BATCHES = 20
# Student's t for 19 degrees of freedom, 97.5 %: the interval of the mean of twenty batches.
STUDENT = 2.093
EVENTS_AT_MOST = 400_000


@dataclass(frozen=True)
class Assumptions:
    """Crews: repairs made at a time (None: one each). Fuel: hours in the tanks, hours to a delivery."""

    years: int = 2_000
    crews: int | None = None
    fuel_hours: float | None = None
    delivery_hours: float | None = None
    seed: int = 1


@dataclass(frozen=True)
class Simulated:
    """Share of time all loads are served with its 95 % interval, outages a year, mean hours of one."""

    availability: float
    low: float
    high: float
    outages_a_year: float
    hours_each: float
    years: int


@dataclass(frozen=True)
class _Unit:
    """What fails and is repaired as one: a part, or a common cause with its parts."""

    parts: tuple[int, ...]
    mtbf: float
    mttr: float


def simulate(plan: Plan, given: Assumptions) -> Simulated:
    """Draw failures and repairs (exponential) over years, fewer where they would be too many events.

    Fuelled parts stop when utilities have been out as long as fuel lasts, until one is back or fuel
    arrives. The interval is that of batch means (Law, Simulation Modeling and Analysis, 9.5.3); when nothing
    was lost, the rule of three (3 outages at most, each of the longest repair).
    """
    units = _units(plan)
    rate = sum(2 / (unit.mtbf + unit.mttr) for unit in units)
    years = given.years if not rate else min(given.years, int(EVENTS_AT_MOST / rate / HOURS_OF_A_YEAR) or 1)
    spans = _timeline(plan, units, years * HOURS_OF_A_YEAR, given)
    states = sorted({down for _, _, down in spans}, key=sorted)
    lost = dict(zip(states, _lost(plan, states), strict=True))
    found = _figures([(start, end, lost[down]) for start, end, down in spans], years)
    if not found.outages_a_year and units:
        longest = max(unit.mttr for unit in units)
        return replace(found, low=max(0.0, 1 - 3 * longest / (years * HOURS_OF_A_YEAR)))
    return found


def _units(plan: Plan) -> list[_Unit]:
    found: list[_Unit] = []
    shared: dict[str, _Unit] = {}
    for i in plan.devices:
        part = plan.parts[i]
        if not unavailability(part) or not part.mtbf or part.mttr is None:
            continue
        beta = part.beta if part.common else 0.0
        if beta:
            before = shared.get(part.common)
            parts = (*before.parts, i) if before else (i,)
            worst = max((part, *(plan.parts[p] for p in parts)), key=lambda p: p.beta * unavailability(p))
            shared[part.common] = _split(parts, worst.beta, worst.mtbf or 0, worst.mttr or 0)
        if beta < 1:
            found.append(_split((i,), 1 - beta, part.mtbf, part.mttr))
    return found + list(shared.values())


def _split(parts: tuple[int, ...], share: float, mtbf: float, mttr: float) -> _Unit:
    """A unit down for `share` of the time that mtbf and mttr say, with the same repair."""
    down = share * mttr / (mtbf + mttr)
    return _Unit(parts, mttr * (1 - down) / down, mttr)


_FAIL, _REPAIRED, _DRY, _DELIVERED = range(4)
_Span = tuple[float, float, frozenset[int]]


class _Run:
    """The state of one simulation: what is down, who waits for a crew, since when fuel burns."""

    def __init__(self, plan: Plan, units: list[_Unit], given: Assumptions) -> None:
        self.units, self.given = units, given
        self.utilities = set(plan.utilities)
        self.fuelled = [i for i in plan.devices if plan.parts[i].fuelled]
        self.random = Random(given.seed)  # noqa: S311 - a simulation, repeatable on purpose
        self.events: list[tuple[float, int, int]] = []
        self.waiting: list[int] = []
        self.busy = 0
        self.down: dict[int, int] = {}
        self.outage = 0  # number of the present outage of utilities, so that a late alarm knows it is over
        for number, unit in enumerate(units):
            self._at(self.random.expovariate(1 / unit.mtbf), _FAIL, number)

    def _at(self, time: float, kind: int, number: int) -> None:
        heapq.heappush(self.events, (time, kind, number))

    def mark(self, parts: tuple[int, ...] | list[int], change: int) -> None:
        """Count parts down or up once more: a part may be down for two reasons."""
        for i in parts:
            self.down[i] = self.down.get(i, 0) + change
            if not self.down[i]:
                del self.down[i]

    def happen(self, now: float, kind: int, number: int) -> None:
        """One event."""
        if kind == _FAIL:
            self._set(number, 1, now)
            self.waiting.append(number)
        elif kind == _REPAIRED:
            self.busy -= 1
            self._set(number, -1, now)
            self._at(now + self.random.expovariate(1 / self.units[number].mtbf), _FAIL, number)
        elif number == self.outage:
            self.dry(kind == _DRY)
        while self.waiting and (self.given.crews is None or self.busy < self.given.crews):
            first = self.waiting.pop(0)
            self.busy += 1
            self._at(now + self.random.expovariate(1 / self.units[first].mttr), _REPAIRED, first)

    def _set(self, number: int, change: int, now: float) -> None:
        before = self.unsupplied()
        self.mark(self.units[number].parts, change)
        if self.unsupplied() == before:
            return
        self.outage += 1
        self.dry(False)
        fuel, delivery = self.given.fuel_hours, self.given.delivery_hours
        if not before and fuel is not None and (delivery is None or delivery > fuel):
            self._at(now + fuel, _DRY, self.outage)
            if delivery is not None:
                self._at(now + delivery, _DELIVERED, self.outage)

    is_dry = False

    def dry(self, wanted: bool) -> None:
        """Stop or free what burns fuel."""
        if wanted != self.is_dry:
            self.is_dry = wanted
            self.mark(self.fuelled, 1 if wanted else -1)

    def unsupplied(self) -> bool:
        """Whether every utility is down: generators then carry all."""
        return bool(self.utilities) and all(i in self.down for i in self.utilities)


def _timeline(plan: Plan, units: list[_Unit], hours: float, given: Assumptions) -> list[_Span]:
    run, spans, since = _Run(plan, units, given), [], 0.0
    while run.events and run.events[0][0] < hours:
        now, kind, number = heapq.heappop(run.events)
        spans.append((since, now, frozenset(run.down)))
        since = now
        run.happen(now, kind, number)
    return [*spans, (since, hours, frozenset(run.down))]


def _lost(plan: Plan, states: list[frozenset[int]]) -> list[bool]:
    removed: dict[int, int] = {}
    for lane, down in enumerate(states):
        for i in down:
            removed[i] = removed.get(i, 0) | 1 << lane
    whole = (1 << len(states)) - 1
    served, works = whole, lanes(plan, len(states), removed)
    for load in plan.loads:
        served &= works[load]
    return [not served >> lane & 1 for lane in range(len(states))]


def _figures(spans: list[tuple[float, float, bool]], years: int) -> Simulated:
    length = years * HOURS_OF_A_YEAR / BATCHES
    lost_in = [0.0] * BATCHES
    outages, before = 0, False
    for start, end, lost in spans:
        outages += lost and not before
        before = lost
        if lost:
            for batch in range(int(start / length), min(int(end / length), BATCHES - 1) + 1):
                until = min(end, (batch + 1) * length)
                lost_in[batch] += max(0.0, until - max(start, batch * length))
    share = [1 - hours / length for hours in lost_in]
    mean = sum(share) / BATCHES
    spread = math.sqrt(sum((each - mean) ** 2 for each in share) / (BATCHES - 1) / BATCHES)
    hours = sum(lost_in) / outages if outages else 0.0
    low, high = max(0.0, mean - STUDENT * spread), min(1.0, mean + STUDENT * spread)
    return Simulated(mean, low, high, outages / years, hours, years)
