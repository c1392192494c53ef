"""What a holder may have at a site now, and what a device has left."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from smartsenegal.wifi.access.api import (
    Credential,
    Grant,
    Refusal,
    Right,
    Use,
    decide,
    is_called,
    right_of,
    ticket_device,
)
from smartsenegal.wifi.network.api import AccessPoint
from smartsenegal.wifi.network.api import mac as mac_of
from smartsenegal.wifi.portal.models import Admission
from smartsenegal.wifi.portal.places import Known, Place
from smartsenegal.wifi.portal.rules import Left
from smartsenegal.wifi.sessions.api import (
    Session,
    day_keys,
    device_of,
    held_by,
    is_on,
    open_sessions,
    session_from,
)

MICROSECOND = 1_000_000


def standing(
    known: Known, place: Place, right: Right, mac: str, now: float, *, seated: bool = False
) -> Grant | Refusal:
    """What `access.decide` says of a right, here and now: one query, none for what is in memory."""
    held = held_by(right.holder, now)
    use = Use(held.seconds_today, held.octets_today, held.seconds_in_all, held.octets_in_all, held.devices)
    where, own = known.where(place), device(mac, held.devices, now)
    return decide(right, known.rules, known.plans, use, where, own, now, seated=seated)


def device(mac: str, on: frozenset[bytes], now: float) -> bytes:
    """The device's hash of today; that of yesterday while a session that has it goes on."""
    if not mac:
        return b""
    hashes = [device_of(key, mac) for key in _keys(int(now) // 60)]
    return next((h for h in hashes if h in on), hashes[0] if hashes else b"")


@lru_cache(maxsize=2)
def _keys(minute: int) -> tuple[bytes, ...]:
    today = datetime.fromtimestamp(minute * 60, UTC).date()
    found = day_keys([today, today - timedelta(days=1)])
    return tuple(found[day] for day in sorted(found, reverse=True))


def forget_keys() -> None:
    """Read the keys of the day anew."""
    _keys.cache_clear()


def sessions_on(holder: int, now: float) -> list[Session]:
    """The sessions of a holder that are on, the latest first."""
    now_us = int(now * MICROSECOND)
    return [s for s in open_sessions(holder) if is_on(s.updated_us, s.ended_us, s.interim_seconds, now_us)]


def recognised(holder: int) -> set[str]:
    """The devices of a holder that come in without asking, each as `access.login_of_mac` names it."""
    found = Credential.objects.filter(holder=holder, kind="mac", closed_because="")
    return set(found.values_list("login", flat=True))


def session_of_address(place: Place, address: str) -> Session | None:
    """The session on at a site whose device has this address: where the gateway translates none."""
    found = session_from(place.hotspot, address)
    now_us = time.time_ns() // 1000
    return found if found and is_on(found.updated_us, None, found.interim_seconds, now_us) else None


def left(known: Known, place: Place, token: Credential, mac: str) -> Left | Refusal:
    """What a token still gives, as its next login would be told; why not, when it gives nothing more."""
    seated = place.hotspot in known.lines and bool(mac) and is_called(place.hotspot, ticket_device(mac))
    verdict = standing(known, place, right_of(token), mac, time.time(), seated=seated)
    return Left(verdict.seconds, verdict.octets) if isinstance(verdict, Grant) else verdict


def site_of_access_point(address: str) -> str | None:
    """The code of the site that has this access point, however it is written; None for a stranger."""
    found = AccessPoint.objects.filter(mac=mac_of(address) or "", retired_on=None)
    return found.values_list("zone__hotspot__site__code", flat=True).first()


def waiting(nas: int) -> list[Admission]:
    """The devices that a gateway is to let in, in order."""
    now = datetime.now(UTC)
    found = Admission.objects.filter(nas=nas, entered_at=None, ended_at=None, until__gt=now)
    return list(found.order_by("pk")[:20])
