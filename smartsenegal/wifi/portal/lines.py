"""The line before a full site, from memory: what a page says of it asks no database.

A page that is looked at is noted here, and written with the others at the next look (`places`), in one
statement: twenty-five thousand who wait cost what their pages do. The ticket is sealed in the page, so that
one which a process forgot before it wrote it comes back by itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import Error

from smartsenegal.wifi.access.api import (
    Seen,
    Standing,
    asked_at,
    held_tokens,
    is_full,
    look_again_seconds,
    minutes_to_wait,
    note_seen,
    take_turns,
    ticket_device,
)
from smartsenegal.wifi.portal.doors.base import Arrival
from smartsenegal.wifi.portal.places import Known, Place
from smartsenegal.wifi.sessions.api import departures, tokens_on

DEPARTURES_SECONDS = 900
COUNT_SECONDS = 20.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A device in line. `asked_us` is its ticket; `minutes`: between which two, when that is known."""

    asked_us: int
    number: int
    minutes: tuple[int, int] | None
    look_seconds: int


@dataclass(frozen=True, slots=True)
class Called:
    """A device for which a place is held, until then (epoch seconds)."""

    until: float


class Noted:
    """The pages looked at since the last look of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[tuple[int, bytes], Seen] = {}
        self._new: dict[int, int] = {}

    def add(self, seen: Seen, new: bool) -> int:
        """Note a page; how many devices new to the line this process noted before it at that site."""
        with self._lock:
            known = self._seen.get((seen.hotspot, seen.device))
            self._seen[seen.hotspot, seen.device] = seen
            before = self._new.get(seen.hotspot, 0)
            if new and known is None:
                self._new[seen.hotspot] = before + 1
            return before

    def asked(self, hotspot: int, device: bytes) -> int:
        """Since when a device stands in line that is not written yet; 0 for one that is not noted."""
        found = self._seen.get((hotspot, device))
        return found.asked_us if found else 0

    def new(self, hotspot: int) -> int:
        return self._new.get(hotspot, 0)

    def take(self) -> list[Seen]:
        """All that was noted, which is noted no more."""
        with self._lock:
            found, self._seen, self._new = list(self._seen.values()), {}, {}
        return found


noted = Noted()
_departures: dict[int, tuple[float, int]] = {}


def stand(
    known: Known, place: Place, arrival: Arrival, now: float, *, full: bool = False
) -> Waiting | Called | None:
    """Where a device stands before a site; None when it may go in as it likes.

    `full`: it was just told so, whatever this process knows.
    """
    if place.clients_at_most is None or not arrival.mac:
        return None
    if place.hotspot not in known.lines and not full and not is_crowded(known, place):
        return None
    there = known.lines.get(place.hotspot, Standing())
    device, now_us = ticket_device(arrival.mac), int(now * 1e6)
    if there.called.get(device, 0) > now_us:
        return Called(there.called[device] / 1e6)
    told = arrival.asked or noted.asked(place.hotspot, device)
    in_line = device in there.waiting or noted.asked(place.hotspot, device)
    if not in_line and not full and not is_crowded(known, place):
        return None
    asked = asked_at(there, device, told, now_us)
    new = noted.add(Seen(place.hotspot, device, asked, now_us), device not in there.waiting)
    ahead = there.ahead(asked) + (0 if in_line else new)
    return Waiting(asked, ahead + 1, _minutes(known, place, ahead), look_again_seconds(ahead))


def is_crowded(known: Known, place: Place) -> bool:
    """Whether a site has no place for who comes now, as far as this process knows."""
    where = known.where(place)
    return is_full(where) or (
        where.clients_at_most is not None
        and where.clients_now + where.claimed + noted.new(place.hotspot) >= where.clients_at_most
    )


def _minutes(known: Known, place: Place, ahead: int) -> tuple[int, int] | None:
    """More may be on than the site holds (rescue, staff): they leave before the first place comes free."""
    where = known.where(place)
    over = max(0, where.clients_now - (where.clients_at_most or 0))
    left = _departures.get(place.hotspot, (0.0, 0))[1]
    return minutes_to_wait(ahead + over, left, DEPARTURES_SECONDS)


def look(places: Mapping[str, Place], clients: Mapping[int, int], entered: set[int]) -> dict[int, Standing]:
    """Write what was noted, call whom it is the turn of, and read the lines. Raises django.db.Error.

    `entered` must have been read before `clients`: a device that comes on meanwhile counts twice for a
    moment, never not at all.
    """
    seen = noted.take()
    try:
        note_seen(seen)
    except Error:
        for each in seen:
            noted.add(each, new=False)
        raise
    limits = {p.hotspot: (p.clients_at_most, clients.get(p.hotspot, 0)) for p in places.values()}
    found = take_turns(limits, entered)
    _count_departures(found)
    return found


def entered() -> set[int]:
    """The tokens with a held place that are on."""
    return tokens_on(held_tokens())


def _count_departures(lines: Mapping[int, Standing]) -> None:
    for hotspot, there in lines.items():
        at, _ = _departures.get(hotspot, (-COUNT_SECONDS, 0))
        if there.order and time.monotonic() - at > COUNT_SECONDS:
            _departures[hotspot] = (time.monotonic(), departures(hotspot, DEPARTURES_SECONDS))


def forget() -> None:
    """Forget what was noted and counted."""
    noted.take()
    _departures.clear()
