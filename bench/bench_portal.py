"""The captive portal: first pages, whole logins, and 25,000 devices that come within a minute."""

import asyncio
import itertools
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.demo import Demo, demonstration
from bench.load import cpu_seconds, descendants, percentile
from bench.report import Row, publish

SITE = "wifi-demonstration"
BASE = f"/wifi/{SITE}/"
CONNECTIONS = 32
PAGES, LOGINS = 6_000, 1_500
DEVICES, STORM_SECONDS = 25_000, 60
SOON = 2.0
_STATE = re.compile(rb'name="e" value="([^"]+)"')
_LENGTH = re.compile(rb"content-length: (\d+)", re.I)


def run() -> None:
    """Measure and publish."""
    with demonstration() as demo:
        rows = asyncio.run(_measured(demo))
    publish(
        "portal",
        f"{CONNECTIONS} connections of one client process in a closed loop on the demonstration's site, each device"
        f" with an address of its own; then {DEVICES} devices at an even pace in {STORM_SECONDS} s, a connection"
        " each. A whole login is the first page and one tap, which writes a token. The client takes part of the"
        " two cores.",
        rows,
    )


async def _measured(demo: Demo) -> list[Row]:
    url = demo.url
    devices = (
        f"02:{n >> 24 & 255:02x}:{n >> 16 & 255:02x}:{n >> 8 & 255:02x}:{n & 255:02x}:01"
        for n in itertools.count()
    )
    await _closed(url, 200, lambda line: line.get(_first(next(devices))))
    django, _ = await _closed(url, 1_000, lambda line: line.get(f"{BASE}conditions/"))
    pages, page_ms = await _closed(url, PAGES, lambda line: line.get(_first(next(devices))))
    used = cpu_seconds(descendants(demo.pid))
    logins, login_ms = await _closed(url, LOGINS, lambda line: _login(line, next(devices)))
    used = (cpu_seconds(descendants(demo.pid)) - used) * 1000 / LOGINS
    late, p99 = await _storm(url, devices)
    return [
        Row("a first page, at full load", 1000 / pages, "ms", "a page made by Django", 1000 / django, 1.0),
        Row("first pages a second", pages, "/s"),
        Row("a first page: 99 in 100 within", percentile(page_ms, 0.99), "ms"),
        Row("a whole login, at full load", 1000 / logins, "ms", goal=5.0),
        Row("whole logins a second", logins, "/s"),
        Row("a whole login: CPU of every process of the platform", used, "ms"),
        Row("a whole login: 99 in 100 within", percentile(login_ms, 0.99), "ms"),
        Row(f"of {DEVICES} devices in {STORM_SECONDS} s, without a page within {SOON:g} s", late, "", goal=0),
        Row("in that storm: 99 in 100 within", p99, "ms"),
    ]


def _first(mac: str) -> str:
    told = {
        "nas": "demonstration-gw1", "mac": mac, "ip": "10.20.0.9", "login": "http://10.20.0.1/login",
        "dst": "http://example.com/",
    }  # fmt: skip
    return f"{BASE}?{urlencode(told)}"


async def _login(line: "Line", mac: str) -> bytes:
    page = await line.get(_first(mac))
    state = _STATE.search(page)
    assert state, page[:400]
    going = await line.post(f"{BASE}entrer/", urlencode({"e": state[1].decode(), "w": "click"}).encode())
    assert b'http-equiv="refresh"' in going, going[-800:]
    return going


class Line:
    """One HTTP/1.1 connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str) -> None:
        self._reader, self._writer, self._host = reader, writer, host

    async def get(self, path: str) -> bytes:
        return await self._ask(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())

    async def post(self, path: str, body: bytes) -> bytes:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        return await self._ask(head.encode() + body)

    async def _ask(self, request: bytes) -> bytes:
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        assert length, head
        assert b" 200 " in head.split(b"\r\n", 1)[0], head
        return await self._reader.readexactly(int(length[1]))


@asynccontextmanager
async def _line(url: str) -> Any:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        yield Line(reader, writer, parts.netloc)
    finally:
        writer.close()


async def _closed(url: str, times: int, act: Callable[[Line], Awaitable[bytes]]) -> tuple[float, list[float]]:
    """How many a second, and the milliseconds of each."""
    left, took = itertools.count(), []

    async def user() -> None:
        async with _line(url) as line:
            while next(left) < times:
                began = time.perf_counter()
                await act(line)
                took.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(user() for _ in range(CONNECTIONS)))
    return times / (time.perf_counter() - began), took


async def _storm(url: str, devices: Iterator[str]) -> tuple[int, float]:
    """How many had no page within SOON, and the 99th percentile in ms."""
    took: list[float] = []

    async def device() -> None:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(30), _line(url) as line:
                await line.get(_first(next(devices)))
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            took.append(30.0)
        else:
            took.append(time.perf_counter() - began)

    began, running = time.perf_counter(), set()
    for number in range(DEVICES):
        await asyncio.sleep(max(0.0, began + number * STORM_SECONDS / DEVICES - time.perf_counter()))
        task = asyncio.ensure_future(device())
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    return sum(seconds > SOON for seconds in took), percentile(took, 0.99) * 1000
