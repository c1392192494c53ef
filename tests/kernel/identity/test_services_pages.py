"""Administration of the services of others: the secret is shown once, each organisation keeps its own."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.identity import actions, api, rules
from smartsenegal.kernel.identity.errors import IdentityRefused, PermissionRefused
from smartsenegal.kernel.identity.models import ServiceClient

LOGIN = {
    "organisation": "ti-thies", "name": "Mes audiences", "purpose": "Vous rappeler vos audiences.",
    "scopes": ["phone"], "redirect_uris": "https://audiences.example.sn/retour",
}  # fmt: skip


def page(response: Any) -> str:
    return str(response.content.decode()).replace("\u00a0", " ").replace("&nbsp;", " ")


@pytest.fixture
def manager(make_agent: Callable[..., Any]) -> Any:
    return make_agent("administrator", "justice", name="Aminata Cissé", phone="+221771110000")


@pytest.fixture
def client_of_manager(manager: Any, signed_in: Callable[[Any], Client]) -> Client:
    return signed_in(manager[0])


def register(client: Client, **more: Any) -> Any:
    return client.post("/compte/clients/nouveau/connexion/", {**LOGIN, **more})


def test_a_secret_is_shown_once_and_kept_as_a_fingerprint(client_of_manager: Client) -> None:
    shown = page(register(client_of_manager))
    found = re.search(r"<code>([\w-]{40,})</code>", shown)
    assert found
    service = ServiceClient.objects.get()
    assert service.scopes == ["openid", "phone"]
    assert service.client.check_secret(found[1])
    assert found[1] not in service.client.secret
    later = page(client_of_manager.get(f"/compte/clients/{service.pk}/"))
    assert found[1] not in later
    assert "gardé en empreinte" in later
    assert found[1] not in str([e.detail for e in Entry.objects.all()])
    assert Entry.objects.filter(verb="identity.service_registered", subject=f"service:{service.pk}").exists()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"redirect_uris": "http://audiences.example.sn/retour"}, "Cette adresse ne convient pas"),
        ({"redirect_uris": ""}, "Indiquez l’adresse où la personne revient"),
        ({"purpose": ""}, "Dites à quoi servent"),
        ({"organisation": "interieur"}, "Aucun organisme que vous administrez"),
        ({"scopes": ["cases.read"]}, "Sélectionnez un choix valide"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    client_of_manager: Client, changed: dict[str, Any], told: str
) -> None:
    answer = page(register(client_of_manager, **changed))
    assert told in answer
    assert "Mes audiences" in answer
    assert not ServiceClient.objects.exists()


def test_a_service_is_changed_given_another_secret_suspended_and_reopened(client_of_manager: Client) -> None:
    register(client_of_manager)
    service = ServiceClient.objects.get()
    base = f"/compte/clients/{service.pk}/"
    first = service.client.secret
    changed = {k: v for k, v in LOGIN.items() if k != "organisation"} | {
        "name": "Audiences",
        "scopes": ["email"],
    }
    assert client_of_manager.post(f"{base}modifier/", changed)["Location"] == base
    assert "Copiez le secret maintenant" in page(client_of_manager.post(f"{base}secret/"))
    assert "Indiquez le motif" in page(client_of_manager.post(f"{base}suspendre/", {"reason": ""}))
    client_of_manager.post(f"{base}suspendre/", {"reason": "Fuite"})
    service.refresh_from_db()
    assert (service.name, service.scopes, bool(service.suspended_at)) == (
        "Audiences",
        ["openid", "email"],
        True,
    )
    assert service.client.secret != first
    assert service.client.get_grant_types() == []
    assert "Suspendu" in page(client_of_manager.get("/compte/clients/"))
    client_of_manager.post(f"{base}rouvrir/")
    service.client.refresh_from_db()
    assert service.client.get_grant_types() == ["authorization_code", "refresh_token"]


def test_an_administrator_of_another_organisation_sees_nothing_of_it(
    client_of_manager: Client, make_agent: Callable[..., Any], manager: Any
) -> None:
    register(client_of_manager)
    service = ServiceClient.objects.get()
    other, by_other = make_agent("administrator", "interieur", name="Ibra Ba", phone="+221771110001")
    client = Client()
    client.force_login(other, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Mes audiences" not in page(client.get("/compte/clients/"))
    assert client.get(f"/compte/clients/{service.pk}/").status_code == 404
    for act in (
        lambda: actions.rotate_secret(by_other, service),
        lambda: actions.suspend_service(by_other, service, "Essai"),
        lambda: actions.resume_service(by_other, service),
        lambda: actions.register_service(
            by_other, service.organisation, kind="api", name="X", scopes=["cases.read"]
        ),
    ):
        with pytest.raises(PermissionRefused):
            act()


def test_a_right_taken_back_and_an_unknown_one(manager: Any, organisations: dict[str, Any]) -> None:
    with pytest.raises(IdentityRefused):
        actions.register_service(
            manager[1], organisations["justice"], kind="api", name="X", scopes=["identity.manage"]
        )
    made, secret = actions.register_service(
        manager[1], organisations["justice"], kind="api", name="X", scopes=["cases.read"],
        redirect_uris=["javascript:alert(1)"],
    )  # fmt: skip
    assert made.redirect_uris == []
    assert len(secret) > 40
    assert api.client_principal(secret) is None


def test_the_list_asks_a_constant_number_of_queries(
    client_of_manager: Client, manager: Any, organisations: dict[str, Any]
) -> None:
    def listed() -> int:
        with CaptureQueriesContext(connection) as asked:
            client_of_manager.get("/compte/clients/")
        return len(asked)

    register(client_of_manager)
    listed()
    few = listed()
    for n in range(5):
        actions.register_service(
            manager[1], organisations["ti-mbour"], kind="api", name=f"S {n}", scopes=["cases.read"]
        )
    assert listed() == few


@pytest.mark.parametrize(
    ("uri", "is_public", "fits"),
    [
        ("https://a.sn/retour", False, True), ("https://a.sn:8443/retour?x=1", False, True),
        ("http://localhost:8000/retour", False, True), ("http://127.0.0.1/retour", True, True),
        ("http://a.sn/retour", False, False), ("https://*.a.sn/", False, False),
        ("https://a.sn/#x", False, False), ("https://moi@a.sn/", False, False), ("https://", False, False),
        ("sn.gouv.appli:/retour", True, True), ("sn.gouv.appli:/retour", False, False),
        ("javascript:alert(1)", True, False), ("data:text/html,x", True, False),
        ("https://a.sn/;url=https://b.sn", False, False), ("https://a.sn:99999/", False, False),
    ],
)  # fmt: skip
def test_where_people_may_be_sent_back(uri: str, is_public: bool, fits: bool) -> None:
    assert rules.is_return_address(uri, is_public) == fits


@given(uri=st.text(max_size=60), is_public=st.booleans())
def test_any_text_is_judged_without_falling(uri: str, is_public: bool) -> None:
    if rules.is_return_address(uri, is_public):
        assert not re.search(r"[\s\"'<>*#;]", uri)


def test_the_port_alone_may_differ_on_ones_own_machine() -> None:
    assert rules.is_registered("http://127.0.0.1:51004/retour", ["http://127.0.0.1/retour"])
    assert not rules.is_registered("http://127.0.0.1:51004/autre", ["http://127.0.0.1/retour"])
    assert not rules.is_registered("https://a.sn:444/retour", ["https://a.sn/retour"])
