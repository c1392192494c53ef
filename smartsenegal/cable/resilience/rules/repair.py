"""How long cables that fail and wait for a ship stay down: by formula, and by simulation.

The formula is the machine-repairman model (Feller, "An Introduction to Probability Theory", volume 1,
XVII.7): n cables fail each at its rate, c crews repair, times are exponential. With a crew for each cable
only the means count, whatever the distribution; with fewer it is the simulation that tells what uniform
times of repair change."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Fleet:
    """`cables` alike that fail `faults` times a year each while up, `crews` that repair one at a time, the
    first that failed first, in `least` to `most` days."""

    cables: int
    faults: float
    crews: int
    least: float
    most: float

    @property
    def mean_days(self) -> float:
        """Mean time of a repair once it begins."""
        return (self.least + self.most) / 2


def down(fleet: Fleet) -> list[float]:
    """Share of the time during which exactly 0, 1 … n cables are down, repairs being exponential."""
    failure, repair = fleet.faults / DAYS_A_YEAR, 1 / fleet.mean_days
    shares = [1.0]
    for k in range(fleet.cables):
        shares.append(shares[-1] * (fleet.cables - k) * failure / (min(k + 1, fleet.crews) * repair))
    total = sum(shares)
    return [share / total for share in shares]


def simulated(fleet: Fleet, years: float, seed: int, exponential: bool = False) -> list[float]:
    """The same shares over so many simulated years; repairs are uniform unless told to be exponential."""
    random = Random(seed)  # noqa: S311 - the same question has the same answer
    draw = _repairs(fleet, random, exponential)
    failure, end = fleet.faults / DAYS_A_YEAR, years * DAYS_A_YEAR
    shares, now, broken, free = [0.0] * (fleet.cables + 1), 0.0, 0, fleet.crews
    events: list[tuple[float, str]] = []
    for _ in range(fleet.cables):
        heapq.heappush(events, (random.expovariate(failure), "fails"))
    while events and now < end:
        at, what = heapq.heappop(events)
        shares[broken] += min(at, end) - now
        now = min(at, end)
        if what == "fails":
            broken += 1
            if free:
                free -= 1
                heapq.heappush(events, (at + draw(), "repaired"))
        else:
            broken -= 1
            heapq.heappush(events, (at + random.expovariate(failure), "fails"))
            if broken > fleet.crews - free - 1:
                heapq.heappush(events, (at + draw(), "repaired"))
            else:
                free += 1
    return [share / now for share in shares]


def _repairs(fleet: Fleet, random: Random, exponential: bool) -> Callable[[], float]:
    if exponential:
        return lambda: random.expovariate(1 / fleet.mean_days)
    return lambda: random.uniform(fleet.least, fleet.most)


def enough(shares: list[float], needed: int) -> float:
    """Share of the time during which at least `needed` cables are up."""
    return sum(shares[: len(shares) - needed])
