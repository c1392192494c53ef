"""A site's own sessions narrow a plan, with their source; too few of them narrow nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.wifi.planner import rules
from smartsenegal.wifi.planner.calibration import Hour, Sample, calibrate
from smartsenegal.wifi.planner.rules import Range
from tests.wifi.planner.test_pages import text

SINCE, UNTIL = datetime(2026, 10, 30, tzinfo=UTC), datetime(2026, 11, 27, tzinfo=UTC)
LENGTHS = Range(60, 600, 3600)


def sample(days: int = 5, sessions: int = 500, octets: int | None = 90_000_000) -> Sample:
    """Days that begin empty and fill: in the hour n, 2n devices on average, each taking as much."""
    hours = [Hour(day, 2.0 * n, octets * n if octets else None) for day in range(days) for n in range(24)]
    return Sample(SINCE, UNTIL, hours, sessions, LENGTHS)


def test_the_ranges_are_those_of_the_busy_hours_and_of_the_days() -> None:
    found = calibrate(sample())
    assert found.fault == ""
    assert found.kbps == Range(100, 100, 100)  # 90 MB an hour for two devices
    assert found.together == Range(46, 46, 46)
    assert (found.days, found.sessions, found.seconds) == (5, 500, LENGTHS)
    assert 0.2 * 110 <= found.hours <= 0.35 * 110


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        (sample(days=2), "2 jours sur 3"),
        (sample(sessions=199), "199 connexions finies sur 200"),
        (sample(octets=None), "0 heures chargées dont le débit est compté sur 12"),
        (Sample(SINCE, UNTIL), "0 jours sur 3, 0 connexions finies sur 200"),
    ],
)
def test_below_the_least_of_data_nothing_is_told(given: Sample, lacking: str) -> None:
    found = calibrate(given)
    assert lacking in found.fault
    assert (found.kbps, found.together, found.seconds) == (None, None, None)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.floats(2, 1e4), st.integers(1, 10**12)), min_size=72, max_size=120))
def test_every_range_goes_up_and_within_what_was_measured(hours: list[tuple[float, int]]) -> None:
    measured = [Hour(n // 24, on, octets) for n, (on, octets) in enumerate(hours)]
    found = calibrate(Sample(SINCE, UNTIL, measured, 200, LENGTHS))
    rates = [hour.octets * 8 / 3.6e6 / hour.devices for hour in measured if hour.octets]
    if found.fault:
        return
    assert found.kbps
    assert min(rates) <= found.kbps.low <= found.kbps.likely <= found.kbps.high <= max(rates)


pages = pytest.mark.django_db


@pytest.fixture
def used(hotspot: Any, engineer: Callable[..., Any]) -> tuple[int, int]:
    """Four days on which, from hour to hour, 10 devices were on and took 450 MB: 100 kbit/s each."""
    from smartsenegal.wifi.monitoring.api import Hour as Counted
    from smartsenegal.wifi.sessions.api import Session

    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    begin = end - timedelta(days=4)
    hours = [begin + timedelta(hours=n) for n in range(96)]
    Counted.objects.bulk_create(
        Counted(hotspot=hotspot.pk, hour=hour, stage=stage, count=count)
        for hour in hours
        for stage, count in (("octets_down", 400_000_000), ("octets_up", 50_000_000))
    )
    Session.objects.bulk_create(
        Session(
            key=(n * 10 + device).to_bytes(16, "big"), nas=1, hotspot=hotspot.pk, device=b"d",
            nas_session="s", started_us=int(hour.timestamp()) * 1_000_000, seconds=3600,
            updated_us=int(hour.timestamp() + 3600) * 1_000_000,
            ended_us=int(hour.timestamp() + 3600) * 1_000_000,
        )
        for n, hour in enumerate(hours)
        for device in range(10)
    )  # fmt: skip
    return hotspot.pk, 960


@pages
def test_a_plan_takes_the_rate_measured_at_a_point_and_is_kept_with_its_source(
    network: Client, hotspot: Any, answers: dict[str, Any], used: tuple[int, int]
) -> None:
    from smartsenegal.wifi.planner.models import Plan
    from tests.wifi.planner.test_kept import EVENT, PLANS

    page = network.get("/wifi/planification/", {**answers, "measured": hotspot.pk})
    said = text(page)
    assert "Mesuré à Place du Marché" in said
    assert "n = 960 connexions." in said
    assert "n = 5 jours." in said or "n = 4 jours." in said
    assert "La part des personnes qui se connectent ne se voit pas dans les connexions" in said
    sent = {**answers, **EVENT, "hotspots": [hotspot.pk], "measured": hotspot.pk}
    assert network.post(f"{PLANS}nouveau/", sent).status_code == 302
    plan = Plan.objects.get()
    need, _ = rules.thawed(plan.result)
    assert need.mbps.likely == pytest.approx(44 * 0.1)  # 100 people, 44 % of them on, 100 kbit/s each
    kept = text(network.get(f"{PLANS}{plan.pk}/"))
    assert "Mesuré ici, du" in kept
    assert "Débit par appareil au plus fort" not in kept
    assert network.get(f"{PLANS}{plan.pk}/bilan.pdf").content.startswith(b"%PDF")


@pages
def test_too_few_measures_are_told_beside_the_field_and_what_was_typed_stays(
    network: Client, hotspot: Any, answers: dict[str, Any]
) -> None:
    page = network.get("/wifi/planification/", {**answers, "people": "12345", "measured": hotspot.pk})
    assert page.status_code == 422
    assert "Pas assez de mesures à ce point" in text(page)
    assert 'value="12345"' in text(page)
    assert "Ce que la foule demande" not in text(page)
