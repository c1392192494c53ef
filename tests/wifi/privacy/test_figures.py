import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.identity.api import system
from smartsenegal.kernel.territory.models import Territory
from smartsenegal.wifi.monitoring.models import Day, Hour
from smartsenegal.wifi.network import actions as network
from smartsenegal.wifi.privacy import opening
from smartsenegal.wifi.privacy.actions import figures
from smartsenegal.wifi.privacy.models import SiteDay
from smartsenegal.wifi.sessions.api import Session

BASE = "/wifi/donnees/"
people = st.dictionaries(st.integers(1, 12), st.integers(0, 40), max_size=12)


@given(people)
def test_nobody_is_found_by_taking_away_what_is_told(found: dict[int, int]) -> None:
    hidden = opening.hidden(found)
    told = {site: count for site, count in found.items() if site not in hidden}
    assert all(count == 0 or count >= opening.LEAST for count in told.values())
    if opening.total_told(found):
        left = sum(found.values()) - sum(told.values())
        assert left == 0 or (left >= opening.LEAST and len(hidden) >= 2)
        assert sum(found.values()) == 0 or sum(found.values()) >= opening.LEAST


@given(people)
def test_what_many_used_is_told_when_nobody_is_few(found: dict[int, int]) -> None:
    if all(count == 0 or count >= opening.LEAST for count in found.values()):
        assert opening.hidden(found) == frozenset()
        assert opening.total_told(found)


@pytest.fixture
def sites(country: None) -> list[Any]:
    mbour = Territory.objects.get(code="SN-TH-mbour-mbour")
    names = ("Marché", "Gare", "Hôpital")
    return [network.add_hotspot(system("test"), name=n, place=mbour, ssid="W") for n in names]


def used(hotspot: Any, devices: int, at: datetime) -> None:
    start = int(at.timestamp()) * 1_000_000
    Session.objects.bulk_create(
        Session(
            key=f"{hotspot.pk}:{n}:{start}".encode().ljust(16)[:16], nas=1, hotspot=hotspot.pk,
            device=b"%d" % (n % devices), nas_session="s", started_us=start + n, updated_us=start,
            octets_in=100_000_000, octets_out=100_000_000,
        )
        for n in range(devices + 1)
    )  # fmt: skip


def test_the_figures_of_yesterday_are_counted_and_told(client: Client, sites: list[Any]) -> None:
    assert "Aucun chiffre publié" in client.get(BASE).content.decode()
    yesterday = timezone.localdate() - timedelta(days=1)
    noon = datetime(yesterday.year, yesterday.month, yesterday.day, 12, tzinfo=UTC)
    for hotspot, devices in zip(sites, (40, 25, 3), strict=True):
        used(hotspot, devices, noon)
    Day.objects.create(hotspot=sites[0].pk, day=yesterday, stage="accept", count=90)
    Day.objects.create(hotspot=sites[0].pk, day=yesterday, stage="reject:full", count=10)
    Hour.objects.create(hotspot=sites[0].pk, hour=noon, stage="gateway_heard", count=60)
    assert figures.count_day(yesterday) == 3
    assert figures.count_day(yesterday) == 3
    assert SiteDay.objects.get(hotspot=sites[0].pk).people == 40
    rows = list(csv.DictReader(io.StringIO(client.get(BASE + "jours.csv").getvalue().decode())))
    told = {row["nom"]: (row["appareils"], row["connexions"], row["heures"], row["reussite"]) for row in rows}
    assert told == {
        "Tous les sites": ("68", "71", "", "90"),
        "Marché": ("40", "41", "1", "90"),
        "Gare": ("", "", "0", ""),  # hidden with the smallest one
        "Hôpital": ("", "", "0", ""),
    }
    text = client.get(BASE).content.decode()
    assert "masqué" in text
    assert "8,2\u00a0Go" in text
    found = client.get(BASE + "jours.json", {"site": sites[2].site.code}).json()
    assert [row["appareils"] for row in found["lignes"]] == [None]
    assert client.get(BASE + "jours.csv", {"site": "inconnu"}).status_code == 404


def test_today_is_not_told_before_it_is_over(client: Client, sites: list[Any]) -> None:
    used(sites[0], 40, timezone.now())
    figures.count_day(timezone.localdate())
    assert client.get(BASE + "jours.json").json()["lignes"] == []
