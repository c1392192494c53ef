"""`smartsenegal radius`: a process for each core that authorises, one that takes accounting, their parent.

The parent loads the snapshot once; its children share those pages and each follows the changes by itself. The
sockets are the parent's: when a child dies, what comes meanwhile waits in them for the next one.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from smartsenegal.wifi.radius.codec import Packet
    from smartsenegal.wifi.radius.counters import Counters
    from smartsenegal.wifi.radius.doors import AuthDoor
    from smartsenegal.wifi.radius.snapshot import Gateway

RETRY_SECONDS = 2.0
LOOK_SECONDS = 5.0
FOLD_SECONDS = 1.0
DAYS_SECONDS = 600.0
PATIENCE = 5.0
# How long EAP may make a password wait.
TURN_SECONDS = 0.005

log = logging.getLogger("smartsenegal.wifi.radius")


@dataclass(frozen=True)
class Options:
    """What the environment says. "::" listens on every address, IPv4 and IPv6."""

    host: str = "::"
    port: int = 1812
    accounting_port: int = 1813
    radsec_port: int = 2083
    workers: int = 1
    data: Path = Path("var")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], data: Path, cores: int) -> Options:
        port = int(environ.get("SMARTSENEGAL_RADIUS_PORT", "1812"))
        # Beside others on one machine, the ports follow each other.
        usual = 2083 if port == 1812 else port + 2
        return cls(
            host=environ.get("SMARTSENEGAL_RADIUS_HOST", "::"),
            port=port,
            accounting_port=int(environ.get("SMARTSENEGAL_RADIUS_ACCT_PORT", str(port + 1))),
            radsec_port=int(environ.get("SMARTSENEGAL_RADIUS_RADSEC_PORT", str(usual))),
            workers=int(environ.get("SMARTSENEGAL_RADIUS_WORKERS", str(cores))),
            data=data,
        )


@dataclass
class Child:
    """One process and the socket it reads."""

    name: str
    port: socket.socket
    work: Callable[[socket.socket, str], None]
    pid: int = 0
    started_at: float = field(default=0.0)


def main(argv: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; 0 after a clean stop, 1 when a port cannot be had."""
    os.environ["SMARTSENEGAL_PROCESS"] = "radius"
    import django

    django.setup()
    from smartsenegal.wifi.radius.net import cores
    from smartsenegal.wifi.radius.pulse import directory

    options = Options.from_environment(os.environ, directory(), cores())
    return Server(options).run()


