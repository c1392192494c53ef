"""How many channels of a modulation a line bears until the end of its life, and what they carry. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from smartsenegal.cable.optics.rules.ledger import Ledger


@dataclass(frozen=True)
class Modulation:
    """What a terminal sends in a channel: Gbit/s, and the ratio it asks for (dB in 0.1 nm)."""

    name: str
    gbps: int
    required_db: float


@dataclass(frozen=True)
class Bearing:
    """A modulation on a line: channels that bear it at begin and end of life with the margin asked for, the
    margin of the worst channel at the end (dB), and what the channels at the end carry (Gbit/s).

    `gbps` is of the pairs that are counted; see `carried`."""

    modulation: Modulation
    begin: int
    end: int
    margin: float
    gbps: int


def bearings(
    ledger: Ledger, modulations: Sequence[Modulation], margin_db: float, pairs: int
) -> list[Bearing]:
    """Each modulation on every channel of so many fibre pairs, the one that carries most first."""
    found = []
    for each in modulations:
        needed = each.required_db + margin_db
        begin, end = (sum(ratio >= needed for ratio in stage) for stage in (ledger.begin, ledger.end))
        margin = min(ledger.end) - each.required_db
        found.append(Bearing(each, begin, end, margin, end * each.gbps * pairs))
    return sorted(found, key=lambda bearing: -bearing.gbps)


@dataclass(frozen=True)
class Step:
    """A capacity to reach (Gbit/s): channels it takes on each pair, and whether the line has as many."""

    gbps: int
    channels: int
    reached: bool


def steps(bearing: Bearing, lit_gbps: int, design_gbps: int, pairs: int) -> list[Step]:
    """From what is lit (at least 1) to what was designed for, doubling each time."""
    found, at = list[Step](), max(lit_gbps, 1)
    while at < design_gbps:
        found.append(_step(bearing, at, pairs))
        at *= 2
    return [*found, _step(bearing, design_gbps, pairs)]


def _step(bearing: Bearing, gbps: int, pairs: int) -> Step:
    channels = -(-gbps // (bearing.modulation.gbps * pairs))
    return Step(gbps, channels, channels <= bearing.end)
