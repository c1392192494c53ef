"""Signing in and opening an account, through the pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from smartsenegal.kernel.audit.models import Entry
from smartsenegal.kernel.identity.models import Account
from smartsenegal.kernel.notifications.models import Message

DOOR = "/compte/connexion/"
CODE = "/compte/connexion/code/"
NAME = "/compte/nom/"
PHONE = "+221771234567"


def page(response: Any) -> str:
    return str(response.content.decode())


def verbs(account: Account) -> list[str]:
    return list(
        Entry.objects.filter(subject=f"account:{account.pk}").order_by("id").values_list("verb", flat=True)
    )


def ask_code(client: Client, phone: str = "77 123 45 67", following: str = "") -> Any:
    return client.post(DOOR + (f"?next={following}" if following else ""), {"phone": phone})


def test_phone_then_code_then_name_and_back_to_where_one_came_from(
    client: Client, last_code: Callable[[str], str]
) -> None:
    answer = ask_code(client, following="/demarches/casier/")
    assert answer.status_code == 302
    assert answer["Location"] == f"{CODE}?next=%2Fdemarches%2Fcasier%2F"
    shown = page(client.get(answer["Location"]))
    assert "77\u00a0•••\u00a0••\u00a067" in shown
    assert "77 123" not in shown
    answer = client.post(answer["Location"], {"code": last_code(PHONE), "next": "/demarches/casier/"})
    assert answer["Location"].startswith(NAME)
    assert "Comment vous appelez-vous" in page(client.get(answer["Location"]))
    answer = client.post(answer["Location"], {"name": "  Awa   Ndiaye "})
    assert answer["Location"] == "/demarches/casier/"
    account = Account.objects.get(phone=PHONE)
    assert (account.name, account.phone_verified, account.assurance) == ("Awa Ndiaye", True, "phone")
    assert verbs(account) == [
        "identity.code_sent",
        "identity.phone_confirmed",
        "identity.signed_in",
        "identity.renamed",
    ]


def test_a_known_person_is_not_asked_the_name_again(
    client: Client, make_account: Callable[..., Any], last_code: Callable[[str], str]
) -> None:
    make_account(phone=PHONE)
    ask_code(client)
    answer = client.post(CODE, {"code": last_code(PHONE)})
    assert answer["Location"] == "/arrivee"
    assert client.session["_auth_user_id"]


def test_the_code_may_be_typed_with_blanks(client: Client, last_code: Callable[[str], str]) -> None:
    ask_code(client)
    code = last_code(PHONE)
    assert client.post(CODE, {"code": f" {code[:3]} {code[3:]} "}).status_code == 302
    assert "_auth_user_id" in client.session


def test_by_email(client: Client, last_code: Callable[[str], str]) -> None:
    client.post(f"{DOOR}?par=courriel", {"email": "Awa@Exemple.SN"})
    code = last_code("awa@exemple.sn")
    assert "a•••@exemple.sn" in page(client.get(CODE))
    client.post(CODE, {"code": code})
    account = Account.objects.get(email="awa@exemple.sn")
    assert account.emailaddress_set.get().verified
    assert account.assurance == "declared"
    assert "_auth_user_id" in client.session


def test_known_and_unknown_numbers_get_the_same_pages_and_messages(
    client: Client, make_account: Callable[..., Any]
) -> None:
    make_account(phone=PHONE)
    known = ask_code(client)
    known_page = page(client.get(CODE))
    stranger = Client()
    unknown = ask_code(stranger, "77 123 45 68")
    unknown_page = page(stranger.get(CODE))
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])

    def plain(text: str) -> list[str]:
        return [
            line for line in text.replace("67", "NN").replace("68", "NN").splitlines() if "csrf" not in line
        ]

    assert plain(known_page) == plain(unknown_page)
    assert Message.objects.filter(template="identity.code").count() == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Indiquez votre numéro de téléphone."),
        ("abc", "Écrivez le numéro en chiffres"),
        ("77 123", "neuf chiffres"),
        ("33 821 00 00", "Ce numéro est fixe"),
        ("77\x001234567", ""),
    ],
)
def test_a_wrong_number_gets_a_sentence_and_stays_typed(client: Client, typed: str, sentence: str) -> None:
    answer = ask_code(client, typed)
    assert answer.status_code == 200
    assert sentence in page(answer)
    assert not Message.objects.exists()
    assert not Account.objects.exists()


def test_three_wrong_codes_close_the_attempt(client: Client, last_code: Callable[[str], str]) -> None:
    ask_code(client)
    right = last_code(PHONE)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    assert "Ce code n’est pas le bon" in page(client.post(CODE, {"code": wrong}))
    client.post(CODE, {"code": wrong})
    assert client.post(CODE, {"code": wrong})["Location"] == DOOR
    assert client.post(CODE, {"code": right})["Location"] == DOOR
    assert "_auth_user_id" not in client.session
    account = Account.objects.get(phone=PHONE)
    assert verbs(account).count("identity.sign_in_failed") == 3


def test_a_code_is_of_no_use_after_ten_minutes(
    client: Client, last_code: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    ask_code(client)
    code = last_code(PHONE)
    late = time.time() + 601
    monkeypatch.setattr("allauth.account.internal.flows.code_verification.time.time", lambda: late)
    assert client.post(CODE, {"code": code})["Location"] == DOOR
    assert "_auth_user_id" not in client.session


def test_a_code_opens_only_the_browser_that_asked_for_it(
    client: Client, last_code: Callable[[str], str]
) -> None:
    ask_code(client)
    assert Client().post(CODE, {"code": last_code(PHONE)})["Location"] == DOOR


def test_codes_to_one_number_are_limited(client: Client) -> None:
    for _ in range(5):
        assert ask_code(Client()).status_code == 302
    refused = ask_code(client)
    assert refused.status_code == 200
    assert "Plusieurs codes ont déjà été demandés" in page(refused)
    assert Message.objects.count() == 5


def test_another_code_can_be_asked_for_twice(client: Client, last_code: Callable[[str], str]) -> None:
    ask_code(client)
    first = last_code(PHONE)
    client.post(CODE, {"action": "resend"})
    client.post(CODE, {"action": "resend"})
    client.post(CODE, {"action": "resend"})
    assert Message.objects.count() == 3
    second = last_code(PHONE)
    assert first == second or "Ce code n’est pas le bon" in page(client.post(CODE, {"code": first}))
    assert client.post(CODE, {"code": second}).status_code == 302


def test_going_back_lets_one_use_another_number(client: Client, last_code: Callable[[str], str]) -> None:
    ask_code(client)
    assert "Quel est votre numéro" in page(client.get(DOOR))
    ask_code(client, "76 123 45 67")
    client.post(CODE, {"code": last_code("+221761234567")})
    assert client.session["_auth_user_id"] == str(Account.objects.get(phone="+221761234567").pk)


@pytest.mark.parametrize("evil", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_never_leads_to_another_site(
    client: Client, evil: str, make_account: Callable[..., Any], last_code: Callable[[str], str]
) -> None:
    make_account(phone=PHONE)
    client.post(f"{DOOR}?next={evil}", {"phone": "771234567"})
    answer = client.post(f"{CODE}?next={evil}", {"code": last_code(PHONE), "next": evil})
    assert answer["Location"] == "/arrivee"


@pytest.mark.parametrize("login", ["awa@exemple.sn", "AWA@exemple.sn", "77 123 45 67", "+221 77 123 45 67"])
def test_with_a_password(client: Client, make_account: Callable[..., Any], login: str) -> None:
    make_account(phone=PHONE, email="awa@exemple.sn", password="quatre mots bien choisis")
    answer = client.post(
        "/compte/connexion/mot-de-passe/", {"login": login, "password": "quatre mots bien choisis"}
    )
    assert answer["Location"] == "/arrivee"


def test_a_wrong_password_says_nothing_of_the_account(
    client: Client, make_account: Callable[..., Any]
) -> None:
    account = make_account(phone=PHONE, email="awa@exemple.sn", password="quatre mots bien choisis")
    url = "/compte/connexion/mot-de-passe/"
    known = page(client.post(url, {"login": "awa@exemple.sn", "password": "faux"}))
    unknown = page(client.post(url, {"login": "moussa@exemple.sn", "password": "faux"}))
    sentence = "Le compte et le mot de passe ne vont pas ensemble"
    assert sentence in known
    assert sentence in unknown
    assert verbs(account)[-1] == "identity.sign_in_failed"


def test_passwords_of_one_account_are_limited_and_not_those_of_others(
    client: Client, make_account: Callable[..., Any]
) -> None:
    make_account(phone=PHONE, password="quatre mots bien choisis")
    make_account(name="Moussa Diop", phone="+221761234567", password="quatre mots bien choisis")
    url = "/compte/connexion/mot-de-passe/"
    for _ in range(5):
        client.post(url, {"login": PHONE, "password": "faux"})
    right = {"login": PHONE, "password": "quatre mots bien choisis"}
    assert "Trop d’essais" in page(client.post(url, right))
    assert client.post(url, {**right, "login": "+221761234567"}).status_code == 302


def test_a_closed_account_does_not_enter(
    client: Client, make_account: Callable[..., Any], last_code: Callable[[str], str]
) -> None:
    account = make_account(phone=PHONE)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    ask_code(client)
    answer = client.post(CODE, {"code": last_code(PHONE)})
    assert answer["Location"] == "/compte/ferme/"
    assert "Ce compte est fermé" in page(client.get("/compte/ferme/"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path", ["/espace/", "/api/v1/dossiers", "/dossiers/01900000-0000-7000-8000-000000000000/"]
)
def test_no_proxy_keeps_what_was_made_for_one_person(
    signed_in: Callable[[Any], Client], make_account: Callable[..., Any], path: str
) -> None:
    assert "private" in signed_in(make_account()).get(path).headers.get("Cache-Control", "")


def test_leaving_needs_a_post(signed_in: Callable[[Any], Client], make_account: Callable[..., Any]) -> None:
    client = signed_in(make_account())
    assert "Voulez-vous vous déconnecter" in page(client.get("/compte/deconnexion/"))
    assert "_auth_user_id" in client.session
    assert "Clear-Site-Data" not in client.get("/espace/").headers
    left = client.post("/compte/deconnexion/")
    assert left["Location"] == "/"
    assert left["Clear-Site-Data"] == '"cache"', "the way back shows nothing to the next person here"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "url", [DOOR, "/compte/inscription/", "/compte/connexion/mot-de-passe/", f"{DOOR}?par=courriel"]
)
def test_pages_of_the_door_are_french_and_have_one_title(client: Client, url: str) -> None:
    text = page(client.get(url))
    assert text.count("<h1") == 1
    for word in ("Sign", "Login", "Password", "Email", "Submit", "Required"):
        assert word not in text


def test_allauth_addresses_that_we_do_not_want_do_not_exist(client: Client) -> None:
    for url in (
        "/compte/login/",
        "/compte/signup/",
        "/compte/password/reset/",
        "/accounts/login/",
        "/compte/email/",
    ):
        assert client.get(url).status_code == 404


def test_a_flood_from_one_address_is_answered_429(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "3/m/ip"}
    for n in range(3):
        client.post(DOOR, {"phone": f"77123450{n}"})
    answer = client.post(DOOR, {"phone": "771234509"})
    assert answer.status_code == 429
    assert "Trop d’essais" in page(answer)


def test_behind_a_proxy_the_last_address_it_wrote_counts(settings: Any, rf: Any) -> None:
    from smartsenegal.kernel.identity.queries import client_ip

    request = rf.get("/", HTTP_X_FORWARDED_FOR="1.1.1.1, 2.2.2.2", REMOTE_ADDR="10.0.0.1")
    settings.BEHIND_PROXY = False
    assert client_ip(request) == "10.0.0.1"
    settings.BEHIND_PROXY = True
    assert client_ip(request) == "2.2.2.2"
    assert client_ip(rf.get("/", REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"
