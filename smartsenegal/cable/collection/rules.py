"""From what an agent answers to readings of ports. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

TICKS = 1 << 32  # sysUpTime is a TimeTicks
# Rounds without an answer before an agent is said to be silent.
SILENT_ROUNDS = 2
# Seconds without a reading before a port has a gap: two rounds, and the time of one.
GAP_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Row:
    """An interface as it answered: counters of 64 bits and of 32, `None` for what it does not have.
    `discontinuity` is `sysUpTime` when the counters last began anew (RFC 2863)."""

    index: int
    wide: tuple[int, int] | None = None
    narrow: tuple[int, int] | None = None
    discontinuity: int = 0
    up: bool | None = None


@dataclass(frozen=True)
class Answer:
    """What an agent said at a second (Unix time), its interfaces by name; `fault` is "" when it answered."""

    at: int
    uptime: int | None = None
    rows: Mapping[str, Row] = field(default_factory=dict)
    fault: str = ""


def continuous(uptime: int, discontinuity: int) -> int:
    """For how long the counters have counted without beginning anew, in hundredths of a second.

    Given to the rules of counters as if it were `sysUpTime`, it makes a restart of the agent and one of the
    counters of a single interface the same thing: a clock that is not where it should be."""
    return (uptime - discontinuity) % TICKS


def table(columns: Mapping[str, Mapping[int, int]], names: Mapping[int, str]) -> dict[str, Row]:
    """The interfaces of an agent from its columns, by number. Two of one name are told apart by their number,
    so that neither is taken for the other."""
    found: dict[str, Row] = {}
    for index, name in names.items():
        name = (name or f"#{index}")[:100]
        key = name if name not in found else f"{name}#{index}"
        found[key] = Row(
            index,
            _pair(columns, "wide_in", "wide_out", index),
            _pair(columns, "narrow_in", "narrow_out", index),
            columns.get("discontinuity", {}).get(index, 0),
            None if (state := columns.get("state", {}).get(index)) is None else state == 1,
        )
    return found


def _pair(columns: Mapping[str, Mapping[int, int]], a: str, b: str, index: int) -> tuple[int, int] | None:
    received, sent = columns.get(a, {}).get(index), columns.get(b, {}).get(index)
    return None if received is None or sent is None else (received, sent)


def counters(row: Row, bits: int) -> tuple[int, int] | None:
    """What a port of so many bits is billed by; None when the agent has no such counters."""
    found = row.wide if bits == 64 else row.narrow
    return found if found and max(found) < 1 << bits else None
