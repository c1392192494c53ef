"""Users over HTTP/1.1 keep-alive, from another process than the server's, and what the server spent on them."""

import http.client
import os
import random
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from urllib.parse import urlsplit

TICKS = os.sysconf("SC_CLK_TCK")
_TIMING = re.compile(r"([a-z]+);(?:dur|desc)=([0-9.]+)")


@dataclass(frozen=True)
class Answer:
    """One answer of the server; its own time in ms and its queries are 0 when it does not tell them."""

    status: int
    body: bytes
    headers: http.client.HTTPMessage
    server_ms: float = 0.0
    queries: int = 0
    step: str = ""

    @property
    def location(self) -> str:
        return str(self.headers.get("Location", ""))


@dataclass
class Measure:
    """What was seen: times in ms, by the server and by the client, and the server's CPU a request."""

    server_ms: list[float] = field(default_factory=list)
    client_ms: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    steps: dict[str, list[float]] = field(default_factory=dict)
    pages_cpu_ms: float = 0.0
    database_cpu_ms: float = 0.0
    seconds: float = 0.0
    errors: int = 0

    @property
    def cpu_ms(self) -> float:
        return self.pages_cpu_ms + self.database_cpu_ms

    def server(self, quantile: float) -> float:
        return percentile(self.server_ms, quantile)

    def client(self, quantile: float) -> float:
        return percentile(self.client_ms, quantile)

    def note(self, answer: Answer, elapsed_ms: float) -> None:
        self.server_ms.append(answer.server_ms)
        self.client_ms.append(elapsed_ms)
        self.queries.append(answer.queries)
        self.sizes.append(len(answer.body))
        self.errors += answer.status >= 400
        if answer.step:
            self.steps.setdefault(answer.step, []).append(answer.server_ms)


def percentile(values: Sequence[float], quantile: float) -> float:
    """Nearest-rank percentile; raises ValueError when there is no value."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * quantile))]


class Client:
    """One user's connection with its cookies."""

    def __init__(self, base: str, cookies: str = "") -> None:
        parts = urlsplit(base)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self.host, self.cookies = parts.netloc, cookies

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """The answer, its body as it came (compressed when the server compresses)."""
        sent = {
            "Host": self.host,
            "Cookie": self.cookies,
            "Accept": "text/html",
            "Accept-Encoding": "gzip",
            **headers,
        }
        self.connection.request(method, path, body=body, headers=sent)
        response = self.connection.getresponse()
        content = response.read()
        told = dict(_TIMING.findall(response.headers.get("Server-Timing", "")))
        timing = float(told.get("total", 0)), int(float(told.get("queries", 0)))
        return Answer(response.status, content, response.headers, *timing)


@dataclass(frozen=True)
class Server:
    """The processes under measure, by the first of each family."""

    pages: int
    database: int

    def cpu(self) -> tuple[float, float]:
        """Seconds of CPU so far of the pages and of PostgreSQL."""
        return cpu_seconds(descendants(self.pages)), cpu_seconds(descendants(self.database))


Act = Callable[[Client, int], Answer]
Walk = Callable[[Client, int], Sequence[Answer]]


def drive(clients: Sequence[Client], act: Act, requests: int, server: Server, warm_up: int = 3) -> Measure:
    """Each client acts in turn, without pause, until `requests` are done in all.

    `act(client, n)` makes one request; with as many clients as this the server is never idle.
    """
    measure, lock, numbers = Measure(), threading.Lock(), iter(range(requests))
    for client in clients:
        for number in range(warm_up):
            act(client, number)

    def user(client: Client) -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            began = time.perf_counter()
            answer = act(client, number)
            elapsed = (time.perf_counter() - began) * 1000
            with lock:
                measure.note(answer, elapsed)

    _timed(measure, server, requests, lambda: _together(user, clients))
    return measure


