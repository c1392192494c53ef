"""Reads of sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from smartsenegal.kernel import vault
from smartsenegal.wifi.sessions.folding import place_of_key
from smartsenegal.wifi.sessions.models import DayKey, Session


def day_keys(days: Sequence[date]) -> dict[date, bytes]:
    """The keys that hash devices on those days; without those not made yet, or destroyed."""
    ring = vault.keyring()
    found = DayKey.objects.filter(day__in=days, sealed__isnull=False)
    return {key.day: ring.open_field(bytes(key.sealed or b""), place_of_key(key.day)) for key in found}


def open_sessions(holder: int) -> list[Session]:
    """The sessions of a holder that no Stop and no restart ended, the latest first."""
    return list(Session.objects.filter(holder=holder, ended_us=None).order_by("-started_us"))


def session(key: bytes) -> Session | None:
    """The session of that key; None when there is none."""
    return Session.objects.filter(key=key).first()
