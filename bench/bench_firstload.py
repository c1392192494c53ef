"""What a first visit downloads, as Chromium counts it on the wire."""

from bench.demo import demonstration
from bench.report import Row, publish
from tests.chromium import ARGUMENTS, CHROMIUM

PAGES = {"home page": "/", "catalogue": "/demarches/", "a procedure": "/demarches/certificat-residence/"}
GOAL = 60.0


def run() -> None:
    """Measure and publish."""
    from playwright.sync_api import sync_playwright

    rows = []
    with demonstration() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, path in PAGES.items():
            received, files = _load(browser, demo.url + path)
            rows += [
                Row(f"{name}: first load", received / 1000, "kB", goal=GOAL),
                Row(f"{name}: requests", files, ""),
            ]
        browser.close()
    publish(
        "firstload",
        "Bytes received on a telephone's screen with an empty cache, headers and fonts included.",
        rows,
    )


def _load(browser: object, url: str) -> tuple[float, int]:
    context = browser.new_context(viewport={"width": 360, "height": 740})  # type: ignore[attr-defined]
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url, wait_until="networkidle")
    context.close()
    return sum(sizes), len(sizes)
