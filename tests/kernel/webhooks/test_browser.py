"""The pages of webhooks in a real browser: looked at by axe, at 320 px and on a desk, without script."""

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.kernel.identity.test_browser import accessible, chromium, visit

pytestmark = pytest.mark.django_db(transaction=True)
LOOK = os.environ.get("SMARTSENEGAL_LOOK")  # a folder for pictures of the pages, to look at them


@pytest.fixture
def origin(live_server: Any, settings: Any) -> str:
    settings.PUBLIC_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def hooks(db: Any) -> tuple[str, Any, Any]:
    """The session of an administrator, a webhook with every state of what it sends, and a stopped one."""
    from smartsenegal.kernel.identity.models import Account
    from smartsenegal.kernel.webhooks import actions
    from smartsenegal.kernel.webhooks.models import Outgoing
    from tests.onestop.cases.partner import manager_of
    from tests.onestop.cases.world import make_world

    world = make_world()
    by = manager_of(world.thies)
    busy, _ = actions.subscribe(by, world.thies, "https://casier.exemple.sn/smart-senegal/evenements", [])
    stopped, _ = actions.subscribe(by, world.thies, "https://ancien.exemple.sn/", ["case.signed"])
    now = timezone.now()
    rows = [
        ("delivered", {"attempts": 1, "status": 200, "delivered_at": now}),
        ("given_up", {"attempts": 10, "status": 503, "error": "Réponse 503."}),
        ("waiting", {"attempts": 2, "error": "Pas de réponse en dix secondes.", "next_attempt": now}),
    ]
    for state, more in rows:
        Outgoing.objects.create(
            endpoint=busy, event_id=uuid4(), kind="case.submitted", subject="case:1", body="{}",
            state=state, **more,
        )  # fmt: skip
    actions.disable(by, stopped.pk, "Entretien de nuit")
    client = Client()
    client.force_login(Account.objects.get(pk=by.account_id))
    return client.cookies["session"].value, busy, stopped


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_and_state_is_accessible(origin: str, hooks: Any, width: int) -> None:
    session, busy, stopped = hooks
    paths = [
        "/webhooks/", "/webhooks/nouveau/", f"/webhooks/{busy.pk}/", f"/webhooks/{busy.pk}/secret/",
        f"/webhooks/{busy.pk}/modifier/", f"/webhooks/{busy.pk}/arreter/", f"/webhooks/{stopped.pk}/",
    ]  # fmt: skip
    with chromium() as browser, visit(browser, origin, session, width) as page:
        for rank, path in enumerate(paths):
            assert page.goto(path).ok, path  # type: ignore[union-attr]
            look(page, f"{width}-{rank}")
            accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.goto("/webhooks/nouveau/")
        page.get_by_role("button", name="Créer le webhook").click()
        look(page, f"{width}-errors")
        accessible(page)
        page.goto(f"/webhooks/{busy.pk}/secret/")
        page.get_by_role("button", name="Créer un autre secret").click()
        look(page, f"{width}-secret")
        accessible(page)


def test_without_script_a_stopped_webhook_is_started_and_a_message_sent_again(
    origin: str, hooks: Any
) -> None:
    session, busy, stopped = hooks
    with chromium() as browser:
        context = browser.new_context(java_script_enabled=False, locale="fr-FR", base_url=origin)
        context.add_cookies([{"name": "session", "value": session, "url": origin}])
        page = context.new_page()
        page.goto(f"/webhooks/{stopped.pk}/")
        page.get_by_role("button", name="Remettre en marche").click()
        assert "Le webhook est en marche" in page.inner_text("body")
        page.goto(f"/webhooks/{busy.pk}/")
        page.get_by_role("button", name="Renvoyer").nth(1).click()
        assert "L’envoi repart maintenant" in page.inner_text("body")
        look(page, "sent-again")
        context.close()


def look(page: Any, name: str) -> None:
    if LOOK:
        page.screenshot(path=Path(LOOK) / f"{name}.png", full_page=True)
