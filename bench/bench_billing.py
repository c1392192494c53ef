"""The 95th percentile of 10,000 ports for a month of 30 days, beside DuckDB and numpy's own percentile."""

import time
from collections.abc import Callable
from importlib.util import find_spec
from random import Random
from typing import Any

import numpy as np

from bench.report import Row, publish
from smartsenegal.cable.billing.rules import percentile
from smartsenegal.cable.billing.rules.conventions import Measure, Terms, Tier
from smartsenegal.cable.billing.rules.counters import Reading, slots_of

PORTS, SLOTS, TIMED, SEED = 10_000, 8_640, 500, 95
NUMPY_TIMED = 100  # numpy's own is slow: the rest is in proportion
START = 1_700_006_400

TERMS = Terms(
    percent=95, direction="slot_max", missing="leave_out", gap_slots=0, least_known=50, step_kbps=1_000,
    rate_rounding="up", commit_kbps=100_000, price=5_000, tiers=(Tier(None, 4_000),), tier_mode="graduated",
    part_month="days", money_rounding="nearest", credit_percent=0, credit_free_seconds=0, credit_cap_percent=0,
)  # fmt: skip


def traffic() -> np.ndarray[Any, Any]:
    """Octets of ports in slots: days that rise and fall, with noise; port × (received, sent) × slot."""
    draw = np.random.default_rng(SEED)
    day = 1 - np.cos(np.arange(SLOTS) / 288 * 2 * np.pi)
    size = draw.integers(10**6, 10**9, (TIMED, 2, 1))
    return (size * (day + draw.random((TIMED, 2, SLOTS)))).astype(np.int64)


def run() -> None:
    """Measure and publish."""
    ports = traffic()
    whole = PORTS / TIMED

    def ours() -> list[int | None]:
        return [percentile.rank(np.maximum(port[0], port[1]), 95) for port in ports]

    took, found = _cpu(ours)
    numpys, same = _cpu(
        lambda: [
            np.percentile(np.maximum(p[0], p[1]), 95, method="inverted_cdf") for p in ports[:NUMPY_TIMED]
        ]
    )
    assert found[:NUMPY_TIMED] == same, "numpy says otherwise"
    peer, peer_took = "numpy inverted_cdf", numpys * PORTS / NUMPY_TIMED
    if find_spec("duckdb"):
        peer, peer_took = "DuckDB quantile_disc", _duckdb(ports, found) * whole
    policy, _ = _cpu(lambda: [percentile.billed_octets(TERMS, percentile.usage(TERMS, [p])) for p in ports])
    readings = _readings()
    slots, _ = _cpu(lambda: slots_of(Measure(300, 2), 64, 10**10, readings, START, 288))
    publish(
        "billing",
        METHOD,
        [
            Row("95th percentile of 10,000 ports, a month", took * whole, "ms", peer, peer_took, 500.0),
            Row("the same with policies of missing slots", policy * whole, "ms", peer, peer_took),
            Row("a day of readings of one port to slots", slots, "ms"),
        ],
    )


METHOD = (
    f"{SLOTS:,} slots of five minutes, received and sent, the greatest of both in each slot, on 64-bit octets; {TIMED} "
    f"ports are timed and {PORTS:,} are in proportion. CPU time, best of five, one core; numpy's own is timed on "
    f"{NUMPY_TIMED}. Answers are compared before anything is published. DuckDB is the peer where it is installed (all its "
    "threads count, the table is loaded before); neither it nor rrdtool is a dependency."
)


def _duckdb(ports: np.ndarray[Any, Any], found: list[int | None]) -> float:
    """Milliseconds of CPU of DuckDB for the same ports, answers compared."""
    import duckdb

    base = duckdb.connect()
    port = np.repeat(np.arange(TIMED), SLOTS)
    received, sent = ports[:, 0].reshape(-1), ports[:, 1].reshape(-1)
    base.register("given", {"port": port, "received": received, "sent": sent})
    base.execute("CREATE TABLE slots AS SELECT * FROM given")
    ask = "SELECT quantile_disc(greatest(received, sent), 0.95) FROM slots GROUP BY port ORDER BY port"
    took, rows = _cpu(lambda: base.execute(ask).fetchall())
    assert [row[0] for row in rows] == found, "DuckDB says otherwise"
    return took


def _readings() -> list[Reading]:
    draw, octets, found = Random(SEED), 0, []
    for n in range(290):
        octets += draw.randrange(10**10)
        found.append(Reading(START - 300 + 300 * n + draw.randrange(5), 30_000 * n, octets, octets // 2))
    return found


def _cpu(act: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds of CPU, the best of five, and the answer."""
    took, answer = list[float](), None
    for _ in range(5):
        began = time.process_time()
        answer = act()
        took.append(time.process_time() - began)
    return min(took) * 1000, answer
