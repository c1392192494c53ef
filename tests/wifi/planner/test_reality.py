"""Plan against reality: a simulated event, whose figures are found again another way."""

import math
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.wifi.planner import reality
from smartsenegal.wifi.planner.rules import Range
from tests.wifi.planner.conftest import END, START
from tests.wifi.planner.test_pages import text

SECOND = 1_000_000


@settings(deadline=None)
@given(st.lists(st.integers(0, 1000), max_size=20), st.integers(0, 20), st.sampled_from([0.05, 0.5, 0.95, 1]))
def test_a_percentile_counts_the_minutes_without_anything(values: list[int], more: int, share: float) -> None:
    among = len(values) + more
    if not among:
        with pytest.raises(ValueError, match="nothing"):
            reality.percentile(values, share, among)
        return
    whole = sorted([0.0] * more + values)
    assert reality.percentile(values, share, among) == whole[math.ceil(share * among) - 1]


@pytest.mark.parametrize(
    ("value", "said"), [(None, ""), (1.9, "below"), (2, "within"), (5, "within"), (5.1, "above")]
)
def test_the_ends_of_a_range_are_within_it(value: float | None, said: str) -> None:
    assert reality.placed(value, Range(2, 3, 5)) == said
    assert reality.placed(value, None) == ""


def simulated(hotspot: int) -> tuple[list[tuple[int, int, bytes]], dict[int, int]]:
    """Sessions (begun, ended, device) around an event, and octets by its minute; some begin before or end
    after, some are of elsewhere in time."""
    from smartsenegal.wifi.monitoring.models import Minute
    from smartsenegal.wifi.sessions.models import Session

    chance = random.Random(5)
    first, last = int(START.timestamp()), int(END.timestamp())
    rows = []
    for number in range(300):
        begun = chance.randrange(first - 3600, last + 1800)
        ended = begun + chance.randrange(60, 5400)
        rows.append((begun, ended, bytes([number % 90])))
    rows.append((first - 9000, first, b"before"))
    rows.append((last, last + 60, b"after"))
    Session.objects.bulk_create(
        Session(
            key=f"{n:016}".encode(), nas=1, hotspot=hotspot, device=device, nas_session=str(n),
            started_us=begun * SECOND, updated_us=ended * SECOND, ended_us=ended * SECOND if n % 3 else None,
        )
        for n, (begun, ended, device) in enumerate(rows)
    )  # fmt: skip
    octets = {minute: chance.randrange(10**8) for minute in range(170)}
    moment = {minute: START + timedelta(minutes=minute) for minute in octets}
    counts = [(moment[m], "octets_down", n // 2) for m, n in octets.items()]
    counts += [(moment[m], "octets_up", n - n // 2) for m, n in octets.items()]
    counts += [(START, "accept", 90), (START, "reject:full", 6), (START, "reject:secret", 4)]
    counts += [(END, "reject:full", 1000), (END, "octets_down", 10**12)]
    Minute.objects.bulk_create(
        Minute(hotspot=hotspot, minute=minute, stage=stage, count=count) for minute, stage, count in counts
    )
    return rows, octets


@pytest.mark.django_db(databases="__all__")
def test_an_event_is_measured_to_the_device_and_the_octet(kept: Any, hotspot: Any) -> None:
    from smartsenegal.wifi.planner import queries

    rows, octets = simulated(hotspot.pk)
    found = queries.measured(kept, END + timedelta(days=1))
    first, last = int(START.timestamp()), int(END.timestamp())
    on: Counter[int] = Counter()  # each second of the event, one by one
    for begun, ended, _ in rows:
        on.update(range(max(begun, first), min(ended, last)))
    assert found.peak == max(on.values())
    assert found.devices == len({device for begun, _, device in rows if first <= begun < last})
    assert found.sessions == sum(begun < last and ended > first for begun, ended, _ in rows)
    minutes = sorted(octets.get(minute, 0) for minute in range(180))
    assert found.mbps == pytest.approx(minutes[171 - 1] * 8 / 60 / 1e6)
    assert (found.full, found.refused, found.minutes) == (0.06, 0.04, 170)


@pytest.mark.django_db(databases="__all__")
def test_nothing_counted_is_said_so_and_never_nought(kept: Any) -> None:
    from smartsenegal.wifi.planner import queries

    assert queries.measured(kept, START - timedelta(days=1)) == reality.Measured()
    assert queries.measured(kept, END) == reality.Measured()


@pytest.mark.django_db(databases="__all__")
def test_the_page_and_the_paper_put_the_measure_beside_the_plan(
    network: Client, kept: Any, hotspot: Any
) -> None:
    simulated(hotspot.pk)
    page = text(network.get(f"/wifi/planification/plans/{kept.pk}/"))
    assert "Plan et réalité" in page
    assert "Au-dessus" in page
    assert "Non mesuré" in page
    paper = network.get(f"/wifi/planification/plans/{kept.pk}/bilan.pdf")
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    assert datetime.now(UTC) > END  # the page speaks of an event that is over
    assert "n’est pas fini" not in page
