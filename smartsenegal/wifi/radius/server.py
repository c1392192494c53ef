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

import psycopg

RETRY_SECONDS = 2.0
LOOK_SECONDS = 5.0
FOLD_SECONDS = 1.0
DAYS_SECONDS = 600.0
PATIENCE = 5.0

log = logging.getLogger("smartsenegal.wifi.radius")


@dataclass(frozen=True)
class Options:
    """What the environment says. "::" listens on every address, IPv4 and IPv6."""

    host: str = "::"
    port: int = 1812
    accounting_port: int = 1813
    workers: int = 1
    data: Path = Path("var")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], data: Path, cores: int) -> Options:
        port = int(environ.get("SMARTSENEGAL_RADIUS_PORT", "1812"))
        return cls(
            host=environ.get("SMARTSENEGAL_RADIUS_HOST", "::"),
            port=port,
            accounting_port=int(environ.get("SMARTSENEGAL_RADIUS_ACCT_PORT", str(port + 1))),
            workers=int(environ.get("SMARTSENEGAL_RADIUS_WORKERS", str(cores))),
            data=Path(environ.get("SMARTSENEGAL_RADIUS_DATA", data / "radius")),
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
    from django.conf import settings

    from smartsenegal.wifi.radius.net import cores

    options = Options.from_environment(os.environ, Path(settings.DATA_DIR), cores())
    return Server(options).run()


class Server:
    """The parent."""

    def __init__(self, options: Options) -> None:
        from smartsenegal.wifi.radius.loading import Loader
        from smartsenegal.wifi.radius.snapshot import Snapshot

        self.options = options
        self.snapshot = Snapshot()
        self.loader = Loader(self.snapshot)
        self.children: list[Child] = []
        self.stopping = False

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        self.options.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._bind()
        except OSError as error:
            print(f"Les ports RADIUS ne peuvent pas être ouverts : {error.strerror}", file=sys.stderr)
            return 1
        self._load()
        for child in self.children:
            self._fork(child)
        if not self.stopping:
            ports = f"{self.options.port} et {self.options.accounting_port}"
            print(f"RADIUS est prêt sur les ports UDP {ports}.", flush=True)
        self._watch()
        return 0

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _bind(self) -> None:
        from smartsenegal.wifi.radius.net import bind

        accounting = bind(self.options.host, self.options.accounting_port)
        self.children = [Child("accounting", accounting, self._account)]
        for number in range(self.options.workers):
            port = bind(self.options.host, self.options.port)
            self.children.append(Child(f"auth-{number}", port, self._authorise))

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
        from smartsenegal.wifi.radius.doors import AuthDoor
        from smartsenegal.wifi.radius.net import open_port

        counters = Counters(self.options.data, name)
        door, opened = AuthDoor(self.snapshot, counters), open_port(port)
        handle = door.handle
        while _alive():
            batch = opened.receive(0.5)
            answers = [(reply, peer) for data, peer in batch if (reply := handle(data, peer)) is not None]
            if answers:
                opened.send(answers)
            counters.tend()
        counters.write()

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
