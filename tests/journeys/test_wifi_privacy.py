"""The officer of the data keeps the sealed log, and anybody sees what is kept of them."""

import re
import zipfile

import pytest

from tests.journeys.conftest import Visits
from tests.journeys.people import message_with, sign_in
from tests.journeys.visit import Visit

OFFICER, INSPECTOR = "donnees@demo.sn", "inspection@demo.sn"
BASE = "/wifi/donnees/"
NAMES = ("CSV", "JSON", "CDP", "eduroam", "SHA-256")
WORDS = ("baobab vélo mardi lanterne", "pirogue citron jeudi tambour")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_request_is_asked_approved_and_opened(visits: Visits, phone: bool) -> None:
    officer = sign_in(visits(phone=phone), OFFICER)
    officer.open(BASE + "bureau/").sees("Journal légal scellé", "À confirmer").check(names=NAMES)
    ceremony(officer)
    reference = f"RP {'2' if phone else '1'}/2026"
    address = ask(officer, reference)
    inspector = sign_in(visits(phone=phone, quiet=True), INSPECTOR)
    inspector.quiet = False
    inspector.open(BASE + "bureau/").check(names=NAMES).follow(reference).check(names=NAMES)
    inspector.follow("Approuver ou refuser").check(names=NAMES)
    inspector.press("Décider").sees("Choisissez d’approuver ou de refuser.").check(names=NAMES)
    inspector.page.get_by_label("Approuver").check()
    inspector.page.get_by_label("Motif").fill("Original vérifié")
    inspector.press("Décider").sees("Approuvée", "Les deux officiers peuvent ouvrir le journal").check(
        names=NAMES
    )
    officer.open(address).follow("Ouvrir le journal").check(names=NAMES)
    for number, words in enumerate(WORDS):
        officer.page.locator(f"#id_words_{number + 1}").fill(words)
    with officer.page.expect_download() as waiting:
        officer.page.get_by_role("button", name="Ouvrir et prendre le fichier").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        assert set(archive.namelist()) == {"lignes.csv", "lignes.pdf"}
    officer.open(address).sees("Ouverte", "Lignes remises").check(names=NAMES)


def ceremony(officer: Visit) -> None:
    officer.open(BASE + "bureau/ceremonie/").check(names=NAMES)
    officer.press("Faire la clé").sees("Tapez les mots du second officier.").check(names=NAMES)
    for number, (name, words) in enumerate(zip(("Coumba Diouf", "Abdoulaye Seck"), WORDS, strict=True), 1):
        officer.page.locator(f"#id_officer_{number}").fill(name)
        officer.page.locator(f"#id_words_{number}").fill(words)
        officer.page.locator(f"#id_again_{number}").fill(words)
    officer.press("Faire la clé").sees("Coumba Diouf et Abdoulaye Seck", "entière").check(names=NAMES)


def ask(officer: Visit, reference: str) -> str:
    officer.follow("Nouvelle réquisition").check(names=NAMES)
    for label, value in {
        "Numéro de la réquisition": reference,
        "Autorité qui requiert": "Juge d’instruction, Thiès",
        "Fondement": "Enquête de démonstration",
        "Depuis le": "26 novembre 2026",
        "Heure du début": "08:00",
        "Jusqu’au": "26 novembre 2026",
        "Heure de fin": "20:00",
    }.items():
        officer.page.get_by_label(label).fill(value)
    officer.press("Enregistrer").sees("on n’ouvre pas tout").check(names=NAMES)
    officer.page.get_by_label("Adresse IP").fill("10.20.3.4")
    officer.press("Enregistrer").sees(reference, "À approuver").check(names=NAMES)
    return officer.path


def test_a_duration_is_set(visits: Visits) -> None:
    officer = sign_in(visits(quiet=True), OFFICER)
    officer.quiet = False
    officer.open(BASE + "bureau/").follow("Connexions et usage").check(names=NAMES)
    officer.page.get_by_label("Texte ou décision").fill("Délibération de démonstration")
    officer.press("Enregistrer").sees("Délibération de démonstration").check(names=NAMES)


@pytest.mark.parametrize(
    ("phone", "script"),
    [(False, True), (True, True), (True, False)],
    ids=["desk", "phone", "without-javascript"],
)
def test_anybody_sees_what_is_kept_by_a_code(visits: Visits, phone: bool, script: bool) -> None:
    person = visits(phone=phone, script=script)
    number = f"77 555 44 {20 + 2 * phone + script}"
    person.open(BASE).sees("Le Wi-Fi public en chiffres", "Comment c’est compté").check(names=NAMES)
    person.open(BASE + "moi/").check()
    person.press("Recevoir un code").sees("Indiquez votre numéro.").check()
    person.page.get_by_label("Votre numéro de téléphone").fill(number)
    person.press("Recevoir un code").sees("Le code reçu").check()
    text = message_with(visits(quiet=True), number, "vos donnees")
    found = re.search(r"\d{6}", text)
    assert found
    person.page.get_by_label("Code reçu").fill("000")
    person.press("Voir mes données").sees("n’est pas le bon").check()
    person.page.get_by_label("Code reçu").fill(found[0])
    person.press("Voir mes données").sees("Vos données Wi-Fi", "Rien n’est gardé sous ce numéro").check()
