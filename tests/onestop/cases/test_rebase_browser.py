"""The pages of a move to a newer revision in Chromium: looked at by axe, on a phone and on a desk."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.onestop.cases import actions
from smartsenegal.onestop.procedures.api import Delay
from tests.jobs import drain
from tests.onestop.cases.world import FREE, fill, person, publish
from tests.onestop.procedures.test_browser import browser, opened_page
from tests.web.accessible import faults

__all__ = ["browser"]
pytestmark = pytest.mark.django_db(transaction=True)
PATH = f"/dossiers/revisions/{FREE.code}/"


@pytest.fixture
def owner(world, filed, proposed) -> Client:
    """Who is in charge, with a case that may move and one that stays."""
    actions.submit(fill(world, who=world.modou).pk, world.modou)
    publish(replace(FREE, delay=Delay(90, "calendar_days")))
    root, _ = Organisation.objects.get_or_create(
        code=FREE.owner, defaults={"name": "Ministère", "kind": "ministry", "territory": world.country}
    )
    client = Client()
    client.force_login(world.account(person("Khady Gueye", "+221771000041", ("procedure_owner", root))))
    return client


def look(opened: Page, width: int) -> None:
    assert faults(opened) == []
    assert opened.get_by_role("heading", level=1).count() == 1
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1440, "light"), (1440, "dark")])
def test_every_state_of_a_move(live_server, browser: Any, owner, width: int, theme: str) -> None:
    url = f"{live_server.url}{PATH}"
    with opened_page(browser, width, owner, theme=theme, expected="422") as opened:
        opened.goto(url)
        look(opened, width)
        opened.get_by_role("button", name="Voir ce qui changerait").click()
        opened.locator(".ss-error-summary").wait_for()
        look(opened, width)
        opened.get_by_label("Révision 1").check()
        opened.get_by_role("button", name="Voir ce qui changerait").click()
        opened.get_by_text("Ce que cela changerait").wait_for()
        look(opened, width)
        opened.get_by_label("Texte qui s’applique").fill("Décret n° 2026-100, article 4")
        opened.get_by_role("button", name="Voir ce qui changerait").click()
        opened.get_by_role("button", name="Déplacer ces dossiers").click()
        opened.get_by_text("En cours. Vous pouvez quitter").wait_for()
        look(opened, width)
        drain("cases.run_rebase")
        opened.get_by_role("link", name="Actualiser").click()
        opened.get_by_text("Terminé.").wait_for()
        look(opened, width)
        opened.goto(url)
        look(opened, width)


def test_without_script(live_server, browser: Any, owner) -> None:
    with opened_page(browser, 360, owner, java_script_enabled=False) as opened:
        opened.goto(f"{live_server.url}{PATH}")
        opened.get_by_label("Révision 1").check()
        opened.get_by_role("button", name="Voir ce qui changerait").click()
        assert "moins favorable" in opened.inner_text("body")
