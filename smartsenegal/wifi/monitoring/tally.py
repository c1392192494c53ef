"""Counts of a process, kept in memory and added to `wifi_monitoring_minute` now and then."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections, transaction

# Beyond, a database that stays away costs counts rather than memory: about 10 MB.
KEYS_AT_MOST = 50_000
FLUSH_SECONDS = 5.0
STAGE_LENGTH = 40  # of the column

_ONCE = "INSERT INTO wifi_monitoring_batch (id, at) VALUES (%s, now()) ON CONFLICT DO NOTHING"
_ADD = """
    INSERT INTO wifi_monitoring_minute AS kept (hotspot, minute, stage, count)
    SELECT * FROM unnest(%s::int[], %s::timestamptz[], %s::text[], %s::bigint[])
    ON CONFLICT (hotspot, minute, stage) DO UPDATE SET count = kept.count + excluded.count
"""

Key = tuple[int, int, str]  # hotspot, minutes since the epoch, stage

log = logging.getLogger(__name__)


class Tally:
    """Counts by hotspot, minute and stage. A process makes its own, after any fork; threads may share it."""

    def __init__(self, keys_at_most: int = KEYS_AT_MOST) -> None:
        self.lost = 0  # counts dropped because too much was held
        self._keys_at_most = keys_at_most
        self._counts: dict[Key, int] = {}
        self._batch: tuple[uuid.UUID, dict[Key, int]] | None = None  # being added, or to be asked again
        self._counting = threading.Lock()
        self._flushing = threading.Lock()
        self._away = False

    def add(self, hotspot: int | None, stage: str, number: int = 1) -> None:
        """Count `number` of a stage now at a hotspot; None is "not known". Waits for no database."""
        key = (hotspot or 0, int(time.time()) // 60, stage[:STAGE_LENGTH])
        with self._counting:
            known = self._counts.get(key)
            if known is None and len(self._counts) >= self._keys_at_most:
                self.lost += number
            else:
                self._counts[key] = (known or 0) + number

    @property
    def held(self) -> int:
        """Counts that are not in the database yet, as far as we know."""
        with self._counting:
            batch = self._batch[1] if self._batch else {}
            return sum(self._counts.values()) + sum(batch.values())

    def flush(self) -> bool:
        """Add what is held to the database; False when it is away, and then everything is still held.

        Raises nothing. A batch whose answer was lost is asked again under its name: it is added once.
        """
        with self._flushing:
            while batch := self._next():
                if not self._added(*batch):
                    return False
                self._batch = None
            return True

    def keep_flushing(self, seconds: float = FLUSH_SECONDS) -> threading.Thread:
        """Flush from a thread of this process every few seconds, as long as it lives."""
        thread = threading.Thread(target=self._keep_flushing, args=(seconds,), name="wifi-tally", daemon=True)
        thread.start()
        return thread

    def _keep_flushing(self, seconds: float) -> None:
        while True:
            time.sleep(seconds)
            self.flush()

    def _next(self) -> tuple[uuid.UUID, dict[Key, int]] | None:
        with self._counting:
            if self._batch is None and self._counts:
                self._batch, self._counts = (uuid.uuid4(), self._counts), {}
            return self._batch

    def _added(self, name: uuid.UUID, counts: dict[Key, int]) -> bool:
        connection = connections[settings.FLOWS]
        outermost = not connection.in_atomic_block
        try:
            with transaction.atomic(using=settings.FLOWS), connection.cursor() as cursor:
                cursor.execute(_ONCE, [name])
                if cursor.rowcount:
                    cursor.execute(_ADD, _columns(counts))
        except (DatabaseError, InterfaceError) as error:
            if not self._away:
                log.warning("counts are held until the database is back: %s", error)
            self._away = True
            return False
        finally:
            if outermost:  # the connection goes back to the pool, or makes room for one that works
                connection.close()
        self._away = False
        return True


def _columns(counts: dict[Key, int]) -> list[list[object]]:
    """The arrays of `_ADD`. In order of their keys, so that two processes never wait for each other."""
    rows = sorted(counts.items())
    return [
        [hotspot for (hotspot, _, _), _ in rows],
        [datetime.fromtimestamp(minute * 60, UTC) for (_, minute, _), _ in rows],
        [stage for (_, _, stage), _ in rows],
        [count for _, count in rows],
    ]
