"""What a site's own sessions say of a plan's ranges: at the 10th, the 50th and the 90th hundredth of what was
measured, or nothing below a minimum of data. Pure: no database, no clock.

Sessions tell how many devices were on, what they carried and how long they stayed. They never tell how many
of the people present had no session: the share that connects stays an assumption.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from smartsenegal.wifi.planner.reality import percentile
from smartsenegal.wifi.planner.rules import Range

# Below this nothing is told: one day is an accident, and a few sessions are a few people.
DAYS_LEAST = 3
SESSIONS_LEAST = 200
HOURS_LEAST = 12
# An hour counts when so many devices were on, on average; of those hours the busiest quarter is taken.
DEVICES_LEAST = 2.0
BUSY = 0.75


@dataclass(frozen=True)
class Hour:
    """An hour of a site: its day (a number), devices on, on average, octets both ways (None: not counted)."""

    day: int
    devices: float
    octets: int | None = None


@dataclass(frozen=True)
class Sample:
    """What a site gave from `since` to `until`. `lengths` are seconds of its ended sessions, at the 10th,
    50th and 90th hundredth; None without any."""

    since: datetime
    until: datetime
    hours: Sequence[Hour] = ()
    sessions: int = 0
    lengths: Range | None = None


@dataclass(frozen=True)
class Calibration:
    """Ranges measured at a site, each with its number of measures, or a sentence of why there is none.

    `together`: devices on together in the busiest hour of a day, on average over it, of n days. `kbps`: what
    each took in the busiest quarter of the hours, of n hours. `seconds`: how long sessions last, of n.
    """

    since: datetime
    until: datetime
    together: Range | None = None
    days: int = 0
    kbps: Range | None = None
    hours: int = 0
    seconds: Range | None = None
    sessions: int = 0
    fault: str = ""


def calibrate(sample: Sample) -> Calibration:
    """The ranges of a sample; only a `fault` below the least of data."""
    peaks: dict[int, float] = {}
    for hour in sample.hours:
        if hour.devices > 0:
            peaks[hour.day] = max(hour.devices, peaks.get(hour.day, 0.0))
    busy = _busy([hour for hour in sample.hours if hour.devices >= DEVICES_LEAST])
    rates = [hour.octets * 8 / 3.6e6 / hour.devices for hour in busy if hour.octets]
    if fault := _fault(len(peaks), sample.sessions, len(rates)):
        return Calibration(sample.since, sample.until, fault=fault)
    return Calibration(
        sample.since, sample.until, _range(list(peaks.values())), len(peaks), _range(rates), len(rates),
        sample.lengths, sample.sessions,
    )  # fmt: skip


def _busy(hours: list[Hour]) -> list[Hour]:
    if not hours:
        return []
    least = percentile([hour.devices for hour in hours], BUSY, len(hours))
    return [hour for hour in hours if hour.devices >= least]


def _fault(days: int, sessions: int, hours: int) -> str:
    lacking = [
        f"{found} {what} sur {least}"
        for found, least, what in (
            (days, DAYS_LEAST, "jours"),
            (sessions, SESSIONS_LEAST, "connexions finies"),
            (hours, HOURS_LEAST, "heures chargées dont le débit est compté"),
        )
        if found < least
    ]
    return f"Pas assez de mesures à ce point : {', '.join(lacking)} au moins." if lacking else ""


def _range(values: Sequence[float]) -> Range:
    return Range(*(percentile(values, share, len(values)) for share in (0.1, 0.5, 0.9)))
