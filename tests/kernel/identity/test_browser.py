"""Keys, devices and the pages of those who act for others, in a real browser, looked at by axe."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.chromium import ARGUMENTS, CHROMIUM
from tests.web.accessible import faults

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "quatre mots bien choisis"
LOGIN = "/compte/connexion/mot-de-passe/"
ADD = "/compte/securite/cles/ajouter/"
_WHOLE = '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": "AAAA", '
FORGED = [
    "", "x", "{}", "[]", "3", '{"id": "x", "response": {}}', '{"response": {"userHandle": "AAAA"}}',
    _WHOLE + '"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA"}}',
    _WHOLE + '"clientDataJSON": "e30", "authenticatorData": "' + "A" * 60 + '", "signature": "AA"}}',
    _WHOLE + '"clientDataJSON": 3, "authenticatorData": [], "signature": null}}',
]  # fmt: skip


@pytest.fixture
def origin(live_server: Any, settings: Any) -> str:
    settings.PUBLIC_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def service_of_another() -> Iterator[str]:
    """Where a service that is not ours answers."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<title>Chez vous</title><link rel=icon href=data:,>")

        def log_message(self, *_: object) -> None:
            """The test says what it looks at."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@pytest.fixture
def awa(make_account: Callable[..., Any]) -> Any:
    return make_account(name="Awa Ndiaye", phone="+221771234567", password=PASSWORD)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Started last: the database of the test refuses to be asked beside the browser's loop."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@contextmanager
def visit(browser: Browser, origin: str, session: str = "", width: int = 390) -> Iterator[Page]:
    """A browser of its own. Fails on any error of script or of policy."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="fr-FR", base_url=origin)
    context.set_default_timeout(30_000)
    if session:
        context.add_cookies([{"name": "session", "value": session, "url": origin}])
    page, troubles = context.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda told: troubles.append(told.text) if told.type == "error" else None)
    yield page
    context.close()
    assert troubles == []


def sign_in(page: Page) -> None:
    page.goto(LOGIN)
    page.get_by_label("Téléphone ou adresse électronique").fill("77 123 45 67")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: LOGIN not in url)


def confirm(page: Page, path: str) -> None:
    """Open a page that first asks again who is there, by the password."""
    page.goto(path)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url(f"**{path}")


def leave(page: Page) -> None:
    page.goto("/compte/")
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/")


def accessible(page: Page) -> None:
    assert faults(page) == [], page.url


def with_key(context: BrowserContext, page: Page, resident: bool = True) -> Any:
    """Plug in a key of the kind that phones and computers have."""
    cdp = context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": resident,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return cdp


def test_a_passkey_is_added_and_opens_the_door_alone(origin: str, awa: Any) -> None:
    with chromium() as browser, visit(browser, origin) as page:
        with_key(page.context, page)
        sign_in(page)
        confirm(page, ADD)
        accessible(page)
        page.get_by_label("Nom de la clé").fill("Mon téléphone")
        page.get_by_role("button", name="Ajouter la clé").click()
        page.wait_for_url("**/compte/securite/codes/**")
        page.goto("/compte/securite/")
        expect(page.get_by_text("Ouvre seule le compte")).to_be_visible()
        accessible(page)
        leave(page)
        page.goto("/compte/connexion/?next=/compte/langue/")
        page.get_by_role("link", name="Entrer avec une clé d’accès").click()
        accessible(page)
        page.get_by_role("button", name="Utiliser ma clé").click()
        page.wait_for_url("**/compte/langue/")
    from smartsenegal.kernel.audit.models import Entry

    verbs = set(Entry.objects.filter(subject=f"account:{awa.pk}").values_list("verb", flat=True))
    assert {"identity.factor_added", "identity.signed_in"} <= verbs


