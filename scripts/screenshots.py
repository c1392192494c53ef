"""The README's pictures: a demonstration in a folder of its own, one request walked through it."""

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.chromium import ARGUMENTS, CHROMIUM
from tests.instance import Instance, free_port
from tests.journeys.acts import Paper
from tests.journeys.people import OFFICER, SIGNATORY, answer, sign_in, wait
from tests.journeys.story import RECORD, Story
from tests.journeys.test_story import send_file
from tests.journeys.visit import PHONE, Visit

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
HEAVIEST = 120_000
WIDE = {"viewport": {"width": 1280, "height": 900}}
WIDER = {"viewport": {"width": 1440, "height": 900}}
# Twice as fine, a phone's picture is read as well as on the phone; all of one height stand side by side.
FINE = {**PHONE, "viewport": {"width": 390, "height": 1000}, "device_scale_factor": 2}
Visits = Callable[..., Visit]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        instance = Instance(Path(folder) / "data", free_port())
        instance.start(240)
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            photograph(_visits(browser, instance.url), Path(folder))
            browser.close()
        finally:
            instance.stop()


def _visits(browser: Browser, url: str) -> Visits:
    def make(**face: object) -> Visit:
        context = browser.new_context(locale="fr-FR", **face)  # type: ignore[arg-type]
        visit = Visit.begin(context, url, script=True)
        visit.quiet = True
        return visit

    return make


def photograph(visits: Visits, folder: Path) -> None:
    """The public pages, then one request from its first question to its verified act."""
    keep(visits(**WIDE).open("/"), "home-1280")
    person = visits(**FINE)
    keep(person.open("/"), "home-390")
    story = Story(RECORD, person)
    keep(person.open(f"/demarches/{RECORD.code}/"), "sheet-390")
    story.pass_conditions()
    story.open_account()
    question(story)
    story.fill()
    story.send()
    story.pay()
    keep(person.open(f"{story.draft}/"), "follow-390")
    officer = sign_in(visits(**WIDER), OFFICER)
    instruct(story, officer)
    story.sign(sign_in(visits(**WIDER), SIGNATORY))
    paper = Paper(story.receive_act(folder))
    keep_picture(Image.open(paper.picture()), "act", colours=64, width=900)
    keep(send_file(person, paper.pdf), "verify-390")


def question(story: Story) -> None:
    """The first question, a date that does not exist having been typed."""
    story.draft = story.person.path.split("/questions/")[0]
    answer(story.person, {**RECORD.identity, "Date de naissance": "31 2 1994"})
    story.person.press("Continuer")
    keep(story.person, "question-390")


def instruct(story: Story, officer: Visit) -> None:
    """The queue with this request in it, the case with its pieces; then the officer proposes."""
    wait(
        lambda: story.reference in officer.open("/dossiers/a-traiter/").text(), "the case is not in the queue"
    )
    officer.page.wait_for_load_state("networkidle")
    keep(officer, "queue-1440")
    officer.open(f"{story.draft}/instruction/")
    for picture in officer.page.locator("aside img").all():
        picture.scroll_into_view_if_needed()
        wait(lambda p=picture: p.evaluate("i => i.complete && i.naturalWidth"), "a piece is not shown")  # type: ignore[misc]
    keep(officer, "case-1440")
    officer.follow("Proposer l’accord")
    answer(officer, RECORD.decision)
    officer.press("Proposer l’accord")


def keep(visit: Visit, name: str) -> None:
    """What the screen shows."""
    visit.page.evaluate("scrollTo(0, 0)")
    image = visit.page.screenshot()
    keep_picture(Image.open(io.BytesIO(image)), name, colours=48 if name.endswith("390") else 96)


def keep_picture(image: Image.Image, name: str, colours: int, width: int = 0) -> None:
    """Write with few colours: the pages have few, and the repository stays light."""
    if width:
        image = image.resize((width, image.height * width // image.width), Image.Resampling.LANCZOS)
    path = FOLDER / f"{name}.png"
    image.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < HEAVIEST, f"{path.name} weighs {path.stat().st_size} bytes"


if __name__ == "__main__":
    main()
