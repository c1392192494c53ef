"""The process of orders: takes those that wait, has them sent, writes once what became of each.

Orders are rows (`sessions.Order`): one whose sending was cut short is still waiting, and is sent anew. Of
several data planes on one database, the one that holds a lock sends.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

from smartsenegal.lib.crypto import DecryptionFailed
from smartsenegal.wifi.access.api import Credential
from smartsenegal.wifi.network.api import Nas, adapter, open_secret, spelt_network
from smartsenegal.wifi.radius import dae
from smartsenegal.wifi.radius.counters import Counters
from smartsenegal.wifi.radius.dae import Target, Verdict
from smartsenegal.wifi.radius.dae_quota import Quota
from smartsenegal.wifi.radius.dae_sender import Sender
from smartsenegal.wifi.radius.loading import RADSEC_SECRET, connect
from smartsenegal.wifi.radius.reverse import RADSEC, Line
from smartsenegal.wifi.radius.snapshot import Snapshot
from smartsenegal.wifi.sessions.api import CHANNEL, Order, Session, pending_orders, settle_order

SENDERS_LOCK = 0x5357_4F52  # pg_advisory_lock, held as long as we send
POLL_SECONDS = 2.0
QUOTA_SECONDS = 1.0
TEND_SECONDS = 0.1
RETRY_SECONDS = 1.0
TAKEN_AT_ONCE = 5000

log = logging.getLogger(__name__)


class Orders:
    """Works until `alive` says no more."""

    def __init__(
        self, line: socket.socket, by_tls: socket.socket, snapshot: Snapshot, counters: Counters
    ) -> None:  # fmt: skip
        self._sender = Sender(line)
        self._by_tls = Sender(Line(by_tls))
        self._senders = (self._sender, self._by_tls)
        self._quota = Quota(snapshot)
        self._counters = counters
        self._flows: psycopg.Connection[Any] | None = None
        self._main: psycopg.Connection[Any] | None = None
        self._poll_at = self._quota_at = self._retry_at = 0.0
        self._away = False

    def run(self, alive: Callable[[], bool]) -> None:
        """Send and hear; while the database is away, what is under way goes on."""
        while alive():
            waited: list[Any] = [s.line for s in self._senders] + ([self._flows] if self._flows else [])
            ready = select.select(waited, [], [], TEND_SECONDS)[0]
            for sender in self._senders:
                sender.hear()
                sender.tend(time.monotonic())
            if time.monotonic() >= self._retry_at:
                self._with_database(self._flows in ready)
            self._counters.tend()
        self._with_database(False)
        self._close()

    def _with_database(self, told: bool) -> None:
        try:
            if self._connected():
                self._turn(told)
            self._say(None)
        except Exception as error:  # whatever it is, orders are rows: the next second tries again
            self._say(error)
            self._close()
            self._retry_at = time.monotonic() + RETRY_SECONDS

    def _turn(self, told: bool) -> None:
        assert self._flows is not None
        assert self._main is not None
        self._write()
        now = time.monotonic()
        if now >= self._quota_at:
            self._quota_at = now + QUOTA_SECONDS
            if ended := self._quota.look(self._main, self._flows):
                self._counters.add("order by rule", ended)
        told = any(True for _ in self._flows.notifies(timeout=0)) or told
        if told or now >= self._poll_at:
            self._poll_at = now + POLL_SECONDS
            self._take()
            self._write()

    def _connected(self) -> bool:
        """Whether we are the one that sends."""
        if self._flows is None or self._main is None:
            self._main = connect("default")
            flows = connect(settings.FLOWS)
            row = flows.execute("SELECT pg_try_advisory_lock(%s)", [SENDERS_LOCK]).fetchone()
            if not row or not row[0]:
                flows.close()
                self._close()
                self._retry_at = time.monotonic() + RETRY_SECONDS
                return False
            flows.execute(f"LISTEN {CHANNEL}")
            self._flows = flows
        return True

    # --- orders -----------------------------------------------------------------------

    def _take(self) -> None:
        under_way = self._sender.under_way | self._by_tls.under_way
        waiting = [order for order in pending_orders(TAKEN_AT_ONCE) if order.pk not in under_way]
        if not waiting:
            return
        gateways = Nas.objects.in_bulk({order.nas for order in waiting})
        sessions = Session.objects.filter(key__in={bytes(order.session) for order in waiting})
        found = {bytes(session.key): session for session in sessions}
        for order in waiting:
            self._send(order, gateways.get(order.nas), found.get(bytes(order.session)))

    def _send(self, order: Order, gateway: Nas | None, session: Session | None) -> None:
        left = (order.until - datetime.now(UTC)).total_seconds()
        if session is None or session.ended_us is not None:
            self._sender.settle(order, Verdict("moot"))
            return
        if gateway is not None and not adapter(gateway.gateway).speaks_radius:
            if left <= 0:  # until then the portal may settle it, by the gateway's own way
                self._sender.settle(order, Verdict("refused", dae.UNSUPPORTED_EXTENSION))
            return
        target = target_of(gateway)
        if left <= 0 or target is None:
            self._sender.settle(order, Verdict("unanswered"))
            return
        named = dae.Session(session.nas_session, session.calling, _user_of(session, target))
        body = dae.attributes(order.kind, order.limits, target, named, time.time())
        if isinstance(body, Verdict):
            self._sender.settle(order, body)
            return
        sender = self._by_tls if target.address == RADSEC else self._sender
        if sender.send(order, target, body, time.monotonic(), left):
            self._counters.add("order sent")

    def _write(self) -> None:
        """Write what became of orders; what cannot be written now is written at the next turn."""
        for sender in self._senders:
            while sender.settled:
                first = sender.settled[0]
                settle_order(first.order, first.verdict.state, first.tries, first.verdict.error_cause)
                sender.settled.pop(0)
                self._counters.add(f"order {first.verdict.state}")

    def _close(self) -> None:
        for connection in (self._main, self._flows):
            if connection is not None:
                with contextlib.suppress(psycopg.Error):
                    connection.close()
        self._main = self._flows = None
        connections.close_all()

    def _say(self, why: Exception | None) -> None:
        if why is not None and not self._away:
            log.warning("orders wait for the database: %s", why)
        self._away = why is not None


def target_of(gateway: Nas | None) -> Target | None:
    """Where a gateway takes orders: the connection of one by RadSec, else its address for CoA, else the one
    its packets come from.

    None when it has none, or no secret that can be read, or was retired.
    """
    if gateway is None or gateway.state != "active":
        return None
    if gateway.transport == "radsec":
        return Target(RADSEC, gateway.pk, RADSEC_SECRET, gateway.gateway, gateway.identifier)
    if not gateway.secret:
        return None
    address = gateway.coa_address or spelt_network(gateway.network)
    if not address or "/" in address:
        return None
    try:
        secret = open_secret(gateway.code, bytes(gateway.secret))
    except DecryptionFailed:
        log.error("the secret of gateway %s cannot be opened: no order is sent to it", gateway.code)
        return None
    return Target(address, gateway.coa_port, secret, gateway.gateway, gateway.identifier)


def _user_of(session: Session, target: Target) -> str:
    """User-Name as a gateway that needs it was given it; "" when it is not known any more."""
    if target.kind not in dae.NAMED_BY_USER or session.credential is None:
        return ""
    found = Credential.objects.select_related("realm").filter(pk=session.credential).first()
    if found is None:
        return ""
    if found.kind == "mac":  # the login kept is a keyed hash of it
        return dae.dashed(session.calling)
    return f"{found.login}@{found.realm.name}" if found.realm.name else found.login
