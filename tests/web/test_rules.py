"""Tones, shades, sizes and the way back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.web import rules

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("days", "text", "tone"),
    [
        (-3, "3\u00a0j de retard", "red"),
        (-1, "1\u00a0j de retard", "red"),
        (0, "Aujourd’hui", "amber"),
        (2, "2\u00a0j", "amber"),
        (5, "5\u00a0j", "amber"),
        (6, "6\u00a0j", "green"),
    ],
)
def test_due_chip(days: int, text: str, tone: str) -> None:
    chip = rules.due_chip(TODAY + timedelta(days=days), TODAY)
    assert chip is not None
    assert (chip.text, chip.tone) == (text, tone)


def test_due_chip_is_spoken_in_a_whole_sentence() -> None:
    chip = rules.due_chip(TODAY - timedelta(days=1), TODAY)
    assert chip is not None
    assert chip.spoken == "En retard de 1\u00a0jour"


def test_a_suspended_delay_is_never_late() -> None:
    chip = rules.due_chip(TODAY - timedelta(days=30), TODAY, suspended=True)
    assert chip is not None
    assert (chip.text, chip.tone) == ("Suspendu", "blue")


def test_no_delay_no_chip() -> None:
    assert rules.due_chip(None, TODAY) is None


@given(st.integers(-4000, 4000))
def test_every_chip_has_a_known_tone(days: int) -> None:
    chip = rules.due_chip(TODAY + timedelta(days=days), TODAY)
    assert chip is not None
    assert chip.tone in rules.TONES
    assert (chip.tone == "red") == (days < 0)


@given(st.lists(st.integers(1, 10_000), min_size=1))
def test_shades_keep_the_order_of_the_figures(values: list[int]) -> None:
    least, largest = min(values), max(values)
    shades = [rules.shade(value, least, largest) for value in sorted(values)]
    assert shades == sorted(shades)
    assert all(1 <= shade <= rules.SHADES for shade in shades)
    if least < largest:
        assert (shades[0], shades[-1]) == (1, rules.SHADES)


@given(st.lists(st.integers(1, 10_000), min_size=1))
def test_discs_tell_the_figures_by_their_area(values: list[int]) -> None:
    largest = max(values)
    assert rules.radius(largest, largest) == rules.RADIUS
    for value in values:
        drawn = rules.radius(value, largest)
        assert rules.RADIUS / 5 <= drawn <= rules.RADIUS
        if drawn > rules.RADIUS / 5:
            assert abs((drawn / rules.RADIUS) ** 2 - value / largest) < 0.02
    assert rules.radius(0, largest) == 0


def test_nothing_has_no_shade() -> None:
    assert rules.shade(0, 3, 5) == 0


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0\u00a0octet"),
        (1, "1\u00a0octet"),
        (830, "830\u00a0octets"),
        (999_600, "1\u00a0Mo"),
        (240_400, "240\u00a0ko"),
        (2_440_000, "2,4\u00a0Mo"),
        (10_000_000, "10\u00a0Mo"),
    ],
)
def test_file_size(size: int, words: str) -> None:
    assert rules.file_size(size) == words


@pytest.mark.parametrize(
    "path",
    [
        "",
        "https://ailleurs.example/",
        "//ailleurs.example",
        "/\\ailleurs.example",
        "javascript:alert(1)",
        "/a\r\nb",
    ],
)
def test_one_never_goes_back_to_another_site(path: str) -> None:
    assert rules.safe_next(path) == "/"


def test_one_goes_back_where_one_was() -> None:
    assert rules.safe_next("/dossiers/?etat=retard") == "/dossiers/?etat=retard"


def test_the_rail_of_a_page_completes_that_of_the_house() -> None:
    house = [
        {"label": "À traiter", "url": "/a", "icon": "inbox", "current": False},
        {"label": "Caisse", "url": "/c", "icon": "banknote", "current": True},
    ]
    page = [
        {"label": "À traiter", "url": "/a", "icon": "inbox", "count": 42, "current": True},
        {"label": "Avis", "url": "/b", "icon": "users"},
    ]
    shown = rules.merged_rail(house, page)
    assert [(e["url"], e.get("count"), e["current"]) for e in shown] == [
        ("/a", 42, True),
        ("/c", None, False),
        ("/b", None, False),
    ]


def test_without_a_page_rail_the_house_knows_where_one_is() -> None:
    house = [{"label": "Caisse", "url": "/c", "icon": "banknote", "current": True}]
    assert rules.merged_rail(house, []) == house
