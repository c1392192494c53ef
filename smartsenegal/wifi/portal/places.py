"""The sites as the portal knows them, in the memory of each process: no page asks the database for them.

What is known is looked at again every LOOK_SECONDS by whoever asks first; when the database is away, what is
known still serves.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network

from django.db import Error
from django.db.models import Prefetch

from smartsenegal.kernel.sites.api import outages
from smartsenegal.lib.crypto import DecryptionFailed
from smartsenegal.wifi.access.api import Limits, Rule, Standing, Where, policies
from smartsenegal.wifi.network.api import Hotspot, Nas, open_secret
from smartsenegal.wifi.portal.doors.base import Gateway
from smartsenegal.wifi.sessions.api import clients_now

LOOK_SECONDS = 2.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """One site."""

    hotspot: int
    code: str
    name: str
    ssid: str
    state: str
    welcome: str  # what its place lacks, when it lacks something
    languages: tuple[str, ...]
    ways: tuple[str, ...]
    clients_at_most: int | None
    gateways: tuple[Gateway, ...]
    pool: str = ""

    def serves(self, address: str) -> bool:
        """Whether an address is one that this site gives to devices."""
        return bool(self.pool) and within(address, self.pool)

    def holds(self, address: str) -> bool:
        """Whether who has an address is at this site: it is a device's, or one that a gateway sends from."""
        return self.serves(address) or any(g.network and within(address, g.network) for g in self.gateways)

    def gateway(self, number: int) -> Gateway | None:
        return next((g for g in self.gateways if g.id == number), None)


@dataclass(frozen=True)
class Known:
    """All sites, rules and plans, how many devices are on by hotspot, and the lines. `at` is monotonic."""

    at: float
    places: Mapping[str, Place] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    plans: Mapping[int, Limits] = field(default_factory=dict)
    clients: Mapping[int, int] = field(default_factory=dict)
    lines: Mapping[int, Standing] = field(default_factory=dict)

    def where(self, place: Place) -> Where:
        now, there = self.clients.get(place.hotspot, 0), self.lines.get(place.hotspot)
        claimed = there.claimed if there else 0
        return Where(place.hotspot, None, place.clients_at_most, now, place.state != "open", claimed)

    def sent_from(self, address: str) -> Place | None:
        """The site whose gateway or device has this address; None when none has, or several sites do."""
        found = [place for place in self.places.values() if place.holds(address)]
        return found[0] if len(found) == 1 else None


def within(address: str, network: str) -> bool:
    """Whether an address is of a network; False for what is no address."""
    try:
        return ip_address(address) in ip_network(network)
    except ValueError:
        return False


_known = Known(at=-LOOK_SECONDS)
_looking = threading.Lock()


def known() -> Known:
    """What is known now; looks again when it is old, unless another thread is at it."""
    if stale() and _looking.acquire(blocking=not _known.places):
        try:
            if stale():
                _look()
        finally:
            _looking.release()
    return _known


def at_hand() -> Known:
    """What is known, however old: asks nothing."""
    return _known


def stale() -> bool:
    """Whether it is time to look again."""
    return time.monotonic() - _known.at > LOOK_SECONDS


def forget() -> None:
    """Look again at the next question."""
    global _known
    _known = Known(at=-LOOK_SECONDS)


def _look() -> None:
    global _known
    try:
        found = _read()
    except Error as error:
        log.warning("the sites stay as they are: %s", error)
        found = replace(_known, at=time.monotonic())
    _known = found


def _read() -> Known:
    active = Nas.objects.filter(state="active").order_by("pk")
    rows = Hotspot.objects.select_related("site").prefetch_related(Prefetch("nas", queryset=active))
    rules, plans = policies()
    lacking = {outage.site_id: outage.words for outage in outages([row.site_id for row in rows])}
    places = {row.site.code: _place(row, lacking.get(row.site_id, row.welcome)) for row in rows}
    from smartsenegal.wifi.portal import lines  # it reads what is known here

    entered = lines.entered()
    clients = clients_now()
    return Known(time.monotonic(), places, tuple(rules), plans, clients, lines.look(places, clients, entered))


def _place(row: Hotspot, welcome: str) -> Place:
    found = [g for g in map(_gateway, row.nas.all()) if g]
    kinds = [g.kind for g in found]
    gateways = tuple(replace(g, alone=kinds.count(g.kind) == 1) for g in found)
    return Place(
        row.pk, row.site.code, row.site.name, row.ssid, row.site.state, welcome, tuple(row.languages),
        tuple(row.kinds_of_access), row.clients_at_most, gateways, row.pool,
    )  # fmt: skip


def _gateway(row: Nas) -> Gateway | None:
    if not row.secret:
        return None
    try:
        secret = open_secret(row.code, bytes(row.secret))
        key = open_secret(row.code, bytes(row.controller_key)) if row.controller_key else b""
    except DecryptionFailed:
        log.error("the secret of gateway %s cannot be opened: its redirects are refused", row.code)
        return None
    controller = row.controller_url if key else ""
    return Gateway(
        row.pk, row.gateway, row.code, row.identifier or row.code, row.network, secret,
        controller=controller, key=key,
    )  # fmt: skip
