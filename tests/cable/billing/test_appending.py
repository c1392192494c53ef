"""Readings that a collector brings one by one leave the bytes that a file of them all leaves."""

from random import Random
from typing import Any

import pytest

from smartsenegal.cable.billing import actions, queries
from smartsenegal.cable.billing.models import Contract, Port, PortDay
from smartsenegal.cable.billing.rules.counters import Reading
from tests.cable.billing.world import HEAD, STARTS, SYSTEM, contract

pytestmark = pytest.mark.django_db


def walk(seed: int, count: int) -> list[Reading]:
    """A port's life: rounds early and late, some lost, a restart, a counter that jumps, across a midnight."""
    draw = Random(seed)
    at, clock, received, sent = queries.unix(STARTS) + 86_400 - 5_400, 10**6, 10**9, 10**8
    found = []
    for _ in range(count):
        step = draw.choice([60, 290, 300, 300, 300, 310, 900, 2_000])
        at, clock = at + step, clock + 100 * step
        received, sent = received + draw.randrange(10**8), sent + draw.randrange(10**7)
        chance = draw.random()
        if chance < 0.04:
            clock, received, sent = 500, 0, 0
        elif chance < 0.07:
            received += 10**13
        if chance < 0.9:
            found.append(Reading(at, clock, received, sent))
    return found


def days(port: Port) -> list[tuple[Any, ...]]:
    rows = PortDay.objects.filter(port=port).order_by("day")
    return [(row.day, bytes(row.readings), bytes(row.slots), row.causes) for row in rows]


def test_one_by_one_is_as_by_file(country: None) -> None:
    contract(ports=["p1", "p2", "q1", "q2"])
    ports = Port.objects.in_bulk(field_name="code")
    walks = [walk(seed, 45) for seed in (1, 2)]
    lines = [
        f"q{n},{r.at},{r.uptime},{r.received},{r.sent}" for n, found in enumerate(walks, 1) for r in found
    ]
    actions.take_readings(SYSTEM, HEAD + "\n".join(_dated(line) for line in lines))
    new = 0
    for step in range(max(map(len, walks))):
        brought = {ports[f"p{n}"].pk: f[step] for n, f in enumerate(walks, 1) if step < len(f)}
        new += actions.append_readings(SYSTEM, brought)
        assert actions.append_readings(SYSTEM, brought) == 0
    assert new == len(lines)
    for n in (1, 2):
        assert days(ports[f"p{n}"]) == days(ports[f"q{n}"])
        assert len(days(ports[f"p{n}"])) == 2
    causes = [row.causes for row in PortDay.objects.filter(port__code__in=["p1", "p2"])]
    assert any(causes)


def _dated(line: str) -> str:
    from datetime import UTC, datetime

    port, at, *rest = line.split(",")
    return ",".join([port, datetime.fromtimestamp(int(at), UTC).isoformat(), *rest])


def test_what_comes_late_or_contradicts_is_passed_over(country: None) -> None:
    made: Contract = contract()
    port = made.ports.get()
    start = queries.unix(STARTS)
    first, second = Reading(start + 600, 60_000, 10, 10), Reading(start + 900, 90_000, 20, 20)
    assert actions.append_readings(SYSTEM, {port.pk: first}) == 1
    assert actions.append_readings(SYSTEM, {port.pk: second}) == 1
    assert actions.append_readings(SYSTEM, {port.pk: first}) == 0
    assert actions.append_readings(SYSTEM, {port.pk: Reading(start + 900, 90_000, 21, 20)}) == 0
    assert len(bytes(PortDay.objects.get().readings)) == 2 * 32