def test_a_key_is_asked_after_the_password_renamed_and_withdrawn(origin: str, awa: Any) -> None:
    with chromium() as browser, visit(browser, origin) as page:
        with_key(page.context, page)
        sign_in(page)
        confirm(page, ADD)
        page.get_by_label("Entrer avec cette clé seule").uncheck()
        page.get_by_role("button", name="Ajouter la clé").click()
        page.wait_for_url("**/compte/securite/codes/**")
        leave(page)
        sign_in(page)
        page.wait_for_url("**/compte/connexion/verification/")
        accessible(page)
        page.get_by_role("button", name="Utiliser ma clé").click()
        page.wait_for_url("**/espace/")
        page.goto("/compte/securite/")
        expect(page.get_by_text("Demandée après le code")).to_be_visible()
        page.goto("/compte/confirmer/cle/?next=/compte/securite/")
        accessible(page)
        page.get_by_role("button", name="Utiliser ma clé").click()
        page.wait_for_url("**/compte/securite/")
        page.get_by_role("link", name="Renommer").click()
        accessible(page)
        page.get_by_label("Nom de la clé").fill("Ma clé bleue")
        page.get_by_role("button", name="Enregistrer").click()
        page.get_by_role("link", name="Retirer Ma clé bleue").click()
        accessible(page)
        page.get_by_role("button", name="Retirer la clé").click()
        expect(page.get_by_text("La clé est retirée.")).to_be_visible()
        leave(page)
        sign_in(page)
        page.wait_for_url("**/espace/")


def test_a_key_that_does_not_answer_is_said_so_and_the_account_stays_shut(origin: str, awa: Any) -> None:
    with chromium() as browser, visit(browser, origin) as page:
        with_key(page.context, page)
        page.goto("/compte/connexion/cle/")
        page.get_by_role("button", name="Utiliser ma clé").click()
        expect(page.get_by_role("alert")).to_contain_text("La clé n’a pas répondu")
        accessible(page)
    client = Client()
    client.get("/compte/connexion/cle/")
    for forged in FORGED:
        refused = client.post("/compte/connexion/cle/", {"credential": forged})
        assert refused.status_code == 200, forged
    assert "_auth_user_id" not in client.session


def test_a_device_is_closed_from_another_and_is_out_at_once(origin: str, awa: Any) -> None:
    with chromium() as browser, visit(browser, origin) as here, visit(browser, origin) as there:
        for page in (there, here):
            sign_in(page)
            page.wait_for_url("**/espace/")
        here.goto("/compte/appareils/")
        expect(here.locator("dt").get_by_text("Chrome sur Linux")).to_have_count(2)
        expect(here.get_by_text("Cet appareil")).to_be_visible()
        accessible(here)
        here.get_by_role("button", name="Fermer Chrome").click()
        expect(here.get_by_text("Cet appareil")).to_be_visible()
        there.goto("/compte/")
        assert "/compte/connexion/" in there.url
        here.goto("/compte/")
        assert here.url.endswith("/compte/")


