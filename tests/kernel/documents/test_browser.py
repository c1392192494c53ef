"""Verification, pieces and journal in a real browser: accessible, in the screen, without JavaScript too."""

import io
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect, sync_playwright

from smartsenegal.kernel.audit.actions import check_at_once, record
from smartsenegal.kernel.audit.api import SYSTEM, Actor
from smartsenegal.kernel.documents import actions, api, registry, rules, verification
from smartsenegal.kernel.documents.models import IssuedAct, StoredFile
from smartsenegal.kernel.identity.api import (
    Account,
    Organisation,
    RoleAssignment,
    principal_for,
    system,
)
from smartsenegal.kernel.territory.models import Territory
from smartsenegal.lib import qr, seal
from smartsenegal.lib.authority import Authority
from smartsenegal.lib.crypto import Keyring
from tests.chromium import ARGUMENTS, CHROMIUM
from tests.kernel.documents import hostile
from tests.kernel.documents.conftest import SIGNER
from tests.kernel.documents.test_verify import altered_seals
from tests.web.accessible import faults

pytestmark = pytest.mark.django_db(transaction=True)
PUBLIC_WIDTHS = (320, 390, 1280)
# A theme changes colours alone: all else was looked at in the light one.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
THEMES = [("light", (390, 1440), None), ("dark", (1440,), OF_COLOURS)]
SHOTS = os.environ.get("SMARTSENEGAL_SHOTS", "")


@pytest.fixture
def act(issue: Callable[..., IssuedAct], inspector: Account) -> IssuedAct:
    office = Organisation.objects.get(code="ig")
    return issue(signer=replace(SIGNER, organisation_id=office.pk))


@pytest.fixture
def origin(live_server: Any) -> str:
    return str(live_server.url)


@pytest.fixture
def browser(origin: str, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Started last: signing an act, or the database of the test, refuse to run beside the browser's loop.

    What the test asks for is made before, and nothing that it does not: an act takes seconds.
    """
    for name in ("inspector", "agents", "act", "piece", "forgeries"):
        if name in request.fixturenames:
            request.getfixturevalue(name)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@contextmanager
def page(
    browser: Browser, width: int, theme: str = "light", expected: Sequence[str] = (), **options: Any
) -> Iterator[Page]:
    """Fails on any error of script or policy, but those that hold one of the `expected` words."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="fr-FR", **options)
    made, troubles = context.new_page(), []
    made.on("pageerror", lambda error: troubles.append(str(error)))
    made.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    yield made
    context.close()
    assert [t for t in troubles if not any(word in t for word in expected)] == []


def elsewhere(work: Callable[[], Any]) -> Any:
    """Runs `work` in a thread without the browser's loop, with a database connection of its own."""

    def run() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


@pytest.fixture
def inspector() -> Account:
    place = Territory.objects.create(code="SN", kind="country", name="Sénégal", path="SN")
    office = Organisation.objects.create(
        code="ig", name="Inspection générale", kind="ministry", territory=place
    )
    account = Account.objects.create_user(email="ig@example.sn", name="Coumba Seck")
    RoleAssignment.objects.create(
        account=account, role="inspector", organisation=office, starts_on=date(2020, 1, 1)
    )
    return account


def sound(opened: Page, name: str, *widths: int, rules: list[str] | None = None) -> None:
    """No violation (of all rules, or of these), one title, nothing beyond the screen, at each width."""
    opened.wait_for_load_state("networkidle")
    assert opened.get_by_role("heading", level=1).count() == 1
    for width in widths:
        opened.set_viewport_size({"width": width, "height": 900})
        if SHOTS:
            opened.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)
        if width != 320:  # the same layout as at 390
            assert faults(opened, rules) == []
        assert opened.evaluate("document.documentElement.scrollWidth") <= width


def signed_in(opened: Page, account: Account, origin: str) -> None:
    def session() -> str:
        client = Client()
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client.cookies["session"].value

    opened.context.add_cookies([{"name": "session", "value": elsewhere(session), "url": origin}])


