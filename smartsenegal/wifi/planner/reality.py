"""What was foreseen beside what was measured. Pure: no database, no clock."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from smartsenegal.wifi.planner.rules import Held, Need, Range


@dataclass(frozen=True)
class Measured:
    """What an event gave. None is "not measured", never nought.

    `peak` devices on together; `devices` seen on the busiest day; `mbps` the 95th percentile of its minutes,
    from octets that gateways reported, both ways; `full` and `refused` shares of the answers: no place, and
    any other refusal.
    """

    peak: int | None = None
    devices: int | None = None
    mbps: float | None = None
    full: float | None = None
    refused: float | None = None
    sessions: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class Line:
    """One figure: `said` is "below", "within", "above", or "" where a side is missing."""

    key: str
    foreseen: Range | None
    measured: float | None
    said: str


def placed(value: float | None, foreseen: Range | None) -> str:
    """Where a measure is beside its range, both ends being within it; "" without one of them."""
    if value is None or foreseen is None:
        return ""
    if value < foreseen.low:
        return "below"
    return "above" if value > foreseen.high else "within"


def compare(need: Need, held: Held, found: Measured) -> list[Line]:
    """Each figure of the plan beside its measure. Devices on are compared with what was to be served, not
    with what the crowd would have asked for."""
    rows: list[tuple[str, Range | None, float | None]] = [
        ("peak", held.at_once, found.peak),
        ("devices", need.devices, found.devices),
        ("mbps", held.mbps, found.mbps),
        ("full", held.blocking, found.full),
        ("refused", None, found.refused),
        ("pool", need.pool, None),
    ]
    return [Line(key, foreseen, value, placed(value, foreseen)) for key, foreseen, value in rows]


def percentile(values: Sequence[float], share: float, among: int) -> float:
    """The nearest-rank percentile of `values` completed with noughts up to `among` of them.

    ValueError when nothing is counted.
    """
    if among <= 0 or len(values) > among:
        raise ValueError("nothing to rank")
    rank = max(1, math.ceil(share * among))
    missing = among - len(values)
    return 0.0 if rank <= missing else sorted(values)[rank - missing - 1]
