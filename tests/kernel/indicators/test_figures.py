import csv
import io
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartsenegal.kernel.indicators import registry, rules
from smartsenegal.kernel.indicators.api import add, publish, series, totals
from smartsenegal.kernel.indicators.models import DailyFigure
from smartsenegal.lib.dates import format_date

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 14)

counted = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["Thiès", "Dakar"]),
        st.sampled_from(["b3", "naissance"]),
        st.integers(-3, 9),
    ),
    max_size=25,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(counted)
def test_figures_are_what_was_counted(added: list[tuple[int, str, str, int]]) -> None:
    with transaction.atomic():
        expected: Counter[tuple[date, str, str]] = Counter()
        for offset, region, procedure, by in added:
            day = DAY + timedelta(days=offset)
            # The order in which dimensions are given does not matter.
            dims = {"region": region, "procedure": procedure}
            add("test.filed", day, dims if by % 2 else dict(reversed(dims.items())), by)
            expected[day, region, procedure] += by
        found = {(p.day, p.dims["region"], p.dims["procedure"]): p.value for p in series("test.filed")}
        assert found == dict(expected)
        assert totals("test.filed") == {"": sum(expected.values())}
        by_region = totals("test.filed", by="region")
        assert sum(by_region.values()) == sum(expected.values())
        transaction.set_rollback(True)


def test_publishing_replaces() -> None:
    publish("test.filed", 7, datetime(2026, 3, 14, 23, 59, tzinfo=UTC))
    publish("test.filed", 9, DAY)
    assert [(p.day, p.value) for p in series("test.filed")] == [(DAY, 9)]


def test_series_between_two_days_and_for_some_dimensions() -> None:
    for offset in range(4):
        add("test.filed", DAY + timedelta(days=offset), {"region": "Thiès"}, offset)
    found = series("test.filed", since=DAY + timedelta(days=1), until=DAY + timedelta(days=2))
    assert [p.value for p in found] == [1, 2]
    assert series("test.filed", dims={"region": "Dakar"}) == []


@given(st.integers(0, 10**6))
def test_small_figures_are_suppressed(value: int) -> None:
    assert (rules.shown(value) is None) == (1 <= value <= 4)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_running_month_is_not_published(today: date) -> None:
    first = rules.last_whole_month(today)
    assert rules.last_whole_month(rules.told_from(today)) == today.replace(day=1)
    assert first.day == 1
    assert rules.month_after(first) == today.replace(day=1)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_a_spreadsheet_finds_no_formula(text: str) -> None:
    assert rules.csv_cell(text)[0] == "'"


@pytest.fixture
def published(db: None) -> None:
    month = rules.last_whole_month(timezone.localdate())
    for day in (month, month + timedelta(days=1)):
        add("test.filed", day, {"region": "Thiès", "procedure": "b3"}, 4)
        add("test.filed", day, {"region": "Dakar", "procedure": "=b3"}, 2)
    add("test.filed", timezone.localdate(), {"region": "Thiès", "procedure": "b3"}, 50)


def test_the_csv(client: Client, published: None) -> None:
    answer = client.get("/chiffres/donnees/test.filed/csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))  # type: ignore[attr-defined]
    month = f"{rules.last_whole_month(timezone.localdate()):%Y-%m}"
    assert rows == [
        ["mois", "region", "procedure", "valeur", "masquee", "region_libelle", "procedure_libelle"],
        [month, "Dakar", "'=b3", "", "oui", "Dakar", "'=b3"],
        [month, "Thiès", "b3", "8", "non", "Thiès", "b3"],
    ]


def test_the_json(client: Client, published: None) -> None:
    answer = client.get("/chiffres/donnees/test.filed/json")
    document = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert document["label"] == "Demandes déposées"
    assert [row["value"] for row in document["rows"]] == [None, 8]


def test_the_pages(client: Client, published: None) -> None:
    assert "Demandes déposées" in client.get("/chiffres/").content.decode()
    page = client.get("/chiffres/test.filed/").content.decode()
    assert "masqué" in page
    assert "50" not in page.split("<table", 1)[1]


@pytest.mark.parametrize("path", ["/chiffres/", "/chiffres/test.filed/"])
def test_before_the_first_whole_month(client: Client, path: str) -> None:
    add("test.filed", timezone.localdate(), {"region": "Thiès", "procedure": "b3"}, 50)
    page = client.get(path).content.decode()
    assert "Aucun chiffre publié" in page
    assert f"à partir du {format_date(rules.told_from(timezone.localdate()))}" in page
    assert "Demandes déposées" in page
    assert "de 1 à 4 sont masqués" in page
    assert "50" not in page.split("<main", 1)[1]


@pytest.mark.parametrize("name", ["test.private", "test.nothing"])
@pytest.mark.parametrize("path", ["/chiffres/{}/", "/chiffres/donnees/{}/csv", "/chiffres/donnees/{}/json"])
def test_what_is_not_public_is_not_found(client: Client, name: str, path: str) -> None:
    assert client.get(path.format(name)).status_code == 404


def test_a_series_is_registered_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        registry.register_series("test.filed", "x", "x")


def test_one_row_a_figure() -> None:
    for _ in range(3):
        add("test.filed", DAY, {"a": "1", "b": "2"})
    assert DailyFigure.objects.count() == 1
