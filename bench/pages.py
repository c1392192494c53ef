"""How a page is measured: closed loops of 1, 8 and 32 users, arrivals at a fixed rate, the bare page beside it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench.instance import Instance, running
from bench.load import Act, Answer, Client, Measure, arrive, drive
from bench.report import Row

USERS = (1, 8, 32)
RATE, SECONDS = 20.0, 10.0
AT_MOST_BARE = 1.5
METHOD = (
    "Closed loop: each user asks again as soon as it is answered, so that with 8 users the two cores, which the "
    "client and PostgreSQL share, are always busy and most of the time is waiting for a core. The rows at "
    "20 requests a second (random arrivals) are what a person would see on a server that is not saturated. Server time "
    "is from the first middleware to the last (Server-Timing). CPU is that of the web processes and of PostgreSQL."
)

_open: list[Instance] = []


@contextmanager
def instance() -> Iterator[Instance]:
    """The running installation, started by the first bench that asks for it and kept while `shared` lasts."""
    if _open:
        yield _open[0]
    else:
        with running() as started:
            yield started


@contextmanager
def shared() -> Iterator[None]:
    """Several benches in one run use one installation."""
    with running() as started:
        _open.append(started)
        try:
            yield
        finally:
            _open.pop()


def get(path: str | Callable[[int], str]) -> Act:
    """One GET a turn, of one address or of the turn's."""

    def act(client: Client, number: int) -> Answer:
        return client.request("GET", path if isinstance(path, str) else path(number))

    return act


@dataclass(frozen=True)
class Peers:
    """What a page is compared with: 20 rows for anybody, and the same for somebody signed in."""

    bare: Measure
    signed_in: Measure

    def rows(self) -> list[Row]:
        return [
            Row("bare page: CPU in all", self.bare.cpu_ms, "ms"),
            Row("signed-in page: CPU in all", self.signed_in.cpu_ms, "ms", "bare page", self.bare.cpu_ms),
        ]


def peers(found: Instance) -> Peers:
    """The two bare pages, by one user, in the same run."""
    asked = (get("/bench/bare/"), get("/bench/signed-in/"))
    seen = [drive(found.clients(found.officers, 1), act, 300, found.server) for act in asked]
    return Peers(*(_checked("bare page", measure) for measure in seen))


def measured(
    found: Instance,
    name: str,
    cookies: Sequence[str],
    act: Act,
    goal: float,
    base: Peers,
    requests: int = 240,
) -> list[Row]:
    """The rows of one page; `goal` is the most for the server's p95 in ms at 8 users."""
    rows: list[Row] = []
    for users in USERS:
        seen = _checked(name, drive(found.clients(cookies, users), act, requests, found.server))
        rows += times(f"{name}, {users} user{'s' if users > 1 else ''}", seen, goal if users == 8 else None)
        if users == 1:
            rows += costs(name, seen, base)
    seen = _checked(name, arrive(found.clients(cookies, 32), act, RATE, SECONDS, found.server))
    return rows + times(f"{name}, {RATE:g} requests/s", seen, None)


def _checked(name: str, seen: Measure) -> Measure:
    if seen.errors:
        raise RuntimeError(f"{name}: {seen.errors} answers were errors")
    return seen


def times(name: str, seen: Measure, goal: float | None) -> list[Row]:
    return [
        Row(f"{name}: server p50", seen.server(0.5), "ms"),
        Row(f"{name}: server p95", seen.server(0.95), "ms", goal=goal),
        Row(f"{name}: client p50", seen.client(0.5), "ms"),
        Row(f"{name}: client p95", seen.client(0.95), "ms"),
    ]


def costs(name: str, seen: Measure, base: Peers) -> list[Row]:
    bare, signed = base.bare, base.signed_in
    database, most = bare.database_cpu_ms or None, AT_MOST_BARE
    return [
        Row(f"{name}: CPU of the pages", seen.pages_cpu_ms, "ms", "bare page", bare.pages_cpu_ms),
        Row(f"{name}: CPU of PostgreSQL", seen.database_cpu_ms, "ms", "bare page", database),
        Row(f"{name}: CPU in all", seen.cpu_ms, "ms", "bare page", bare.cpu_ms, goal=most * bare.cpu_ms),
        Row(f"{name}: CPU in all, again", seen.cpu_ms, "ms", "signed-in page", signed.cpu_ms),
        Row(f"{name}: queries a page", max(seen.queries), ""),
        Row(f"{name}: compressed page", percentile_kb(seen), "kB"),
    ]


def percentile_kb(seen: Measure) -> float:
    return sorted(seen.sizes)[len(seen.sizes) // 2] / 1000
