"""Fills the snapshot from PostgreSQL and keeps it up to date: a million rows in seconds.

Every table has a column `version` (see `kernel.database.versioned`): a look asks for the rows written since
the oldest transaction that was under way at the look before.
"""

# ruff: noqa: S608 - the pieces of SQL put together are constants of this package
from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

from smartsenegal.lib.crypto import DecryptionFailed
from smartsenegal.wifi.access.api import Limits, Right, Rule, open_home_secret
from smartsenegal.wifi.network.api import open_secret
from smartsenegal.wifi.radius.snapshot import (
    CLOSED,
    KINDS,
    NONE,
    Gateway,
    Home,
    OpenSession,
    Realm,
    Snapshot,
    Used,
    unpack,
)
from smartsenegal.wifi.sessions.api import day_keys

LOOK_SECONDS = 0.5
# Looks that many logins ask for in the same moment are one: each process would do little else.
GAP_SECONDS = 0.1
COUNT_SECONDS = 20.0
CONNECT_SECONDS = 3
EPOCH = date(1970, 1, 1)
RADSEC_SECRET = b"radsec"  # RFC 6614 §2.3

log = logging.getLogger(__name__)


def connect(alias: str) -> psycopg.Connection[Any]:
    """A connection of our own to the database behind an alias of Django, in autocommit."""
    parameters = connections[alias].get_connection_params()
    kept = {k: v for k, v in parameters.items() if k not in {"context", "cursor_factory", "pool"}}
    kept |= {"autocommit": True, "connect_timeout": CONNECT_SECONDS, "prepare_threshold": None}
    return psycopg.connect(**kept)


def _words(values: tuple[str, ...]) -> str:
    return "ARRAY[" + ",".join(f"'{value}'" for value in values) + "]"


_MICROSECONDS = f"int8send(coalesce((extract(epoch FROM %s) * 1000000)::bigint, {NONE}))"
# What `snapshot.RECORD` unpacks, put together by the server: nothing is made per column here.
_CREDENTIALS = f"""
    SELECT int8send(realm_id::bigint) || convert_to(lower(login), 'UTF8'),
           int8send(id::bigint) || int8send(holder::bigint) || int4send(coalesce(group_id, -1)::int)
           || int2send((array_position({_words(KINDS)}, kind::text) - 1)::int2)
           || int2send((array_position({_words(CLOSED)}, closed_because::text) - 1)::int2)
           || {_MICROSECONDS % "valid_from"} || {_MICROSECONDS % "valid_until"}
           || int8send(coalesce(seconds_in_all::bigint, {NONE}))
           || int8send(coalesce(octets_in_all::bigint, {NONE})) || int4send(coalesce(hotspot, -1)::int)
           || coalesce(verifier, '')
    FROM wifi_access_credential
"""
_SEALED = "SELECT id, sealed FROM wifi_access_credential WHERE sealed IS NOT NULL"
_USAGE = """
    SELECT u.holder, u.day - DATE '1970-01-01', u.seconds, u.octets,
           coalesce(sum(b.seconds), 0)::bigint, coalesce(sum(b.octets), 0)::bigint
    FROM (SELECT DISTINCT ON (holder) * FROM wifi_sessions_usage {where} ORDER BY holder, day DESC) u
    LEFT JOIN wifi_sessions_usage b ON b.holder = u.holder AND b.day < u.day
    GROUP BY 1, 2, 3, 4
"""
_SESSIONS = """
    SELECT key, holder, device, hotspot, updated_us, interim_seconds, ended_us FROM wifi_sessions_session
"""
_GATEWAYS = """
    SELECT id, code, gateway, network, secret, lenient_reason <> '', interim_seconds, hotspot_id, state,
           transport, former_secret, coalesce(extract(epoch FROM former_until), 0)::float8,
           lower(certificate_name), coalesce(extract(epoch FROM answered_from), 0)::float8,
           coalesce(extract(epoch FROM answered_until), 'infinity')::float8
    FROM wifi_network_nas
"""
_REVOKED = "SELECT nas_id, fingerprint, serial FROM wifi_network_certificate WHERE revoked_at IS NOT NULL"
_HOTSPOTS = """
    SELECT h.id, h.clients_at_most, s.state IN ('suspended', 'closed')
    FROM wifi_network_hotspot h JOIN sites_site s ON s.id = h.site_id
    WHERE h.version >= %s OR s.version >= %s
"""
_PLANS = """
    SELECT id, session_seconds, daily_seconds, daily_octets, idle_seconds, down_kbps, up_kbps, devices,
           priority
    FROM wifi_access_plan
"""
_RULES = """
    SELECT id, plan_id, group_id, hotspot_id, zone_id, hours, extract(epoch FROM starts_at)::float8,
           extract(epoch FROM ends_at)::float8, closed FROM wifi_access_planrule
"""
_HOMES = """
    SELECT id, realm_id, rank, address, port, transport, secret, closed_at IS NOT NULL
    FROM wifi_access_homeserver
"""
_SEATS = """
    SELECT credential, device, until_us FROM wifi_access_ticket WHERE credential IS NOT NULL AND version >= %s
"""


