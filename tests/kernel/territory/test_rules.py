import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.territory import rules
from smartsenegal.kernel.territory.rules import Place

codes = st.text("abcdefgh-", min_size=1, max_size=8)
paths = st.lists(codes, min_size=1, max_size=5).map("/".join)


@given(paths, paths)
def test_a_place_covers_itself_and_all_below_it(above: str, below: str) -> None:
    assert rules.covers(above, above)
    assert rules.covers(above, f"{above}/{below}")
    assert not rules.covers(f"{above}/{below}", above)


@given(paths, codes)
def test_a_name_that_only_begins_alike_is_not_covered(path: str, more: str) -> None:
    assert not rules.covers(path, path + more.replace("/", "") + "x")


@given(paths)
def test_enclosing_goes_from_the_place_to_the_country(path: str) -> None:
    found = rules.enclosing(path)
    assert found[0] == path.split("/")[-1]
    assert "/".join(reversed(found)) == path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Thiès", "de Thiès"),
        ("Oussouye", "d’Oussouye"),
        ("Île de Gorée", "d’Île de Gorée"),
        ("Le Lac", "du Lac"),
        ("Les Parcelles", "des Parcelles"),
        ("Lek", "de Lek"),
    ],
)
def test_of_name(name: str, expected: str) -> None:
    assert rules.of_name(name) == expected


def test_only_communes_that_share_a_name_are_told_apart() -> None:
    places = [
        Place("SN", "country", "Sénégal", ""),
        Place("R", "region", "Kolda", "SN"),
        Place("D1", "departement", "Vélingara", "R"),
        Place("D2", "departement", "Oussouye", "R"),
        Place("C1", "commune", "Vélingara", "D1"),
        Place("C2", "commune", "VELINGARA", "D2"),
        Place("C3", "commune", "Mlomp", "D2"),
    ]
    assert rules.labels(places) == {
        "SN": "Sénégal",
        "R": "Kolda",
        "D1": "Vélingara",
        "D2": "Oussouye",
        "C1": "Vélingara (département de Vélingara)",
        "C2": "VELINGARA (département d’Oussouye)",
        "C3": "Mlomp",
    }


def test_search_lines_hold_each_form_once_between_line_ends() -> None:
    assert rules.search_lines("Mbacké", ["M’Backé"], "Mbacké") == "\nmbacke\nm backe\n"


@given(st.floats(-89, 89), st.floats(-179, 179), st.floats(-89, 89), st.floats(-179, 179))
def test_distance_is_a_distance(a: float, b: float, c: float, d: float) -> None:
    there = rules.distance_km((a, b), (c, d))
    assert 0 <= there <= 20_040
    assert rules.distance_km((c, d), (a, b)) == pytest.approx(there)
    assert rules.distance_km((a, b), (a, b)) == 0


def test_dakar_to_ziguinchor_is_about_270_kilometres() -> None:
    assert rules.distance_km((14.69370, -17.44406), (12.56801, -16.27326)) == pytest.approx(268, abs=5)
