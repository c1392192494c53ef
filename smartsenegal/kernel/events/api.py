"""Outbox, relay and live streams: the only face of `events`."""

from smartsenegal.kernel.events.actions import emit, touch
from smartsenegal.kernel.events.registry import EventData, listen, listeners_of, register_topic

__all__ = ["EventData", "emit", "listen", "listeners_of", "register_topic", "touch"]