class Loader:
    """Loads a snapshot, then looks again and again at what changed."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._main: psycopg.Connection[Any] | None = None
        self._flows: psycopg.Connection[Any] | None = None
        self._seen_main = 0
        self._seen_flows = 0
        self._counted_at = 0.0

    def load(self) -> None:
        """Everything. Raises psycopg.Error when the database is away."""
        self.open()
        main, flows = self._both()
        seen_main, seen_flows = oldest(main), oldest(flows)
        self.snapshot.fill_credentials(
            _copied(main, f"{_CREDENTIALS} WHERE closed_because = ''"),
            _copied(main, f"{_CREDENTIALS} WHERE closed_because <> ''"),
        )
        self._look_main(main, 0)
        for row in main.execute(_SEALED):
            self.snapshot.sealed[row[0]] = row[1]
        recent = (time.time_ns() // 1000) - 86_400_000_000
        self._take_usage(flows.execute(_USAGE.format(where="")).fetchall())
        self._take_sessions(
            flows.execute(_SESSIONS + "WHERE ended_us IS NULL AND updated_us > %s", [recent]).fetchall()
        )
        self.take_day_keys()
        self.snapshot.count_clients(time.time_ns() // 1000)
        self._seen_main, self._seen_flows = seen_main, seen_flows

    def open(self) -> None:
        """Connect, if we are not; a process that was forked must connect for itself."""
        if self._main is None or self._main.closed:
            self._main = connect("default")
            self._main.execute("LISTEN wifi")
        if self._flows is None or self._flows.closed:
            self._flows = connect(settings.FLOWS)

    def forked(self) -> None:
        """Leave the connections to the process that opened them."""
        self._main = self._flows = None

    def close(self) -> None:
        for connection in (self._main, self._flows):
            if connection is not None:
                with contextlib.suppress(psycopg.Error):
                    connection.close()
        self.forked()

    def look(self) -> None:
        """Take what was written since the last look. Raises psycopg.Error when the database is away."""
        self.open()
        main, flows = self._both()
        seen_main, seen_flows = oldest(main), oldest(flows)
        self._look_main(main, self._seen_main)
        since = [self._seen_main]
        self.snapshot.take_credentials(
            _pairs(main.execute(f"{_CREDENTIALS} WHERE version >= %s", since, binary=True).fetchall())
        )
        for number, sealed in main.execute(f"{_SEALED} AND version >= %s", since):
            self.snapshot.sealed[number] = sealed
        self._look_flows(flows, self._seen_flows)
        self._seen_main, self._seen_flows = seen_main, seen_flows
        if time.monotonic() - self._counted_at > COUNT_SECONDS:
            self._counted_at = time.monotonic()
            self.take_day_keys()
            self.snapshot.count_clients(time.time_ns() // 1000)
            self.snapshot.forget_changes()
            self.snapshot.forget_seats(time.time_ns() // 1000)

    def wait(self, seconds: float) -> None:
        """Until told of a change, or for that long."""
        assert self._main is not None
        for _ in self._main.notifies(timeout=seconds, stop_after=1):
            pass

    def _both(self) -> tuple[psycopg.Connection[Any], psycopg.Connection[Any]]:
        assert self._main is not None
        assert self._flows is not None
        return self._main, self._flows

    # --- tables that are small ----------------------------------------------------------

    def _look_main(self, main: psycopg.Connection[Any], since: int) -> None:
        changed = "WHERE version >= %s"
        values = [since]
        known = self.snapshot
        self._take_hotspots(main.execute(_HOTSPOTS, [since, since]).fetchall())
        zones = main.execute(f"SELECT id, hotspot_id FROM wifi_network_zone {changed}", values).fetchall()
        known.zones.update(zones)
        self._take_access_points(main, values)
        for number, name, kind, methods in main.execute(
            f"SELECT id, name, kind, methods FROM wifi_access_realm {changed}", values
        ):
            known.realms = {n: r for n, r in known.realms.items() if r.id != number}
            known.realms[name.lower()] = Realm(number, kind, tuple(methods))
        self._take_homes(main.execute(_HOMES + changed, values).fetchall())
        for plan, *limits in main.execute(_PLANS + changed, values):
            known.plans[plan] = Limits(plan, *limits)
        rules = main.execute(_RULES + changed, values).fetchall()
        for number, plan, group, hotspot, zone, hours, starts, ends, closed in rules:
            known.rules[number] = Rule(plan, group, hotspot, zone, hours, starts, ends, closed, number)
        if rules or zones:
            known.index_rules()
        self._take_gateways(main.execute(_GATEWAYS + changed, values).fetchall())
        marks = main.execute(f"{_REVOKED} AND version >= %s", values).fetchall()
        known.revoked |= {(nas, mark) for nas, *both in marks for mark in both if mark}
        for hotspot, claimed, until_us in main.execute(
            f"SELECT hotspot, claimed, until_us FROM wifi_access_line {changed}", values
        ):
            known.lines[hotspot] = (claimed, until_us)
        for credential, device, until_us in main.execute(_SEATS, values):
            known.seats[credential] = (bytes(device), until_us)

    def _take_hotspots(self, rows: list[tuple[int, int | None, bool]]) -> None:
        known = self.snapshot
        known.hotspots.update((number, at_most) for number, at_most, _ in rows)
        opened = {number for number, _, shut in rows if not shut}
        known.shut = (known.shut - opened) | {number for number, _, shut in rows if shut}

    def _take_access_points(self, main: psycopg.Connection[Any], values: list[int]) -> None:
        query = "SELECT mac, zone_id, retired_on FROM wifi_network_accesspoint WHERE version >= %s"
        for mac, zone, retired_on in main.execute(query, values):
            if retired_on is None:
                self.snapshot.access_points[mac] = zone
            else:
                self.snapshot.access_points.pop(mac, None)

    def _take_gateways(self, rows: list[tuple[Any, ...]]) -> None:
        known = dict(self.snapshot.gateways)
        for number, code, kind, network, sealed, lenient, interim, hotspot, state, transport, *old in rows:
            known.pop(number, None)
            if state == "active" and transport == "radsec" and old[2]:
                known[number] = Gateway(
                    number, code, kind, "", RADSEC_SECRET, lenient, interim, hotspot, peer=old[2],
                    since=old[3], until=old[4],
                )  # fmt: skip
            if state != "active" or transport != "udp" or not sealed or not network:
                continue
            try:
                secret = open_secret(code, bytes(sealed))
                former = open_secret(code, bytes(old[0])) if old[0] and old[1] > time.time() else b""
            except DecryptionFailed:
                log.error("the secret of gateway %s cannot be opened: it is not answered", code)
                continue
            known[number] = Gateway(
                number, code, kind, network, secret, lenient, interim, hotspot, former, old[1],
                since=old[3], until=old[4],
            )  # fmt: skip
        if rows:
            self.snapshot.gateways = known
            self.snapshot.index_gateways()

    def _take_homes(self, rows: list[tuple[Any, ...]]) -> None:
        known = dict(self.snapshot.home_servers)
        for number, realm, rank, address, port, transport, sealed, closed in rows:
            known.pop(number, None)
            if closed or (transport == "udp" and not sealed):
                continue
            try:
                secret = (
                    open_home_secret(realm, address, bytes(sealed)) if transport == "udp" else RADSEC_SECRET
                )
            except DecryptionFailed:
                log.error("the secret of the home server %s cannot be opened: it is not asked", address)
                continue
            known[number] = Home(number, realm, rank, address, port, transport, secret)
        self.snapshot.home_servers = known
        self.snapshot.index_homes()

    # --- flows ----------------------------------------------------------------------------

    def _look_flows(self, flows: psycopg.Connection[Any], since: int) -> None:
        where = "WHERE holder IN (SELECT holder FROM wifi_sessions_usage WHERE version >= %s)"
        self._take_usage(flows.execute(_USAGE.format(where=where), [since]).fetchall())
        self._take_sessions(flows.execute(_SESSIONS + "WHERE version >= %s", [since]).fetchall())

    def _take_usage(self, rows: list[tuple[int, int, int, int, int, int]]) -> None:
        for holder, *used in rows:
            self.snapshot.usage[holder] = Used(*used)

    def _take_sessions(self, rows: list[tuple[Any, ...]]) -> None:
        for key, holder, device, hotspot, updated_us, interim, ended_us in rows:
            now = OpenSession(holder, bytes(device), hotspot, updated_us, interim)
            self.snapshot.take_session(bytes(key), None if ended_us is not None else now)

    def take_day_keys(self) -> None:
        """The keys of yesterday, today and tomorrow; those of other days are forgotten."""
        today = datetime.now(UTC).date()
        days = [today + timedelta(days=shift) for shift in (-1, 0, 1)]
        if not all((day - EPOCH).days in self.snapshot.day_keys for day in days):
            self.snapshot.day_keys = {(day - EPOCH).days: key for day, key in day_keys(days).items()}


class Follower(threading.Thread):
    """Keeps a snapshot up to date for a process; while the database is away, what is known still serves."""

    def __init__(self, loader: Loader) -> None:
        super().__init__(name="wifi-follower", daemon=True)
        self._loader = loader
        self._away = False
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self._loader.look()
                self._loader.wait(LOOK_SECONDS)
                self.stopping.wait(GAP_SECONDS)
                self._say(away=False)
            except Exception as error:  # whatever it is, what is known still serves
                self._say(away=True, why=error)
                self._loader.close()
                connections.close_all()
                self.stopping.wait(1)
        self._loader.close()

    def _say(self, away: bool, why: Exception | None = None) -> None:
        if away != self._away:
            log.warning("the snapshot %s", f"stays as it is: {why}" if away else "is up to date again")
        self._away = away


def rights(main: psycopg.Connection[Any], credentials: Collection[int]) -> dict[int, Right]:
    """What those credentials give now, by their number."""
    if not credentials:
        return {}
    rows = main.execute(f"{_CREDENTIALS} WHERE id = ANY(%s)", [list(credentials)], binary=True).fetchall()
    found = [unpack(record) for _, record in _pairs(rows)]
    return {credential.id: credential.right for credential in found}


def _copied(connection: psycopg.Connection[Any], query: str) -> Iterator[tuple[bytes, bytes]]:
    """The rows of a query that gives two bytea, as COPY sends them; they are read as they are asked for."""
    with connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)") as copy:
        copy.set_types(["bytea", "bytea"])
        yield from copy.rows()


def oldest(connection: psycopg.Connection[Any]) -> int:
    """The oldest transaction under way: what it and later ones wrote is for the next look."""
    row = connection.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint").fetchone()
    return int(row[0]) if row else 0


def _pairs(rows: list[tuple[Any, ...]]) -> list[tuple[bytes, bytes]]:
    return [(bytes(key), bytes(record)) for key, record in rows]
