"""The trace of who looked at somebody's connection."""

from __future__ import annotations

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.wifi.network.api import Hotspot
from smartsenegal.wifi.sessions.api import Session


def read_sessions(by: Principal, hotspot: Hotspot, rows: int) -> None:
    """Somebody saw the list of who is on at a hotspot."""
    audit.record(by.actor, "wifi.sessions_read", f"wifi_hotspot:{hotspot.pk}", {"rows": rows}, "")


def read_session(by: Principal, hotspot: Hotspot, session: Session) -> None:
    """Somebody opened one connection."""
    detail = {"session": bytes(session.key).hex(), "holder": session.holder}
    audit.record(by.actor, "wifi.session_read", f"wifi_hotspot:{hotspot.pk}", detail, "")