def test_every_answer_of_the_verification(browser: Browser, origin: str, act: IssuedAct) -> None:
    with page(browser, 390, expected=["404", "422"]) as opened:
        opened.goto(f"{origin}/verifier/")
        sound(opened, "check", *PUBLIC_WIDTHS)
        opened.get_by_role("button", name="Vérifier ce fichier").click()
        expect(opened.get_by_text("Choisissez le PDF reçu, ou photographiez le sceau.").first).to_be_visible()
        sound(opened, "check-error", *PUBLIC_WIDTHS)
        opened.get_by_label("Code de vérification").fill("7KQ2-M4XW")
        opened.get_by_role("button", name="Vérifier ce code").click()
        expect(opened.get_by_label("Code de vérification")).to_have_value("7KQ2-M4XW")
        sound(opened, "check-code-error", *PUBLIC_WIDTHS)
        opened.get_by_label("Code de vérification").fill(rules.show_code(act.code))
        opened.get_by_role("button", name="Vérifier ce code").click()
        expect(opened.get_by_role("heading", name="Acte authentique")).to_be_visible()
        sound(opened, "genuine-code", *PUBLIC_WIDTHS)
        opened.goto(f"{origin}/v/{rules.new_code()}/")
        sound(opened, "unknown", *PUBLIC_WIDTHS)
        elsewhere(lambda: api.revoke(act.pk, system(), "error"))
        opened.goto(f"{origin}/v/{act.code}/")
        sound(opened, "revoked", *PUBLIC_WIDTHS)


SCAN = """
    window.BarcodeDetector = class {
        static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
        detect() { return Promise.resolve(window.seen.splice(0, 1).map((rawValue) => ({ rawValue }))); }
    };
    const canvas = document.createElement("canvas");
    const brush = canvas.getContext("2d");
    setInterval(() => brush.fillRect(Math.random() * 99, 0, 9, 9), 40);
    navigator.mediaDevices.getUserMedia = () => Promise.resolve(canvas.captureStream(5));
"""


def test_the_camera_reads_the_seal(browser: Browser, origin: str, act: IssuedAct) -> None:
    words = elsewhere(lambda: api.act_content(act).seal)
    with page(browser, 390) as opened:
        opened.add_init_script(SCAN)
        opened.goto(f"{origin}/verifier/")
        opened.evaluate("seen => { window.seen = seen }", ["https://example.org/", words])
        opened.get_by_role("button", name="Scanner le sceau").click()
        opened.get_by_role("heading", name="Acte authentique").wait_for()
        expect(opened.get_by_text("Awa Marie Ndiaye")).to_be_visible()
        sound(opened, "genuine-seal", *PUBLIC_WIDTHS)


def test_a_camera_that_is_refused_says_what_else_to_do(browser: Browser, origin: str) -> None:
    with page(browser, 390) as opened:
        opened.add_init_script(SCAN.replace("Promise.resolve(canvas.captureStream(5))", "Promise.reject()"))
        opened.goto(f"{origin}/verifier/")
        opened.get_by_role("button", name="Scanner le sceau").click()
        opened.get_by_text("La caméra n’est pas accessible.").wait_for()
        sound(opened, "scan-refused", 390)


def test_a_browser_that_cannot_scan_does_not_offer_it(browser: Browser, origin: str) -> None:
    with page(browser, 390) as opened:
        opened.add_init_script("delete window.BarcodeDetector")
        opened.goto(f"{origin}/verifier/")
        expect(opened.get_by_role("button", name="Scanner le sceau")).not_to_be_visible()


def test_without_javascript_codes_are_verified(browser: Browser, origin: str, act: IssuedAct) -> None:
    with page(browser, 390, java_script_enabled=False) as opened:
        opened.goto(f"{origin}/verifier/")
        expect(opened.get_by_role("button", name="Scanner le sceau")).not_to_be_visible()
        opened.get_by_label("Code de vérification").fill(act.code)
        opened.get_by_role("button", name="Vérifier ce code").click()
        expect(opened.get_by_role("heading", name="Acte authentique")).to_be_visible()


