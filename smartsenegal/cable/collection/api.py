"""Counters read from routers for who is billed by them: the only face of `cable.collection`."""

from smartsenegal.cable.collection.queries import (
    DOWN,
    GAP,
    GONE,
    SILENT,
    Gap,
    agents,
    gaps,
    is_silent,
    watched,
)

__all__ = ["DOWN", "GAP", "GONE", "SILENT", "Gap", "agents", "gaps", "is_silent", "watched"]
