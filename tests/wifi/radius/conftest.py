"""A network in the database, and a server that answers for it."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connections

if TYPE_CHECKING:  # this file is read before Django is ready
    from smartsenegal.wifi.network.api import Hotspot, Nas


@pytest.fixture
def no_events(transactional_db: None) -> Iterator[None]:
    """The table of events is not Django's to empty: no test finds, nor leaves, those of another."""
    _empty()
    yield
    _empty()


def _empty() -> None:
    with connections[settings.FLOWS].cursor() as cursor:
        cursor.execute("TRUNCATE wifi_sessions_event")


@pytest.fixture
def gateway(no_events: None) -> Nas:
    """A gateway on this machine, a plan for everyone, and Awa who has a password."""
    from smartsenegal.wifi.access.api import Credential, Plan, PlanRule, Realm, verifier
    from smartsenegal.wifi.network.api import Nas, seal_secret
    from tests.wifi.radius.known import SECRET

    plan = Plan.objects.create(code="public", name="Public", session_seconds=3600, devices=5)
    PlanRule.objects.create(plan=plan)
    realm = Realm.objects.create(name="", kind="local")
    Credential.objects.create(
        realm=realm, login="awa", kind="password", holder=7, verifier=verifier("secret")
    )
    return Nas.objects.create(
        code="gw", gateway="coova", network="127.0.0.1", secret=seal_secret("gw", SECRET), interim_seconds=60
    )


@pytest.fixture
def shop(gateway: Nas) -> Hotspot:
    """A hotspot that is open, whose gateway it is."""
    from smartsenegal.kernel.sites.models import Site
    from smartsenegal.kernel.territory.models import Territory
    from smartsenegal.wifi.network.api import Hotspot

    place = Territory.objects.create(code="x", kind="commune", name="X", path="X")
    site = Site.objects.create(code="wifi-x", name="X", kind="hotspot", territory=place)
    hotspot = Hotspot.objects.create(site=site, ssid="X")
    gateway.hotspot = hotspot
    gateway.save(update_fields=["hotspot"])
    return hotspot


class Radius:
    """`smartsenegal radius` as a process of its own, on free ports."""

    def __init__(self, folder: Path, workers: int = 1) -> None:
        self.folder = folder
        self.workers = workers
        self.port = free_port()
        self.environment: dict[str, str] = {}
        self.process: subprocess.Popen[str] | None = None

    @property
    def accounting_port(self) -> int:
        return self.port + 1

    @property
    def radsec_port(self) -> int:
        return self.port + 2

    def start(self, wait: bool = True) -> None:
        environment = {
            **os.environ,
            "SMARTSENEGAL_DATA": str(settings.DATA_DIR),
            "SMARTSENEGAL_DATABASE": connections["default"].settings_dict["NAME"],
            "SMARTSENEGAL_RADIUS_HOST": "127.0.0.1",
            "SMARTSENEGAL_RADIUS_PORT": str(self.port),
            "SMARTSENEGAL_RADIUS_WORKERS": str(self.workers),
            "SMARTSENEGAL_RADIUS_DATA": str(self.folder),
            **self.environment,
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "smartsenegal", "radius"],
                env=environment, stdout=log, stderr=log, text=True,
            )  # fmt: skip
        if wait:
            self.wait("est prêt")

    def wait(self, sentence: str, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while sentence not in self.log():
            assert self.process is not None
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < until, self.log()
            time.sleep(0.05)

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text() if path.exists() else ""

    def children(self) -> list[int]:
        assert self.process is not None
        text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in text.split()]

    def stop(self) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def kill(self) -> None:
        """As a loss of power: parent and children at once."""
        assert self.process is not None
        for pid in [self.process.pid, *self.children()]:
            os.kill(pid, signal.SIGKILL)
        self.process.wait(10)

    def ask(self, data: bytes, port: int | None = None, tries: int = 3, seconds: float = 2.0) -> bytes | None:
        """The answer to a packet, sent again as a gateway does; None when there is none."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.settimeout(seconds)
            line.connect(("127.0.0.1", port or self.port))
            for _ in range(tries):
                try:
                    line.send(data)
                    return line.recv(4096)
                except (TimeoutError, ConnectionRefusedError):
                    continue
        return None


@pytest.fixture
def radius(gateway: Nas, tmp_path: Path) -> Iterator[Radius]:
    server = Radius(tmp_path / "radius")
    server.start()
    try:
        yield server
    finally:
        assert server.stop() == 0, server.log()
        connections.close_all()


def free_port() -> int:
    """A UDP port free now, and the next; free for TCP, the one after."""
    while True:
        port = 20_000 + secrets.randbelow(30_000)
        try:
            with (
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two,
                socket.socket(socket.AF_INET, socket.SOCK_STREAM) as three,
            ):
                one.bind(("127.0.0.1", port))
                two.bind(("127.0.0.1", port + 1))
                three.bind(("127.0.0.1", port + 2))
        except OSError:
            continue
        return port


def until(condition: object, seconds: float = 10) -> None:
    """Wait for a condition; fails when it does not come."""
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "what was awaited did not come"
        time.sleep(0.05)
