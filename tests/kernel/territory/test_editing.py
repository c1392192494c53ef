"""Names and figures that administrators add. They see this module through a principal of `identity`."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.sites import actions as sites
from smartsenegal.kernel.territory import actions, api
from smartsenegal.kernel.territory.errors import NotAllowed, TerritoryRefused
from smartsenegal.kernel.territory.models import Figure

pytestmark = pytest.mark.usefixtures("country")
SYSTEM = identity.system("test")


def page(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def administrator(country: None, client: Client) -> Client:
    sites.load_reference()
    account = identity.create_account(SYSTEM, name="Aminata Cissé", phone="+221771000001", verified=True)
    identity.assign_role(SYSTEM, account, "administrator", identity.organisation("senegal"), api.get("SN-TH"))
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_place_is_found_by_its_new_name() -> None:
    actions.add_alias(SYSTEM, api.get("SN-TH-mbour-mbour"), "Mboûr-Escale")
    assert api.resolve("mbour escale").code == "SN-TH-mbour-mbour"
    assert Entry.objects.get(verb="territory.alias_added").detail == {"alias": "Mboûr-Escale"}
    actions.load_reference()
    assert "Mboûr-Escale" in api.get("SN-TH-mbour-mbour").aliases


@pytest.mark.parametrize("alias", ["", "  ", "123", "m'bour", "MBOUR", "x" * 200, "a\x00b"])
def test_a_name_that_adds_nothing_is_refused(alias: str) -> None:
    with pytest.raises(TerritoryRefused) as refused:
        actions.add_alias(SYSTEM, api.get("SN-TH-mbour-mbour"), alias)
    assert refused.value.field == "alias"


def test_a_figure_has_a_source_and_is_published_once() -> None:
    place = api.get("SN-TH-mbour")
    figure = {
        "name": "population",
        "value": Decimal(950_000),
        "year": 2025,
        "source": "ANSD, estimation 2025",
    }
    actions.add_figure(SYSTEM, place, **figure)
    assert Figure.objects.get(territory=place, year=2025).value == 950_000
    with pytest.raises(TerritoryRefused, match="déjà publié"):
        actions.add_figure(SYSTEM, place, **figure)
    with pytest.raises(TerritoryRefused, match="où ce chiffre"):
        actions.add_figure(SYSTEM, place, **{**figure, "source": " "})


def test_others_change_nothing() -> None:
    with pytest.raises(NotAllowed):
        actions.add_alias(identity.ANONYMOUS, api.get("SN-TH"), "Rail")
    with pytest.raises(NotAllowed):
        actions.add_figure(
            identity.ANONYMOUS, api.get("SN-TH"), name="population", value=Decimal(1), year=2025, source="x"
        )


def test_through_the_pages(administrator: Client) -> None:
    url = "/territoires/SN-TH-mbour-mbour/"
    assert "Ajouter un chiffre" in page(administrator.get(url))
    assert administrator.post(f"{url}nom/", {"alias": "Mbour-Ville"})["Location"] == url
    assert "trouve déjà" in page(administrator.post(f"{url}nom/", {"alias": "Mbour-Ville"}))
    form = {"name": "population", "value": "300000", "year": "2025", "source": "Commune de Mbour"}
    assert administrator.post(f"{url}chiffre/", form)["Location"] == url
    text = page(administrator.get(url))
    assert "300\u202f000" in text
    assert "Mbour-Ville" in text
    for wrong in ({"value": "beaucoup"}, {"year": "25"}, {"source": ""}, {"value": "-1"}):
        assert "Il y a un problème" in page(administrator.post(f"{url}chiffre/", {**form, **wrong}))


def test_pages_are_refused_outside_ones_territory(administrator: Client) -> None:
    for place in ("011", "SN"):
        assert "Ajouter un chiffre" not in page(administrator.get(f"/territoires/{place}/"))
        for what in ("nom", "chiffre"):
            answer = administrator.get(f"/territoires/{place}/{what}/")
            assert answer.status_code == 403
            assert "Vous n’administrez pas ce territoire" in page(answer)
    assert Client().get("/territoires/SN/nom/")["Location"].startswith("/compte/connexion/")
    assert administrator.get("/territoires/nowhere/nom/").status_code == 404
