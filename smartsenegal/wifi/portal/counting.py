"""What the portal sees, counted by minute and stage: one tally a process."""

from __future__ import annotations

import threading
from functools import lru_cache

from smartsenegal.wifi.monitoring.api import Tally

_once = threading.Lock()
_flushing = False


@lru_cache(maxsize=1)
def tally() -> Tally:
    """The tally of this process."""
    return Tally()


def count(hotspot: int | None, stage: str) -> None:
    """Count one of a stage; asks no database."""
    tally().add(hotspot, stage)


def keep_flushing() -> None:
    """Add the counts to the database every few seconds from now on; asked again, nothing more."""
    global _flushing
    with _once:
        if not _flushing:
            _flushing = True
            tally().keep_flushing()
