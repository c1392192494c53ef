"""The sign of life of the server: `<data>/radius/pulse`, renewed every few seconds while it serves."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

BEAT_SECONDS = 5.0
# Three missed are silence.
SILENT_AFTER = 20.0
# Files of events: to be taken in, rows that PostgreSQL refused, octets that are no record.
SEGMENT, REFUSED, DAMAGED = ".segment", ".refused", ".damaged"


@dataclass(frozen=True)
class Pulse:
    """What a server last said of itself: `at` (epoch seconds), its process and its UDP ports."""

    at: float
    pid: int
    port: int
    accounting_port: int

    @property
    def beats(self) -> bool:
        """Whether it said so lately."""
        return time.time() - self.at < SILENT_AFTER


def directory() -> Path:
    """Where the server keeps its counters and files of events: SMARTSENEGAL_RADIUS_DATA."""
    return Path(os.environ.get("SMARTSENEGAL_RADIUS_DATA") or Path(settings.DATA_DIR) / "radius")


def beat(place: Path, port: int, accounting_port: int) -> None:
    """Say that the server serves. A disk that is full stops nothing."""
    told = {"at": time.time(), "pid": os.getpid(), "port": port, "accounting_port": accounting_port}
    with suppress(OSError):
        new = place / "pulse.new"
        new.write_text(json.dumps(told))
        new.replace(place / "pulse")


@dataclass(frozen=True)
class Files:
    """Files of accounting events: those that wait for PostgreSQL, those that wait for a person."""

    waiting: int
    set_aside: int


def files(place: Path | None = None) -> Files:
    """What stands in the directories of segments (see `writing`): each process that takes reports has one."""
    found = Counter(path.suffix for path in (place or directory()).glob("segments*/*"))
    return Files(found[SEGMENT], found[REFUSED] + found[DAMAGED])


def fall_silent(place: Path) -> None:
    """Take the sign away: none serves from here on."""
    (place / "pulse").unlink(missing_ok=True)


def pulse(place: Path | None = None) -> Pulse | None:
    """The last sign of life; None when none serves, or none was ever started."""
    try:
        return Pulse(**json.loads(((place or directory()) / "pulse").read_text()))
    except (OSError, ValueError, TypeError):
        return None
