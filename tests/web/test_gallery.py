"""Every component in a browser: accessible, within the screen, and usable by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.web.accessible import faults
from tests.web.browser import ORIGIN, chromium, page

PUBLIC = f"{ORIGIN}/composants"
OPERATIONS = f"{ORIGIN}/composants?face=operations"
# A theme changes colours alone: all else of these pages was looked at in the light one.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
TARGETS = [
    ".ss-button",
    ".ss-input",
    ".ss-choice__input",
    ".ss-header__link",
    ".ss-tabs__link",
    ".ss-details__summary",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


def test_the_checker_sees_a_fault(browser: Browser) -> None:
    with page(browser, 390) as opened:
        opened.goto(PUBLIC)
        opened.evaluate("document.querySelector('.ss-label').remove()")
        assert any(fault.startswith("label:") for fault in faults(opened))
        opened.evaluate("document.querySelector('h1').style.color = '#ddd'")
        assert any(fault.startswith("color-contrast:") for fault in faults(opened, OF_COLOURS))


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize(
    ("address", "theme"), [(PUBLIC, "light"), (OPERATIONS, "light"), (OPERATIONS, "dark")]
)
def test_no_violation_and_nothing_beyond_the_screen(
    browser: Browser, width: int, address: str, theme: str
) -> None:
    with page(browser, width, theme) as opened:
        opened.goto(address)
        assert opened.locator("html").get_attribute("data-theme") == theme
        if width != 320:  # the same layout as at 390
            assert faults(opened, OF_COLOURS if theme == "dark" else None) == []
        assert opened.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("kind", ["question", "confirmation", "retrait"])
def test_whole_pages(browser: Browser, width: int, kind: str) -> None:
    with page(browser, width) as opened:
        opened.goto(f"{PUBLIC}?page={kind}")
        assert faults(opened) == []
        assert opened.get_by_role("heading", level=1).count() == 1
        assert opened.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["/accessibilite", "/vos-donnees", "/touches", "/nulle-part"])
def test_pages_of_the_house(browser: Browser, path: str) -> None:
    with page(browser, 390, expected=["404"]) as opened:
        opened.goto(f"{ORIGIN}{path}")
        assert faults(opened) == []


@pytest.mark.parametrize("address", [PUBLIC, OPERATIONS])
def test_text_twice_as_large_still_fits(browser: Browser, address: str) -> None:
    """200 % zoom of a 1280 px window is a window of 640 px; larger text alone must fit as well."""
    with page(browser, 640) as opened:
        opened.goto(address)
        opened.evaluate("document.documentElement.style.setProperty('--root', '200%')")
        assert opened.evaluate("document.documentElement.scrollWidth") <= 640


@pytest.mark.parametrize("width", [320, 1280])
def test_targets_of_the_public_face_are_44_px(browser: Browser, width: int) -> None:
    with page(browser, width) as opened:
        opened.goto(PUBLIC)
        small = opened.evaluate(
            "names => [...document.querySelectorAll(names)]"
            ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.9).map(e => e.outerHTML)",
            ", ".join(TARGETS),
        )
        assert small == []


@pytest.mark.parametrize("address", [PUBLIC, OPERATIONS])
def test_everything_is_drawn_without_javascript(browser: Browser, address: str) -> None:
    with page(browser, 390, java_script_enabled=False) as opened:
        opened.goto(address)
        expect(opened.get_by_role("heading", name="Bloc répété")).to_be_visible()
        expect(opened.get_by_role("button", name="Ajouter un enfant")).to_be_visible()
        opened.get_by_text("Pourquoi cette question").first.click()
        expect(opened.get_by_text("Le greffe cherche votre casier").first).to_be_visible()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(browser: Browser) -> None:
    with page(browser, 390) as opened:
        opened.goto(PUBLIC)
        assert opened.evaluate("document.activeElement.className") == "ss-error-summary"
        opened.get_by_role("link", name="Choisissez comment recevoir l’acte.").click()
        assert opened.evaluate("document.activeElement.id") == "id_error-pickup_0"


def test_a_heavy_file_is_refused_before_it_is_sent(browser: Browser) -> None:
    with page(browser, 390) as opened:
        opened.goto(PUBLIC)
        chooser = opened.locator("#id_normal-piece")
        heavy = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 10_400_000}
        chooser.set_input_files(heavy)
        assert "Ce fichier pèse 10,4\u00a0Mo" in opened.locator("[data-preview]").first.inner_text()
        assert chooser.input_value() == ""


def test_the_password_can_be_read(browser: Browser) -> None:
    with page(browser, 390) as opened:
        opened.goto(PUBLIC)
        control = opened.locator("#id_normal-password")
        opened.get_by_role("button", name="Montrer le mot de passe").first.click()
        assert control.get_attribute("type") == "text"


def test_rows_are_walked_by_keyboard(browser: Browser) -> None:
    with page(browser, 1280) as opened:
        opened.goto(OPERATIONS)
        opened.evaluate("document.activeElement.blur()")
        opened.keyboard.press("j")
        chosen = opened.locator("table[data-keys] .ss-table__row--selected .ss-table__link")
        assert chosen.inner_text() == "CN-2026-001903"
        opened.keyboard.press("k")
        opened.keyboard.press("k")
        assert chosen.inner_text() == "CJ-2026-004127"
        assert opened.evaluate("document.activeElement.textContent") == "CJ-2026-004127"
        opened.keyboard.press("Enter")
        opened.wait_for_url("**#")


def test_keys_are_listed_and_typing_is_left_alone(browser: Browser) -> None:
    with page(browser, 1280) as opened:
        opened.goto(OPERATIONS)
        opened.locator("#id_normal-name").fill("")
        opened.locator("#id_normal-name").press("?")
        expect(opened.locator("#keys")).not_to_be_visible()
        opened.evaluate("document.activeElement.blur()")
        opened.keyboard.press("?")
        expect(opened.get_by_role("heading", name="Touches du clavier")).to_be_visible()
        opened.keyboard.press("Escape")
        expect(opened.locator("#keys")).not_to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_theme_is_kept(browser: Browser, javascript: bool) -> None:
    with page(browser, 1280, java_script_enabled=javascript) as opened:
        opened.goto(OPERATIONS)
        opened.get_by_role("button", name="Sombre").click()
        opened.get_by_role("button", name="Clair").wait_for()
        assert opened.locator("html").get_attribute("data-theme") == "dark"
        assert opened.url == OPERATIONS


def test_print_leaves_the_navigation_out(browser: Browser) -> None:
    with page(browser, 1280) as opened:
        opened.goto(PUBLIC)
        opened.emulate_media(media="print")
        expect(opened.locator(".ss-footer")).not_to_be_visible()
        expect(opened.locator(".ss-header__nav")).not_to_be_visible()
        expect(opened.get_by_text("27\u00a0mars 1994").first).to_be_visible()


def test_forced_colours_keep_the_choices_visible(browser: Browser) -> None:
    with page(browser, 1280, forced_colors="active") as opened:
        opened.goto(PUBLIC)
        looks = opened.locator(".ss-choice__input").first.evaluate("e => getComputedStyle(e).appearance")
        assert looks == "auto"
