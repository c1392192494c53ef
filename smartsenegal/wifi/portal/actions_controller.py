"""Devices let in by a controller that asks no RADIUS server (UniFi): told to it, followed, put out.

It makes no accounting either: each minute it is asked who is on and what each used, and that becomes reports,
written where those of RADIUS go. Where a controller does not say what was used, volumes are only bounded.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from smartsenegal.wifi.access.api import Grant, Right
from smartsenegal.wifi.network.api import Limits
from smartsenegal.wifi.portal import places, rules
from smartsenegal.wifi.portal.doors.base import Arrival, Gateway
from smartsenegal.wifi.portal.doors.unifi import DOOR, Controller, ControllerAway, Used
from smartsenegal.wifi.portal.errors import PortalRefused
from smartsenegal.wifi.portal.models import Admission
from smartsenegal.wifi.portal.queries import device
from smartsenegal.wifi.sessions.api import INTERIM, START, STOP, Report, record_reports

log = logging.getLogger(__name__)

Opener = Callable[[Gateway], Controller]


def controller_of(gateway: Gateway) -> Controller:
    """The controller of a gateway, by its API."""
    return Controller(gateway.controller, gateway.key.decode())


def authorise(
    gateway: Gateway, arrival: Arrival, right: Right, grant: Grant, credential: int,
    opened: Opener = controller_of,
) -> None:  # fmt: skip
    """Have the controller let a device in. Raises PortalRefused when it does not."""
    site, limits = arrival.back["site"], grant.limits
    seconds = grant.seconds if grant.seconds is not None else rules.ENTRY_SECONDS
    given = Limits(seconds, grant.octets, limits.idle_seconds, limits.down_kbps, limits.up_kbps)
    try:
        with opened(gateway) as controller:
            used = controller.authorise(site, arrival.mac, given)
    except ControllerAway as why:
        log.error("the controller of gateway %s lets nobody in: %s", gateway.code, why)
        raise PortalRefused("gateway") from None
    with transaction.atomic():
        for before in _open(gateway.id).filter(mac=arrival.mac):
            _end(before, used)
        now = timezone.now()
        row = Admission.objects.create(
            nas=gateway.id, rhid=f"{site} {arrival.mac}", mac=arrival.mac, credential=credential,
            holder=right.holder, plan=limits.plan, asked_at=now, entered_at=now,
            until=now + timedelta(seconds=seconds),
        )  # fmt: skip
        record_reports([_report(row, START)])


def follow(opened: Opener = controller_of) -> int:
    """Ask each controller who is on, and report it; how many devices are."""
    count = 0
    for place in places.known().places.values():
        for gateway in place.gateways:
            if gateway.kind == DOOR.kind and gateway.controller and _open(gateway.id).exists():
                count += _follow(gateway, opened)
    return count


def _follow(gateway: Gateway, opened: Opener) -> int:
    ours: dict[str, set[str]] = {}
    for row in _open(gateway.id):
        site, address = row.rhid.split(" ")
        ours.setdefault(site, set()).add(address)
    try:
        with opened(gateway) as controller:
            on = {
                f"{site} {address}": used
                for site, addresses in ours.items()
                for address, used in controller.devices_on(site, addresses).items()
            }
    except ControllerAway as why:
        log.warning("the controller of gateway %s is not heard: %s", gateway.code, why)
        return 0
    with transaction.atomic():
        rows = list(_open(gateway.id).select_for_update())
        still = [row for row in rows if row.rhid in on and row.until > timezone.now()]
        record_reports([_report(row, INTERIM, on[row.rhid]) for row in still])
        for row in rows:
            if row not in still:
                _end(row)
    return len(still)


def put_out(place: places.Place, credential: int, opened: Opener = controller_of) -> bool:
    """End the session of a token, as its holder asks; False when no controller let it in.

    Raises PortalRefused when the controller is away.
    """
    row = Admission.objects.filter(credential=credential, ended_at=None).exclude(entered_at=None).first()
    gateway = place.gateway(row.nas) if row else None
    if row is None or gateway is None or gateway.kind != DOOR.kind:
        return False
    site, address = row.rhid.split(" ")
    try:
        with opened(gateway) as controller:
            used = controller.put_out(site, address)
    except ControllerAway as why:
        log.error("the controller of gateway %s puts nobody out: %s", gateway.code, why)
        raise PortalRefused("gateway") from None
    with transaction.atomic():
        _end(row, used)
    return True


def _open(nas: int) -> QuerySet[Admission]:
    return Admission.objects.filter(nas=nas, ended_at=None).exclude(entered_at=None).order_by("pk")


def _end(row: Admission, used: Used | None = None) -> None:
    record_reports([_report(row, STOP, used)])
    row.ended_at, row.mac, row.address, row.rhid = timezone.now(), "", None, ""
    row.save(update_fields=["ended_at", "mac", "address", "rhid"])


def _report(row: Admission, kind: int, used: Used | None = None) -> Report:
    """Without `used`, what was reported before still counts: totals only grow."""
    assert row.entered_at is not None
    over, used = min(timezone.now(), row.until), used or Used()
    return Report(
        kind=kind, nas=row.nas, happened_us=time.time_ns() // 1000, nas_session=f"unifi-{row.pk}",
        credential=row.credential, holder=row.holder, plan=row.plan,
        device=device(row.mac, frozenset(), time.time()), calling=row.mac,
        seconds=max(0, int((over - row.entered_at).total_seconds())), octets_in=used.octets_in,
        octets_out=used.octets_out,
    )  # fmt: skip
