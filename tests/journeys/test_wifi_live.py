"""A network engineer follows the Wi-Fi live and acts on what is seen."""

import pytest

from tests.instance import Instance
from tests.journeys.conftest import Visits
from tests.journeys.people import sign_in
from tests.journeys.visit import Visit

ENGINEER = "reseau@demo.sn"
LIVE = "/wifi/direct/"
SITE = "/wifi/direct/wifi-demonstration/"
NAMES = ("SNMP", "RADIUS", "openNDS", "MikroTik", "RouterOS", "Wi-Fi")


@pytest.fixture
def life(instance: Instance) -> None:
    """Sessions and refusals at the demonstration's hotspot, written as the data plane writes them."""
    done = instance.run(module="tests.journeys.wifi_life")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("phone", "script"),
    [(False, True), (True, True), (False, False)],
    ids=["desk", "phone", "without-javascript"],
)
def test_an_engineer_sees_a_site_live_and_acts(visits: Visits, life: None, phone: bool, script: bool) -> None:
    engineer = sign_in(visits(phone=phone, script=script), ENGINEER)
    engineer.open(LIVE).sees("Wi-Fi en direct", "Place de démonstration", "En ce moment").check(names=NAMES)
    until_counted(engineer)
    engineer.sees("Pages du portail", "Le volume du jour est épuisé", "Connexions commencées").check(
        names=NAMES
    )
    engineer.open(SITE + "?jours=7").sees("7 jours").check(names=NAMES)
    one_connection(engineer)
    message(engineer)
    engineer.open(SITE).follow("Bornes").sees("Pas suivie").check(names=NAMES)
    engineer.follow("K1").sees("Version").check(names=NAMES)
    engineer.open(LIVE + "passerelles/demonstration-gw1/cle/").sees("Faire une clé").check(names=NAMES)
    engineer.open(LIVE + "rapports/").sees("En cours").check(names=NAMES)
    engineer.open(LIVE + "alertes/").check(names=NAMES)
    engineer.open(LIVE + "comparer/?point=wifi-demonstration&point=wifi-place-de-lindependance&jours=1")
    engineer.check(names=NAMES)


def until_counted(engineer: Visit) -> None:
    """The watch looks every ten seconds: the page says what it counted, soon."""
    for _ in range(40):
        engineer.open(SITE)
        if "Connexions commencées Non compté" not in " ".join(engineer.text().split()):
            return
        engineer.page.wait_for_timeout(500)
    raise AssertionError(engineer.text())


def one_connection(engineer: Visit) -> None:
    engineer.open(SITE).follow("Connexions").sees("A1B2-C3D4", "Aucune adresse n’est montrée").check(
        names=NAMES
    )
    assert "02-00-00" not in engineer.text()
    engineer.follow("A1B2-C3D4").sees("Ordres à la passerelle").check(names=NAMES)
    engineer.follow("Changer le débit").check(names=NAMES)
    engineer.press("Changer le débit").sees("Indiquez le motif.").check(names=NAMES)
    engineer.page.get_by_label("Débit descendant").fill("512")
    engineer.page.get_by_label("Motif").fill("Essai du débit")
    engineer.press("Changer le débit").sees("L’ordre part vers la passerelle", "Essai du débit").check(
        names=NAMES
    )
    engineer.follow("Déconnecter").check(names=NAMES)
    engineer.page.get_by_label("Motif").fill("À sa demande")
    engineer.press("Déconnecter").sees("À sa demande").check(names=NAMES)


def message(engineer: Visit) -> None:
    engineer.open(SITE).follow("Message").check(names=NAMES)
    engineer.page.get_by_label("Message").fill("Coupure de courant prévue à 13 h.")
    engineer.page.get_by_label("Motif").fill("Travaux de la Senelec")
    engineer.press("Montrer le message").sees("Le message est montré", "Coupure de courant").check(
        names=NAMES
    )
    engineer.follow("Message").press("Retirer le message").sees("Le message est retiré").check(names=NAMES)
