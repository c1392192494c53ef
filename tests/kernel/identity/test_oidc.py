"""A stranger's client (Authlib) signs people in through us, over real HTTP."""

import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet

BACK = "https://impots.example.sn/retour"
pytestmark = pytest.mark.django_db(transaction=True)


@cache
def _key(number: int) -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture
def site(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    settings.PUBLIC_URL = live_server.url
    from smartsenegal.kernel.identity.actions import keys

    # The tables are emptied after each test; making an RSA key each time would be most of the wait.
    made = iter(_key(n) for n in count())
    monkeypatch.setattr(keys, "new_pem", lambda: next(made))
    return str(live_server.url)


@pytest.fixture
def manager(make_agent: Callable[..., Any]) -> Any:
    return make_agent("administrator", "justice", name="Aminata Cissé", phone="+221771110000")[1]


@pytest.fixture
def service(manager: Any, organisations: dict[str, Any]) -> Any:
    from smartsenegal.kernel.identity import actions

    return actions.register_service(
        manager,
        organisations["justice"],
        kind="login",
        name="Mes impôts",
        purpose="Vous montrer vos avis d’imposition.",
        scopes=["openid", "profile", "phone", "email", "assurance"],
        redirect_uris=[BACK],
        logout_uris=["https://impots.example.sn/au-revoir"],
    )


@pytest.fixture
def awa(make_account: Callable[..., Any]) -> Any:
    return make_account(name="Awa Ndiaye", phone="+221771234567")


@pytest.fixture
def browser(awa: Any, site: str) -> Iterator[httpx.Client]:
    """Awa's browser, signed in."""
    client = Client()
    client.force_login(awa, backend="allauth.account.auth_backends.AuthenticationBackend")
    with httpx.Client(
        base_url=site, timeout=60, cookies={"session": client.cookies["session"].value}
    ) as made:
        yield made


@cache
def discovered(site: str) -> dict[str, Any]:
    return dict(httpx.get(f"{site}/.well-known/openid-configuration", timeout=60).json())


def party(service: Any, **more: Any) -> OAuth2Client:
    made, secret = service
    return OAuth2Client(
        made.pk, secret, redirect_uri=BACK, scope="openid profile phone assurance",
        code_challenge_method="S256",
        timeout=60, **more,
    )  # fmt: skip


def agree(browser: httpx.Client, url: str, action: str = "grant") -> str:
    """Where the browser is sent once the person has answered the consent page."""
    page = browser.get(url)
    assert page.status_code == 200, page.text
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    body = [(name, unescape(value)) for name, value in fields] + [("action", action)]
    answer = browser.post(
        "/oidc/authorize",
        content=urlencode(body),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 302, answer.text
    return str(answer.headers["location"])


VERIFIER = "a" * 64


def start(site: str, rp: OAuth2Client, **more: Any) -> str:
    url, _ = rp.create_authorization_url(
        discovered(site)["authorization_endpoint"], code_verifier=VERIFIER, nonce="n-0S6", **more
    )
    return str(url)


def finish(site: str, rp: OAuth2Client, location: str) -> dict[str, Any]:
    return dict(
        rp.fetch_token(
            discovered(site)["token_endpoint"], authorization_response=location, code_verifier=VERIFIER
        )
    )


def claims_of(site: str, token: str) -> dict[str, Any]:
    keys = KeySet.import_key_set(httpx.get(discovered(site)["jwks_uri"], timeout=60).json())
    return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)


def test_a_person_signs_in_to_a_service_that_learns_what_was_agreed_and_no_more(
    site: str, browser: httpx.Client, service: Any, awa: Any
) -> None:
    rp = party(service)
    page = browser.get(start(site, rp)).text
    for words in ("Mes impôts", "Ministère de la Justice", "77 123 45 67", "avis d’imposition"):
        assert words in unescape(page).replace("\u00a0", " ")
    token = finish(site, rp, agree(browser, start(site, rp)))
    told = claims_of(site, token["id_token"])
    assert told["iss"] == site
    assert told["aud"] == service[0].pk
    assert told["nonce"] == "n-0S6"
    assert told["name"] == "Awa Ndiaye"
    assert told["phone_number"] == "+221771234567"
    assert told["acr"] == "phone"
    assert "email" not in told
    assert told["sub"] != str(awa.pk)
    info = rp.get(discovered(site)["userinfo_endpoint"]).json()
    assert info["sub"] == told["sub"]
    assert info["phone_number_verified"] is True


def test_consent_is_asked_once_and_journalled(
    site: str, browser: httpx.Client, service: Any, awa: Any
) -> None:
    from smartsenegal.kernel.audit.models import Entry

    rp = party(service)
    agree(browser, start(site, rp))
    again = browser.get(start(site, rp))
    assert again.status_code == 302
    assert again.headers["location"].startswith(BACK)
    verbs = Entry.objects.filter(subject=f"account:{awa.pk}").values_list("verb", flat=True)
    assert list(verbs).count("identity.consent_given") == 1
    assert list(verbs).count("identity.signed_in_to_service") == 2
    # More than was agreed is asked for again, and so it is when the service insists.
    more = OAuth2Client(service[0].pk, service[1], redirect_uri=BACK, scope="openid email",
                        code_challenge_method="S256")  # fmt: skip
    assert browser.get(start(site, more)).status_code == 200
    assert browser.get(start(site, rp, prompt="consent")).status_code == 200


def test_a_form_of_ours_never_ends_elsewhere_without_a_page_between(
    site: str, browser: httpx.Client, service: Any
) -> None:
    rp = party(service)
    agree(browser, start(site, rp))
    page = browser.get(start(site, rp), headers={"referer": f"{site}/compte/connexion/code/"})
    assert page.status_code == 200
    assert 'http-equiv="refresh"' in page.text
    asked = browser.get(start(site, rp, prompt="consent"))
    assert "form-action 'self' https://impots.example.sn;" in asked.headers["content-security-policy"]


def test_refusing_sends_back_empty_handed(site: str, browser: httpx.Client, service: Any) -> None:
    where = agree(browser, start(site, party(service), state="xyz"), "deny")
    assert parse_qs(urlsplit(where).query) == {"error": ["access_denied"], "state": ["xyz"]}


def test_a_stranger_is_led_to_the_door(site: str, service: Any) -> None:
    answer = httpx.get(start(site, party(service)))
    assert answer.headers["location"].startswith("/compte/connexion/?next=/oidc/authorize")


@pytest.mark.parametrize(
    ("prompt", "signed_in", "error"),
    [("none", False, "login_required"), ("none", True, "consent_required")],
)
def test_a_silent_request_is_told_what_it_lacks(
    site: str, browser: httpx.Client, service: Any, prompt: str, signed_in: bool, error: str
) -> None:
    asker = browser if signed_in else httpx.Client(timeout=60)
    where = asker.get(start(site, party(service), prompt=prompt)).headers["location"]
    assert parse_qs(urlsplit(where).query)["error"] == [error]


def test_a_silent_request_for_what_another_service_was_granted_is_refused(
    site: str, browser: httpx.Client, service: Any, manager: Any, organisations: dict[str, Any]
) -> None:
    from smartsenegal.kernel.identity import actions

    agree_once = party(service)
    finish(site, agree_once, agree(browser, start(site, agree_once)))
    other = actions.register_service(
        manager, organisations["justice"], kind="login", name="Autre", purpose="Autre chose.",
        scopes=["openid", "profile", "phone", "assurance"], redirect_uris=[BACK],
    )  # fmt: skip
    where = browser.get(start(site, party(other), prompt="none")).headers["location"]
    assert "error=consent_required" in where


def test_pkce_is_compulsory_and_checked(site: str, browser: httpx.Client, service: Any) -> None:
    rp = party(service)
    bare, _ = OAuth2Client(service[0].pk, redirect_uri=BACK, scope="openid").create_authorization_url(
        discovered(site)["authorization_endpoint"]
    )
    assert "error=invalid_request" in browser.get(bare).headers["location"]
    plain = browser.get(f"{bare}&code_challenge={'b' * 50}&code_challenge_method=plain")
    assert "error=invalid_request" in plain.headers["location"]
    where = agree(browser, start(site, rp))
    with pytest.raises(OAuthError, match="invalid_grant"):
        rp.fetch_token(
            discovered(site)["token_endpoint"], authorization_response=where, code_verifier="z" * 64
        )


def test_a_code_serves_once(site: str, browser: httpx.Client, service: Any) -> None:
    rp = party(service)
    where = agree(browser, start(site, rp))
    finish(site, rp, where)
    with pytest.raises(OAuthError, match="invalid_grant"):
        finish(site, party(service), where)


@pytest.mark.parametrize(
    "uri", ["https://voleur.example/retour", BACK + "/", BACK + "?x=1", "javascript:alert(1)"]
)
def test_people_are_never_sent_to_an_address_that_was_not_registered(
    site: str, browser: httpx.Client, service: Any, uri: str
) -> None:
    rp = OAuth2Client(service[0].pk, redirect_uri=uri, scope="openid", code_challenge_method="S256")
    answer = browser.get(start(site, rp))
    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_a_refresh_token_serves_once_and_is_followed_by_another(
    site: str, browser: httpx.Client, service: Any
) -> None:
    rp = party(service)
    first = finish(site, rp, agree(browser, start(site, rp)))
    second = rp.refresh_token(discovered(site)["token_endpoint"], first["refresh_token"])
    assert second["access_token"] != first["access_token"]
    with pytest.raises(OAuthError, match="invalid_grant"):
        party(service).refresh_token(discovered(site)["token_endpoint"], first["refresh_token"])


def test_a_token_is_revoked(site: str, browser: httpx.Client, service: Any) -> None:
    rp = party(service)
    token = finish(site, rp, agree(browser, start(site, rp)))
    assert rp.revoke_token(discovered(site)["revocation_endpoint"], token["access_token"]).status_code == 200
    info = httpx.get(
        discovered(site)["userinfo_endpoint"], headers={"Authorization": f"Bearer {token['access_token']}"}
    )
    assert info.status_code == 401


def test_the_person_stops_sharing_at_once(site: str, browser: httpx.Client, service: Any, awa: Any) -> None:
    rp = party(service)
    token = finish(site, rp, agree(browser, start(site, rp)))
    assert "Mes impôts" in browser.get("/compte/services/").text
    page = browser.get(f"/compte/services/{service[0].pk}/arreter/").text
    csrf = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert csrf is not None
    browser.post(f"/compte/services/{service[0].pk}/arreter/", data={"csrfmiddlewaretoken": csrf[1]})
    assert rp.get(discovered(site)["userinfo_endpoint"]).status_code == 401
    with pytest.raises(OAuthError):
        rp.refresh_token(discovered(site)["token_endpoint"], token["refresh_token"])
    assert browser.get(start(site, rp)).status_code == 200  # asked again


def test_a_suspended_service_is_shut_out_at_once(
    site: str, browser: httpx.Client, service: Any, manager: Any
) -> None:
    from smartsenegal.kernel.identity import actions

    rp = party(service)
    token = finish(site, rp, agree(browser, start(site, rp)))
    actions.suspend_service(manager, service[0], "Fuite de données")
    assert rp.get(discovered(site)["userinfo_endpoint"]).status_code == 401
    with pytest.raises(OAuthError):
        rp.refresh_token(discovered(site)["token_endpoint"], token["refresh_token"])
    assert browser.get(start(site, rp)).status_code == 400
    actions.resume_service(manager, service[0])
    assert browser.get(start(site, rp)).status_code == 302


def test_a_closed_account_is_told_no_more(site: str, browser: httpx.Client, service: Any, awa: Any) -> None:
    rp = party(service)
    token = finish(site, rp, agree(browser, start(site, rp)))
    type(awa).objects.filter(pk=awa.pk).update(is_active=False)
    assert rp.get(discovered(site)["userinfo_endpoint"]).status_code == 401
    with pytest.raises(OAuthError):
        rp.refresh_token(discovered(site)["token_endpoint"], token["refresh_token"])


def test_two_services_know_a_person_by_two_names(
    site: str, browser: httpx.Client, service: Any, manager: Any, organisations: dict[str, Any]
) -> None:
    from smartsenegal.kernel.identity import actions

    other = actions.register_service(
        manager, organisations["justice"], kind="login", name="Autre", purpose="Autre chose.",
        scopes=["openid", "profile", "phone", "assurance"], redirect_uris=[BACK],
    )  # fmt: skip
    subs = []
    for each in (service, other):
        rp = party(each)
        token = finish(site, rp, agree(browser, start(site, rp)))
        subs.append(claims_of(site, token["id_token"])["sub"])
    assert subs[0] != subs[1]


def test_a_phones_application_has_no_secret_and_proves_itself_by_pkce(
    site: str, browser: httpx.Client, manager: Any, organisations: dict[str, Any]
) -> None:
    from smartsenegal.kernel.identity import actions

    made, secret = actions.register_service(
        manager, organisations["justice"], kind="login", name="Appli", purpose="Vos rendez-vous.",
        scopes=["openid"], redirect_uris=["sn.gouv.appli:/retour"], is_public=True,
    )  # fmt: skip
    assert secret == ""
    rp = OAuth2Client(
        made.pk, redirect_uri="sn.gouv.appli:/retour", scope="openid", code_challenge_method="S256",
        token_endpoint_auth_method="none",
    )  # fmt: skip
    token = finish(site, rp, agree(browser, start(site, rp)))
    assert claims_of(site, token["id_token"])["aud"] == made.pk


def test_signing_out_is_asked_by_the_service_and_decided_by_the_person(
    site: str, browser: httpx.Client, service: Any
) -> None:
    rp = party(service)
    token = finish(site, rp, agree(browser, start(site, rp)))
    query = urlencode(
        {
            "id_token_hint": token["id_token"],
            "post_logout_redirect_uri": "https://impots.example.sn/au-revoir",
            "state": "s1",
        }
    )
    page = browser.get(f"/oidc/logout?{query}")
    assert "Se déconnecter aussi" in page.text
    assert "https://impots.example.sn;" in page.headers["content-security-policy"]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    body = {name: unescape(value) for name, value in fields} | {"action": "logout"}
    answer = browser.post("/oidc/logout", data=body)
    assert answer.headers["location"] == "https://impots.example.sn/au-revoir?state=s1"
    assert browser.get("/compte/").status_code == 302
    stray = browser.get("/oidc/logout?" + urlencode({"post_logout_redirect_uri": "https://voleur.example/"}))
    assert "voleur" not in stray.headers.get("location", "")


# --- keys ------------------------------------------------------------------------------


def test_the_key_is_made_once_and_sealed(site: str) -> None:
    from smartsenegal.kernel.identity.models import SigningKey

    keys = httpx.get(f"{site}/.well-known/jwks.json", timeout=60).json()["keys"]
    assert [(k["kty"], k["alg"]) for k in keys] == [("RSA", "RS256")]
    assert httpx.get(f"{site}/.well-known/jwks.json", timeout=60).json()["keys"] == keys
    assert b"PRIVATE KEY" not in bytes(SigningKey.objects.get().sealed)
    assert "d" not in keys[0]


def test_a_key_is_published_before_it_signs_and_after_it_has_ceased(
    site: str, browser: httpx.Client, service: Any
) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from smartsenegal.kernel.identity import actions
    from smartsenegal.kernel.identity.models import SigningKey

    rp = party(service)
    before = finish(site, rp, agree(browser, start(site, rp)))["id_token"]
    now = timezone.now()
    assert actions.rotate_signing_keys(now) is None
    SigningKey.objects.update(not_before=now - timedelta(days=91))
    assert actions.rotate_signing_keys(now) is not None
    assert actions.rotate_signing_keys(now) is None
    assert len(httpx.get(f"{site}/.well-known/jwks.json", timeout=60).json()["keys"]) == 2
    assert claims_of(site, before)["name"] == "Awa Ndiaye"
    # A day later the new one signs; a week after, the old one is gone.
    SigningKey.objects.filter(expires_at=None).update(not_before=now)
    rp = party(service)
    location = browser.get(start(site, rp)).headers["location"]
    after = finish(site, rp, location)["id_token"]
    assert after.split(".")[0] != before.split(".")[0]
    actions.rotate_signing_keys(now + timedelta(days=9))
    assert SigningKey.objects.count() == 1


# --- the API of other administrations -----------------------------------------------------


@pytest.fixture
def caller(manager: Any, organisations: dict[str, Any]) -> Any:
    from smartsenegal.kernel.identity import actions

    return actions.register_service(
        manager, organisations["justice"], kind="api", name="Casier", scopes=["cases.read", "cases.queue"]
    )


def called(site: str, caller: Any, **more: Any) -> str:
    rp = OAuth2Client(caller[0].pk, caller[1], **more)
    token = rp.fetch_token(discovered(site)["token_endpoint"], grant_type="client_credentials")
    return str(token["access_token"])


def test_a_service_calls_the_api_in_its_organisation_only(
    site: str, caller: Any, organisations: dict[str, Any]
) -> None:
    from smartsenegal.kernel.identity import api

    by = api.client_principal(called(site, caller), "10.0.0.1")
    assert by is not None
    assert (by.kind, by.is_agent, by.rate_key) == ("client", False, f"client:{caller[0].pk}")
    assert (by.actor.kind, by.actor.id, by.actor.organisation) == (
        "client", caller[0].pk, "Ministère de la Justice"
    )  # fmt: skip
    assert by.may("cases.read", organisation_id=organisations["ti-thies"].pk)
    assert not by.may("cases.read", organisation_id=organisations["interieur"].pk)
    assert not by.may("cases.instruct", organisation_id=organisations["ti-thies"].pk)
    assert not by.may("identity.manage")
    assert organisations["ti-thies"].pk in by.organisations_where("cases.read")


def test_a_service_asks_for_less_and_never_for_more(site: str, caller: Any) -> None:
    from smartsenegal.kernel.identity import api

    by = api.client_principal(called(site, caller, scope="cases.read"))
    assert by is not None
    assert not by.may("cases.queue")
    with pytest.raises(OAuthError, match="invalid_scope"):
        called(site, caller, scope="cases.instruct")


def test_tokens_of_the_api_are_worth_nothing_once_the_secret_changed_or_the_service_is_suspended(
    site: str, caller: Any, manager: Any
) -> None:
    from smartsenegal.kernel.identity import actions, api

    token = called(site, caller)
    secret = actions.rotate_secret(manager, caller[0])
    assert api.client_principal(token) is None
    with pytest.raises(OAuthError, match="invalid_client"):
        called(site, caller)
    token = called(site, (caller[0], secret))
    actions.suspend_service(manager, caller[0], "Essai")
    assert api.client_principal(token) is None
    with pytest.raises(OAuthError):
        called(site, (caller[0], secret))


def test_a_token_of_a_person_is_not_one_of_the_api(site: str, browser: httpx.Client, service: Any) -> None:
    from smartsenegal.kernel.identity import api

    rp = party(service)
    token = finish(site, rp, agree(browser, start(site, rp)))
    assert api.client_principal(token["access_token"]) is None
    assert api.client_principal("") is None
    assert api.client_principal("n’importe quoi") is None
    with pytest.raises(OAuthError, match="unauthorized_client"):
        rp.fetch_token(discovered(site)["token_endpoint"], grant_type="client_credentials")


def test_guessing_at_the_token_door_is_counted(site: str, caller: Any, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "oidc_token": "2/m/ip"}
    statuses = [
        httpx.post(
            discovered(site)["token_endpoint"],
            data={"grant_type": "client_credentials", "client_id": caller[0].pk, "client_secret": str(n)},
        ).status_code
        for n in range(3)
    ]
    assert statuses == [401, 401, 429]


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"grant_type": "client_credentials", "client_id": "\x00", "client_secret": "x"}},
        {"data": {"grant_type": "authorization_code", "code": "\x00", "client_id": "x"}},
        {"data": {"grant_type": "client_credentials"}, "headers": {"Authorization": "Basic ADp4"}},
    ],
)
def test_a_nul_at_a_door_is_refused(client: Client, sent: dict[str, Any]) -> None:
    answer = client.post("/oidc/token", **sent)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


