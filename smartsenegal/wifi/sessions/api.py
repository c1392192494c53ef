"""What was used, by whom, until when: the only face of `wifi.sessions`."""

from smartsenegal.wifi.sessions.models import DayKey, Event, Folded, Segment, Session, Usage
from smartsenegal.wifi.sessions.rules import EVENT_KINDS, INTERIM, OFF, ON, START, STOP, is_on, session_key

__all__ = [
    "EVENT_KINDS", "INTERIM", "OFF", "ON", "START", "STOP", "DayKey", "Event", "Folded", "Segment", "Session",
    "Usage", "is_on", "session_key",
]  # fmt: skip
