"""Blows while a gateway reports: what was acknowledged is counted, once, to the octet."""

import os
import secrets
import select
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from smartsenegal.run.config import RADIUS_SHIFT
from smartsenegal.run.demo.people import WIFI_LOGIN, WIFI_PASSWORD, WIFI_SECRET
from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.radius.client import Client
from tests.faults.conftest import Ill
from tests.instance import descendants

pytestmark = pytest.mark.fault

SESSIONS = 150
START, STOP, INTERIM = 1, 2, 3
_GROWTH = 5_000_000_003  # past 32 bits at once, and odd: nothing adds up by chance


class Gateway:
    """Sends the reports of many sessions, and again until each is acknowledged, as gateways do."""

    def __init__(self, port: int) -> None:
        self.session = secrets.token_hex(4)
        self.repeated = 0
        self._door = ("127.0.0.1", port + 1)
        given, said = Client("127.0.0.1", port, port + 1, WIFI_SECRET).log_in(
            WIFI_LOGIN, WIFI_PASSWORD, "02-00-00-FA-00-01", self.session
        )
        assert given, said
        self._class = given

    def report(self, kind: int, step: int) -> None:
        """One report of every session; returns once all are acknowledged."""
        waiting = {n: self._packet(kind, n, step) for n in range(SESSIONS)}
        until = time.monotonic() + 60
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.connect(self._door)
            while waiting:
                assert time.monotonic() < until, f"{len(waiting)} reports were never acknowledged"
                for packet in waiting.values():
                    self._send(line, packet)
                self._listen(line, waiting)
                self.repeated += len(waiting)

    @staticmethod
    def _send(line: socket.socket, packet: bytes) -> None:
        with suppress(ConnectionRefusedError):  # nobody listens for the moment
            line.send(packet)

    @staticmethod
    def _listen(line: socket.socket, waiting: dict[int, bytes]) -> None:
        until = time.monotonic() + 1
        while waiting and (left := until - time.monotonic()) > 0:
            if not select.select([line], [], [], left)[0]:
                break
            try:
                answer = codec.read(line.recv(4096))
            except ConnectionRefusedError:
                time.sleep(0.1)
                continue
            asked = waiting.get(answer.identifier)
            if asked and codec.answered_by_secret(answer, asked[4:20], WIFI_SECRET):
                del waiting[answer.identifier]

    def _packet(self, kind: int, number: int, step: int) -> bytes:
        octets = step * _GROWTH + number
        body = (
            codec.attribute(codec.STATUS_TYPE, kind)
            + codec.attribute(codec.SESSION_ID, f"{self.session}-{number}")
            + codec.attribute(codec.CALLING_STATION, f"02-00-00-FA-01-{number:02X}")
            + codec.attribute(codec.CLASS, self._class)
            + codec.attribute(codec.SESSION_TIME, 60 * step)
            + codec.attribute(codec.INPUT_OCTETS, octets & 0xFFFFFFFF)
            + codec.attribute(codec.INPUT_GIGAWORDS, octets >> 32)
            + codec.attribute(codec.OUTPUT_OCTETS, number)
        )
        return codec.request(codec.ACCOUNTING_REQUEST, number, WIFI_SECRET, body)


def radius(instance: Ill) -> list[int]:
    """The processes of the server, its parent first: the accounting child is the second."""
    assert instance.process is not None
    return [
        pid
        for pid in descendants(instance.process.pid)
        if b"smartsenegal\0radius" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


@contextmanager
def frozen(pids: list[int]) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_what_was_acknowledged_is_counted_once_to_the_octet(instance: Ill) -> None:
    port = instance.port + RADIUS_SHIFT
    gateway = Gateway(port)
    gateway.report(START, 0)
    instance.kill("postgres")
    gateway.report(INTERIM, 1)  # into a file, or into a database that comes back
    instance.wait_healthy()
    with frozen(instance.pids("postgres")):
        gateway.report(INTERIM, 2)  # into a file once the database is given up
    os.kill(radius(instance)[1], signal.SIGKILL)
    gateway.report(INTERIM, 3)
    instance.kill("postgres")
    for pid in radius(instance):
        os.kill(pid, signal.SIGKILL)
    gateway.report(STOP, 4)
    assert gateway.repeated > 0  # nobody answered for a while
    instance.wait_healthy()
    _expect_all(instance, gateway.session)
    assert instance.sql("SELECT count(*) > 0 FROM wifi_sessions_segment") == [(True,)]  # files were used


def _expect_all(instance: Ill, session: str) -> None:
    expected = sum(4 * _GROWTH + n for n in range(SESSIONS)), sum(range(SESSIONS)), 240 * SESSIONS
    query = (
        "SELECT sum(octets_in), sum(octets_out), sum(seconds), count(*), count(ended_us)"
        " FROM wifi_sessions_session WHERE nas_session LIKE %s"
    )
    until = time.monotonic() + 60
    while (found := instance.sql(query, f"{session}-%")[0]) != (*expected, SESSIONS, SESSIONS):
        assert time.monotonic() < until, (found, expected)
        time.sleep(0.3)
    # Each acknowledged report is there, whatever it took; the same one twice counts once, as seen above.
    query = (
        "SELECT count(DISTINCT (nas_session, kind, seconds)) FROM wifi_sessions_event"
        " WHERE nas_session LIKE %s"
    )
    assert instance.sql(query, f"{session}-%") == [(5 * SESSIONS,)]
    segments = instance.data / "radius" / "segments"
    assert [path.name for path in segments.glob("*") if path.suffix != ".segment"] == []
