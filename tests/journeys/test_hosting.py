"""A company opens a project, is granted a quota, asks for a machine and says where its data lies."""

from tests.journeys.conftest import Visits
from tests.journeys.people import sign_in
from tests.journeys.visit import Visit

ENGINEER, OWNER = "reseau@demo.sn", "77 100 00 02"
NAMES = ("S3", "SSH", "CDP", "vCPU", "SMARTSENEGAL_LIBVIRT_URI", "SMARTSENEGAL_S3_URL")
HOME, CENTER = "/datacentre/hebergement/", "/datacentre/hebergement/centre/dc-diamniadio/"
PROJECT = f"{HOME}projets/jokko/"


def test_a_project_gets_a_quota_a_machine_and_its_place_in_the_register(visits: Visits) -> None:
    owner, manager = sign_in(visits(phone=True), OWNER), sign_in(visits(), ENGINEER)
    opened(owner)
    granted(manager)
    owner.open(PROJECT).sees("4 vCPU", "Machines en attente")
    owner.follow("Nouvelle machine").sees("Il reste au projet : 4 vCPU")
    fill(owner, {"Nom": "web-1", "Clé publique SSH": "pas une clé"})
    owner.press("Créer et démarrer").sees("Ce n’est pas une clé publique SSH").check(names=NAMES)
    owner.page.get_by_label("Clé publique SSH").fill("")
    owner.press("Créer et démarrer").sees("En attente", "Pas encore fait").check(names=NAMES)
    owner.open(PROJECT).follow("Nouvel espace")
    fill(owner, {"Nom": "archives", "Objets verrouillés (jours)": "3650"})
    owner.press("Créer l’espace").sees("jokko-archives", "verrouillés 3 650 jours").check(names=NAMES)
    owner.follow("Où sont vos données").follow("Inscrire un jeu de données")
    fill(owner, {"Jeu de données": "Dossiers des abonnés", "Loi applicable": "Loi 2008-12 du Sénégal"})
    owner.page.get_by_label("Non", exact=True).check()
    owner.press("Inscrire").sees("espace jokko-archives", "Non connu : la clé, qui").check(names=NAMES)
    owner.open(PROJECT).follow("Usage et relevés").sees("Rien n’a été utilisé").check(names=NAMES)
    manager.open(CENTER).sees("jokko/web-1", "Pas encore vue").check(names=NAMES)


def opened(owner: Visit) -> None:
    owner.open("/compte/agir/nouvelle/")
    owner.page.get_by_label("Entreprise").check()
    fill(owner, {"Nom": "Jokko en ligne", "Commune du siège": "Diamniadio"})
    owner.press("Ajouter").sees("Jokko en ligne")
    owner.open(HOME).follow("Ouvrir un projet")
    owner.page.get_by_label("Pour quel organisme").select_option(label="Jokko en ligne")
    fill(owner, {"Code": "jokko", "Nom du projet": "Jokko"})
    owner.press("Ouvrir le projet").sees("pas encore de quota")
    owner.follow("Demander un quota")
    wanted = {
        "Processeurs virtuels": "4", "Mémoire (Gio)": "8", "Disque (Gio)": "100", "Espaces de stockage": "2",
        "Stockage d’objets (Gio)": "50", "Pour quoi faire": "Vendre en ligne",
    }  # fmt: skip
    fill(owner, wanted)
    owner.press("Demander").sees("attend la réponse du centre")


def granted(manager: Visit) -> None:
    manager.open(CENTER).sees("inventée", "Vendre en ligne", "0 vCPU → 4 vCPU")
    manager.follow("Accorder").sees("Accorder le quota de Jokko")
    manager.press("Accorder").sees("Aucune demande n’attend", "Plateforme d’exemple")


def fill(visit: Visit, values: dict[str, str]) -> None:
    """Type in the fields of these labels."""
    for label, value in values.items():
        visit.page.get_by_label(label, exact=label in ("Nom", "Code")).fill(value)