def run_together(clients: Sequence[Client], walk: Walk, walks: int, server: Server) -> Measure:
    """As `drive`, for walks of several requests: times are noted by step, and the client's of each walk as "whole"."""
    measure, lock, numbers = Measure(), threading.Lock(), iter(range(walks))
    failed: list[Exception] = []

    def user(client: Client) -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None or failed:
                return
            began = time.perf_counter()
            try:
                answers = walk(client, number)
            except Exception as error:
                failed.append(error)
                return
            elapsed = (time.perf_counter() - began) * 1000
            with lock:
                measure.steps.setdefault("whole", []).append(elapsed)
                for answer in answers:
                    measure.note(answer, 0.0)

    _timed(measure, server, walks, lambda: _together(user, clients))
    if failed:
        raise failed[0]
    return measure


def arrive(clients: Sequence[Client], act: Act, rate: float, seconds: float, server: Server) -> Measure:
    """Requests that arrive at random, `rate` a second on average, whether or not the ones before are answered.

    The client's time counts from the arrival, so that waiting for a free connection is not hidden.
    """

    def one(measure: Measure, client: Client, number: int) -> Callable[[float], None]:
        answer = act(client, number)
        return lambda elapsed: measure.note(answer, elapsed)

    return _arrivals(clients, one, rate, int(rate * seconds), server)


def arrive_together(
    clients: Sequence[Client], walk: Walk, rate: float, walks: int, server: Server
) -> Measure:
    """As `arrive`, for `walks` walks of several requests, `rate` walks a second; times as in `run_together`."""

    def one(measure: Measure, client: Client, number: int) -> Callable[[float], None]:
        answers = walk(client, number)

        def note(elapsed: float) -> None:
            measure.steps.setdefault("whole", []).append(elapsed)
            for answer in answers:
                measure.note(answer, 0.0)

        return note

    return _arrivals(clients, one, rate, walks, server)


def _arrivals(
    clients: Sequence[Client],
    one: Callable[[Measure, Client, int], Callable[[float], None]],
    rate: float,
    total: int,
    server: Server,
) -> Measure:
    measure, lock, arrivals = Measure(), threading.Lock(), SimpleQueue[tuple[int, float] | None]()
    generator, failed = random.Random(7), list[Exception]()

    def user(client: Client) -> None:
        while (found := arrivals.get()) is not None:
            try:
                note = one(measure, client, found[0])
            except Exception as error:
                failed.append(error)
                continue
            elapsed = (time.perf_counter() - found[1]) * 1000
            with lock:
                note(elapsed)

    def feed() -> None:
        moment = time.perf_counter()
        for number in range(total):
            moment += generator.expovariate(rate)
            time.sleep(max(0.0, moment - time.perf_counter()))
            arrivals.put((number, moment))
        for _ in clients:
            arrivals.put(None)

    def all_of_it() -> None:
        feeder = threading.Thread(target=feed)
        feeder.start()
        _together(user, clients)
        feeder.join()

    _timed(measure, server, total, all_of_it)
    if failed:
        raise failed[0]
    return measure


def _together(user: Callable[[Client], None], clients: Sequence[Client]) -> None:
    threads = [threading.Thread(target=user, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _timed(measure: Measure, server: Server, requests: int, work: Callable[[], None]) -> None:
    pages, database = server.cpu()
    began = time.perf_counter()
    work()
    measure.seconds = time.perf_counter() - began
    after_pages, after_database = server.cpu()
    measure.pages_cpu_ms = (after_pages - pages) * 1000 / requests
    measure.database_cpu_ms = (after_database - database) * 1000 / requests


# --- processes ------------------------------------------------------------------------


def cpu_seconds(pids: Sequence[int]) -> float:
    """User and system time of these processes so far, and of their children that have ended."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(value) for value in fields[11:15])
    return total / TICKS


def descendants(root: int) -> list[int]:
    """A process and all below it, whichever of their threads started them."""
    found = [root]
    for pid in found:
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/children") as children:
                    found += [int(child) for child in children.read().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def memory_mb(pids: Sequence[int]) -> float:
    """Proportional memory (PSS) of these processes in MB: pages that several share are counted once."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as rollup:
                total += next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
        except (FileNotFoundError, StopIteration, PermissionError, ProcessLookupError):
            continue
    return total / 1024