class Server:
    """The parent."""

    def __init__(self, options: Options) -> None:
        from smartsenegal.wifi.radius.authority import ensure
        from smartsenegal.wifi.radius.handing import Boxes
        from smartsenegal.wifi.radius.loading import Loader
        from smartsenegal.wifi.radius.reverse import pair
        from smartsenegal.wifi.radius.snapshot import Snapshot

        self.options = options
        self.snapshot = Snapshot()
        self.loader = Loader(self.snapshot)
        self.children: list[Child] = []
        self.boxes = Boxes(options.workers + 1)  # the last is that of the relay, in the process `radsec`
        self.orders = pair()  # from the process of orders to `radsec`
        self.authority = ensure()
        self.stopping = False

    def run(self) -> int:
        from smartsenegal.wifi.radius.pulse import fall_silent

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        self.options.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        fall_silent(self.options.data)
        try:
            self._bind()
        except OSError as error:
            print(f"Les ports RADIUS ne peuvent pas être ouverts : {error.strerror}", file=sys.stderr)
            return 1
        self._load()
        for child in self.children:
            self._fork(child)
        if not self.stopping:
            ports = (
                f"UDP {self.options.port} et {self.options.accounting_port}, TCP {self.options.radsec_port}"
            )
            self._beat()
            print(f"RADIUS est prêt sur les ports {ports}.", flush=True)
        self._watch()
        fall_silent(self.options.data)
        return 0

    def _beat(self) -> None:
        from smartsenegal.wifi.radius.pulse import beat

        beat(self.options.data, self.options.port, self.options.accounting_port)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _bind(self) -> None:
        from smartsenegal.wifi.radius.net import bind, listen, require_free

        for wanted in (self.options.port, self.options.accounting_port):
            require_free(self.options.host, wanted)
        accounting = bind(self.options.host, self.options.accounting_port)
        self.children = [Child("accounting", accounting, self._account)]
        for number in range(self.options.workers):
            port = bind(self.options.host, self.options.port)
            self.children.append(Child(f"auth-{number}", port, self._authorise))
        radsec = listen(self.options.host, self.options.radsec_port)
        self.children.append(Child("radsec", radsec, self._serve_tls))
        # Orders leave from the address that gateways are told of.
        self.children.append(Child("orders", bind(self.options.host, 0), self._order))

    def _load(self) -> None:
        """Load the snapshot, waiting for the database as long as it takes."""
        from django.db import DatabaseError, connections

        from smartsenegal.wifi.sessions.api import ensure_days, today

        while not self.stopping:
            began = time.monotonic()
            try:
                ensure_days(today())
                self.loader.load()
            except (psycopg.Error, DatabaseError) as error:
                log.warning("the database is awaited: %s", error)
                self.loader.close()
                time.sleep(RETRY_SECONDS)
                continue
            finally:
                connections.close_all()  # a child must not find the parent's
            known = self.snapshot
            log.info(
                "%d gateways, %d credentials, %d sessions in %.1f s",
                len(known.gateways), len(known.credentials), len(known.sessions), time.monotonic() - began,
            )  # fmt: skip
            break
        gc.collect()
        gc.freeze()  # a collection in a child would copy every page it counts

    # --- children ------------------------------------------------------------------------

    def _fork(self, child: Child) -> None:
        parent = os.getpid()
        child.started_at = time.monotonic()
        sys.stdout.flush()
        child.pid = os.fork()
        if child.pid:
            return
        status = 1
        try:
            self.loader.forked()
            _serve_until_told(parent, self, child)
            status = 0
        except Exception:
            log.exception("%s stopped", child.name)
        finally:
            logging.shutdown()
            os._exit(status)

    def _watch(self) -> None:
        """Bring back the children that die, keep our own copy fresh for them, end them when told."""
        look_at = 0.0
        while not self.stopping:
            self._bury()
            if time.monotonic() >= look_at:
                look_at = time.monotonic() + LOOK_SECONDS
                self._beat()
                self._look()
            time.sleep(0.1)
        for child in self.children:
            _kill(child.pid, signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while any(c.pid for c in self.children) and time.monotonic() < until:
            self._bury(again=False)
            time.sleep(0.02)
        for child in self.children:
            _kill(child.pid, signal.SIGKILL)
        self.loader.close()

    def _bury(self, again: bool = True) -> None:
        for child in self.children:
            if child.pid:
                found, status = os.waitpid(child.pid, os.WNOHANG)
                if not found:
                    continue
                child.pid = 0
                if again:
                    log.warning("%s ended (%d)", child.name, os.waitstatus_to_exitcode(status))
            if again and time.monotonic() - child.started_at > 1:
                self._fork(child)

    def _look(self) -> None:
        from django.db import connections

        try:
            self.loader.look()
        except Exception as error:  # the children say so too; what is known still serves
            log.debug("the parent's copy stays as it is: %s", error)
            self.loader.close()
        finally:
            connections.close_all()

    # --- what children do -------------------------------------------------------------------

    def _authorise(self, port: socket.socket, name: str) -> None:
        from smartsenegal.wifi.radius.counters import Counters
        from smartsenegal.wifi.radius.net import open_port

        worker = int(name.rpartition("-")[2])
        counters, opened = Counters(self.options.data, name), open_port(port)
        door = self._door(worker, counters)
        boxes, handle = self.boxes, door.handle
        opened.watch(boxes.inside(worker))
        while _alive():
            batch = opened.receive(0 if door.waiting else 0.5)
            answers = [(reply, peer) for data, peer in batch if (reply := handle(data, peer)) is not None]
            for data, peer in boxes.take(worker):
                if (reply := handle(data, peer, True)) is not None:
                    answers.append((reply, peer))
            if answers:
                opened.send(answers)
            if door.waiting:
                opened.send(door.converse(TURN_SECONDS))
            counters.tend()
        counters.write()

    def _door(self, worker: int, counters: Counters) -> AuthDoor:
        from smartsenegal.wifi.monitoring.api import Tally
        from smartsenegal.wifi.radius.auth import Authoriser
        from smartsenegal.wifi.radius.doors import AuthDoor
        from smartsenegal.wifi.radius.enterprise import Enterprise

        authoriser, tally = Authoriser(self.snapshot), Tally()
        tally.keep_flushing()
        enterprise = Enterprise(
            self.snapshot, authoriser, self.authority.server(), [self.authority.root], worker,
            self.options.workers,
        )  # fmt: skip
        return AuthDoor(
            self.snapshot, counters, authoriser, enterprise, self.boxes.put, tally, relay=self._hand_to_relay
        )

    def _hand_to_relay(
        self, _door: AuthDoor, data: bytes, peer: bytes, _packet: Packet, _gateway: Gateway
    ) -> None:
        from smartsenegal.wifi.radius.codec import Discard

        if not self.boxes.put(self.options.workers, data, peer):
            raise Discard("busy")

    def _account(self, port: socket.socket, name: str) -> None:
        from django.conf import settings

        from smartsenegal.wifi.radius.accounting import AccountingDoor
        from smartsenegal.wifi.radius.counters import Counters
        from smartsenegal.wifi.radius.loading import connect
        from smartsenegal.wifi.radius.net import open_port
        from smartsenegal.wifi.radius.writing import Writer

        writer = Writer(self.options.data / "segments", lambda: connect(settings.FLOWS))
        counters = Counters(self.options.data, name)
        door, opened = AccountingDoor(self.snapshot, writer, counters), open_port(port)
        threading.Thread(target=_fold, name="wifi-fold", daemon=True).start()
        while _alive():
            batch = opened.receive(0.2)
            while batch and len(batch) < 1000 and (more := opened.receive(0)):
                batch += more
            if batch:
                opened.send(door.handle(batch))
            writer.tend()
            counters.tend()
        writer.close()
        counters.write()

    def _serve_tls(self, listener: socket.socket, name: str) -> None:
        from smartsenegal.wifi.radius.serving import serve

        # Answers leave from the port that was asked.
        asked = next(child.port for child in self.children if child.name == "auth-0")
        serve(listener, asked, self.orders[1], self.boxes, self.snapshot, self.authority, self.options, _told)

    def _order(self, port: socket.socket, name: str) -> None:
        from smartsenegal.wifi.radius.counters import Counters
        from smartsenegal.wifi.radius.dae_orders import Orders

        counters = Counters(self.options.data, name)
        Orders(port, self.orders[0], self.snapshot, counters).run(_alive)
        counters.write()


_told = threading.Event()


def _serve_until_told(parent: int, server: Server, child: Child) -> None:
    """In a child: follow the database and work until SIGTERM, or until the parent is gone."""
    from smartsenegal.wifi.radius.loading import Follower

    signal.signal(signal.SIGTERM, lambda *_: _told.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the parent says when
    threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()
    follower = Follower(server.loader)
    follower.start()
    child.work(child.port, child.name)
    follower.stopping.set()


def _alive() -> bool:
    return not _told.is_set()


def _watch_parent(parent: int) -> None:
    while not _told.wait(0.5):
        if os.getppid() != parent:
            _told.set()


def _fold() -> None:
    """Every second fold what came; make the days that come. Errors are said once, and tried again."""
    from django.db import connections

    from smartsenegal.wifi.sessions.api import ensure_days, fold_events, today

    away = False
    days_at = 0.0
    while not _told.wait(FOLD_SECONDS):
        try:
            if time.monotonic() >= days_at:
                ensure_days(today())
                days_at = time.monotonic() + DAYS_SECONDS
            while fold_events() and not _told.is_set():
                pass
            away = False
        except Exception as error:  # whatever it is, the next second tries again
            if not away:
                log.warning("events are not folded: %s", error)
            away = True
            connections.close_all()


def _kill(pid: int, number: signal.Signals) -> None:
    if pid:
        os.kill(pid, number)
