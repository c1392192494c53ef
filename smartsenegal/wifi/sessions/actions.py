"""The writes of sessions: keys of the day, partitions, and the fold of events into sessions and usage."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from smartsenegal.kernel import vault
from smartsenegal.wifi.access.api import note_first_uses
from smartsenegal.wifi.network.api import AccessPoint, Nas
from smartsenegal.wifi.network.api import mac as mac_of
from smartsenegal.wifi.sessions import folding, registry
from smartsenegal.wifi.sessions.models import DayKey, Folded

# Who writes events holds this lock, shared, until commit: see `_last_event`.
WRITERS_LOCK = 0x57694669  # "WiFi"
FOLD = "sessions"
EVENTS_AT_ONCE = 20_000


def ensure_days(today: date) -> None:
    """Make what today and tomorrow need: a partition of events and the key that hashes devices.

    Tomorrow's are made in advance, so that a database that is away at midnight stops nobody.
    """
    for day in (today, today + timedelta(days=1)):
        with transaction.atomic(using=settings.FLOWS):
            sealed = vault.keyring().seal_field(secrets.token_bytes(32), folding.place_of_key(day))
            DayKey.objects.bulk_create([DayKey(day=day, sealed=sealed)], ignore_conflicts=True)
            with connections[settings.FLOWS].cursor() as cursor:
                cursor.execute("SELECT wifi_sessions_open_day(%s)", [day])


def fold_events(limit: int = EVENTS_AT_ONCE) -> int:
    """Fold the next events, `limit` at most, into sessions and usage; how many there were, 0 when none.

    One transaction: a crash folds nothing twice. The result is that of `rules.fold` over all events so far,
    in the order of their identifiers. Addresses of phones are taken out of the events and live on only in
    sessions that are open.
    """
    Folded.objects.get_or_create(name=FOLD)
    upto = _last_event()
    with transaction.atomic(using=settings.FLOWS):
        progress = Folded.objects.select_for_update().get(name=FOLD)
        upto = min(upto, progress.event + limit)
        if upto <= progress.event:
            return 0
        with connections[settings.FLOWS].cursor() as cursor:
            count = _fold(cursor, progress.event, upto)
        Folded.objects.filter(name=FOLD).update(event=upto)
    return count


def fold_all() -> int:
    """Fold until nothing is left; how many events there were."""
    total = 0
    while (count := fold_events()) or _last_event() > Folded.objects.get(name=FOLD).event:
        total += count
    return total


def _last_event() -> int:
    """The last identifier below which no event can still appear.

    Identifiers are given before their rows are committed. Waiting for the writers' lock waits for those under
    way; who begins later gets greater ones.
    """
    with transaction.atomic(using=settings.FLOWS), connections[settings.FLOWS].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS_LOCK])
        cursor.execute("SELECT coalesce(max(id), 0) FROM wifi_sessions_event")
        (last,) = cursor.fetchone() or (0,)
    return int(last)


def _fold(cursor: CursorWrapper, after: int, upto: int) -> int:
    cursor.execute(folding.PLACES, {"after": after, "upto": upto})
    found = cursor.fetchall()
    gateways = _gateways({nas for nas, *_ in found})
    points = _access_points({called for _, called, *_ in found})
    values: dict[str, Any] = {
        "after": after,
        "upto": upto,
        "nas": [nas for nas, _, _ in gateways],
        "nas_hotspot": [hotspot for _, hotspot, _ in gateways],
        "interim": [interim for _, _, interim in gateways],
        "called": [called for called, _, _ in points],
        "called_hotspot": [hotspot for _, hotspot, _ in points],
        "called_zone": [zone for _, _, zone in points],
    }
    cursor.execute(folding.USAGE, values)
    cursor.execute(folding.SESSIONS, values)
    if any(restarts for *_, restarts in found):
        cursor.execute(folding.REBOOTS, values)
    cursor.execute(folding.HOLDERS, values)
    note_first_uses({holder: datetime.fromtimestamp(us / 1_000_000, UTC) for holder, us in cursor.fetchall()})
    for read in registry.readers():
        read(cursor, after, upto)
    cursor.execute(folding.FORGET, values)
    return sum(count for _, _, count, _ in found)


def _gateways(numbers: Iterable[int]) -> list[tuple[int, int | None, int]]:
    """Hotspot and seconds between reports of each gateway."""
    found = Nas.objects.filter(pk__in=numbers)
    return list(found.values_list("pk", "hotspot_id", "interim_seconds"))


def _access_points(called: Iterable[str]) -> list[tuple[str, int, int]]:
    """Hotspot and zone of each access point, by the first 17 characters of Called-Station-Id (RFC 3580)."""
    addresses = {text: mac_of(text) or mac_of(text[:12]) for text in called}
    known = {
        mac: (hotspot, zone)
        for mac, hotspot, zone in AccessPoint.objects.filter(
            mac__in=[a for a in addresses.values() if a]
        ).values_list("mac", "zone__hotspot_id", "zone_id")
    }
    return [(text, *known[mac]) for text, mac in addresses.items() if mac in known]


def today() -> date:
    """The day in Dakar, which keeps UTC all the year."""
    return datetime.now(UTC).date()
