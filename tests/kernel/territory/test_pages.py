from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.usefixtures("country")


def page(response: Any) -> str:
    return str(response.content.decode())


def test_the_search_page_without_a_question_lists_the_regions(client: Client) -> None:
    text = page(client.get("/territoires/"))
    for name in ("Dakar", "Ziguinchor", "Kédougou"):
        assert f">{name}</a>" in text


def test_the_search_page_tells_homonyms_apart(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        text = page(client.get("/territoires/?q=velingara"))
    assert "Vélingara (département de Ranérou Ferlo)" in text
    assert "Vélingara (département de Vélingara)" in text
    assert len(queries) == 2
    assert "Aucun territoire de ce nom" in page(client.get("/territoires/?q=zzzz"))


def test_suggestions_are_communes_unless_asked_otherwise(client: Client) -> None:
    found = client.get("/territoires/recherche.json?q=mbour").json()
    assert found[0] == {
        "code": "SN-TH-mbour-mbour",
        "label": "Mbour",
        "kind": "commune",
        "context": "Mbour, Thiès",
    }
    found = client.get("/territoires/recherche.json?q=dakar&kinds=region,departement").json()
    assert [(p["kind"], p["code"]) for p in found][:2] == [("departement", "011"), ("region", "SN-DK")]
    assert client.get("/territoires/recherche.json").json() == []
    assert client.get("/territoires/recherche.json?q=%00").json() == []


@pytest.mark.parametrize("code", ["SN", "SN-TH", "011", "SN-TH-mbour-mbour", "FR-paris"])
def test_a_place_shows_what_encloses_it_and_its_sources(client: Client, code: str) -> None:
    text = page(client.get(f"/territoires/{code}/"))
    assert text.count("<h1") == 1
    assert "Source" in text


def test_figures_stand_with_their_year_and_source(client: Client) -> None:
    text = page(client.get("/territoires/SN/"))
    assert "18\u202f126\u202f390" in text
    assert "Population (2023)" in text
    assert "RGPH-5, résultats définitifs" in text


@pytest.mark.parametrize("code", ["nowhere", "SN-XX", "../secret", "%00"])
def test_an_unknown_place_is_not_found(client: Client, code: str) -> None:
    assert client.get(f"/territoires/{code}/").status_code == 404
