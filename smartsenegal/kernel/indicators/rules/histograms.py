"""Delays counted in steps of one tenth: histograms add up, and still tell their percentiles. Pure.

A histogram holds, for each upper bound in minutes, how many values lie under it and above the bound before.
Two of them are merged by adding; the true percentile of all the values lies inside the bracket that
`quantile` returns, which is one tenth wide at most (one minute, under ten minutes).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from smartsenegal.lib.text import plural

Histogram = Mapping[int, int]
# Below this many values, a percentile tells of chance, and might tell of somebody.
MEASURED_FROM = 10
_HOUR = 60
_DAY = 24 * _HOUR
_LONGEST = 10 * 366 * _DAY


def _bounds() -> tuple[int, ...]:
    found = list(range(1, 11))
    while found[-1] < _LONGEST:
        found.append(found[-1] * 11 // 10)
    return tuple(found)


BOUNDS = _bounds()


@dataclass(frozen=True)
class Bracket:
    """Where a percentile lies, in minutes: above `low`, `high` at most."""

    low: int
    high: int


def bucket_of(minutes: int) -> int:
    """Upper bound of the step that a value falls in; the last one for what is longer than ten years."""
    return BOUNDS[min(bisect_left(BOUNDS, minutes), len(BOUNDS) - 1)]


def merged(histograms: Iterable[Histogram]) -> dict[int, int]:
    """One histogram of all the values."""
    whole: Counter[int] = Counter()
    for each in histograms:
        whole.update(each)
    return dict(whole)


def total(histogram: Histogram) -> int:
    """How many values there are."""
    return sum(histogram.values())


def quantile(histogram: Histogram, percent: int) -> Bracket | None:
    """Where the value lies that so many in a hundred do not exceed (nearest rank); None without any value."""
    wanted = max(1, -(-percent * total(histogram) // 100))
    reached = 0
    for bound in sorted(histogram):
        reached += histogram[bound]
        if reached >= wanted:
            return Bracket(_below(bound), bound)
    return None


def at_most(histogram: Histogram, percent: int) -> int | None:
    """The minutes that so many in a hundred do not exceed, as a promise is told: the bracket's upper end."""
    found = quantile(histogram, percent)
    return found.high if found else None


def _below(bound: int) -> int:
    rank = bisect_left(BOUNDS, bound)
    return BOUNDS[rank - 1] if rank else -1


def duration_words(minutes: int) -> str:
    """A length in the unit that reads best, rounded up: `25 minutes`, `5 heures`, `8 jours`."""
    if minutes < 2 * _HOUR:
        return plural(max(minutes, 1), "minute", "minutes")
    if minutes < 2 * _DAY:
        return plural(-(-minutes // _HOUR), "heure", "heures")
    return plural(-(-minutes // _DAY), "jour", "jours")
