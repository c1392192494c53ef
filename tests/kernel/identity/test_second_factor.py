"""TOTP: enrolled, asked for, compulsory for agents."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from smartsenegal.kernel.audit.models import Entry

PASSWORD = "quatre mots bien choisis"
LOGIN = "/compte/connexion/mot-de-passe/"
ENROL = "/compte/securite/application/"


def page(response: Any) -> str:
    return str(response.content.decode())


def code_now(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


@pytest.fixture
def awa(make_account: Callable[..., Any]) -> Any:
    return make_account(phone="+221771234567", password=PASSWORD)


def sign_in(account: Any) -> Client:
    client = Client()
    client.post(LOGIN, {"login": account.phone, "password": PASSWORD})
    return client


def confirm_password(client: Client, following: str) -> None:
    client.post(f"/compte/confirmer/?next={following}", {"password": PASSWORD})


def enrol(client: Client, follow: str = "") -> str:
    client.get(ENROL)
    secret = client.session["mfa.totp.secret"]
    client.post(ENROL + follow, {"code": code_now(secret)})
    return str(secret)


def test_enrolling_asks_the_password_again_then_a_code(
    awa: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client = sign_in(awa)
    assert client.get(ENROL)["Location"].startswith("/compte/confirmer/")
    confirm_password(client, ENROL)
    shown = page(client.get(ENROL))
    assert "data:image/svg+xml" in shown
    assert "Ce code n’est pas le bon" in page(client.post(ENROL, {"code": "000000"}))
    with django_capture_on_commit_callbacks(execute=True):
        enrol(client)
    assert Authenticator.objects.filter(user=awa, type="totp").exists()
    assert Entry.objects.filter(verb="identity.factor_added", subject=f"account:{awa.pk}").exists()


def test_the_secret_is_not_in_clear_in_the_database(awa: Any) -> None:
    client = sign_in(awa)
    confirm_password(client, ENROL)
    secret = enrol(client)
    for stored in Authenticator.objects.filter(user=awa):
        assert secret not in str(stored.data)
    assert Authenticator.objects.get(user=awa, type="totp").wrap().instance.data["secret"]


def test_recovery_codes_are_shown_after_enrolling_and_open_the_door_once(awa: Any) -> None:
    client = sign_in(awa)
    confirm_password(client, ENROL)
    enrol(client)
    shown = page(client.get("/compte/securite/codes/"))
    codes = Authenticator.objects.get(user=awa, type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    assert all(code in shown for code in codes)
    downloaded = client.get("/compte/securite/codes/telecharger/")
    assert codes[0] in page(downloaded)
    for expected in ("/arrivee", None):
        other = sign_in(awa)
        assert "_auth_user_id" not in other.session
        assert "Double vérification" in page(other.get("/compte/connexion/verification/"))
        answer = other.post("/compte/connexion/verification/", {"code": codes[0]})
        assert answer.get("Location") == expected


def test_the_application_is_asked_for_at_the_next_sign_in(awa: Any, last_code: Callable[[str], str]) -> None:
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(awa, secret)
    client = Client()
    client.post("/compte/connexion/", {"phone": awa.phone})
    answer = client.post("/compte/connexion/code/", {"code": last_code(awa.phone)})
    assert answer["Location"] == "/compte/connexion/verification/"
    assert "Ce code n’est pas le bon" in page(client.post(answer["Location"], {"code": "000000"}))
    assert client.post(answer["Location"], {"code": code_now(secret)})["Location"] == "/arrivee"
    failed = Entry.objects.filter(verb="identity.sign_in_failed", subject=f"account:{awa.pk}")
    assert failed.get().detail == {"method": "second_factor"}


def test_withdrawing_asks_again_and_destroys_the_recovery_codes(awa: Any) -> None:
    client = sign_in(awa)
    confirm_password(client, ENROL)
    enrol(client)
    assert "Activée" in page(client.get("/compte/securite/"))
    shown = page(client.get("/compte/securite/application/retirer/"))
    assert "Désactiver la double vérification" in shown
    client.post("/compte/securite/application/retirer/")
    assert not Authenticator.objects.filter(user=awa).exists()


def test_new_recovery_codes_replace_the_old(awa: Any) -> None:
    client = sign_in(awa)
    confirm_password(client, ENROL)
    enrol(client)
    old = Authenticator.objects.get(user=awa, type="recovery_codes").wrap().get_unused_codes()
    assert "ne serviront plus" in page(client.get("/compte/securite/codes/nouveaux/"))
    client.post("/compte/securite/codes/nouveaux/")
    new = Authenticator.objects.get(user=awa, type="recovery_codes").wrap().get_unused_codes()
    assert not set(old) & set(new)


# --- agents ------------------------------------------------------------------------------


@pytest.fixture
def required(settings: Settings) -> None:
    settings.AGENT_TOTP_REQUIRED = True


@pytest.mark.usefixtures("required")
def test_an_agent_enrols_before_anything_else(make_agent: Callable[..., Any]) -> None:
    agent, _ = make_agent(phone="+221771234567", password=PASSWORD)
    client = sign_in(agent)
    answer = client.get("/compte/agents/?q=awa")
    assert answer["Location"] == f"{ENROL}?next=%2Fcompte%2Fagents%2F%3Fq%3Dawa"
    assert client.post("/compte/langue/", {"language": "wo"})["Location"].startswith(ENROL)
    assert client.get("/api/v1/anything").status_code == 403
    assert client.get(ENROL)["Location"].startswith("/compte/confirmer/")
    confirm_password(client, ENROL)
    assert "Vos fonctions d’agent exigent" in page(client.get(ENROL))
    enrol(client)
    assert client.get("/compte/agents/").status_code == 200


@pytest.mark.usefixtures("required")
def test_an_agent_cannot_withdraw(make_agent: Callable[..., Any]) -> None:
    agent, _ = make_agent(phone="+221771234567", password=PASSWORD)
    client = sign_in(agent)
    confirm_password(client, ENROL)
    enrol(client)
    assert "exige la double vérification" in page(client.get("/compte/securite/application/retirer/"))
    client.post("/compte/securite/application/retirer/")
    assert Authenticator.objects.filter(user=agent, type="totp").exists()


@pytest.mark.usefixtures("required")
def test_a_citizen_is_not_asked_to_enrol(awa: Any) -> None:
    assert sign_in(awa).get("/compte/").status_code == 200


@pytest.mark.usefixtures("required")
def test_an_agent_may_always_leave(make_agent: Callable[..., Any]) -> None:
    agent, _ = make_agent(phone="+221771234567", password=PASSWORD)
    client = sign_in(agent)
    client.post("/compte/deconnexion/")
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("required")
def test_once_enrolled_the_check_costs_no_query(make_agent: Callable[..., Any]) -> None:
    agent, _ = make_agent(phone="+221771234567", password=PASSWORD)
    client = sign_in(agent)
    confirm_password(client, ENROL)
    enrol(client)
    client.get("/compte/agents/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/compte/agents/")
    assert not [q for q in queries if "mfa_authenticator" in q["sql"] and "EXISTS" in q["sql"].upper()]
    assert not [q for q in queries if "mfa_authenticator" in q["sql"] and "LIMIT 1" in q["sql"]]
