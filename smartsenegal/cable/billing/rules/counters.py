"""From counters that wrap, restart and lie to octets in slots.

Counters are those of the interfaces group (RFC 2863: `ifInOctets`, `ifHCInOctets` and their like); `uptime`
is `sysUpTime` in hundredths of a second (RFC 3418), which itself wraps after 497 days. What is not known is
None: this module never guesses, the contract says what a missing slot is worth.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from smartsenegal.cable.billing.rules.conventions import Measure

TICKS = 1 << 32  # sysUpTime is a TimeTicks
# How far the agent's clock and ours may drift between two readings before a restart is the better
# explanation.
DRIFT_TICKS = 3_000
# A port never carries more than its speed; readings may be stamped so many seconds early or late.
SLACK_SECONDS = 10
LONG, REBOOTED, RESET, TOO_FAST, AMBIGUOUS = "long", "rebooted", "reset", "too_fast", "ambiguous"
CAUSES = {
    LONG: "relevés trop espacés",
    REBOOTED: "équipement redémarré",
    RESET: "compteur remis à zéro",
    TOO_FAST: "débit au-delà de la vitesse du port",
    AMBIGUOUS: "compteur de 32 bits trop court pour ce débit",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A port's counters at a second (Unix time): octets received and sent; `uptime` None when it is not
    known."""

    at: int
    uptime: int | None
    received: int
    sent: int


@dataclass
class Slots:
    """Octets received and sent in each slot, None where they are not known, and why intervals were set
    aside."""

    values: list[tuple[int, int] | None]
    causes: Counter[str] = field(default_factory=Counter)


def slots_of(
    measure: Measure, bits: int, speed_bps: int, readings: Iterable[Reading], start: int, count: int
) -> Slots:
    """`count` slots from `start` (Unix time). The octets between two readings are spread evenly, so that all
    slots together hold exactly what was counted; a slot is known when readings cover the whole of it.

    Readings may come in any order and several times; those of one second are the same (`merged` saw to
    it)."""
    long = measure.slot_seconds
    end = start + long * count
    octets = [[0, 0] for _ in range(count)]
    covered = [0] * count
    causes = Counter[str]()
    for a, b in pairwise(sorted(set(readings), key=lambda r: r.at)):
        if b.at <= start or a.at >= end:
            continue
        found = _difference(measure, bits, speed_bps, a, b)
        if isinstance(found, str):
            causes[found] += 1
            continue
        took = b.at - a.at
        first, last = max(a.at, start), min(b.at, end)
        while first < last:
            n = (first - start) // long
            until = min(start + (n + 1) * long, last)
            for side in (0, 1):
                octets[n][side] += _part(found[side], until - a.at, took) - _part(
                    found[side], first - a.at, took
                )
            covered[n] += until - first
            first = until
    return Slots(
        [(o[0], o[1]) if seconds == long else None for o, seconds in zip(octets, covered, strict=True)],
        causes,
    )


def _part(octets: int, seconds: int, of: int) -> int:
    return octets * seconds // of


def _difference(measure: Measure, bits: int, speed_bps: int, a: Reading, b: Reading) -> tuple[int, int] | str:
    """Octets received and sent between two readings, or why that is not known."""
    took = b.at - a.at
    if took > measure.spread_slots * measure.slot_seconds + SLACK_SECONDS:
        return LONG
    if _restarted(a, b):
        return REBOOTED
    most = speed_bps * (took + SLACK_SECONDS) // 8
    if most >= 1 << bits:
        return AMBIGUOUS
    found = []
    for before, after in ((a.received, b.received), (a.sent, b.sent)):
        moved = (after - before) % (1 << bits)
        if moved > most:
            return RESET if after < before else TOO_FAST
        found.append(moved)
    return found[0], found[1]


def _restarted(a: Reading, b: Reading) -> bool:
    """Whether the agent began anew between two readings: its clock is not where it should be. That
    `sysUpTime` wrapped is no restart."""
    if a.uptime is None or b.uptime is None:
        return False
    drift = (a.uptime + 100 * (b.at - a.at) - b.uptime) % TICKS
    return min(drift, TICKS - drift) > DRIFT_TICKS


class Contradicted(ValueError):
    """Two readings of one port at one second that differ; `at` is that second."""

    def __init__(self, at: int) -> None:
        self.at = at
        super().__init__(at)


def merged(known: Iterable[Reading], new: Iterable[Reading]) -> list[Reading]:
    """All readings once, by time: one that comes a second time changes nothing. Raises Contradicted."""
    by_time = {reading.at: reading for reading in known}
    for reading in new:
        if by_time.setdefault(reading.at, reading) != reading:
            raise Contradicted(reading.at)
    return [by_time[at] for at in sorted(by_time)]
