"""Display choices, and pages that say how to go on."""

import json
from http import HTTPStatus

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from smartsenegal.kernel.identity.rules import PERMISSIONS, Grant, Principal
from smartsenegal.web import context, rail, views
from smartsenegal.web.templatetags.ui import icon_names

ERRORS = {
    400: lambda request: views.bad_request(request, SuspiciousOperation()),
    403: lambda request: views.permission_denied(request, PermissionDenied("forbidden")),
    404: lambda request: views.page_not_found(request),
    413: lambda request: views.bad_request(request, RequestDataTooBig()),
    429: lambda request: views.too_many_requests(request, wait="10\u00a0minutes"),
    500: lambda request: views.server_error(request),
    503: lambda request: views.service_unavailable(request),
}


def answer(status: int, path: str = "/perdu") -> HttpResponse:
    response: HttpResponse = ERRORS[status](RequestFactory().get(path))
    return response


@pytest.mark.parametrize("status", ERRORS)
def test_each_error_says_how_to_go_on(status: int) -> None:
    response = answer(status)
    page = response.content.decode()
    assert response.status_code == status
    assert "Comment continuer" in page
    assert page.count("<h1") == 1
    assert "<title>" in page
    assert "None" not in page


@pytest.mark.parametrize("status", ERRORS)
def test_the_api_gets_problem_details(status: int) -> None:
    response = answer(status, "/api/v1/dossiers")
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body["status"] == status == response.status_code
    assert body["title"] == views.TITLES[HTTPStatus(status)]


def test_a_refusal_gives_its_own_sentence_and_never_an_english_one() -> None:
    class Refused(Exception):
        sentence = "Ce dossier appartient à un autre service."

    request = RequestFactory().get("/dossiers/1")
    assert Refused.sentence in views.permission_denied(request, Refused()).content.decode()
    assert "forbidden" not in answer(403).content.decode()


def test_a_sentence_is_escaped() -> None:
    page = views.too_many_requests(RequestFactory().get("/"), "<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in page


def test_waiting_time_is_said() -> None:
    assert "10\u00a0minutes" in answer(429).content.decode()
    assert answer(503)["Retry-After"] == "120"


def test_a_form_kept_too_long_is_told_so() -> None:
    response = Client(enforce_csrf_checks=True).post("/affichage", {"theme": "dark"})
    assert response.status_code == 403
    assert "resté ouvert trop longtemps" in response.content.decode()


def test_an_unknown_address_is_told_so(settings: object) -> None:
    settings.DEBUG = False  # type: ignore[attr-defined]
    response = Client().get("/nulle-part")
    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.content.decode()


def test_the_theme_is_kept_for_a_year() -> None:
    response = Client().post("/affichage", {"theme": "dark", "next": "/dossiers/?tri=date"})
    assert response.headers["Location"] == "/dossiers/?tri=date"
    cookie = response.cookies[context.THEME_COOKIE]
    assert cookie.value == "dark"
    assert cookie["max-age"] == views.YEAR


def test_an_unknown_theme_changes_nothing() -> None:
    response = Client().post("/affichage", {"theme": "rose", "next": "https://ailleurs.example/"})
    assert response.headers["Location"] == "/"
    assert context.THEME_COOKIE not in response.cookies


def test_a_broken_cookie_gives_the_light_theme() -> None:
    request = RequestFactory().get("/")
    request.COOKIES[context.THEME_COOKIE] = '"><script>'
    assert context.theme_of(request) == "light"


def test_the_theme_is_not_changed_by_a_link() -> None:
    assert Client().get("/affichage").status_code == 405


@pytest.mark.parametrize("path", ["/accessibilite", "/vos-donnees", "/touches", "/composants"])
def test_plain_pages(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 200
    assert response.content.decode().count("<h1") >= 1


def test_one_language_offers_no_choice_and_two_do(settings: object) -> None:
    assert "Français" not in Client().get("/accessibilite").content.decode()
    settings.LANGUAGES = [("fr", "Français"), ("en", "English")]  # type: ignore[attr-defined]
    page = Client().get("/accessibilite").content.decode()
    assert '<button class="ss-menu__item" name="language" value="en" lang="en">English</button>' in page


def test_doors_lead_somewhere() -> None:
    for link in [*context.doors().values(), *(link["url"] for link in context.footer_links())]:
        assert context.is_served(link), link
    assert not context.is_served("/systeme-pas-encore-construit/")


def agent(*roles: str) -> Principal:
    grants = tuple(Grant(role, 1, "Greffe de Thiès", frozenset({1}), "") for role in roles)
    return Principal("1", "Fatou Sarr", grants=grants)


@pytest.mark.parametrize(
    ("roles", "doors"),
    [
        (["officer"], ["À traiter", "Avis et visas", "Rechercher"]),
        (["signatory"], ["À traiter", "À signer", "Avis et visas", "Rechercher", "Délégations"]),
        (["cashier"], ["Caisse"]),
        (["procedure_owner"], ["Démarches", "Tableaux de bord"]),
    ],
)
def test_the_rail_shows_the_doors_of_each_role(roles: list[str], doors: list[str]) -> None:
    request = RequestFactory().get("/dossiers/a-traiter/")
    request.principal = agent(*roles)  # type: ignore[attr-defined]
    shown = rail.house_rail(request)
    assert [door["label"] for door in shown] == doors
    assert [door["label"] for door in shown if door["current"]] == [d for d in doors if d == "À traiter"]
    assert rail.place_of(request) == {"lines": ["Greffe de Thiès"]}


def test_who_is_no_agent_has_no_rail() -> None:
    request = RequestFactory().get("/")
    request.principal = Principal("2", "Awa Ndiaye")  # type: ignore[attr-defined]
    assert rail.house_rail(request) == []
    assert rail.place_of(request) is None


def test_one_arrives_where_one_works() -> None:
    request = RequestFactory().get("/arrivee")
    for principal, place in (
        (agent("officer"), "/dossiers/a-traiter/"),
        (agent("cashier"), "/paiements/caisse/"),
        (Principal("2", "Awa Ndiaye"), "/espace/"),
    ):
        request.principal = principal  # type: ignore[attr-defined]
        assert views.landing(request)["Location"] == place


def test_every_door_of_the_rail_has_a_known_icon_and_a_permission_of_some_role() -> None:
    known = frozenset().union(*PERMISSIONS.values())
    for name, _, icon, permission in rail.DOORS:
        assert icon in icon_names(), name
        assert set(permission.split()) <= known, name


def test_a_database_that_is_away_is_no_fault_of_the_page() -> None:
    for error in (OperationalError("the connection is lost"), InterfaceError("connection already closed")):
        try:
            raise error
        except (InterfaceError, OperationalError):
            response = answer(500)
        assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert response["Retry-After"]
        assert "Ce qui était déjà enregistré est gardé" in response.content.decode()
