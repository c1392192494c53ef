"""A passer-by at a hotspot: joins, gets on, sees what is left, changes language; without script too."""

import html
import os
import re
from pathlib import Path
from urllib.parse import unquote, urlencode, urlsplit

import pytest

from tests.journeys.conftest import Visits
from tests.journeys.visit import Visit

# Where to keep pictures of the pages, for who looks at them.
PICTURES = os.environ.get("SMARTSENEGAL_PICTURES", "")
SITE = "/wifi/wifi-demonstration/"
NAMES = ("Wolof", "Pulaar", "English", "SAMU")
# What the browser cannot reach from here: the router itself.
ROUTER = "http://10.20.0.1/login"

# The engine of a phone that has a French voice: Debian's browser has none.
VOICE = """
Object.defineProperty(window, "speechSynthesis", {value: {
    said: [], speaking: false, getVoices() { return [{lang: "fr-FR"}]; }, addEventListener() {}, cancel() {},
    speak(words) { this.said.push(words.text); },
}});
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


@pytest.mark.parametrize(
    ("phone", "script"),
    [(False, True), (True, True), (True, False)],
    ids=["desk", "phone", "without-javascript"],
)
def test_a_passer_by_gets_on(visits: Visits, phone: bool, script: bool) -> None:
    passer = visits(phone=phone, script=script)
    look = f"{'phone' if phone else 'desk'}-{'script' if script else 'plain'}"
    passer.page.add_init_script(VOICE)
    arrive(passer, 2 * phone + script).sees("Wi-Fi gratuit", "Place de démonstration", "SAMU 1515")
    listen(passer, script=script)
    shown(passer, f"{look}-1-first")
    number(passer, "33 123 45 67")
    passer.expected.append(422)
    passer.press("Envoyer le code").sees("77 123 45 67")
    shown(passer, f"{look}-2-mistyped")
    assert passer.page.get_by_label("Numéro de téléphone").input_value() == "33 123 45 67"
    passer.page.get_by_label("Numéro de téléphone").fill(f"77 123 45 6{2 * phone + script}")
    passer.press("Envoyer le code").sees("Un code part par SMS", "Recevoir un autre code")
    shown(passer, f"{look}-3-code")
    passer.follow("Entrer autrement").follow("English").sees("Free Wi-Fi")
    passer.follow("Français")
    passer.page.route(f"{ROUTER}**", lambda route: route.abort())
    own = enter(passer)
    passer.open(own).sees("Pas encore en ligne", "Temps qui reste")
    shown(passer, f"{look}-4-status")
    passer.press("Reconnaître cet appareil").sees("Cet appareil est reconnu")
    passer.press("Oublier mes appareils").sees("Vos appareils sont oubliés")
    passer.follow("Conditions et vie privée").sees("Ce qui est gardé de vous")
    shown(passer, f"{look}-5-conditions")


def listen(passer: Visit, *, script: bool) -> None:
    """« Écouter » reads the page by the phone's voice; where no script runs it is not there."""
    button = passer.page.locator("#listen")
    assert button.is_visible() == script
    if script:
        button.click()
        said = passer.page.evaluate("speechSynthesis.said")
        assert said[:2] == ["Wi-Fi gratuit", "Place de démonstration"]
        assert "Se connecter" in said


def arrive(passer: Visit, device: int) -> Visit:
    """As the page of login of the router leads a device there."""
    told = {
        "nas": "demonstration-gw1", "mac": f"02:1B:2C:3D:4E:0{device}", "ip": "10.20.0.9", "login": ROUTER,
        "dst": "http://example.com/",
    }  # fmt: skip
    return passer.open(f"{SITE}?{urlencode(told)}")


def number(passer: Visit, typed: str) -> None:
    passer.page.get_by_text("Recevoir un code par SMS").click()
    passer.page.get_by_label("Numéro de téléphone").fill(typed)


def enter(passer: Visit) -> str:
    """One tap; the path of the device's own page, which the router leads to once it is on."""
    with passer.page.expect_response(lambda answer: answer.url.endswith("/entrer/")) as waiting:
        passer.page.get_by_role("button", name="Se connecter").first.click()
    to = re.search(r'content="1;url=([^"]+)"', waiting.value.text())
    assert to
    found = re.search(r"dst=([^&]+)", html.unescape(to[1]))
    assert found
    return urlsplit(unquote(found[1])).path


def shown(passer: Visit, name: str) -> None:
    """Whatever is wrong with the page is noted; its picture is kept for who asks."""
    passer.check(names=NAMES)
    if PICTURES:
        passer.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
