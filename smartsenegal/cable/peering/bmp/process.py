"""`smartsenegal bmp`: receives what routers tell by BMP, as long as it lives.

It only listens: BMP asks nothing of its receiver. A router is known by the address it connects from; others
are refused. Killed at any moment, it loses nothing: routers connect again and tell everything again.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address

from smartsenegal.cable.peering.bmp import wire
from smartsenegal.cable.peering.bmp.table import Told
from smartsenegal.cable.peering.reading.base import Heard

PORT = 11_019  # that most routers are shown with; IANA gave none
WRITE_SECONDS = 5.0
PULSE_SECONDS = 60.0
# A table of more routes than these is checked against the RPKI that often only: a whole one takes seconds.
LARGE, LARGE_SECONDS = 20_000, 300.0
# A router that has just connected tells one session after the other: what it has not told yet is not absent.
SETTLING_SECONDS = 120.0
ROUTERS_AT_MOST = 1_000

log = logging.getLogger(__name__)


def main(argv: Sequence[str]) -> int:
    """Receive until SIGTERM or SIGINT; 0 then."""
    os.environ["SMARTSENEGAL_PROCESS"] = "bmp"
    import django

    django.setup()
    host = os.environ.get("SMARTSENEGAL_BMP_HOST", "127.0.0.1")
    port = int(os.environ.get("SMARTSENEGAL_BMP_PORT", PORT))
    asyncio.run(Collector(host, port).run())
    return 0


@dataclass
class Line:
    """A router that is connected."""

    router: int
    told: Told = field(default_factory=Told)
    written_at: float = 0.0
    checked_at: float = -LARGE_SECONDS
    began: float | None = None
    seen: int = -1
    settled: bool = False

    def settles(self, now: float) -> bool:
        """Whether the router has told all that it had to: it fell silent for a round, or had its time."""
        self.began = now if self.began is None else self.began
        quiet = self.told.messages == self.seen or now - self.began >= SETTLING_SECONDS
        self.settled |= quiet
        self.seen = self.told.messages
        return self.settled

    def heard(self, now: float) -> list[Heard]:
        """What is to be written now."""
        whole = self.told.size <= LARGE or now - self.checked_at >= LARGE_SECONDS
        self.checked_at = now if whole else self.checked_at
        return self.told.heard(routes=whole)


class Collector:
    """Takes what routers tell, and writes what changed every few seconds."""

    def __init__(self, host: str, port: int, seconds: float = WRITE_SECONDS) -> None:
        self.host, self.port, self.seconds = host, port, seconds
        self.lines: dict[int, Line] = {}
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with suppress(ValueError, RuntimeError):  # not the main thread
                loop.add_signal_handler(number, self.stopping.set)
        server = await asyncio.start_server(self._router, self.host, self.port, limit=wire.LONGEST)
        print(f"Le collecteur BMP écoute sur {self.host}:{self.port}.", flush=True)
        async with server:
            while not self.stopping.is_set():
                await self._write()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.stopping.wait(), self.seconds)
            await self._write()

    async def _router(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found = ip_address(writer.get_extra_info("peername")[0].partition("%")[0])
        address = str(getattr(found, "ipv4_mapped", None) or found)
        router = await asyncio.to_thread(_known, address)
        if router is None or len(self.lines) >= ROUTERS_AT_MOST:
            log.warning("BMP from %s is refused: no router has this address", address)
            writer.close()
            return
        line = self.lines[router] = Line(router)
        try:
            await _receive(reader, line)
        except (asyncio.IncompleteReadError, ConnectionError):
            log.info("router %s has closed its line", address)
        except wire.BadMessage as bad:
            log.warning("BMP from %s is not understood: %s", address, bad)
        finally:
            writer.close()
            if self.lines.get(router) is line:
                del self.lines[router]
                await asyncio.to_thread(_lost, router)

    async def _write(self) -> None:
        now = asyncio.get_running_loop().time()
        for line in list(self.lines.values()):
            if line.settles(now) and (line.told.fresh or now - line.written_at > PULSE_SECONDS):
                line.told.fresh, line.written_at = False, now
                heard = line.heard(now)
                try:
                    await asyncio.to_thread(_take, line.router, heard)
                except Exception as error:  # the database is away: tried again at the next round
                    line.told.fresh = True
                    log.warning("what routers told is not written: %s", error)


async def _receive(reader: asyncio.StreamReader, line: Line) -> None:
    while not line.told.ended:
        version, length, kind = wire.HEADER.unpack(await reader.readexactly(wire.HEADER.size))
        if version != wire.VERSION or not wire.HEADER.size <= length <= wire.LONGEST:
            raise wire.BadMessage("the header is not one of BMP version 3")
        line.told.take(kind, await reader.readexactly(length - wire.HEADER.size))


def _known(address: str) -> int | None:
    from django.db import connections

    from smartsenegal.cable.peering.queries import router_at

    try:
        found = router_at(address)
        return found.pk if found else None
    finally:
        connections.close_all()


def _take(router: int, heard: list[Heard]) -> None:
    from django.db import connections

    from smartsenegal.cable.peering.actions.hearing import hear

    try:
        hear(router, heard, "bmp", datetime.now(UTC))
    finally:
        connections.close_all()


def _lost(router: int) -> None:
    from django.db import connections

    from smartsenegal.cable.peering.actions.hearing import lose

    try:
        lose(router, datetime.now(UTC))
    except Exception as error:  # the state grows old by itself
        log.warning("the end of a line is not written: %s", error)
    finally:
        connections.close_all()
