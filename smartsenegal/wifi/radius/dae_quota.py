"""Ends a session that would not be let in again: its volume or time is used up, its credential was withdrawn.

Looked at each time a session was heard of, so that nobody goes on for more than one report of their gateway.
`access.decide` says it, as at the login, with what PostgreSQL holds at that moment.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import psycopg

from smartsenegal.wifi.access.api import REFUSALS, Refusal, Right, Use, Where, decide
from smartsenegal.wifi.radius.loading import oldest, rights
from smartsenegal.wifi.radius.snapshot import Snapshot
from smartsenegal.wifi.sessions.api import order_disconnect, session

# What refuses a newcomer and does not throw out who is in.
_STAYS = frozenset({"full", "devices"})
RULE = "règle : droit épuisé ou retiré"
REMEMBERED = 50_000
_HEARD = """
    SELECT s.key, s.credential, s.hotspot, s.zone, s.device, s.updated_us,
           coalesce(sum(u.seconds) FILTER (WHERE u.day = %(today)s), 0)::bigint,
           coalesce(sum(u.octets) FILTER (WHERE u.day = %(today)s), 0)::bigint,
           coalesce(sum(u.seconds), 0)::bigint, coalesce(sum(u.octets), 0)::bigint
    FROM wifi_sessions_session s LEFT JOIN wifi_sessions_usage u ON u.holder = s.holder
    WHERE s.version >= %(since)s AND s.ended_us IS NULL AND s.credential IS NOT NULL
    GROUP BY s.key
"""

log = logging.getLogger(__name__)


class Quota:
    """Looks at what was heard since the last look; the first look, at every session that is open."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._since = 0
        self._ordered: dict[bytes, int] = {}

    def look(self, main: psycopg.Connection[Any], flows: psycopg.Connection[Any]) -> int:
        """How many sessions were ordered to end. Raises psycopg.Error when a database is away."""
        since, self._since = self._since, oldest(flows)
        now = time.time()
        today = time.strftime("%Y-%m-%d", time.gmtime(now))
        try:
            rows = flows.execute(_HEARD, {"since": since, "today": today}).fetchall()
            known = rights(main, {row[1] for row in rows})
            return sum(self._judge(row, known.get(row[1]), now) for row in rows)
        except Exception:
            self._since = since  # what could not be looked at is looked at again
            raise

    def _judge(self, row: tuple[Any, ...], right: Right | None, now: float) -> bool:
        key, _, hotspot, zone, device, updated_us, today_s, today_o, all_s, all_o = row
        if right is None or self._ordered.get(bytes(key)) == updated_us:
            return False
        rules = self._snapshot.rules_at(hotspot)
        use = Use(today_s, today_o, all_s, all_o, frozenset({bytes(device)}))
        found = decide(right, rules, self._snapshot.plans, use, Where(hotspot, zone), bytes(device), now)
        if not isinstance(found, Refusal) or found.cause in _STAYS:
            return False
        return self._end(bytes(key), updated_us, REFUSALS[found.cause])

    def _end(self, key: bytes, updated_us: int, reason: str) -> bool:
        found = session(key)
        if found is None or order_disconnect(found, RULE, reason) is None:
            return False
        if len(self._ordered) >= REMEMBERED:
            self._ordered.clear()  # at worst an order is repeated, and found without object
        self._ordered[key] = updated_us
        return True
