"""Outbox, relay and live streams: the only face of `events`."""

from smartsenegal.kernel.events.actions import News, emit, emit_all, touch
from smartsenegal.kernel.events.registry import (
    EventData,
    listen,
    listeners_of,
    register_topic,
    register_who_now,
)

__all__ = [
    "EventData", "News", "emit", "emit_all", "listen", "listeners_of", "register_topic",
    "register_who_now", "touch",
]  # fmt: skip
