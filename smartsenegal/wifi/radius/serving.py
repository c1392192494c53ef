"""The process that speaks TLS and asks home servers: its doors, put together and run."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import TYPE_CHECKING

from django.conf import settings

from smartsenegal.wifi.monitoring.api import Tally
from smartsenegal.wifi.radius.accounting import AccountingDoor
from smartsenegal.wifi.radius.auth import Authoriser
from smartsenegal.wifi.radius.authority import server_name
from smartsenegal.wifi.radius.counters import Counters
from smartsenegal.wifi.radius.doors import AuthDoor
from smartsenegal.wifi.radius.eap import WifiAuthority
from smartsenegal.wifi.radius.enterprise import Enterprise
from smartsenegal.wifi.radius.handing import Boxes
from smartsenegal.wifi.radius.loading import connect
from smartsenegal.wifi.radius.net import unpacked
from smartsenegal.wifi.radius.radsec import KEY, Connections, Reception, Reports
from smartsenegal.wifi.radius.relay import Relay
from smartsenegal.wifi.radius.reverse import Courier
from smartsenegal.wifi.radius.snapshot import Snapshot
from smartsenegal.wifi.radius.tls import client_context, server_context
from smartsenegal.wifi.radius.writing import Writer

if TYPE_CHECKING:
    from smartsenegal.wifi.radius.server import Options

LOOK_SECONDS = 0.1


class Serving:
    """What the process holds. `asked`: the UDP socket by which gateways asked, and are answered; `ordered`:
    where orders for those that are connected come from."""

    def __init__(
        self,
        listener: socket.socket,
        asked: socket.socket,
        ordered: socket.socket,
        boxes: Boxes,
        snapshot: Snapshot,
        authority: WifiAuthority,
        options: Options,
    ) -> None:
        self._asked = asked
        self._boxes = boxes
        self._box = options.workers
        self.counters = Counters(options.data, "radsec")
        self._connections = Connections(snapshot)
        self._courier = Courier(ordered, self._connections)
        authoriser, tally = Authoriser(snapshot), Tally()
        tally.keep_flushing()
        name = server_name()
        self.relay = Relay(snapshot, authoriser, client_context(authority, name), name, self._deliver)
        # Its number comes after those of the workers that answer by UDP.
        enterprise = Enterprise(
            snapshot, authoriser, authority.server(), [authority.root], options.workers, options.workers + 1
        )
        by_tls = AuthDoor(
            snapshot, self.counters, authoriser, enterprise, tally=tally,
            whose=self._connections.gateway_of, relay=self.relay.take,
        )  # fmt: skip
        self._by_udp = AuthDoor(snapshot, self.counters, authoriser, tally=tally, relay=self.relay.take)
        self.reports = self._reports(snapshot, options)
        self.reception = Reception(
            listener, server_context(authority), snapshot, self._connections, by_tls, self.reports,
            self.counters, self._courier.answered,
        )  # fmt: skip

    def _reports(self, snapshot: Snapshot, options: Options) -> Reports:
        # Files of its own: two writers would each take in those of the other.
        writer = Writer(options.data / "segments-radsec", lambda: connect(settings.FLOWS))
        counters = Counters(options.data, "radsec-accounting")
        door = AccountingDoor(snapshot, writer, counters, self._connections.gateway_of)
        return Reports(door, writer, counters, self._connections.deliver)

    async def run(self, told: threading.Event) -> None:
        """Serve until told to stop."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._boxes.inside(self._box), self._take_handed)
        loop.add_reader(self._courier.fileno(), self._courier.take)
        work = [loop.create_task(run) for run in (self.reception.run(), self.reports.run(), self.relay.run())]
        while not told.is_set() and not any(task.done() for task in work):
            await asyncio.sleep(LOOK_SECONDS)
            self.counters.tend()
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        self.reports.close()
        self.counters.write()
        for task in work:
            if not task.cancelled():
                task.result()  # a fault ends the process, and the parent begins another

    def _take_handed(self) -> None:
        """Logins of other realms that came by UDP; the workers have checked who sends them, so do we."""
        for data, peer in self._boxes.take(self._box):
            if (reply := self._by_udp.handle(data, peer)) is not None:
                self._deliver(reply, peer)

    def _deliver(self, reply: bytes, peer: bytes) -> None:
        if len(peer) == KEY:
            self._connections.deliver(reply, peer)
            return
        with contextlib.suppress(OSError):  # lost; its sender asks again
            self._asked.sendto(reply, unpacked(peer))


def serve(
    listener: socket.socket,
    asked: socket.socket,
    ordered: socket.socket,
    boxes: Boxes,
    snapshot: Snapshot,
    authority: WifiAuthority,
    options: Options,
    told: threading.Event,
) -> None:
    """Serve RadSec, and relay logins, until told to stop."""

    async def run() -> None:
        await Serving(listener, asked, ordered, boxes, snapshot, authority, options).run(told)

    asyncio.run(run())
