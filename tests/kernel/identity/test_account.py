"""The account page and its questions."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.identity.models import Account, Identifier
from smartsenegal.kernel.notifications.models import Message

PASSWORD = "quatre mots bien choisis"


def page(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def awa(make_account: Callable[..., Any]) -> Account:
    return make_account(phone="+221771234567")


@pytest.fixture
def client_of_awa(awa: Account, signed_in: Callable[[Any], Client]) -> Client:
    return signed_in(awa)


PRIVATE = [
    "/compte/", "/compte/nom/", "/compte/langue/", "/compte/telephone/", "/compte/telephone/code/",
    "/compte/courriel/", "/compte/courriel/code/", "/compte/mot-de-passe/", "/compte/mot-de-passe/ajouter/",
    "/compte/numeros/ajouter/", "/compte/appareils/", "/compte/securite/", "/compte/securite/application/",
    "/compte/securite/application/retirer/", "/compte/securite/codes/", "/compte/securite/codes/nouveaux/",
    "/compte/securite/codes/telecharger/", "/compte/confirmer/", "/compte/confirmer/application/",
    "/compte/agents/", "/compte/agents/nouveau/", "/compte/agents/organismes.json",
]  # fmt: skip


@pytest.mark.parametrize("url", PRIVATE)
def test_a_stranger_is_sent_to_the_door(client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/compte/connexion/")


@pytest.mark.parametrize(
    "url",
    [u for u in PRIVATE if "code/" not in u and "codes" not in u and "retirer" not in u
     and "confirmer" not in u and "agents" not in u],
)  # fmt: skip
def test_every_page_of_the_account_is_drawn(client_of_awa: Client, url: str) -> None:
    answer = client_of_awa.get(url)
    assert answer.status_code in {200, 302}
    if answer.status_code == 200:
        assert page(answer).count("<h1") == 1


def test_the_account_page_asks_few_queries(client_of_awa: Client, awa: Account) -> None:
    with CaptureQueriesContext(connection) as queries:
        text = page(client_of_awa.get("/compte/"))
    assert "77\u00a0123\u00a045\u00a067" in text
    assert "Téléphone vérifié" in text
    assert len(queries) <= 9


def test_language(client_of_awa: Client, awa: Account) -> None:
    client_of_awa.post("/compte/langue/", {"language": "wo"})
    awa.refresh_from_db()
    assert awa.language == "wo"
    assert client_of_awa.post("/compte/langue/", {"language": "xx"}).status_code == 200


@pytest.mark.parametrize("name", ["", "   ", "1234", "a" * 300, "Awa\nNdiaye\x00", "Awa \u202eeyaidN"])
def test_a_name_that_is_none_is_refused(client_of_awa: Client, awa: Account, name: str) -> None:
    answer = client_of_awa.post("/compte/nom/", {"name": name})
    assert answer.status_code == 200
    assert "Il y a un problème" in page(answer)
    awa.refresh_from_db()
    assert awa.name == "Awa Ndiaye"


# --- phone ------------------------------------------------------------------------------


def test_a_new_number_replaces_the_old_one_once_proved(
    client_of_awa: Client, awa: Account, last_code: Callable[[str], str]
) -> None:
    answer = client_of_awa.post("/compte/telephone/", {"phone": "76 123 45 67"})
    assert answer["Location"] == "/compte/telephone/code/"
    awa.refresh_from_db()
    assert awa.phone == "+221771234567"
    client_of_awa.post("/compte/telephone/code/", {"code": last_code("+221761234567")})
    awa.refresh_from_db()
    assert (awa.phone, awa.phone_verified) == ("+221761234567", True)
    assert Message.objects.filter(template="identity.notice", address="+221761234567").exists()


def test_a_number_that_someone_merely_asked_a_code_for_is_free(
    client_of_awa: Client, awa: Account, last_code: Callable[[str], str]
) -> None:
    Client().post("/compte/connexion/", {"phone": "761234567"})
    client_of_awa.post("/compte/telephone/", {"phone": "761234567"})
    client_of_awa.post("/compte/telephone/code/", {"code": last_code("+221761234567")})
    awa.refresh_from_db()
    assert awa.phone == "+221761234567"
    assert Account.objects.count() == 1


def test_the_number_of_another_account_is_refused_after_the_code(
    client_of_awa: Client, awa: Account, make_account: Callable[..., Any], last_code: Callable[[str], str]
) -> None:
    make_account(name="Moussa Diop", phone="+221761234567")
    client_of_awa.post("/compte/telephone/", {"phone": "761234567"})
    answer = client_of_awa.post("/compte/telephone/code/", {"code": last_code("+221761234567")})
    assert "déjà celui d’un autre compte" in page(answer)
    awa.refresh_from_db()
    assert awa.phone == "+221771234567"


# --- e-mail -------------------------------------------------------------------------------


def test_an_email_is_added_once_proved_and_can_be_removed(
    client_of_awa: Client, awa: Account, last_code: Callable[[str], str]
) -> None:
    answer = client_of_awa.post("/compte/courriel/", {"email": "awa@exemple.sn", "action_add": "1"})
    assert answer["Location"] == "/compte/courriel/code/"
    awa.refresh_from_db()
    assert not awa.email
    answer = client_of_awa.post("/compte/courriel/code/", {"code": last_code("awa@exemple.sn")})
    assert answer["Location"] == "/compte/"
    awa.refresh_from_db()
    assert awa.email == "awa@exemple.sn"
    assert "Retirer cette adresse" in page(client_of_awa.get("/compte/courriel/"))
    client_of_awa.post("/compte/courriel/", {"email": "awa@exemple.sn", "action_remove": "1"})
    awa.refresh_from_db()
    assert not awa.email
    assert not awa.emailaddress_set.exists()


def test_a_second_email_replaces_the_first(
    client_of_awa: Client, awa: Account, last_code: Callable[[str], str]
) -> None:
    for address in ("awa@exemple.sn", "awa.ndiaye@exemple.sn"):
        client_of_awa.post("/compte/courriel/", {"email": address, "action_add": "1"})
        client_of_awa.post("/compte/courriel/code/", {"code": last_code(address)})
    awa.refresh_from_db()
    assert awa.email == "awa.ndiaye@exemple.sn"
    assert [e.email for e in awa.emailaddress_set.all()] == ["awa.ndiaye@exemple.sn"]


def test_the_email_of_another_account_is_refused_after_the_code(
    client_of_awa: Client, awa: Account, make_account: Callable[..., Any], last_code: Callable[[str], str]
) -> None:
    make_account(name="Moussa Diop", email="moussa@exemple.sn")
    client_of_awa.post("/compte/courriel/", {"email": "moussa@exemple.sn", "action_add": "1"})
    answer = client_of_awa.get("/compte/courriel/code/")
    assert answer.status_code == 200
    answer = client_of_awa.post("/compte/courriel/code/", {"code": last_code("moussa@exemple.sn")})
    assert "déjà celle d’un autre compte" in page(answer)
    awa.refresh_from_db()
    assert not awa.email


# --- password -------------------------------------------------------------------------------


def test_a_password_is_added_then_changed(client_of_awa: Client, awa: Account) -> None:
    url = "/compte/mot-de-passe/ajouter/"
    assert client_of_awa.get("/compte/mot-de-passe/")["Location"] == url
    answer = client_of_awa.post(url, {"password1": PASSWORD, "password2": PASSWORD})
    assert answer["Location"] == "/compte/"
    awa.refresh_from_db()
    assert awa.check_password(PASSWORD)
    other = "cinq autres mots encore meilleurs"
    url = "/compte/mot-de-passe/"
    wrong = client_of_awa.post(url, {"oldpassword": "faux", "password1": other, "password2": other})
    assert "Ce n’est pas votre mot de passe actuel" in page(wrong)
    client_of_awa.post(url, {"oldpassword": PASSWORD, "password1": other, "password2": other})
    awa.refresh_from_db()
    assert awa.check_password(other)
    assert client_of_awa.get("/compte/").status_code == 200


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        (PASSWORD, "autre chose encore", "Les deux mots de passe diffèrent"),
        ("court", "court", "10 caractères"),
        ("1234567890123", "1234567890123", "numérique"),
        ("", "", "Tapez le mot de passe"),
    ],
)
def test_a_weak_password_is_refused_with_a_sentence(
    client_of_awa: Client, awa: Account, first: str, second: str, sentence: str
) -> None:
    answer = client_of_awa.post("/compte/mot-de-passe/ajouter/", {"password1": first, "password2": second})
    assert sentence in page(answer)
    awa.refresh_from_db()
    assert not awa.has_usable_password()


# --- numbers --------------------------------------------------------------------------------


def test_a_number_is_kept_sealed_and_shown_masked(client_of_awa: Client, awa: Account) -> None:
    client_of_awa.post("/compte/numeros/ajouter/", {"kind": "nin", "value": "1 234 5678 90123"})
    stored = Identifier.objects.get(account=awa)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(i)::text FROM identity_identifier i")
        row = cursor.fetchone()[0]
    clear = "1234567890123"
    assert clear not in row
    assert clear.encode().hex() not in row
    assert clear.encode() not in bytes(stored.sealed)
    text = page(client_of_awa.get("/compte/"))
    assert clear not in text
    assert "••••••••••123" in text
    assert clear not in str(list(Entry.objects.values_list("detail", flat=True)))


def test_a_doubtful_number_is_kept_with_a_warning(client_of_awa: Client, awa: Account) -> None:
    answer = client_of_awa.post(
        "/compte/numeros/ajouter/", {"kind": "nin", "value": "12345678901234"}, follow=True
    )
    assert Identifier.objects.filter(account=awa).count() == 1
    assert "14 chiffres" in page(answer)


def test_an_impossible_number_is_refused_and_stays_typed(client_of_awa: Client) -> None:
    answer = client_of_awa.post("/compte/numeros/ajouter/", {"kind": "ninea", "value": "3067222 2G2"})
    assert "un chiffre au moins est faux" in page(answer)
    assert 'value="3067222 2G2"' in page(answer)


def test_a_number_is_removed_after_asking(client_of_awa: Client, awa: Account) -> None:
    client_of_awa.post("/compte/numeros/ajouter/", {"kind": "ninea", "value": "3067221 2G2"})
    number = Identifier.objects.get()
    url = f"/compte/numeros/{number.pk}/retirer/"
    assert "Retirer ce numéro" in page(client_of_awa.get(url))
    assert Identifier.objects.exists()
    client_of_awa.post(url)
    assert not Identifier.objects.exists()


def test_someone_elses_number_is_not_found(client_of_awa: Client, make_account: Callable[..., Any]) -> None:
    from smartsenegal.kernel.identity.api import add_identifier, principal_for

    moussa = make_account(name="Moussa Diop", phone="+221761234567")
    number, _ = add_identifier(moussa, "nin", "2234567890123", principal_for(moussa))
    url = f"/compte/numeros/{number.pk}/retirer/"
    assert client_of_awa.get(url).status_code == 404
    assert client_of_awa.post(url).status_code == 404
    assert Identifier.objects.filter(pk=number.pk).exists()


# --- devices --------------------------------------------------------------------------------


def test_other_devices_are_listed_and_closed(make_account: Callable[..., Any]) -> None:
    make_account(phone="+221771234567", password=PASSWORD)
    first = Client(
        headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36"}
    )
    second = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/128.0"})
    third = Client()
    for browser in (first, second, third):
        browser.post("/compte/connexion/mot-de-passe/", {"login": "771234567", "password": PASSWORD})
    text = page(first.get("/compte/appareils/"))
    assert "Chrome sur Android" in text
    assert "Firefox sur Windows" in text
    assert text.count("Cet appareil") == 1
    from allauth.usersessions.models import UserSession

    device = UserSession.objects.get(user_agent__contains="Firefox")
    first.post("/compte/appareils/fermer/", {"device": str(device.pk)})
    assert second.get("/compte/").status_code == 302
    assert third.get("/compte/").status_code == 200
    first.post("/compte/appareils/fermer/", {"device": ""})
    assert third.get("/compte/").status_code == 302
    assert first.get("/compte/").status_code == 200


def test_the_devices_of_another_account_stay_open(
    client_of_awa: Client, make_account: Callable[..., Any]
) -> None:
    make_account(name="Moussa Diop", phone="+221761234567", password=PASSWORD)
    other = Client()
    other.post("/compte/connexion/mot-de-passe/", {"login": "761234567", "password": PASSWORD})
    from allauth.usersessions.models import UserSession

    client_of_awa.post("/compte/appareils/fermer/", {"device": str(UserSession.objects.get().pk)})
    client_of_awa.post("/compte/appareils/fermer/", {"device": ""})
    assert other.get("/compte/").status_code == 200
