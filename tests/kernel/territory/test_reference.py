import pytest

from smartsenegal.kernel.territory import actions
from smartsenegal.kernel.territory.models import Figure, Territory

pytestmark = pytest.mark.django_db


def count(kind: str) -> int:
    return Territory.objects.filter(kind=kind).count()


def test_loads_the_whole_country_and_says_how_much() -> None:
    written = actions.load_reference()
    assert (count("region"), count("departement"), count("commune")) == (14, 46, 553)
    assert count("country") == 1
    assert written == Territory.objects.count() + Figure.objects.count()


def test_loading_again_writes_nothing() -> None:
    actions.load_reference()
    before = list(Territory.objects.order_by("code").values())
    assert actions.load_reference() == 0
    assert list(Territory.objects.order_by("code").values()) == before


def test_loading_again_repairs_a_row_and_keeps_an_added_alias() -> None:
    actions.load_reference()
    mbour = Territory.objects.get(code="SN-TH-mbour")
    mbour.name, mbour.aliases = "Autre", [*mbour.aliases, "La Petite Côte"]
    mbour.save()
    assert actions.load_reference() == 1
    mbour.refresh_from_db()
    assert mbour.name == "Mbour"
    assert mbour.aliases == ["M’bour", "La Petite Côte"]
    assert "\nla petite cote\n" in mbour.search


def test_paths_follow_the_parents() -> None:
    actions.load_reference()
    for t in Territory.objects.select_related("parent"):
        assert t.path == (f"{t.parent.path}/{t.code}" if t.parent else t.code)


def test_only_codes_that_are_known_are_official() -> None:
    actions.load_reference()
    departements = Territory.objects.filter(kind="departement")
    known = dict(departements.exclude(ansd_code="").values_list("name", "code"))
    assert known == {
        "Dakar": "011",
        "Pikine": "012",
        "Rufisque": "013",
        "Guédiawaye": "014",
        "Keur Massar": "015",
    }
    others = departements.filter(ansd_code="")
    assert {t.code.startswith("SN-") for t in others} == {True}
    assert all("code propre à la plateforme" in t.source for t in others)


def test_every_row_names_its_source() -> None:
    actions.load_reference()
    assert not Territory.objects.filter(source="").exists()
    assert not Figure.objects.filter(source="").exists()


def test_population_of_the_country_has_both_results_with_their_dates() -> None:
    actions.load_reference()
    values = Figure.objects.filter(territory_id="SN", name="population").order_by("value")
    assert [int(f.value) for f in values] == [18_032_473, 18_126_390]
    assert "provisoires" in values[0].source
    assert "définitifs" in values[1].source
