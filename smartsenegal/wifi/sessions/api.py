"""What was used, by whom, until when: the only face of `wifi.sessions`."""

from smartsenegal.wifi.sessions.actions import WRITERS_LOCK, ensure_days, fold_all, fold_events, today
from smartsenegal.wifi.sessions.models import DayKey, Event, Folded, Segment, Session, Usage
from smartsenegal.wifi.sessions.queries import day_keys, open_sessions, session
from smartsenegal.wifi.sessions.rules import (
    EVENT_KINDS,
    INTERIM,
    OFF,
    ON,
    START,
    STOP,
    device_of,
    is_on,
    session_key,
)

__all__ = [
    "EVENT_KINDS", "INTERIM", "OFF", "ON", "START", "STOP", "WRITERS_LOCK", "DayKey", "Event", "Folded",
    "Segment", "Session", "Usage", "day_keys", "device_of", "ensure_days", "fold_all", "fold_events", "is_on",
    "open_sessions", "session", "session_key", "today",
]  # fmt: skip
