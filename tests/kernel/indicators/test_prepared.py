from datetime import date

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartsenegal.kernel.indicators import registry, rules
from smartsenegal.kernel.indicators.api import (
    Count,
    add_all,
    by_cut,
    by_month,
    forget,
    histograms,
    mark_of,
    publish_state,
    set_mark,
    state,
    totals,
)
from smartsenegal.kernel.indicators.rules import (
    bucket_of,
    duration_words,
    masked,
    merged,
    months_back,
    quantile,
    total,
)

# A busy machine draws values slowly.
unhurried = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
DAY = date(2026, 3, 14)
minutes = st.integers(0, 5_000_000)


@pytest.fixture(autouse=True)
def _delays() -> None:
    registry.register_series(
        "test.delay",
        "Délai",
        "décisions",
        {"procedure": "Démarche"},
        public=True,
        cuts=[(), ("procedure",), ("procedure", "service")],
        kept=["bucket"],
    )


@unhurried
@given(st.lists(st.lists(minutes, max_size=30), min_size=1, max_size=6), st.integers(1, 100))
def test_merged_percentiles_bracket_the_true_ones(parts: list[list[int]], percent: int) -> None:
    histogram = merged([_counted(part) for part in parts])
    values = sorted(value for part in parts for value in part)
    assert total(histogram) == len(values)
    found = quantile(histogram, percent)
    if not values:
        assert found is None
        return
    true = values[max(1, -(-percent * len(values) // 100)) - 1]
    assert found is not None
    assert found.low < true <= found.high
    assert found.high - max(found.low, 0) <= max(1, found.high // 10)


def _counted(values: list[int]) -> dict[int, int]:
    return merged({bucket_of(value): 1} for value in values)


@unhurried
@given(st.dictionaries(st.text(max_size=3), st.integers(0, 20), max_size=6))
def test_no_part_can_be_had_back_from_its_total(parts: dict[str, int]) -> None:
    told = masked(parts)
    hidden = [key for key, value in told.items() if value is None]
    assert all(told[key] is None for key, value in parts.items() if 0 < value < rules.SMALLEST_SHOWN)
    assert len(hidden) != 1 or not any(value for key, value in parts.items() if key not in hidden)


@pytest.mark.parametrize(
    ("length", "words"),
    [(0, "1\u00a0minute"), (25, "25\u00a0minutes"), (130, "3\u00a0heures"), (4000, "3\u00a0jours")],
)
def test_a_length_in_words(length: int, words: str) -> None:
    assert duration_words(length) == words


def test_twelve_months_back() -> None:
    assert months_back(date(2026, 3, 1), 12) == date(2025, 3, 1)
    assert months_back(date(2026, 3, 1), 3) == date(2025, 12, 1)


@pytest.mark.django_db
def test_cuts_are_sums_of_the_days() -> None:
    for day, procedure, service, bucket in (
        (DAY, "b3", "thies", "10"),
        (DAY.replace(day=20), "b3", "mbour", "10"),
        (DAY.replace(month=4), "b3", "thies", "57"),
        (DAY, "naissance", "thies", "10"),
    ):
        add_all([Count("test.delay", day, {"procedure": procedure, "service": service, "bucket": bucket})])
    assert histograms("test.delay", ("procedure",), DAY, DAY) == {("b3",): {10: 2}, ("naissance",): {10: 1}}
    by_service = histograms("test.delay", ("procedure", "service"), DAY, date(2026, 4, 30), head="b3")
    assert by_service == {("b3", "thies"): {10: 1, 57: 1}, ("b3", "mbour"): {10: 1}}
    assert by_month("test.delay", ("procedure",), DAY, date(2026, 4, 1), "b3") == {
        date(2026, 3, 1): 2,
        date(2026, 4, 1): 1,
    }
    assert sum(by_cut("test.delay", (), DAY, date(2026, 12, 1)).values()) == 4 == totals("test.delay")[""]


@pytest.mark.django_db
def test_an_unknown_cut_is_not_read_from_the_days() -> None:
    with pytest.raises(KeyError):
        by_cut("test.delay", ("service",), DAY, DAY)


@pytest.mark.django_db
def test_what_is_counted_stays_counted_until_it_is_forgotten() -> None:
    with transaction.atomic():
        assert mark_of("case:1") == 0
        set_mark("case:1", 7)
        add_all([Count("test.delay", DAY, {"bucket": "3"})])
    with transaction.atomic():
        assert mark_of("case:1") == 7
    forget(["test.delay"], "case")
    with transaction.atomic():
        assert mark_of("case:1") == 0
    assert totals("test.delay") == {"": 0}
    assert by_cut("test.delay", (), DAY, DAY) == {}


@pytest.mark.django_db
def test_a_state_replaces_the_one_of_the_day() -> None:
    publish_state("test.open", DAY, [({"procedure": "b3"}, 4), ({"procedure": "naissance"}, 2)])
    publish_state("test.open", DAY, [({"procedure": "b3"}, 3)])
    day, points = state("test.open")
    assert day == DAY
    assert [(p.dims, p.value) for p in points] == [({"procedure": "b3"}, 3)]
    publish_state("test.open", DAY.replace(day=15), [])
    assert state("test.open") == (DAY.replace(day=15), [])


@pytest.mark.django_db
def test_delays_are_published_with_enough_decisions(client: Client) -> None:
    month = rules.months_back(timezone.localdate().replace(day=1), 2)
    for procedure, count in (("b3", 12), ("rare", 6)):
        add_all([Count("test.delay", month, {"procedure": procedure, "bucket": "57"}, count)])
    lines = b"".join(client.get("/chiffres/donnees/test.delay/csv").streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "mois,procedure,valeur,mediane_minutes,neuf_sur_dix_minutes,masquee,procedure_libelle"
    assert lines[1:] == [f"{month:%Y-%m},b3,12,57,57,non,b3", f"{month:%Y-%m},rare,6,,,non,rare"]
    assert "57\u00a0minutes" in client.get("/chiffres/test.delay/").content.decode()


@pytest.mark.django_db
def test_the_dictionary_says_what_each_column_means(client: Client) -> None:
    assert "Durée que la moitié" in client.get("/chiffres/dictionnaire/").content.decode()
    found = client.get("/chiffres/donnees/dictionnaire.json").json()["series"]
    shown = next(s for s in found if s["name"] == "test.delay")
    assert [c["name"] for c in shown["columns"]][:3] == ["mois", "procedure", "valeur"]
    assert shown["licence_url"].startswith("https://")
    told = b"".join(client.get("/chiffres/donnees/dictionnaire.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "test.delay,Délai,procedure,Démarche,code" in told
