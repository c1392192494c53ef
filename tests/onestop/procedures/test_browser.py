"""The catalogue in a browser: accessible, within the screen, with and without JavaScript."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from smartsenegal.kernel.identity.api import system
from smartsenegal.onestop.procedures import actions
from smartsenegal.onestop.procedures.definition import Field, Option
from smartsenegal.onestop.procedures.definition import Page as Questions
from tests.onestop.procedures.samples import small
from tests.web.accessible import faults
from tests.web.browser import chromium

pytestmark = pytest.mark.django_db(transaction=True)
CASIER = "casier-judiciaire-b3"
PUBLIC = [
    "/demarches/",
    "/demarches/?q=extrait",
    "/demarches/?q=zzzzqqqq",
    "/demarches/themes/papiers/",
    "/demarches/evenements/je-cree-mon-entreprise/",
    f"/demarches/{CASIER}/",
    f"/demarches/{CASIER}/?commune=zzzzqq",
    "/demarches/extrait-naissance/",
    "/demarches/permis-construire/",
    "/demarches/permis-conduire-renouvellement/",
    f"/demarches/{CASIER}/conditions/",
]
OWNED = [
    "/demarches/gestion/",
    f"/demarches/gestion/{CASIER}/",
    f"/demarches/gestion/{CASIER}/revision/1/",
    f"/demarches/gestion/{CASIER}/brouillon/",
    f"/demarches/gestion/{CASIER}/publier/",
    f"/demarches/gestion/{CASIER}/retirer/",
    f"/demarches/{CASIER}/",
]


# A theme changes colours alone: all else was looked at in the light one.
OF_COLOURS = ["color-contrast", "link-in-text-block"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # The browser's loop runs in this thread: Django refuses the database there unless told that it is safe.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as launched:
        yield launched
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def opened_page(browser: Browser, width: int, client: Client | None = None, **options: Any) -> Iterator[Page]:
    """A page of the live server, signed in as `client`; fails on any error of script or policy."""
    theme, expected = options.pop("theme", "light"), options.pop("expected", "")
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="fr-FR", **options)
    context.add_cookies([{"name": "display", "value": theme, "domain": "localhost", "path": "/"}])
    if client:
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "localhost", "path": "/"}
        context.add_cookies([cookie])
    made, troubles = context.new_page(), []
    made.on("pageerror", lambda error: troubles.append(str(error)))
    made.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    yield made
    context.close()
    assert [t for t in troubles if not expected or expected not in t] == []


def check(opened, *widths: int, rules: list[str] | None = None) -> None:
    """No violation (of all rules, or of these), one title, nothing beyond the screen, at each width."""
    assert opened.get_by_role("heading", level=1).count() == 1
    for width in widths:
        opened.set_viewport_size({"width": width, "height": 900})
        assert faults(opened, rules) == []
        assert opened.evaluate("document.documentElement.scrollWidth") <= width


def test_public_pages(live_server, catalogue, browser):
    with opened_page(browser, 320) as opened:
        for path in PUBLIC:
            opened.goto(f"{live_server.url}{path}")
            check(opened, 320, 1280)


def test_conditions_without_javascript(live_server, catalogue, browser):
    with opened_page(browser, 390, java_script_enabled=False) as opened:
        opened.goto(f"{live_server.url}/demarches/?q=kasier")
        opened.get_by_role("link", name="Extrait du casier judiciaire").click()
        opened.get_by_role("link", name="Commencer").click()
        opened.get_by_role("button", name="Continuer").click()
        expect(opened.get_by_text("Il y a un problème")).to_be_visible()
        opened.get_by_label("Non").check()
        opened.get_by_role("button", name="Continuer").click()
        expect(opened.get_by_text("n’est remis qu’à la personne concernée")).to_be_visible()


def test_states_of_the_conditions(live_server, catalogue, browser):
    with opened_page(browser, 390) as opened:
        opened.goto(f"{live_server.url}/demarches/{CASIER}/conditions/")
        opened.get_by_role("button", name="Continuer").click()
        check(opened, 390)
        assert opened.evaluate("document.activeElement.className") == "ss-error-summary"
        opened.get_by_label("Non").check()
        opened.wait_for_timeout(100)
        opened.evaluate("document.querySelector('form.ss-form').submit()")
        opened.get_by_text("n’est remis qu’à").wait_for()
        check(opened, 390)


@pytest.mark.parametrize(
    ("theme", "widths", "rules"), [("light", (390, 1280), None), ("dark", (1280,), OF_COLOURS)]
)
def test_owners_pages(live_server, owner, browser, theme, widths, rules):
    actions.new_draft(CASIER, system())
    with opened_page(browser, widths[0], owner, theme=theme) as opened:
        for path in OWNED:
            opened.goto(f"{live_server.url}{path}")
            check(opened, *widths, rules=rules)


def test_a_draft_with_faults(live_server, owner, browser):
    with opened_page(browser, 1280, owner, expected="422") as opened:
        opened.goto(f"{live_server.url}/demarches/gestion/{CASIER}/brouillon/")
        opened.get_by_label("Fichier de la démarche").fill("code: x\n")
        opened.get_by_role("button", name="Enregistrer le brouillon").click()
        opened.get_by_text("points à corriger").wait_for()
        check(opened, 1280)


def test_every_type_of_question(live_server, country, catalogue, browser):
    options = (Option("x", "Le x", "Une explication"), Option("y", "Le y"))
    rows = (Field("nom", "text", "Nom"), Field("naissance", "date", "Date de naissance", required=False))
    plain = (
        "text",
        "long_text",
        "integer",
        "money",
        "phone",
        "email",
        "date",
        "yes_no",
        "commune",
        "country",
    )
    asked = (
        *(Field(f"a_{kind}", kind, f"Question {kind}", "Une aide") for kind in plain),
        Field("a_choice", "choice", "Un choix", options=options),
        Field("a_choices", "choices", "Des choix", options=options, required=False),
        Field("a_statement", "statement", "J’atteste que c’est exact."),
        Field("a_identity", "identity", "Votre identité"),
        Field("a_address", "address", "Votre adresse"),
        Field("a_ninea", "identifier", "NINEA", identifier="NINEA", required=False),
        Field("enfants", "repeated", "Enfant", "Un bloc par enfant", fields=rows, at_most=3),
    )
    every = (Questions("tout", "Toutes les questions", asked, "Une aide pour la page"),)
    actions.import_definition(small(eligibility_pages=every, ineligible=()), system())
    actions.publish("licence-de-peche", system())
    with opened_page(browser, 320) as opened:
        opened.goto(f"{live_server.url}/demarches/licence-de-peche/conditions/")
        check(opened, 320, 1280)
        opened.get_by_label("Question commune").fill("velingara")
        opened.get_by_role("button", name="Ajouter").click()
        opened.locator("legend", has_text="Enfant 2").wait_for()
        assert opened.locator(".ss-error-summary").count() == 0
        expect(opened.get_by_label("Question commune")).to_have_value("velingara")
        check(opened, 320, 1280)
        opened.get_by_role("button", name="Continuer").last.click()
        opened.locator(".ss-error-summary").wait_for()
        check(opened, 320, 1280)
        dead = opened.evaluate(
            "[...document.querySelectorAll('.ss-error-summary a')].filter(a => !document.querySelector("
            "'#' + CSS.escape(a.hash.slice(1)))).map(a => a.href)"
        )
        assert dead == []


def test_the_tariffs_of_communes(live_server, organisations, catalogue, browser):
    from django.utils import timezone

    from smartsenegal.onestop.procedures import actions_tariffs
    from tests.onestop.procedures.conftest import sign_in

    code, today = "extrait-naissance", timezone.localdate()
    actions_tariffs.set_local_tariff(code, "vignette", "SN-TH", today, 400, "Délibération", system())
    client = sign_in(Client(), "procedure_owner", "anec", "+221771000061")
    with opened_page(browser, 360, client, expected="422") as opened:
        opened.goto(f"{live_server.url}/demarches/gestion/{code}/tarifs/")
        check(opened, 360, 1440)
        opened.get_by_role("button", name="Inscrire le tarif").click()
        opened.get_by_text("Écrivez le nom du lieu.").first.wait_for()
        check(opened, 360, 1440)
