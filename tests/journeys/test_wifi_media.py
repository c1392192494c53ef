"""Who runs the Wi-Fi publishes a document for a site, and someone there reads it before login."""

from pathlib import Path

import pytest

from tests.journeys.conftest import Visits
from tests.journeys.people import sign_in
from tests.journeys.visit import Visit

ENGINEER = "reseau@demo.sn"
LIST = "/wifi/contenus/"
# The type of a file, and what the machine of a site is told.
NAMES = (
    "eau.html",
    "text/html",
    "text/vtt",
    "HTML",
    "MP4",
    "MP3",
    "PDF",
    "WebVTT",
    "JPEG",
    "PNG",
    "CSV",
    "JavaScript",
)
PAGE = "<!doctype html><html lang=fr><title>Eau</title><h1>L’eau</h1><p>Faites bouillir l’eau.</p></html>"


@pytest.mark.parametrize(
    ("phone", "script"),
    [(False, True), (True, True), (False, False)],
    ids=["desk", "phone", "without-javascript"],
)
def test_a_document_is_published_and_read_at_a_site(
    visits: Visits, tmp_path: Path, phone: bool, script: bool
) -> None:
    engineer = sign_in(visits(phone=phone, script=script), ENGINEER)
    engineer.open(LIST).check(names=NAMES)
    title = f"L’eau potable {'au téléphone' if phone else 'au bureau' if script else 'sans script'}"
    add(engineer, title)
    send(engineer, tmp_path)
    engineer.press("Publier").sees("Publié").check(names=NAMES)
    engineer.follow("Choisir où il est gardé").check(names=NAMES)
    engineer.press("Ajouter").sees("Tous les points Wi-Fi").check(names=NAMES)
    read(engineer.open(cache(engineer)), title)


def add(engineer: Visit, title: str) -> None:
    engineer.open(f"{LIST}nouveau/").check(names=NAMES)
    engineer.press("Continuer").sees("Indiquez le titre.", "sans elle, rien ne se publie").check(names=NAMES)
    engineer.page.get_by_label("Titre").fill(title)
    engineer.page.get_by_label("Licence").fill("CC BY 4.0")
    engineer.page.get_by_label("Genre").select_option("document")
    engineer.press("Continuer").sees("Aucun fichier", title).check(names=NAMES)


def send(engineer: Visit, folder: Path) -> None:
    engineer.follow("Ajouter un fichier").check(names=NAMES)
    (folder / "eau.html").write_text(PAGE)
    engineer.page.locator("[type=file]").set_input_files(folder / "eau.html")
    engineer.press("Envoyer").sees("eau.html").check(names=NAMES)


def cache(engineer: Visit) -> str:
    """Where people of the first site of the list read."""
    engineer.open(f"{LIST}caches/").check(names=NAMES)
    engineer.page.locator(".ss-table__link").first.click()
    engineer.page.wait_for_url("**/caches/*/")
    engineer.check(names=NAMES)
    site = engineer.page.get_by_role("link", name="Page du public").get_attribute("href")
    assert site
    declare = engineer.page.get_by_role("link", name="Déclarer un cache")
    if declare.count():
        engineer.follow("Déclarer un cache").check(names=NAMES)
        engineer.press("Enregistrer").sees("De 1 h à 5 h").check(names=NAMES)
    return site


def read(visitor: Visit, title: str) -> None:
    visitor.sees("À voir et à lire ici", title).check(names=NAMES)
    visitor.follow(title).sees("CC BY 4.0").check(names=NAMES)
    visitor.follow("Ouvrir")
    assert "Faites bouillir" in visitor.text()
