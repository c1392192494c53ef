"""What was used, by whom, until when: the only face of `wifi.sessions`."""

from smartsenegal.wifi.sessions.actions import WRITERS_LOCK, ensure_days, fold_all, fold_events, today
from smartsenegal.wifi.sessions.actions_orders import (
    CHANNEL,
    order_disconnect,
    order_limits,
    settle_order,
)
from smartsenegal.wifi.sessions.actions_purge import (
    destroy_day_keys,
    forget_holders,
    purge_events,
    purge_sessions,
)
from smartsenegal.wifi.sessions.actions_reports import Report, record_reports
from smartsenegal.wifi.sessions.models import DayKey, Event, Folded, Order, Segment, Session, Usage
from smartsenegal.wifi.sessions.queries import (
    clients_now,
    day_keys,
    departures,
    held_by,
    open_sessions,
    orders_of,
    pending_orders,
    session,
    session_from,
    tokens_on,
)
from smartsenegal.wifi.sessions.registry import register_reader
from smartsenegal.wifi.sessions.rules import (
    EVENT_KINDS,
    INTERIM,
    OFF,
    ON,
    ORDER_KINDS,
    ORDER_STATES,
    START,
    STOP,
    device_of,
    is_on,
    session_family,
    session_key,
)

__all__ = [
    "CHANNEL", "EVENT_KINDS", "INTERIM", "OFF", "ON", "ORDER_KINDS", "ORDER_STATES", "START", "STOP",
    "WRITERS_LOCK", "DayKey", "Event", "Folded", "Order", "Report", "Segment", "Session", "Usage",
    "clients_now", "day_keys", "departures", "destroy_day_keys", "device_of", "ensure_days", "fold_all",
    "fold_events", "forget_holders", "held_by", "is_on", "open_sessions", "order_disconnect", "order_limits",
    "orders_of", "pending_orders", "purge_events", "purge_sessions", "record_reports", "register_reader",
    "session", "session_family", "session_from", "session_key", "settle_order", "today", "tokens_on",
]  # fmt: skip
