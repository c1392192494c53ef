"""Dashboards read prepared figures: in a constant number of queries, and without giving anybody away."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.kernel.indicators import api as indicators
from smartsenegal.kernel.indicators import rules as figures_rules
from smartsenegal.kernel.indicators.rules import bucket_of, months_back
from smartsenegal.kernel.territory.models import Territory
from smartsenegal.lib import text
from smartsenegal.lib.dates import format_date
from smartsenegal.onestop.cases import actions
from smartsenegal.onestop.cases.api import figures
from smartsenegal.web.dashboard import keeping, queries, rules, views
from smartsenegal.web.dashboard.rules import Line, published
from tests.jobs import drain
from tests.onestop.cases.samples import PLAIN
from tests.onestop.cases.world import World, fill, make_world, person

# A busy machine draws values slowly.
unhurried = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
CODE = "certificat-gratuit"
LAST = months_back(timezone.localdate().replace(day=1), 1)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def add_cases(count: int, place: str, minutes: int = 60, day: date = LAST, invalid: int = 0) -> None:
    """So many cases of a département of Thiès, decided."""
    dims = {"procedure": CODE, "service": "tgi-thies", "region": "SN-TH", "departement": place}
    indicators.add_all(
        [
            indicators.Count(figures.FILED_SERIES, day, dims, count),
            indicators.Count(figures.CLOSED_SERIES, day, {**dims, "outcome": "granted"}, count),
            indicators.Count(figures.EXAMINED_SERIES, day, {**dims, "result": "invalid"}, invalid),
            indicators.Count(figures.EXAMINED_SERIES, day, {**dims, "result": "complete"}, count - invalid),
            indicators.Count(figures.LIVED_SERIES, day, {**dims, "bucket": str(bucket_of(minutes))}, count),
        ]
    )
    keeping.forget()


def owner_client(world: World) -> Client:
    owner, _ = Organisation.objects.get_or_create(
        code=PLAIN.owner, defaults={"name": "Ministère", "kind": "ministry", "territory": world.country}
    )
    khady = person("Khady Gueye", "+221771000013", ("procedure_owner", owner))
    client = Client()
    client.force_login(world.account(khady))
    return client


def departement(name: str, world: World) -> None:
    parent = Territory.objects.get(pk="SN-TH")
    Territory.objects.create(
        code=name, kind="departement", name=name, label=name, parent=parent, path=f"SN/SN-TH/{name}"
    )
    keeping.forget()


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_the_country_is_shown_by_region_and_departement(world: World) -> None:
    for name in ("mbour", "tivaouane", "thies-ville"):
        departement(name, world)
    add_cases(40, "mbour", 60 * 24 * 4, invalid=10)
    add_cases(20, "tivaouane")
    add_cases(3, "thies-ville")
    page = Client().get("/tableau-de-bord/").content.decode()
    assert "63 demandes" in page.replace("\u00a0", " ")
    assert "ss-map__region--3" in page
    assert "25\u00a0%" in page
    assert page.count("masqué") >= 2  # the small one, and the one whose sum with it is told


def test_a_departement_has_a_disc_unless_its_number_is_hidden(world: World) -> None:
    for name, count in (("mbour", 40), ("tivaouane", 20), ("thies-ville", 3)):
        departement(name, world)
        add_cases(count, name)
    Territory.objects.filter(kind="departement").update(longitude="-16.9", latitude="14.6")
    page = Client().get("/tableau-de-bord/").content.decode()
    # The small one is hidden, and the one whose sum with it is told.
    assert page.count('class="ss-map__disc"') == 1


def test_the_running_month_is_not_told(world: World) -> None:
    add_cases(50, "mbour", day=timezone.localdate())
    assert "Aucun chiffre pour ces douze mois" in Client().get("/tableau-de-bord/").content.decode()


@pytest.mark.django_db
def test_a_fresh_installation_says_what_will_be_shown_and_when() -> None:
    page = Client().get("/tableau-de-bord/").content.decode()
    assert "Aucune demande déposée entre" in page
    assert f"à partir du {format_date(figures_rules.told_from(timezone.localdate()))}" in page
    for expected in (
        "Ce que cette page montrera",
        "par région sur une carte",
        "de 1 à 4 ne seront pas montrés",
    ):
        assert expected in page
    assert '<svg class="ss-map' not in page
    assert "export.csv" not in page


def test_a_whole_too_small_is_not_told(world: World) -> None:
    departement("mbour", world)
    add_cases(3, "mbour")
    page = Client().get("/tableau-de-bord/").content.decode()
    assert "Moins de 5 demandes déposées entre" in page


@given(st.integers(0, 10**6))
def test_the_number_filed_in_words(count: int) -> None:
    told = rules.filed_words(count)
    assert told.endswith("demandes déposées") == (count > 0)
    assert (text.group_digits(count) in told) == (count >= 5)


def test_the_country_as_a_file(world: World) -> None:
    departement("mbour", world)
    add_cases(40, "mbour")
    answer = Client().get("/tableau-de-bord/export.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert {r["nom"]: r["deposees"] for r in rows} == {"Thiès": "40", "mbour": "40"}


def test_the_person_in_charge_sees_their_procedure(world: World) -> None:
    case = actions.submit(fill(world).pk, world.awa).case
    drain()
    figures.count_standing()
    add_cases(12, "mbour", 60 * 24 * 9, invalid=3)
    client = owner_client(world)
    assert f"/tableau-de-bord/demarches/{CODE}/" in client.get("/tableau-de-bord/demarches/").content.decode()
    page = client.get(f"/tableau-de-bord/demarches/{CODE}/").content.decode()
    assert "Tribunal de grande instance de Thiès" in page
    assert "10\u00a0jours" in page
    assert case.reference not in page
    answer = client.get(f"/tableau-de-bord/demarches/{CODE}/export.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    row = next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert (row["deposees"], row["examinees"], row["a_corriger"], row["en_cours"]) == ("13", "12", "3", "1")


def test_many_services_show_the_most_asked_and_the_others_a_link_away(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(views, "MOST_SERVICES", 1)
    for service, count in ((world.thies, 12), (world.mbour, 40)):
        dims = {"procedure": CODE, "service": service.code, "region": "SN-TH", "departement": "mbour"}
        indicators.add_all([indicators.Count(figures.FILED_SERIES, LAST, dims, count)])
    client = owner_client(world)
    page = client.get(f"/tableau-de-bord/demarches/{CODE}/").content.decode()
    assert "Mbour</th>" in page
    assert "Thiès</th>" not in page
    link = re.search(r'href="(\?services=[^"]+)">Voir les 2 services', page)
    assert link is not None
    whole = client.get(f"/tableau-de-bord/demarches/{CODE}/{link[1]}").content.decode()
    assert "Thiès</th>" in whole
    assert "Mbour</th>" in whole
    assert "Voir les" not in whole


def test_another_organisation_s_procedure_is_not_found(world: World) -> None:
    owner_client(world)
    stranger = person("Binta Sarr", "+221771000099", ("procedure_owner", world.mbour))
    client = Client()
    client.force_login(world.account(stranger))
    assert client.get(f"/tableau-de-bord/demarches/{CODE}/").status_code == 404
    assert client.get(f"/tableau-de-bord/demarches/{CODE}/export.csv").status_code == 404


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    client = owner_client(world)
    add_cases(12, "mbour")
    path = f"/tableau-de-bord/demarches/{CODE}/"
    client.get(path)
    kept = queries_of(client, path), queries_of(Client(), "/tableau-de-bord/")
    assert kept == (5, 10)  # who asks, and for which procedure; the country's is read for the first time
    assert queries_of(Client(), "/tableau-de-bord/") == 0
    keeping.forget()
    few = queries_of(client, path), queries_of(Client(), "/tableau-de-bord/")
    for rank in range(8):
        departement(f"d{rank}", world)
        add_cases(20 + rank, f"d{rank}", 30 * (rank + 1))
    assert (queries_of(client, path), queries_of(Client(), "/tableau-de-bord/")) == few
    assert few[1] <= 12


def test_a_year_of_a_whole_country_is_read_in_five_queries(world: World) -> None:
    """46 départements, a year, every length of delay: what is read stays small."""
    for name in (f"d{n}" for n in range(46)):
        departement(name, world)
    indicators.add_all(
        indicators.Count(
            figures.LIVED_SERIES,
            months_back(LAST, month),
            {"procedure": CODE, "region": "SN-TH", "departement": f"d{n}", "bucket": str(bucket_of(b))},
            3,
        )
        for month in range(12)
        for n in range(46)
        for b in (60, 300, 900, 3000, 9000, 20000)
    )
    keeping.forget()
    with CaptureQueriesContext(connection) as captured:
        found = queries.places("departement", rules.published_months(timezone.localdate()))
    assert len(captured) == 5
    assert {p.code: figures_rules.total(p.line.lived) for p in found if p.code.startswith("d")} == {
        f"d{n}": 12 * 6 * 3 for n in range(46)
    }


@unhurried
@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12), max_size=6))
def test_no_published_line_tells_of_a_few(counts: dict[str, int]) -> None:
    lines = {key: Line(filed=n, granted=n, examined=n, invalid=n // 2) for key, n in counts.items()}
    for key, told in published(lines).items():
        if 0 < counts[key] < 5:
            assert told.cells[:2] == ["masqué", "masqué"]
            assert told.invalid_rate == "–"


def test_periods() -> None:
    period = rules.published_months(date(2026, 3, 15))
    assert (period.since, period.until) == (date(2025, 3, 1), date(2026, 2, 1))
    assert len(period.months) == 12
    assert rules.last_months(date(2026, 3, 15)).until == date(2026, 3, 1)
