"""The list of a service as CSV: its first 25,000 lines, and the memory of the processes of pages meanwhile."""

import http.client
import threading
import time
from collections.abc import Callable

from bench.instance import Instance
from bench.load import descendants, memory_mb
from bench.pages import instance
from bench.report import Row, publish

EXPORT = "/dossiers/a-traiter/export.csv"
LINES = 25_000
SECONDS, MEGABYTES = 20.0, 100.0


def run() -> None:
    """Measure and publish."""
    with instance() as found:
        _read(found, f"{EXPORT}?texte=personne")  # what a first export reads once
        pages, before = found.server.cpu()[0], _memory(found)
        peak, moments = _watched(found, lambda: _read(found, EXPORT))
        cpu = found.server.cpu()[0] - pages
    rows = [
        Row(f"{LINES:,} lines", moments[LINES], "s", goal=SECONDS),
        Row("first line", moments[0], "s"),
        Row("CPU of the pages, a line", cpu * 1000 / len(moments), "ms"),
        Row("memory of the pages, more than before", max(0.0, peak - before), "MB", goal=MEGABYTES),
    ]
    words = f"The queue of a service with {found.known['heavy']:,} open cases"
    publish("export", f"{words}, as CSV, by one officer; memory (PSS) is looked at ten times a second.", rows)


def _read(found: Instance, path: str) -> list[float]:
    """Read it to its end; the seconds until each line."""
    began = time.perf_counter()
    [client] = found.clients(found.officers, 1)
    connection = http.client.HTTPConnection(client.host, timeout=120)
    connection.request("GET", path, headers={"Cookie": client.cookies, "Host": client.host})
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"the export answered {answer.status}")
    moments = []
    while answer.readline():
        moments.append(time.perf_counter() - began)
    connection.close()
    return moments


def _memory(found: Instance) -> float:
    return memory_mb(descendants(found.server.pages))


def _watched(found: Instance, work: Callable[[], list[float]]) -> tuple[float, list[float]]:
    """The most memory seen while it works, and what it returns."""
    seen, ended = [_memory(found)], threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            seen.append(_memory(found))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        result = work()
    finally:
        ended.set()
        watcher.join()
    return max(seen), result
