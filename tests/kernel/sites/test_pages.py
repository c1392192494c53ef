from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.sites import actions
from smartsenegal.kernel.sites.models import Site

pytestmark = pytest.mark.usefixtures("country")
SYSTEM = identity.system("test")


def page(response: Any) -> str:
    return str(response.content.decode())


def site(code: str) -> Site:
    return Site.objects.select_related("territory", "organisation").get(code=code)


@pytest.fixture
def administrator(client: Client) -> Client:
    account = identity.create_account(SYSTEM, name="Aminata Cissé", phone="+221771000001", verified=True)
    identity.assign_role(SYSTEM, account, "administrator", identity.organisation("senum"))
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_espaces_are_listed_by_region(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        text = page(client.get("/lieux/"))
    assert text.count("espace-") >= 45
    assert text.index(">Dakar</h3>") < text.index(">Thiès</h3>")
    assert len(queries) <= 4


@pytest.mark.parametrize("typed", ["Mbour", "mbour", "M'bour", "SN-TH-mbour-mbour"])
def test_the_services_of_a_commune(client: Client, typed: str) -> None:
    text = page(client.get("/lieux/", {"q": typed}))
    for name in (
        "Espace Sénégal Services de Mbour", "Centre d’état civil de Mbour", "Tribunal d’instance de Mbour",
        "Tribunal de grande instance de Thiès", "Commissariat de police de Mbour",
    ):  # fmt: skip
        assert name in text


def test_homonyms_are_chosen_without_javascript(client: Client) -> None:
    text = page(client.get("/lieux/", {"q": "Mlomp"}))
    assert "Choisissez le vôtre" in text
    assert 'name="q_code" value="SN-ZG-bignona-mlomp"' in text
    text = page(client.get("/lieux/", {"q": "Mlomp", "q_code": "SN-ZG-bignona-mlomp"}))
    assert "Centre d’état civil de Mlomp (département de Bignona)" in text


@pytest.mark.parametrize("typed", ["", "zzzz", "\x00", "<script>"])
def test_a_place_that_is_none_gets_a_sentence(client: Client, typed: str) -> None:
    answer = client.get("/lieux/", {"q": typed})
    assert answer.status_code == 200
    assert "Il y a un problème" in page(answer)
    assert "<script>" not in page(answer).replace("<script src", "")


def test_a_sheet_says_what_is_not_published(client: Client) -> None:
    text = page(client.get("/lieux/espace-sn-th-mbour/"))
    assert text.count("Non publié") == 3
    assert "Ouvert" in text
    assert "Changer l’état" not in text
    assert client.get("/lieux/nulle-part/").status_code == 404


def test_a_sheet_says_why_it_is_closed_and_where_to_go(client: Client) -> None:
    actions.suspend_site(
        SYSTEM, site("espace-sn-th-mbour"), reason="Sinistre", replacement=site("espace-sn-th-thies")
    )
    text = page(client.get("/lieux/espace-sn-th-mbour/"))
    assert "Suspendu" in text
    assert "Sinistre" in text
    assert 'href="/lieux/espace-sn-th-thies/"' in text
    text = page(client.get("/lieux/", {"q": "Mbour"}))
    assert "Remplace Espace Sénégal Services de Mbour" in text


def test_an_administrator_changes_the_state(administrator: Client) -> None:
    url = "/lieux/espace-sn-th-mbour/etat/"
    assert "Changer l’état" in page(administrator.get("/lieux/espace-sn-th-mbour/"))
    text = page(administrator.post(url, {"state": "suspended", "reason": ""}))
    assert "Indiquez le motif" in text
    form = {"state": "suspended", "reason": "Travaux", "replacement": "espace senegal services"}
    text = page(administrator.post(url, form))
    assert 'name="replacement_code"' in text
    form = {**form, "replacement_code": "espace-sn-th-thies", "expected_reopening": "1/3/2027"}
    assert administrator.post(url, form)["Location"] == "/lieux/espace-sn-th-mbour/"
    mbour = site("espace-sn-th-mbour")
    assert (mbour.state, mbour.replacement.code, str(mbour.expected_reopening)) == (
        "suspended",
        "espace-sn-th-thies",
        "2027-03-01",
    )
    administrator.post(url, {"state": "open"})
    assert site("espace-sn-th-mbour").state == "open"


def test_an_administrator_corrects_the_sheet(administrator: Client) -> None:
    url = "/lieux/espace-sn-th-mbour/fiche/"
    form = {
        "name": "Espace de Mbour", "address": "Route de Joal", "phone": "33 957 00 00",
        "mon": "08:00-12:30 13:30-17:00",
        "latitude": "14.42", "longitude": "-16.96", "source": "Visite du 24 novembre 2026",
    }  # fmt: skip
    assert administrator.post(url, form).status_code == 302
    mbour = site("espace-sn-th-mbour")
    assert mbour.hours == {"mon": [["08:00", "12:30"], ["13:30", "17:00"]]}
    assert mbour.phone == "+221339570000"
    text = page(administrator.get("/lieux/espace-sn-th-mbour/"))
    assert "Lundi\u00a0: de 8\u00a0h à 12\u00a0h\u00a030" in text.replace("&nbsp;", "\u00a0")
    for wrong, sentence in (
        ({"mon": "8h-12h"}, "écrivez les heures"),
        ({"phone": "12"}, "problème"),
        ({"longitude": ""}, "la latitude et la longitude"),
        ({"name": ""}, "Indiquez le nom"),
    ):
        assert sentence in page(administrator.post(url, {**form, **wrong})), wrong
    assert 'value="08:00-12:30 13:30-17:00"' in page(administrator.get(url))


def test_others_are_refused(administrator: Client, client: Client) -> None:
    for page_name in ("etat", "fiche"):
        assert administrator.get(f"/lieux/tribunal-instance-sn-th-mbour/{page_name}/").status_code == 403
    stranger = Client()
    for url in ("/lieux/gestion/", "/lieux/espace-sn-th-mbour/etat/", "/lieux/espace-sn-th-mbour/fiche/"):
        assert stranger.get(url)["Location"].startswith("/compte/connexion/")
    citizen = identity.create_account(SYSTEM, name="Awa", phone="+221761234567", verified=True)
    stranger.force_login(citizen, backend="allauth.account.auth_backends.AuthenticationBackend")
    for url in ("/lieux/gestion/", "/lieux/espace-sn-th-mbour/etat/", "/lieux/espace-sn-th-mbour/fiche/"):
        assert stranger.get(url).status_code == 403


def test_the_list_of_sites_is_searched_and_paged(administrator: Client) -> None:
    first = administrator.get("/lieux/gestion/")
    assert "Suivants" in page(first)
    following = first.context["next_url"]
    names = [r["cells"][0]["text"] for r in first.context["rows"]]
    then = [r["cells"][0]["text"] for r in administrator.get("/lieux/gestion/" + following).context["rows"]]
    assert not set(names) & set(then)
    text = page(administrator.get("/lieux/gestion/?q=mbour&nature=court_ti"))
    assert "Tribunal d’instance de Mbour" in text
    assert "Aucun lieu" in page(administrator.get("/lieux/gestion/?q=zzzz"))
    assert administrator.get("/lieux/gestion/?q=%00&nature=%00&etat=%00&apres=%00").status_code == 200


def test_suggestions(client: Client) -> None:
    found = client.get("/lieux/recherche.json?q=mbour&kind=police").json()
    assert found == [{"code": "police-sn-th-mbour", "label": "Commissariat de police de Mbour"}]
    assert client.get("/lieux/recherche.json").json() == []
    assert client.get("/lieux/recherche.json?q=%00&kind=%00").json() == []