def test_pages_of_those_who_act_for_others_are_accessible(
    origin: str, awa: Any, make_account: Callable[..., Any], make_agent: Callable[..., Any],
    organisations: dict[str, Any],
) -> None:  # fmt: skip
    from smartsenegal.kernel.identity import actions, api, registry

    by_awa = api.principal_for(awa)
    modou = make_account(name="Modou Fall", phone="+221770000002")
    manager, by_manager = make_agent("administrator", "justice", name="Aminata Cissé", phone="+221771110000")
    end = timezone.localdate() + timedelta(days=30)
    place = organisations["senegal"].territory
    company = actions.open_organisation(by_awa, kind="company", name="Teranga SARL", territory=place)
    invitation = actions.invite(by_awa, company, "member", phone="+221770000003")
    asked = actions.ask_mandate(by_awa, name="Coumba Sarr", phone="+221781112233", ends_on=end)
    actions.give_mandate(by_awa, modou, ends_on=end)
    actions.give_mandate(api.principal_for(modou), awa, ends_on=end, max_requests=3)
    service, _ = actions.register_service(
        by_manager, organisations["justice"], kind="login", name="Mes impôts", purpose="Vos avis.",
        scopes=["openid", "phone"], redirect_uris=["https://impots.example.sn/retour"],
    )  # fmt: skip
    actions.give_consent(awa, service, ["openid", "phone"])
    member = company.memberships.get()
    registry.register_procedures(_catalogue)
    sessions = {}
    for account in (awa, manager):
        client = Client()
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        sessions[account] = client.cookies["session"].value
    authorize = (
        f"/oidc/authorize?client_id={service.pk}&response_type=code&scope=openid%20phone&prompt=consent"
        "&redirect_uri=https%3A%2F%2Fimpots.example.sn%2Fretour"
        f"&code_challenge={'a' * 43}&code_challenge_method=S256"
    )
    for_awa = [
        "/compte/", "/compte/agir/", "/compte/agir/nouvelle/", f"/compte/agir/{company.pk}/",
        f"/compte/agir/{company.pk}/inviter/", f"/compte/agir/{company.pk}/membres/{member.pk}/role/",
        f"/compte/agir/{company.pk}/membres/{member.pk}/retirer/", f"/compte/invitation/{invitation.link}/",
        "/compte/pour/", "/compte/pour/demander/", f"/compte/pour/{asked.pk}/code/", "/compte/mandats/",
        "/compte/mandats/donner/", f"/compte/mandats/{asked.pk}/terminer/", f"/compte/m/{asked.link}/",
        "/compte/services/", f"/compte/services/{service.pk}/arreter/", authorize, "/oidc/logout",
    ]  # fmt: skip
    of_clients = f"/compte/clients/{service.pk}/"
    for_manager = [
        "/compte/clients/", "/compte/clients/nouveau/connexion/", "/compte/clients/nouveau/api/", of_clients,
        f"{of_clients}modifier/", f"{of_clients}secret/", f"{of_clients}suspendre/",
    ]  # fmt: skip
    with chromium() as browser:
        with visit(browser, origin, sessions[awa], 320) as page:
            for path in for_awa:
                assert page.goto(path).ok, path  # type: ignore[union-attr]
                accessible(page)
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            page.goto("/compte/pour/demander/")
            page.get_by_role("button", name="Envoyer le code").click()
            accessible(page)
        with visit(browser, origin, sessions[manager], 1280) as page:
            for path in for_manager:
                assert page.goto(path).ok, path  # type: ignore[union-attr]
                accessible(page)
    registry._listers.remove(_catalogue)


def _catalogue() -> list[tuple[str, str]]:
    return [("casier", "Casier judiciaire"), ("permis", "Permis de conduire")]


def test_a_consent_ends_at_the_service_in_a_real_browser(
    origin: str,
    awa: Any,
    make_agent: Callable[..., Any],
    organisations: dict[str, Any],
    service_of_another: str,
) -> None:
    """The policy of our pages lets this form end there, and not that of the door without a page between."""
    from smartsenegal.kernel.identity import actions

    by = make_agent("administrator", "justice", name="Aminata Cissé", phone="+221771110000")[1]
    back = f"{service_of_another}/retour"
    service, _ = actions.register_service(
        by, organisations["justice"], kind="login", name="Mes impôts", purpose="Vos avis.",
        scopes=["openid"], redirect_uris=[back],
    )  # fmt: skip
    url = (
        f"/oidc/authorize?client_id={service.pk}&response_type=code&scope=openid&redirect_uri={back}"
        f"&state=s1&code_challenge={'a' * 43}&code_challenge_method=S256"
    )
    with chromium() as browser, visit(browser, origin) as page:
        page.goto(url)
        page.goto(f"{LOGIN}?{page.url.split('?', 1)[1]}")
        page.get_by_label("Téléphone ou adresse électronique").fill("77 123 45 67")
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.get_by_role("button", name="Accepter et continuer").click()
        page.wait_for_url(f"{back}**")
        assert "code=" in page.url
        page.goto(f"{origin}/compte/")
        page.get_by_role("button", name="Se déconnecter").click()
        page.goto(f"{origin}{url}")
        page.goto(f"{origin}{LOGIN}?{page.url.split('?', 1)[1]}")
        page.get_by_label("Téléphone ou adresse électronique").fill("77 123 45 67")
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url(f"{back}**")
        assert "code=" in page.url
