"""The report of a week: what it counts, and the PDF itself."""

import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.identity.api import system
from smartsenegal.wifi.monitoring import queries, reporting
from smartsenegal.wifi.monitoring.models import Alert, Day, Hour
from smartsenegal.wifi.monitoring.rules import busiest, covered
from smartsenegal.wifi.network.models import Hotspot

MONDAY = date(2026, 11, 16)
START = datetime(2026, 11, 16, tzinfo=UTC)
LATER = START + timedelta(days=9)
SPANS = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100) | st.none()), max_size=8)


@given(SPANS)
def test_each_second_is_covered_once(spans: list[tuple[int, int | None]]) -> None:
    seconds = {s for s in range(10, 90) for a, b in spans if a <= s < (90 if b is None else b)}
    assert covered([(float(a), b) for a, b in spans], 10, 90) == len(seconds)


def test_the_busiest_hour_is_the_earlier_of_two() -> None:
    assert busiest({8: 3, 20: 9, 12: 9}) == 12
    assert busiest({}) is None
    assert busiest({3: 0}) is None


@pytest.fixture
def week(hotspot: Hotspot) -> Hotspot:
    counts = {
        "opened": 1200,
        "octets_down": 5_000_000_000,
        "accept": 900,
        "reject:volume": 100,
        "devices": 400,
    }
    for shift in (0, 1):
        for stage, count in counts.items():
            day = MONDAY + timedelta(days=shift)
            Day.objects.create(hotspot=hotspot.pk, day=day, stage=stage, count=count)
    Hour.objects.create(hotspot=hotspot.pk, hour=START + timedelta(hours=19), stage="opened", count=7)
    for cause, hours in (("down", 21), ("slow", 50)):
        Alert.objects.create(
            hotspot=hotspot.pk, site_code=hotspot.site.code, cause=cause, raised_at=START,
            ended_at=START + timedelta(hours=hours),
        )  # fmt: skip
    return hotspot


@pytest.mark.django_db
def test_a_week_of_a_site(week: Hotspot) -> None:
    (site,) = reporting.sites_of(queries.live(system("test")), MONDAY, LATER)
    assert site.up == pytest.approx(1 - 21 / 168)
    assert (site.counts["opened"], site.days_with_devices, site.alerts) == (2400, 2, 2)
    assert reporting.percent_fine(0.99999) == "99,99\u00a0%"


@pytest.mark.django_db
def test_the_report_is_read_by_another_program(network: Client, week: Hotspot, tmp_path: Path) -> None:
    assert "Télécharger" in network.get("/wifi/direct/rapports/").content.decode()
    answer = network.get("/wifi/direct/rapports/2026-11-16/")
    assert answer["Content-Type"] == "application/pdf"
    file = tmp_path / "week.pdf"
    file.write_bytes(answer.content)
    done = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True
    )
    text = " ".join(done.stdout.replace("\u00a0", " ").replace("\u202f", " ").split())
    for words in ("16 novembre 2026", "Place du Marché", "87,5", "2 400", "10 Go", "90 %", "19 h à 20 h"):
        assert words in text, text
    assert "Le volume du jour est épuisé" in text


@pytest.mark.django_db
def test_only_weeks_that_began_have_a_report(network: Client) -> None:
    for week in ("2026-11-17", "2099-01-05", "semaine"):
        assert network.get(f"/wifi/direct/rapports/{week}/").status_code == 404