@pytest.mark.parametrize(("theme", "widths", "rules"), THEMES)
def test_the_journal(
    browser: Browser,
    origin: str,
    inspector: Account,
    theme: str,
    widths: tuple[int, ...],
    rules: list[str] | None,
) -> None:
    moussa = Actor("agent", "a1", "Moussa Fall", "Tribunal de grande instance de Thiès", "192.0.2.3")

    def write() -> None:
        for n in range(60):
            record(
                moussa, "documents.read", f"case:0190aaaa-0000-7000-8000-{n:012d}", {"n": n}, "instruction"
            )
            record(SYSTEM, "documents.purge", f"case:{n}", {}, "durée de conservation atteinte")
        check_at_once(moussa)

    elsewhere(write)
    with page(browser, widths[-1], theme, expected=["422"]) as opened:
        opened.context.add_cookies([{"name": "display", "value": theme, "url": origin}])
        signed_in(opened, inspector, origin)
        opened.goto(f"{origin}/journal/")
        sound(opened, f"journal-{theme}", *widths, rules=rules)
        opened.get_by_label("Du", exact=True).fill("hier")
        opened.get_by_role("button", name="Filtrer").click()
        sound(opened, f"journal-error-{theme}", *widths, rules=rules)
        opened.goto(f"{origin}/journal/?subject=case:rien")
        sound(opened, f"journal-empty-{theme}", *widths, rules=rules)
        opened.goto(f"{origin}/journal/")
        opened.get_by_role("button", name="Vérifier le journal").click()
        expect(opened.get_by_text("Journal intègre")).to_be_visible()
        entry = opened.locator(".ss-table__link").first.get_attribute("href")
        opened.locator(".ss-table__link").first.click()
        opened.wait_for_url(f"{origin}{entry}")
        sound(opened, f"entry-{theme}", *widths, rules=rules)


@pytest.fixture
def piece(inspector: Account) -> Iterator[StoredFile]:
    registry.register_subject("folder", lambda principal, subject, file: True)
    yield api.store(
        io.BytesIO(hostile.pdf()), filename="a.pdf", purpose="piece", subject="folder:1",
        by=principal_for(inspector), is_identity=True,
    )  # fmt: skip
    del registry._subjects["folder"]


def test_a_destroyed_piece(piece: StoredFile, browser: Browser, origin: str, inspector: Account) -> None:
    elsewhere(lambda: api.discard(piece.pk, system(), "essai"))
    with page(browser, 390, expected=["410"]) as opened:
        signed_in(opened, inspector, origin)
        opened.goto(f"{origin}/pieces/{piece.pk}/")
        sound(opened, "gone", 390)


def test_a_piece_is_drawn_under_the_policy_that_forbids_everything_else(
    piece: StoredFile, browser: Browser, origin: str, inspector: Account
) -> None:
    with page(browser, 390) as opened:
        signed_in(opened, inspector, origin)
        opened.goto(f"{origin}/verifier/")
        width = opened.evaluate(
            "url => { const i = new Image(); i.src = url; return i.decode().then(() => i.naturalWidth) }",
            f"/pieces/{piece.pk}/page/1/",
        )
        assert width == 1800
        answered = opened.goto(f"{origin}/pieces/{piece.pk}/")
        assert answered is not None
        assert answered.headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize("kind", ["pdf", "photo"])
def test_a_file_is_sent_from_the_page(
    browser: Browser, origin: str, act: IssuedAct, kind: str, tmp_path: Path
) -> None:
    if kind == "pdf":
        data = elsewhere(lambda: api.open_file(act.pdf_id, system(), "essai").read())
    else:
        data = qr.qr_png(elsewhere(lambda: api.act_content(act).seal))
    path = tmp_path / ("acte.pdf" if kind == "pdf" else "photo.png")
    path.write_bytes(data)
    with page(browser, 390) as opened:
        opened.goto(f"{origin}/verifier/")
        opened.get_by_label("PDF de l’acte ou photo du sceau").set_input_files(path)
        opened.get_by_role("button", name="Vérifier ce fichier").click()
        opened.get_by_role("heading", name="Acte authentique").wait_for()
        expect(opened.get_by_text("Awa Marie Ndiaye")).to_be_visible()


@pytest.fixture
def agents(inspector: Account) -> Account:
    """One account with the roles that the pages below ask for."""
    office = Organisation.objects.get(code="ig")
    for role in ("administrator", "signatory"):
        RoleAssignment.objects.create(
            account=inspector, role=role, organisation=office, starts_on=date(2020, 1, 1)
        )
    return inspector


def test_a_revocation(act: IssuedAct, agents: Account, browser: Browser, origin: str) -> None:
    with page(browser, 390, expected=["422"]) as opened:
        signed_in(opened, agents, origin)
        opened.goto(f"{origin}/v/{act.code}/")
        opened.get_by_role("link", name="Révoquer cet acte").click()
        sound(opened, "revoke", 390, 1440)
        opened.get_by_role("button", name="Révoquer cet acte").click()
        sound(opened, "revoke-error", 390, 1440)
        opened.get_by_label("Erreur matérielle dans l’acte").check()
        opened.get_by_label("Explication").fill("Nom mal écrit.")
        opened.get_by_role("button", name="Révoquer cet acte").click()
        opened.get_by_role("heading", name="Acte révoqué").wait_for()


