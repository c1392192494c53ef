"""A datacentre's manager sees what may be stopped, lets a place, and opens the door to a visitor."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tests.journeys.conftest import Visits
from tests.journeys.people import sign_in
from tests.journeys.visit import Visit

ENGINEER, OWNER = "reseau@demo.sn", "77 100 00 02"
NAMES = ("CSV", "U contigus", "PDU")
HALL = "/datacentre/colocation/centre/dc-diamniadio/"


def test_a_place_is_let_and_a_visitor_let_in(visits: Visits) -> None:
    manager, owner = sign_in(visits(), ENGINEER), sign_in(visits(phone=True), OWNER)
    company = "Kaay Jang du bureau"
    space = found(owner, company)
    look(manager)
    let(manager, company, "3")
    announce(owner, space)
    answer(manager, company)
    owner.open(space).sees("Accordée", "Voyant vert", "45 min", "22 500 F CFA").check(names=NAMES)


def found(owner: Visit, name: str) -> str:
    """Open a company; the address of what it hosts."""
    owner.open("/compte/agir/nouvelle/")
    owner.page.get_by_label("Entreprise").check()
    owner.page.get_by_label("Nom", exact=True).fill(name)
    owner.page.get_by_label("Commune du siège").fill("Diamniadio")
    owner.press("Ajouter").sees(name)
    owner.open("/datacentre/colocation/").sees(name).check(names=NAMES)
    owner.follow(name).sees("Aucune place n’est louée").check(names=NAMES)
    return urlsplit(owner.page.url).path


def look(manager: Visit) -> None:
    manager.open("/datacentre/").follow("Centre de données de Diamniadio").sees("inventés", "1 400 kW")
    manager.check(names=NAMES)
    manager.follow("Ce que l’on peut arrêter").sees("Tout ne peut pas être arrêté", "VANNE").check(
        names=NAMES
    )
    manager.follow("VANNE").check(names=NAMES)
    manager.open("/datacentre/dc-diamniadio/").follow("E01").sees("Serveurs de l’état civil", "U1 à U8")
    manager.check(names=NAMES)


def let(manager: Visit, company: str, units: str) -> None:
    manager.open(HALL).sees("inventés", "Louable en secours", "Salle privée").check(names=NAMES)
    manager.follow("Tarifs").sees("15 000 F CFA", "Exemple inventé").check(names=NAMES)
    manager.open(HALL).follow("Retenir une place").check(names=NAMES)
    for label, value in (("Pour quel organisme", company), ("Hauteur (U)", "42"), ("Puissance (kW)", "1")):
        manager.page.get_by_label(label).fill(value)
    manager.page.get_by_label("Baie", exact=True).select_option(label="salle-etat/E01 — Salle de l’État")
    manager.page.get_by_label("Ports de réseau").fill("4")
    manager.page.get_by_label("Début du bail").fill("1er février 2026")
    manager.page.get_by_label("Place retenue jusqu’au soir du").fill("31/12/2099")
    manager.press("Retenir la place").sees("U contigus dans la baie E01", "la plus longue plage libre est")
    manager.check(names=NAMES)
    manager.page.get_by_label("Hauteur (U)").fill(units)
    manager.press("Retenir la place").sees(company, "Retenu", "Loyer mensuel").check(names=NAMES)
    manager.follow("Signer le bail").sees("Loyer mensuel").check(names=NAMES)
    manager.press("Signer").sees("Sous contrat").check(names=NAMES)


def announce(owner: Visit, space: str) -> None:
    owner.open(space).sees("Sous contrat", "salle-etat/E01").follow("Annoncer un visiteur").check(names=NAMES)
    fields = {
        "Nom du visiteur": "Modou Fall", "Son téléphone": "77 123 45 67", "Motif de la visite": "Un disque",
        "Jour": f"{datetime.now(UTC) + timedelta(days=9):%d/%m/%Y}", "Arrivée": "10 h", "Départ": "9 h 30",
    }  # fmt: skip
    for label, value in fields.items():
        owner.page.get_by_label(label, exact=True).fill(value)
    owner.press("Demander la visite").sees("Le départ vient après l’arrivée.").check(names=NAMES)
    owner.page.get_by_label("Départ", exact=True).fill("11 h")
    owner.press("Demander la visite").sees("À décider").check(names=NAMES)
    owner.follow("Demander un geste sur place").check(names=NAMES)
    owner.page.get_by_label("Ce qu’il faut faire").fill("Lire le voyant du premier serveur")
    owner.press("Demander").sees("À faire").check(names=NAMES)


def answer(manager: Visit, company: str) -> None:
    manager.open(f"{HALL}visites/").sees(company).check(names=NAMES)
    manager.page.get_by_role("row").filter(has_text=company).get_by_role("link").click()
    manager.page.wait_for_url("**/visites/*/")
    manager.sees("Modou Fall", "77 123 45 67", "inscrite au journal").check(names=NAMES)
    manager.follow("Accorder").page.get_by_label("Accompagné par").fill("Astou Diagne")
    manager.press("Accorder").sees("Astou Diagne").follow("Noter l’entrée").check(names=NAMES)
    manager.page.get_by_label("Numéro du badge remis").fill("12")
    manager.press("Noter l’entrée").sees("ce n’est pas l’heure").check(names=NAMES)
    manager.open(f"{HALL}demandes/").sees(company, "Lire le voyant").check(names=NAMES)
    manager.page.get_by_role("row").filter(has_text=company).get_by_role("link", name="C’est fait").click()
    manager.page.wait_for_url("**/fait/")
    manager.page.get_by_label("Durée (minutes)").fill("45")
    manager.page.get_by_label("Ce qui a été fait").fill("Voyant vert")
    manager.press("C’est fait").sees("Voyant vert").check(names=NAMES)
