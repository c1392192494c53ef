"""An engineer of the Wi-Fi says who gets what, looks at the answer, and prints vouchers."""

import pypdf
import pytest

from tests.journeys.conftest import Visits
from tests.journeys.people import sign_in
from tests.journeys.visit import Visit

ENGINEER = "reseau@demo.sn"
DESK = "/wifi/acces/"
NAMES = ("RADIUS", "CSV", "QR")


@pytest.mark.parametrize(
    ("phone", "script"),
    [(False, True), (True, True), (False, False)],
    ids=["desk", "phone", "without-javascript"],
)
def test_an_engineer_says_who_gets_what(visits: Visits, phone: bool, script: bool) -> None:
    engineer = sign_in(visits(phone=phone, script=script), ENGINEER)
    who = f"Soignants {'au téléphone' if phone else 'au bureau' if script else 'sans script'}"
    engineer.open(DESK).sees("Qui entre, où, avec quel forfait").check(names=NAMES)
    plan(engineer, who)
    group(engineer, who)
    rule(engineer, who)
    engineer.follow("Aperçu").check(names=NAMES)
    engineer.page.get_by_label("Lieu").select_option(label="Place de démonstration")
    engineer.page.get_by_label("Jour").fill("30 novembre 2026")
    engineer.page.get_by_label("Heure").fill("09:00")
    engineer.press("Voir").sees(who, "Entre", "Pourquoi").check(names=NAMES)
    engineer.open(DESK).follow(who, exact=True)
    engineer.check(names=NAMES).follow("Terminer").sees("Terminer cette règle").check(names=NAMES)
    engineer.press("Terminer").sees("Forfaits").check(names=NAMES)


def plan(engineer: Visit, name: str) -> None:
    engineer.follow("Nouveau forfait").check(names=NAMES)
    engineer.press("Enregistrer").sees("Indiquez le nom du forfait.").check(names=NAMES)
    engineer.page.get_by_label("Nom du forfait").fill(f"Forfait {name}")
    engineer.page.get_by_label("Temps par jour (minutes)").fill("120")
    engineer.page.get_by_label("Personnel").check()
    engineer.press("Enregistrer").sees(f"Forfait {name}", "2 h par jour")


def group(engineer: Visit, name: str) -> None:
    engineer.follow("Groupes").check(names=NAMES).follow("Nouveau groupe").check(names=NAMES)
    engineer.page.get_by_label("Nom du groupe").fill(name)
    engineer.press("Enregistrer").sees(name).check(names=NAMES)


def rule(engineer: Visit, name: str) -> None:
    engineer.open(DESK).follow("Nouvelle règle").check(names=NAMES)
    engineer.page.get_by_label("Forfait").select_option(label=f"Forfait {name}")
    engineer.page.get_by_label("Pour qui").select_option(label=name)
    engineer.page.get_by_label("Lieu").select_option(label="Place de démonstration")
    engineer.page.get_by_label("Lundi").check()
    engineer.page.locator("#id_opens").fill("08:00")
    engineer.press("Enregistrer").sees("Donnez les deux heures").check(names=NAMES)
    engineer.page.locator("#id_closes").fill("18:00")
    engineer.press("Enregistrer").sees(name, "lun. 8 h – 18 h").check(names=NAMES)


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_an_engineer_prints_vouchers_and_closes_one(visits: Visits, phone: bool) -> None:
    engineer = sign_in(visits(phone=phone), ENGINEER)
    engineer.open(DESK + "tickets/").check(names=NAMES)
    engineer.follow("Nouveau lot").check(names=NAMES)
    engineer.page.get_by_label("Nom du lot").fill("Salon de l’emploi")
    engineer.page.get_by_label("Nombre de tickets").fill("30")
    engineer.page.get_by_label("Valables jusqu’au").fill("31 décembre 2099")
    engineer.page.get_by_label("Temps en tout (heures)").fill("2")
    engineer.press("Faire les tickets").sees("Salon de l’emploi", "Encore bons").check(names=NAMES)
    with engineer.page.expect_download() as sheets:
        engineer.page.get_by_role("button", name="Feuilles de tickets").click()
    assert len(pypdf.PdfReader(sheets.value.path()).pages) == 2
    with engineer.page.expect_download() as file:
        engineer.page.get_by_role("button", name="Codes en CSV").click()
    code = file.value.path().read_text().split()[7]
    engineer.follow("Fermer un ticket").check(names=NAMES)
    engineer.page.get_by_label("Code du ticket").fill(code.lower().replace("-", " "))
    engineer.press("Fermer ce ticket").sees("29").check(names=NAMES)
    engineer.follow("Fermer le lot").sees("plus aucun n’ouvrira le réseau").check(names=NAMES)
    engineer.press("Fermer le lot").sees("Fermé").check(names=NAMES)
    engineer.open(DESK + "tickets/").sees("Salon de l’emploi").check(names=NAMES)


def test_an_engineer_declares_a_realm_of_others_and_its_servers(visits: Visits) -> None:
    engineer = sign_in(visits(phone=True), ENGINEER)
    names = (*NAMES, "RadSec", "TLS", "UDP", "RFC")
    engineer.open(DESK + "domaines/").check(names=names)
    engineer.follow("Domaine d’ailleurs").check(names=names)
    engineer.page.get_by_label("Domaine", exact=True).fill("ugb")
    engineer.press("Enregistrer").sees("avec un point").check(names=names)
    engineer.page.get_by_label("Domaine", exact=True).fill("ugb.sn")
    engineer.press("Enregistrer").sees("Aucun serveur d’origine", "sont refusées").check(names=names)
    server(engineer, "radius1.ugb.sn")
    server(engineer, "radius2.ugb.sn")
    engineer.check(names=names).press("Avant").check(names=names)
    assert engineer.page.locator("tbody code").all_inner_texts() == ["radius2.ugb.sn", "radius1.ugb.sn"]
    engineer.follow("Retirer radius2.ugb.sn").sees("répondent à sa place").check(names=names)
    engineer.press("Retirer").sees("radius1.ugb.sn").check(names=names)
    engineer.open(DESK + "domaines/").sees("ugb.sn", "Déclaré").check(names=names)


def server(engineer: Visit, address: str) -> None:
    engineer.follow("Ajouter un serveur")
    engineer.page.get_by_label("Adresse").fill(address)
    engineer.press("Enregistrer").sees(address)
