"""`smartsenegal wifi-watch`: looks at every hotspot every ten seconds, as long as it lives.

What it counted is in the transaction that says so: killed at any moment, it starts again where it was, and a
database that goes away is awaited. Two of them do no harm.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from smartsenegal.wifi.monitoring.polling import available, poll
from smartsenegal.wifi.monitoring.probing import ping

LOOK_SECONDS = 10.0
PROBE_SECONDS = 60.0
POLL_SECONDS = 300.0
LATELY_SECONDS = 60.0
ROLL_UP_SECONDS = 900.0
PURGE_SECONDS = 3600.0

log = logging.getLogger(__name__)


def main(argv: Sequence[str]) -> int:
    """Watch until SIGTERM or SIGINT; 0 then."""
    os.environ["SMARTSENEGAL_PROCESS"] = "wifi-watch"
    import django

    django.setup()
    watch = Watch(float(os.environ.get("SMARTSENEGAL_WATCH_SECONDS", LOOK_SECONDS)))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: watch.stopping.set())
    watch.run()
    return 0


class Watch:
    """Looks again and again."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.stopping = threading.Event()
        self._away = False
        self._due: dict[str, float] = {}

    def run(self) -> None:
        print("La surveillance du Wi-Fi est en marche.", flush=True)
        while not self.stopping.is_set():
            self.once()
            self.stopping.wait(self.seconds)

    def once(self) -> bool:
        """One round; False when something failed, which is said once and tried again."""
        from django.db import connections

        try:
            self._round(datetime.now(UTC))
        except Exception as error:  # whatever it is, the next round tries again
            if not self._away:
                log.warning("hotspots are not watched: %s", error)
            self._away = True
            return False
        finally:
            connections.close_all()
        if self._away:
            log.info("hotspots are watched again")
        self._away = False
        return True

    def _round(self, now: datetime) -> None:
        from smartsenegal.wifi.monitoring.actions.counting import (
            count_events,
            purge,
            roll_up,
            roll_up_lately,
        )
        from smartsenegal.wifi.monitoring.actions.looking import look
        from smartsenegal.wifi.monitoring.queries import kept_days

        while count_events() and not self.stopping.is_set():
            pass
        if self._is_due("probe", PROBE_SECONDS):
            self._probe(now)
        if self._is_due("poll", POLL_SECONDS):
            self._poll(now)
        look(now)
        if self._is_due("lately", LATELY_SECONDS):
            roll_up_lately(now)
        if self._is_due("roll up", ROLL_UP_SECONDS):
            roll_up(now)
        if self._is_due("purge", PURGE_SECONDS):
            purge(now, kept_days(now.date()))

    def _probe(self, now: datetime) -> None:
        """Ask the gateways for an echo: two seconds for all of them together."""
        from smartsenegal.wifi.monitoring.actions.probes import addresses, take_probes

        asked = addresses()
        if asked:
            take_probes(asked, asyncio.run(ping(asked.values())), now)

    def _poll(self, now: datetime) -> None:
        """Ask the access points that are followed by SNMP."""
        from smartsenegal.wifi.monitoring.actions.snmp import questions, take_answers

        asked = questions()
        if asked and available():
            take_answers(asyncio.run(poll(asked)), now)

    def _is_due(self, what: str, seconds: float) -> bool:
        now = time.monotonic()
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + seconds
        return True
