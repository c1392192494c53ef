"""One instance in processes of its own, one Chromium; a context for each person of a journey."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.chromium import ARGUMENTS, CHROMIUM, WHOLE
from tests.instance import Instance, free_port
from tests.journeys.visit import DESK, PHONE, Visit

Visits = Callable[..., Visit]


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="package")
def instance(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A fresh demonstration; or, to go faster, one that runs: `SMARTSENEGAL_JOURNEYS="<data> <port>"`."""
    if running := os.environ.get("SMARTSENEGAL_JOURNEYS"):
        data, port = running.rsplit(" ", 1)
        yield Instance(Path(data), int(port))
        return
    made = Instance(tmp_path_factory.mktemp("journeys") / "data", free_port())
    made.begin_from(request.getfixturevalue("prepared"))
    made.start(240)
    yield made
    made.stop()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield started
    started.close()


@pytest.fixture
def remembering(playwright: Playwright) -> Iterator[Browser]:
    """A browser that keeps pages whole for the way back, as people's do and automated ones do not."""
    kept = ["--disable-back-forward-cache"]
    started = playwright.chromium.launch(executable_path=WHOLE, args=ARGUMENTS, ignore_default_args=kept)
    yield started
    started.close()


@pytest.fixture
def visits(browser: Browser, instance: Instance) -> Iterator[Visits]:
    """Makes a visit: `visits(phone=True, script=False)`. At the end nothing wrong may have been seen."""
    made: list[Visit] = []

    def make(*, phone: bool = False, script: bool = True, quiet: bool = False, **options: Any) -> Visit:
        face = {**(PHONE if phone else DESK), **options}
        context = browser.new_context(locale="fr-FR", java_script_enabled=script, **face)
        context.set_default_timeout(20_000)
        visit = Visit.begin(context, instance.url, script=script)
        visit.quiet = quiet
        made.append(visit)
        return visit

    yield make
    faults = [fault for visit in made for fault in visit.faults]
    for visit in made:
        visit.context.close()
    assert not faults, "\n".join(dict.fromkeys(faults))