def set_one() -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    actions.set_retention(system(), "piece:identity", tomorrow, 30, "Décision du ministre de l’Intérieur")


@pytest.mark.parametrize(("theme", "widths", "rules"), THEMES)
def test_lengths_of_keeping(
    agents: Account,
    browser: Browser,
    origin: str,
    theme: str,
    widths: tuple[int, ...],
    rules: list[str] | None,
) -> None:
    with page(browser, widths[-1], theme, expected=["422"]) as opened:
        opened.context.add_cookies([{"name": "display", "value": theme, "url": origin}])
        signed_in(opened, agents, origin)
        opened.goto(f"{origin}/conservation/")
        sound(opened, f"retention-none-{theme}", *widths, rules=rules)
        elsewhere(set_one)
        opened.goto(f"{origin}/conservation/")
        sound(opened, f"retention-{theme}", *widths, rules=rules)
        opened.get_by_role("button", name="Enregistrer").click()
        sound(opened, f"retention-error-{theme}", *widths, rules=rules)


# --- the checker in one file -----------------------------------------------------------------


@pytest.fixture
def forgeries(act: IssuedAct) -> dict[str, str]:
    """Genuine first, then seals that say something else."""
    words = api.act_content(act).seal
    return {"genuine": words, **altered_seals(words), "cut": words[:-9], "stranger": _strangers(words)}


def _strangers(words: str) -> str:
    with TemporaryDirectory() as place:
        other = Authority.create(Path(place) / "a", keyring=Keyring.create(Path(place) / "k"))
        return seal.make_seal(
            {"Acte": "Extrait"},
            number="B3-2026-1",
            revocation_ref="x",
            issued_at=datetime.now(UTC),
            authority=other,
        )


def test_the_kept_checker_works_alone(
    forgeries: dict[str, str], act: IssuedAct, browser: Browser, origin: str, tmp_path: Path
) -> None:
    """Downloaded, then opened from the disk with the network cut."""
    with page(browser, 390) as opened:
        opened.goto(f"{origin}/verifier/")
        opened.get_by_role("link", name="Préparer la vérification sans réseau").click()
        sound(opened, "offline", 390)
        with opened.expect_download() as download:
            opened.get_by_role("link", name="Télécharger le vérificateur").click()
        download.value.save_as(tmp_path / "verificateur.html")
    with page(browser, 390) as opened:
        opened.context.set_offline(True)
        opened.goto(f"file://{tmp_path}/verificateur.html")
        sound(opened, "kept", 390)
        for name, words in forgeries.items():
            opened.get_by_label("Texte du sceau").fill(words)
            opened.get_by_role("button", name="Vérifier").click()
            wanted = "Acte authentique" if name == "genuine" else "Acte non authentique"
            opened.get_by_role("heading", level=2, name=wanted, exact=True).wait_for()
            assert opened.get_by_text("Awa Marie Ndiaye").count() == (1 if name == "genuine" else 0)
            if name == "genuine":
                expect(opened.get_by_text("27 mars 1994")).to_be_visible()
                sound(opened, "kept-genuine", 390)
        opened.get_by_label("Texte du sceau").fill("Bonjour")
        opened.get_by_role("button", name="Vérifier").click()
        opened.get_by_role("heading", name="Vérification impossible").wait_for()
    elsewhere(lambda: api.revoke(act.pk, system(), "fraud"))
    (tmp_path / "new.html").write_bytes(elsewhere(verification.offline_page))
    with page(browser, 390) as opened:
        opened.context.set_offline(True)
        opened.goto(f"file://{tmp_path}/new.html")
        opened.get_by_label("Texte du sceau").fill(forgeries["genuine"])
        opened.get_by_role("button", name="Vérifier").click()
        opened.get_by_role("heading", name="Acte révoqué").wait_for()
        sound(opened, "kept-revoked", 390)


def test_the_kept_checker_cannot_send_anything(browser: Browser, origin: str, tmp_path: Path) -> None:
    (tmp_path / "kept.html").write_bytes(elsewhere(verification.offline_page))
    with page(browser, 390, expected=["Content Security Policy", "violates"]) as opened:
        opened.goto(f"file://{tmp_path}/kept.html")
        sent = opened.evaluate("url => fetch(url).then(() => 'sent', () => 'refused')", f"{origin}/verifier/")
        assert sent == "refused"
