"""What people do in these journeys, by the words they read on the page."""

import html
import io
import re
import textwrap
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import FilePayload, Locator

from smartsenegal import lib
from smartsenegal.run.demo.people import PASSWORD
from tests.journeys.visit import PHONE_PAGE, Visit, plain

T = TypeVar("T")
Answers = Mapping[str, str]
OFFICER, SIGNATORY = "instruction@demo.sn", "signature@demo.sn"
FONT = Path(lib.__file__).parent / "fonts" / "Inter-Regular.ttf"
CASHIER, INSPECTOR = "caisse@demo.sn", "inspection@demo.sn"


def wait(probe: Callable[[], T], what: str, seconds: float = 40) -> T:
    """What the probe gives once it gives something; AssertionError with `what` after `seconds`."""
    until = time.monotonic() + seconds
    while not (found := probe()):
        assert time.monotonic() < until, what
        time.sleep(0.2)
    return found


# --- the door ---------------------------------------------------------------------------


def messages(visit: Visit, phone: str) -> list[str]:
    """The SMS that the demonstration's telephone shows for a number, newest first.

    Asked again and again until one comes: read without drawing the page, which takes twenty times as long.
    """
    answered = visit.context.request.get(f"{visit.base}{PHONE_PAGE}", params={"q": phone})
    assert answered.ok, answered.status
    texts = re.findall(r'<div class="ss-timeline__text">(.*?)</div>', answered.text(), re.S)
    apart = [re.sub(r"</?(?:p|br)\b[^>]*>", " ", text) for text in texts]
    return [plain(html.unescape(re.sub(r"<[^>]+>", "", text))).strip() for text in apart]


def message_with(visit: Visit, phone: str, words: str) -> str:
    """The newest SMS that has these words, once it has come."""

    def read() -> str:
        return next((m for m in messages(visit, phone) if words in m), "")

    return wait(read, f"no SMS with « {words} » came to {phone}")


def sign_up(visit: Visit, phone: str, name: str) -> None:
    """From the door: the number, the code that comes, and for newcomers the name."""
    visit.check()
    visit.page.get_by_label("Quel est votre numéro de téléphone").fill(phone)
    visit.press("Recevoir un code").check()
    enter_code(visit, phone)
    visit.sees("Comment vous appelez-vous ?").check()
    visit.page.get_by_label("Comment vous appelez-vous").fill(name)
    visit.press("Continuer")


def enter_code(visit: Visit, phone: str, *, earlier: frozenset[str] = frozenset()) -> str:
    """Copy the code of the newest SMS that is not among the earlier ones."""

    def read() -> str:
        codes = [c for m in messages(visit, phone) for c in re.findall(r"\b\d{6}\b", m)]
        return next((c for c in codes if c not in earlier), "")

    code = wait(read, f"no code came to {phone}")
    visit.page.get_by_label("Code reçu").fill(code)
    visit.press("Continuer", exact=True)
    return code


def sign_in(visit: Visit, login: str) -> Visit:
    """By the password of the demonstration."""
    visit.open("/compte/connexion/mot-de-passe/").check()
    visit.page.get_by_label("Téléphone ou adresse électronique").fill(login)
    visit.page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    visit.press("Se connecter", exact=True)
    assert "/connexion/" not in visit.path, visit.text()
    return visit


# --- forms ------------------------------------------------------------------------------


def answer(visit: Visit, answers: Answers, within: Locator | None = None) -> Visit:
    """Fill the controls that have these labels: type, choose in the list, or tick the choice."""
    for label, value in answers.items():
        _fill(within or visit.page.locator("main"), label, value)
    return visit


def _fill(scope: Locator, label: str, value: str) -> None:
    if not value:
        scope.get_by_label(label, exact=True).check()
        return
    control = scope.get_by_label(label, exact=True).first
    if control.evaluate("e => e.tagName") == "SELECT":
        control.select_option(label=value)
    else:
        control.fill(value)


def typed(visit: Visit, label: str) -> str:
    """What the control that has this label holds."""
    return visit.page.get_by_label(label, exact=True).first.input_value()


def error_of(visit: Visit, label: str) -> str:
    """The sentence that stands beside the control, tied to it for those who cannot see."""
    control = visit.page.get_by_label(label, exact=True).first
    assert control.get_attribute("aria-invalid") == "true", f"{label} is not marked as wrong"
    ids = (control.get_attribute("aria-describedby") or "").split()
    told = [plain(visit.page.locator(f"[id='{i}']").inner_text()) for i in ids if "error" in i]
    assert told, f"no sentence is tied to {label}"
    return told[0]


def jump_from_summary(visit: Visit, words: str) -> str:
    """Follow a line of the error summary; the label of the control it leads to."""
    summary = visit.page.locator(".ss-error-summary")
    link = summary.get_by_role("link").filter(has_text=words)
    target = (link.get_attribute("href") or "").removeprefix("#")
    link.click()
    assert visit.page.locator(f"[id='{target}']").count() == 1, f"« {words} » leads nowhere: {target}"
    return target


# --- files ------------------------------------------------------------------------------


def photograph(words: str = "Pièce", colour: str = "#dfe8e2") -> FilePayload:
    """A JPEG as a telephone takes it, its subject readable."""
    image = Image.new("RGB", (1200, 850), colour)
    draw = ImageDraw.Draw(image)
    draw.rectangle((60, 60, 1140, 790), outline="#16211b", width=6)
    font = ImageFont.truetype(FONT, 56)
    draw.multiline_text((110, 110), textwrap.fill(words, 30), fill="#16211b", font=font, spacing=16)
    return _file("photo.jpg", image, "JPEG")


def _file(name: str, image: Image.Image, kind: str) -> FilePayload:
    stream = io.BytesIO()
    image.save(stream, kind, quality=85)
    return {"name": name, "mimeType": f"image/{kind.lower()}", "buffer": stream.getvalue()}


DISGUISED: FilePayload = {
    "name": "carte.jpg",
    "mimeType": "image/jpeg",
    "buffer": b"<!doctype html><title>x</title><script>alert(1)</script>" + b" " * 400,
}


def choose_file(visit: Visit, file: FilePayload, within: Locator | None = None) -> None:
    (within or visit.page.locator("main")).locator(".ss-upload__input").set_input_files(file)


# --- money ------------------------------------------------------------------------------


def pay(visit: Visit) -> str:
    """Pay at the demonstration's operator; the number of the receipt."""
    visit.check().press("Payer avec Wave").check()
    visit.follow("Ouvrir Wave")
    visit.press("Payer", exact=True)

    def receipt() -> bool:
        if visit.script:
            link = visit.page.get_by_role("link", name="Voir le résultat du paiement")
            if link.count():
                visit.follow("Voir le résultat du paiement")
        elif "/recu/" not in visit.path:
            visit.page.reload()
        return "/recu/" in visit.path

    wait(receipt, "the payment is not confirmed")
    visit.sees("Paiement reçu").check()
    number = plain(visit.page.locator(".ss-panel").inner_text())
    found = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", number)
    assert found, number
    return found[0]
