"""Reads of sessions."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings
from django.db import connections
from django.db.models import Count, F

from smartsenegal.kernel import vault
from smartsenegal.wifi.sessions.folding import place_of_key
from smartsenegal.wifi.sessions.models import DayKey, Order, Session
from smartsenegal.wifi.sessions.rules import REPORTS_LOST, is_on


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


def session_from(hotspot: int, address: str) -> Session | None:
    """The latest session at a hotspot that nothing ended and whose device has this IP address, or None."""
    found = Session.objects.filter(hotspot=hotspot, ended_us=None, address=address)
    return found.order_by("-updated_us").first()


@dataclass(frozen=True, slots=True)
class Held:
    """What a holder has and had: the devices that are on, seconds and octets of a day and in all."""

    devices: frozenset[bytes]
    seconds_today: int
    octets_today: int
    seconds_in_all: int
    octets_in_all: int


# Asked at each login of the portal: one question instead of two.
_HELD = """
    SELECT devices, updated_us, interim_seconds, coalesce(seconds_today, 0), coalesce(octets_today, 0),
        coalesce(seconds, 0), coalesce(octets, 0)
    FROM (
        SELECT array_agg(device) AS devices, array_agg(updated_us) AS updated_us,
            array_agg(interim_seconds) AS interim_seconds
        FROM wifi_sessions_session WHERE holder = %(holder)s AND ended_us IS NULL) AS open,
    (
        SELECT sum(seconds) FILTER (WHERE day = %(day)s) AS seconds_today,
            sum(octets) FILTER (WHERE day = %(day)s) AS octets_today,
            sum(seconds) AS seconds, sum(octets) AS octets
        FROM wifi_sessions_usage WHERE holder = %(holder)s) AS used
"""


def held_by(holder: int, now: float) -> Held:
    """What a holder has and had at this moment (epoch seconds)."""
    day = datetime.fromtimestamp(now, UTC).date()
    with connections[settings.FLOWS].cursor() as cursor:
        cursor.execute(_HELD, {"holder": holder, "day": day})
        devices, updated, interims, *used = cursor.fetchone()
    now_us = int(now * 1_000_000)
    told = zip(devices or (), updated or (), interims or (), strict=True)
    on = frozenset(bytes(device) for device, at, interim in told if is_on(at, None, interim, now_us))
    return Held(on, *map(int, used))


def clients_now() -> dict[int, int]:
    """How many devices are on at each hotspot (see `rules.is_on`)."""
    quiet = F("interim_seconds") * (REPORTS_LOST * 1_000_000)
    on = Session.objects.filter(ended_us=None, updated_us__gte=time.time_ns() // 1000 - quiet)
    counted = on.exclude(hotspot=None).values("hotspot").annotate(count=Count("key"))
    return {int(row["hotspot"] or 0): row["count"] for row in counted}


def tokens_on(credentials: Collection[int]) -> set[int]:
    """Which of these credentials have a session that nothing ended."""
    if not credentials:
        return set()
    found = Session.objects.filter(credential__in=credentials, ended_us=None)
    return {number for number in found.values_list("credential", flat=True) if number is not None}


def departures(hotspot: int, seconds: int) -> int:
    """How many sessions of the last day ended at a hotspot in so many seconds before now."""
    now_us = time.time_ns() // 1000
    since = now_us - seconds * 1_000_000
    begun = Session.objects.filter(hotspot=hotspot, started_us__gt=now_us - 86_400_000_000)
    return begun.filter(ended_us__gt=since, ended_us__lte=now_us).count()


def pending_orders(limit: int = 1000) -> list[Order]:
    """Orders that wait to be sent, the oldest first."""
    return list(Order.objects.filter(state="pending").order_by("id")[:limit])


def orders_of(key: bytes) -> list[Order]:
    """What was ordered about a session, the latest first."""
    return list(Order.objects.filter(session=key).order_by("-id"))
