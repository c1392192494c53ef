"""What a first visit weighs on a slow line: every byte of the page and of what it asks for, compressed."""

import pytest
from playwright.sync_api import Browser

from tests.instance import Instance
from tests.journeys.visit import PHONE

MOST_BYTES = 60_000
PAGES = [
    "/",
    "/demarches/",
    "/demarches/?q=residanse",
    "/demarches/certificat-residence/",
    "/demarches/casier-judiciaire-b3/conditions/",
    "/compte/connexion/",
    "/lieux/",
    "/verifier/",
]


@pytest.mark.parametrize("address", PAGES)
def test_a_first_load_stays_light(browser: Browser, instance: Instance, address: str) -> None:
    context = browser.new_context(locale="fr-FR", **PHONE)
    page = context.new_page()
    loaded: dict[str, int] = {}
    names: dict[str, str] = {}
    network = context.new_cdp_session(page)
    network.on("Network.requestWillBeSent", lambda e: names.update({e["requestId"]: e["request"]["url"]}))
    network.on(
        "Network.loadingFinished",
        lambda e: loaded.update({names.get(e["requestId"], "?"): int(e["encodedDataLength"])}),
    )
    network.send("Network.enable")
    page.goto(instance.url + address, wait_until="networkidle")
    context.close()
    assert any(name.endswith(".css") for name in loaded), loaded
    assert sum(loaded.values()) <= MOST_BYTES, loaded
