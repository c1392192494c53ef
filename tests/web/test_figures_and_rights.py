"""Dashboards, open data, inspections and rights over one's data in a browser, looked at by axe."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Request, Route

from smartsenegal.kernel.audit.inspection import actions as inspection
from smartsenegal.kernel.privacy import actions as privacy
from smartsenegal.onestop.cases import actions as cases
from smartsenegal.onestop.cases.actions.reading import record_reading
from tests.onestop.cases.world import World, fill, make_world
from tests.web.accessible import faults
from tests.web.browser import ORIGIN, TYPES, chromium
from tests.web.dashboard.test_dashboard import CODE, add_cases, departement, owner_client

REASON = "Plainte de la personne, courrier du 3 mars"


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    settings.DATA_DIR = tmp_path
    return make_world()


@pytest.fixture
def pages(world: World) -> dict[str, str]:
    """Each page as it was written, by its address."""
    empty = {f"{path}?vide": _written(Client(), path) for path in ("/tableau-de-bord/", "/chiffres/")}
    for name in ("mbour", "tivaouane", "thies-ville"):
        departement(name, world)
        add_cases(30, name, 60 * 24 * 4, invalid=9)
    add_cases(12, "mbour", 60 * 24 * 12, day=timezone.localdate(), invalid=2)
    case = cases.submit(fill(world).pk, world.awa).case
    record_reading(case, world.moussa)
    inspection.count_readings(timezone.localdate())
    today = timezone.localdate()
    opened = inspection.open_inspection(
        world.lamine.actor, "person", "Awa Ndiaye", today, today, REASON, subjects=[case.subject]
    )
    erasure = privacy.ask(world.awa, "erasure", "Tout")
    privacy.treat(erasure.pk, world.lamine)
    asked = privacy.ask(world.awa, "access")
    clients = {
        Client(): [
            "/tableau-de-bord/", "/chiffres/", "/chiffres/dictionnaire/", "/chiffres/cases.delay/",
            f"/demarches/{CODE}/",
        ],
        owner_client(world): ["/tableau-de-bord/demarches/", f"/tableau-de-bord/demarches/{CODE}/"],
        _client(world, world.awa): ["/mes-donnees/"],
        _client(world, world.lamine): [
            "/journal/", "/journal/inspections/", "/journal/inspections/nouvelle/",
            f"/journal/inspections/{opened.pk}/", "/journal/lectures/", "/journal/lectures/seuils/",
            "/mes-donnees/traitement/", f"/mes-donnees/traitement/{asked.pk}/",
            f"/mes-donnees/traitement/{erasure.pk}/", "/mes-donnees/traitement/delais/",
        ],
    }  # fmt: skip
    return empty | {path: _written(client, path) for client, paths in clients.items() for path in paths}


def _client(world: World, who: Any) -> Client:
    client = Client()
    client.force_login(world.account(who))
    return client


def _written(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


@pytest.fixture
def browser(pages: dict[str, str]) -> Iterator[Browser]:
    # Last: the database of the test refuses to be asked beside the browser's loop.
    with chromium() as launched:
        yield launched


def test_pages_are_accessible_and_fit_the_screen(browser: Browser, pages: dict[str, str]) -> None:
    wrong = []
    for width in (320, 1280):
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="fr-FR")
        page = context.new_page()
        page.route("**/*", lambda route, request: _answer(route, request, pages))
        for path in pages:
            page.goto(f"{ORIGIN}{path}")
            wrong += [f"{path} {fault}" for fault in faults(page)]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append(f"{path} is wider than {width} px")
            if page.get_by_role("heading", level=1).count() != 1:
                wrong.append(f"{path} has not one title")
        context.close()
    assert wrong == []


def _answer(route: Route, request: Request, pages: dict[str, str]) -> None:
    parts = urlsplit(request.url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if path.startswith("/static/"):
        place = finders.find(path.removeprefix("/static/"))
        route.fulfill(path=str(place), content_type=TYPES[path.rsplit(".", 1)[-1]])
    else:
        route.fulfill(body=pages.get(path, ""), content_type="text/html; charset=utf-8")
