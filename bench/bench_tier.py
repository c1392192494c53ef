"""The Tier verdict, every maintenance × failure pair and availability: ours, and one scenario at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from bench.report import Row, publish
from smartsenegal.datacenter.tier.rules import (
    Assumptions,
    Part,
    Plan,
    exact,
    exposure,
    harms,
    maintainable,
    simulate,
)
from smartsenegal.datacenter.tier.rules.structure import lanes
from tests.datacenter.tier.plans import hall

Found = TypeVar("Found")
METHOD = (
    "A hall of 157 zones on two paths, 1,001 parts that can be stopped and 157 loads, invented; best of three, elapsed,"
    " the plan built anew each time. The peer evaluates the same graph one scenario at a time, plain Python, timed on"
    " 50 scenarios and multiplied. Availability is that of the hall of 6 zones: the diagram exact, the simulation"
    " 400,000 events at most."
)


def parts(zones: int = 157) -> list[Part]:
    """The hall with engines, inverters and chillers sized for its zones."""
    sized = ("GE-", "OND-", "GF-")
    return [
        replace(p, capacity=p.capacity * zones // 6) if p.capacity and p.code.startswith(sized) else p
        for p in hall(zones)
    ]


def best(act: Callable[[], Found]) -> tuple[float, Found]:
    """Milliseconds of the best of three, and what was found."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        found = act()
        times.append((time.perf_counter() - began) * 1000)
    return min(times), found


def run() -> None:
    """Measure and publish."""
    given = parts()
    plan = Plan(given)
    count = len(plan.devices)
    one, verdict = best(lambda: maintainable(Plan(given)))
    assert verdict.holds, verdict
    every, pairs = best(lambda: exposure(Plan(given)))
    during, _ = best(lambda: harms(Plan(given), "TGBT-A"))
    alone, _ = best(lambda: [lanes(plan, 1, {i: 1}) for i in plan.devices[:50]])
    alone /= 50
    small = Plan(hall())
    diagram, figures = best(lambda: exact(Plan(hall())))
    drawing, drawn = best(lambda: simulate(small, Assumptions(years=100_000)))
    peer = "one scenario at a time"
    publish(
        "tier",
        METHOD,
        [
            Row(f"verdict, {count} parts", one, "ms", peer, alone * count, 100),
            Row(f"failures during one maintenance, {count} parts", during, "ms", peer, alone * count, 100),
            Row(f"every pair, {pairs.pairs:,} of them", every, "ms", peer, alone * pairs.pairs, 1_000),
            Row(f"availability, exact, {len(small.devices)} parts", diagram, "ms"),
            Row(f"availability, {drawn.years:,} years drawn", drawing, "ms"),
            Row("unavailability, exact", (1 - figures.availability) * 1e9, "10⁻⁹"),
            Row("unavailability, drawn: lower end", (1 - drawn.high) * 1e9, "10⁻⁹"),
            Row("unavailability, drawn: upper end", (1 - drawn.low) * 1e9, "10⁻⁹"),
        ],
    )