@pytest.mark.parametrize("path", ["/oidc/authorize?prompt=none&client_id=%00", "/oidc/logout?client_id=%00"])
def test_a_nul_in_a_request_to_sign_in_or_out_is_refused(client: Client, path: str) -> None:
    assert client.get(path).status_code == 400


# --- when the person signed in ---------------------------------------------------------------------


@pytest.fixture
def typed(awa: Any, site: str, settings: Any) -> Iterator[httpx.Client]:
    """Awa's browser after a sign-in by password at the door."""
    awa.set_password("teranga-2026-Thies")
    awa.save()
    with httpx.Client(base_url=site, timeout=60) as made:
        answer = type_password(made, "/compte/connexion/mot-de-passe/", login="77 123 45 67")
        assert answer.status_code == 302, answer.text
        yield made


def type_password(browser: httpx.Client, url: str, **more: str) -> httpx.Response:
    page = browser.get(url).text
    token = unescape(re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', page)[0])
    data = {"csrfmiddlewaretoken": token, "password": "teranga-2026-Thies", **more}
    return browser.post(url, data=data)


def test_the_id_token_tells_when_the_person_signed_in(site: str, typed: httpx.Client, service: Any) -> None:
    rp, before = party(service), time.time()
    token = finish(site, rp, agree(typed, start(site, rp, max_age=3600)))
    told = claims_of(site, token["id_token"])["auth_time"]
    assert isinstance(told, int)
    assert before - 120 < told <= before
    again = rp.refresh_token(discovered(site)["token_endpoint"], refresh_token=token["refresh_token"])
    if "id_token" in again:
        assert claims_of(site, again["id_token"])["auth_time"] == told
    assert "auth_time" in discovered(site)["claims_supported"]


@pytest.mark.parametrize("more", [{"prompt": "login"}, {"max_age": 0}])
def test_a_service_may_have_the_person_sign_in_again(
    site: str, typed: httpx.Client, service: Any, more: dict[str, Any]
) -> None:
    rp = party(service)
    finish(site, rp, agree(typed, start(site, rp)))
    time.sleep(1.1)
    asked_at = time.time()
    led = typed.get(start(site, rp, **more))
    assert led.status_code == 302
    assert led.headers["location"].startswith("/compte/confirmer/?next=")
    answer = type_password(typed, led.headers["location"])
    assert answer.headers["location"].startswith("/oidc/authorize?"), answer.headers
    back = typed.get(answer.headers["location"])
    assert back.status_code == 302, back.text
    token = finish(site, rp, back.headers["location"])
    assert claims_of(site, token["id_token"])["auth_time"] >= int(asked_at)
    assert typed.get(start(site, rp, **more)).headers["location"].startswith("/compte/confirmer/")


def test_who_has_no_password_signs_in_anew(site: str, browser: httpx.Client, service: Any) -> None:
    led = browser.get(start(site, party(service), prompt="login"))
    assert led.headers["location"].startswith("/compte/connexion/?next=")
    assert browser.get("/compte/").status_code == 302, "signed out meanwhile"


def test_a_silent_request_that_wants_a_fresher_sign_in_is_refused(
    site: str, typed: httpx.Client, service: Any
) -> None:
    rp = party(service)
    finish(site, rp, agree(typed, start(site, rp)))
    assert "code=" in typed.get(start(site, rp, prompt="none", max_age=600)).headers["location"]
    time.sleep(1.1)
    refused = typed.get(start(site, rp, prompt="none", max_age=0)).headers["location"]
    assert parse_qs(urlsplit(refused).query)["error"] == ["login_required"]
    wrong = typed.get(start(site, rp, max_age="hier")).headers["location"]
    assert parse_qs(urlsplit(wrong).query)["error"] == ["invalid_request"]


def test_a_session_closed_from_another_device_ends_what_services_were_given_in_it(
    site: str, typed: httpx.Client, browser: httpx.Client, service: Any
) -> None:
    rp = party(service)
    token = finish(site, rp, agree(typed, start(site, rp)))
    page = browser.get("/compte/appareils/").text
    csrf = unescape(re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', page)[0])
    assert browser.post("/compte/appareils/fermer/", data={"csrfmiddlewaretoken": csrf}).status_code == 302
    with pytest.raises(OAuthError):
        rp.refresh_token(discovered(site)["token_endpoint"], refresh_token=token["refresh_token"])
    told = httpx.get(
        discovered(site)["userinfo_endpoint"], headers={"authorization": f"Bearer {token['access_token']}"}
    )
    assert told.status_code == 401


def test_discovery_tells_the_truth(site: str, typed: httpx.Client, service: Any) -> None:
    told, rp = discovered(site), party(service)
    for name, url in told.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            assert httpx.get(url, timeout=60).status_code != 404, name
    assert told["code_challenge_methods_supported"] == ["S256"]
    plain = start(site, rp).replace("code_challenge_method=S256", "code_challenge_method=plain")
    assert "error=invalid_request" in typed.get(plain).headers["location"]
    for kind in ("token", "id_token", "code id_token"):
        other = start(site, rp).replace("response_type=code", urlencode({"response_type": kind}))
        assert "code=" not in typed.get(other).headers.get("location", "")
    token = finish(site, rp, agree(typed, start(site, rp)))
    assert claims_of(site, token["id_token"]).keys() - {
        "iss",
        "aud",
        "exp",
        "iat",
        "jti",
        "nonce",
        "at_hash",
    } <= set(told["claims_supported"])


# --- how surely the person is known ------------------------------------------------------------------


def error_in(location: str) -> dict[str, list[str]]:
    return {k: v for k, v in parse_qs(urlsplit(location).query).items() if k in ("error", "state", "code")}


UNMET = {"error": ["unmet_authentication_requirements"], "state": ["s1"]}


@pytest.mark.parametrize(
    ("held", "asked", "told"),
    [("phone", "desk phone", "phone"), ("desk", "phone", "phone"), ("desk", "desk phone", "desk")],
)
def test_the_level_told_is_the_first_asked_for_that_the_person_holds(
    site: str, browser: httpx.Client, service: Any, awa: Any, held: str, asked: str, told: str
) -> None:
    type(awa).objects.filter(pk=awa.pk).update(assurance=held)
    rp = OAuth2Client(service[0].pk, service[1], redirect_uri=BACK, scope="openid",
                      code_challenge_method="S256")  # fmt: skip
    page = browser.get(start(site, rp, acr_values=asked)).text
    assert "niveau de vérification de votre identité" in page, "the person agrees to what the level tells"
    token = finish(site, rp, agree(browser, start(site, rp, acr_values=asked)))
    assert claims_of(site, token["id_token"])["acr"] == told
    assert told in discovered(site)["acr_values_supported"]
    again = rp.refresh_token(discovered(site)["token_endpoint"], refresh_token=token["refresh_token"])
    if "id_token" in again:
        assert claims_of(site, again["id_token"])["acr"] == told
    plain = finish(site, rp, browser.get(start(site, rp)).headers["location"])
    assert "acr" not in claims_of(site, plain["id_token"]), "nobody asked"


def test_a_level_that_a_desk_alone_gives_is_explained_and_refused_to_the_service(
    site: str, browser: httpx.Client, service: Any
) -> None:
    rp = party(service)
    page = browser.get(start(site, rp, acr_values="desk", state="s1"))
    assert page.status_code == 200
    assert "Faites voir votre pièce d’identité" in page.text
    back = unescape(re.findall(r'href="(https://impots[^"]+)"', page.text)[0])
    assert back.startswith(BACK)
    assert error_in(back) == UNMET
    silent = start(site, rp, acr_values="desk", state="s1", prompt="none")
    told = error_in(browser.get(silent).headers["location"])
    assert told["error"] == ["consent_required"], "what the person lacks is not told before they agree"
    finish(site, rp, agree(browser, start(site, rp, acr_values="phone")))
    assert error_in(browser.get(silent).headers["location"]) == UNMET
    unknown = browser.get(start(site, rp, acr_values="urn:example:gold", state="s1"))
    assert error_in(unknown.headers["location"]) == UNMET


def test_a_page_signed_for_another_gives_no_level_that_one_does_not_hold(
    site: str, browser: httpx.Client, service: Any, awa: Any
) -> None:
    """The consent page is answered by somebody whose level is not the one that opened it."""
    type(awa).objects.filter(pk=awa.pk).update(assurance="desk")
    page = browser.get(start(site, party(service), acr_values="desk", state="s1")).text
    type(awa).objects.filter(pk=awa.pk).update(assurance="phone")
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    body = {name: unescape(value) for name, value in fields.items()} | {"scopes": "openid", "action": "grant"}
    answer = browser.post("/oidc/authorize", data=body)
    assert error_in(answer.headers["location"]) == UNMET


def test_a_phone_is_confirmed_on_the_way(
    site: str, browser: httpx.Client, service: Any, awa: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartsenegal.kernel.identity.adapter import AccountAdapter

    sent: list[str] = []
    monkeypatch.setattr(
        AccountAdapter,
        "send_verification_code_sms",
        lambda self, user, phone, code, **more: sent.append(code),
    )
    type(awa).objects.filter(pk=awa.pk).update(assurance="declared", phone_verified=False)
    asked = start(site, party(service), acr_values="phone")
    page = browser.get(asked)
    assert "Confirmez votre numéro de téléphone" in page.text
    changed = posted(browser, "/compte/telephone/", phone="77 765 43 21")
    answer = posted(browser, changed.headers["location"], code=sent[-1])
    assert answer.headers["location"] == asked.removeprefix(site)
    token = finish(site, party(service), agree(browser, asked))
    assert claims_of(site, token["id_token"])["acr"] == "phone"
    assert claims_of(site, token["id_token"])["phone_number"] == "+221777654321"


def posted(browser: httpx.Client, url: str, **fields: str) -> httpx.Response:
    csrf = unescape(re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', browser.get(url).text)[0])
    answer = browser.post(url, data={"csrfmiddlewaretoken": csrf, **fields})
    assert answer.status_code == 302, answer.text
    return answer


def test_the_id_token_tells_how_the_person_signed_in(site: str, typed: httpx.Client, service: Any) -> None:
    rp = party(service)
    token = finish(site, rp, agree(typed, start(site, rp)))
    assert claims_of(site, token["id_token"])["amr"] == ["pwd"]
    assert "amr" in discovered(site)["claims_supported"]
