import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from smartsenegal.kernel.territory import api
from smartsenegal.kernel.territory.models import Territory

pytestmark = pytest.mark.usefixtures("country")


def names(text: str, kinds: tuple[str, ...] = ("commune",), limit: int = 10) -> list[str]:
    return [t.label for t in api.search(text, kinds, limit)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Thiénaba", "Thiénaba"),
        ("THIENABA", "Thiénaba"),
        ("thienaba", "Thiénaba"),
        ("yeumbeul-nord", "Yeumbeul Nord"),
        ("yeumbeulnord", "Yeumbeul Nord"),
        ("m'backe", "Mbacké"),
        ("M’Backé", "Mbacké"),
        ("mbour", "Mbour"),
        ("m bour", "Mbour"),
        ("Darou Mousty", "Darou Mouhty"),
        ("cayar", "Kayar"),
    ],
)
def test_finds_first_however_it_is_written(typed: str, expected: str) -> None:
    assert names(typed)[0] == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("zigunchor", "Ziguinchor"),
        ("tambacouda", "Tambacounda"),
        ("yeumbel nord", "Yeumbeul Nord"),
        ("oussouy", "Oussouye"),
        ("kedougu", "Kédougou"),
        ("bakell", "Bakel"),
    ],
)
def test_forgives_a_typing_error(typed: str, expected: str) -> None:
    assert expected in names(typed)[:3]


def test_homonyms_are_told_apart() -> None:
    assert names("velingara")[:2] == [
        "Vélingara (département de Ranérou Ferlo)",
        "Vélingara (département de Vélingara)",
    ]
    assert set(names("Médina Gounass")[:2]) == {
        "Médina Gounass (département de Guédiawaye)",
        "Médina Gounass (département de Vélingara)",
    }
    assert set(names("mlomp")[:2]) == {"Mlomp (département de Bignona)", "Mlomp (département d’Oussouye)"}


def test_a_further_word_may_name_what_encloses() -> None:
    assert names("velingara ranerou")[0] == "Vélingara (département de Ranérou Ferlo)"
    assert names("mlomp oussouye")[0] == "Mlomp (département d’Oussouye)"


def test_a_town_without_a_commune_of_its_name_gives_the_communes_of_its_group() -> None:
    found = api.search("dakar", ("commune",), 30)
    named = [t for t in found if "dakar" in t.search]
    others = [t for t in found if t not in named]
    assert found == [*named, *others]
    assert sum(t.group_name == "Ville de Dakar" for t in found) == 18
    assert {t.group_name for t in others[:16]} == {"Ville de Dakar"}

    assert names("thies") == ["Thiès Est", "Thiès Nord", "Thiès Ouest"], "not all that lies around"


def test_kinds_are_kept() -> None:
    assert {t.kind for t in api.search("kolda", ("region", "departement"))} == {"region", "departement"}
    assert [t.code for t in api.search("paris", ("post",))] == ["FR-paris"]


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'", "\x00", "\n", "qqqqqqzzzz", "😀"])
def test_nothing_is_found_for_what_names_nothing(typed: str) -> None:
    assert api.search(typed) == []


def test_wildcards_have_no_meaning() -> None:
    assert names("%kayar_")[0] == "Kayar"


def test_a_very_long_text_is_cut() -> None:
    assert names("kayar " + "x" * 10_000) == names("kayar " + "x" * 100)


def test_the_limit_holds() -> None:
    assert len(names("a", limit=5)) == 5


def test_one_query() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        api.search("thies")
    assert len(queries) == 1


def test_resolve_takes_a_code_a_label_or_a_unique_name() -> None:
    code = "SN-MT-ranerou-ferlo-velingara"
    assert api.resolve(code).code == code
    assert api.resolve("Vélingara (département de Ranérou Ferlo)").code == code
    assert api.resolve("cayar").name == "Kayar"
    assert api.resolve("Vélingara") is None
    assert api.resolve("zigunchor") is None
    assert api.resolve("") is None
    assert api.resolve("SN-DK") is None
    assert api.resolve("Dakar", ("region",)).code == "SN-DK"


def test_every_label_resolves_to_its_commune() -> None:
    for t in Territory.objects.filter(kind="commune").exclude(label=""):
        found = api.resolve(t.label)
        assert found is not None, t.label
        assert found.code == t.code


def test_children_stand_in_french_order() -> None:
    found = [t.name for t in api.children("SN-MT")]
    assert found == ["Kanel", "Matam", "Ranérou Ferlo"]
    first = [t.name for t in api.children("SN")][:4]
    assert first == [
        "Consulat du Sénégal à Madrid",
        "Consulat du Sénégal à Paris",
        "Dakar",
        "Diourbel",
    ]


def test_label_and_above() -> None:
    assert api.label("SN-ZG-bignona-mlomp") == "Mlomp (département de Bignona)"
    assert api.label("nowhere") == "nowhere"
    assert [t.code for t in api.above(api.get("SN-ZG-bignona-mlomp"))] == ["SN-ZG-bignona", "SN-ZG", "SN"]
    assert api.find("nowhere") is None
    with pytest.raises(Territory.DoesNotExist):
        api.get("nowhere")
