"""A centre that serves over real sockets, a hotspot with a cache, and films to put on it."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.wifi.network.conftest import country, engineer, hotspot  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from smartsenegal.wifi.media.models import Package
    from smartsenegal.wifi.network.models import Hotspot


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def mp4(size: int, seconds: int = 90) -> bytes:
    """A film that no player shows, whole to who walks its boxes: random bytes under a true `moov`."""
    header = struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80)
    return (
        box(b"ftyp", b"isom\0\0\0\0isom")
        + box(b"moov", box(b"mvhd", header))
        + box(b"mdat", secrets.token_bytes(size))
    )


@pytest.fixture
def manager(engineer: Callable[..., Any]) -> Any:  # noqa: F811
    return engineer()


@pytest.fixture
def published(manager: Any) -> Callable[..., Package]:
    """Publish a package with these bytes, for everyone or for a hotspot."""
    from smartsenegal.wifi.media import actions, actions_files

    def make(title: str, data: bytes, *, captions: bytes = b"", **where: Any) -> Package:
        package = actions.add_package(manager, title=title, kind="film", licence="CC BY 4.0", language="fr")
        send(manager, package, "main", data)
        if captions:
            send(manager, package, "captions", captions, "wo")
        actions.assign(manager, package, **where)
        return actions.publish(manager, package)

    def send(by: Any, package: Package, role: str, data: bytes, language: str = "") -> None:
        upload = actions_files.begin_upload(
            by, package, role=role, language=language, name=f"{role}.bin", size=len(data)
        )
        actions_files.take_whole(by, upload, BytesIO(data))

    return make


@pytest.fixture
def token(manager: Any, hotspot: Hotspot) -> str:  # noqa: F811
    """The secret of the cache of the hotspot, which downloads at any hour and at any rate."""
    from datetime import time as clock

    from smartsenegal.wifi.media import actions

    actions.set_cache(manager, hotspot, rate_kbps=0, window_start=clock(0), window_end=clock(0))
    return actions.renew_token(manager, hotspot)


class Line:
    """A TCP line to the centre that can be cut: after so many bytes, or altogether."""

    def __init__(self, host: str, port: int) -> None:
        self.far = (host, port)
        self.cut_after: int | None = None
        self.down = False
        self.carried = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.down:
                near.close()
                continue
            far = socket.create_connection(self.far)
            threading.Thread(target=self._carry, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near, True), daemon=True).start()

    def _carry(self, source: socket.socket, to: socket.socket, counted: bool) -> None:
        try:
            while data := source.recv(65536):
                if counted:
                    self.carried += len(data)
                    if self.cut_after is not None and self.carried > self.cut_after:
                        break
                to.sendall(data)
        except OSError:
            pass
        for end in (source, to):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def line(live_server: Any, settings: Any) -> Iterator[Line]:
    settings.ALLOWED_HOSTS = ["*"]
    made = Line(live_server.thread.host, live_server.thread.port)
    yield made
    made.close()


class Machine:
    """`smartsenegal wifi-cache` as a process of its own."""

    def __init__(self, folder: Path, centre: str, token: str) -> None:
        self.folder, self.centre, self.token = folder, centre, token
        with socket.create_server(("127.0.0.1", 0)) as one:
            self.port = one.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {
            **os.environ,
            "SMARTSENEGAL_CACHE_DATA": str(self.folder),
            "SMARTSENEGAL_CACHE_CENTRE": self.centre,
            "SMARTSENEGAL_CACHE_TOKEN": self.token,
            "SMARTSENEGAL_CACHE_HOST": "127.0.0.1",
            "SMARTSENEGAL_CACHE_PORT": str(self.port),
            "SMARTSENEGAL_CACHE_EVERY": "0.3",
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "smartsenegal", "wifi-cache"],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.until(lambda: httpx.get(f"{self.url}/healthz").status_code == 200)

    def until(self, condition: Callable[[], Any], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while True:
            try:
                if condition():
                    return
            except httpx.HTTPError:
                pass
            assert time.monotonic() < end, (self.folder / "log").read_text()[-3000:]
            time.sleep(0.05)

    def kill(self) -> None:
        """As a loss of power: all its processes at once."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture
def machine(line: Line, token: str, tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path / "site", line.url, token)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.kill()
