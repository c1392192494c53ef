"""Pages of the Tier logic."""

from django.test import Client

from smartsenegal.datacenter.facility import actions
from smartsenegal.datacenter.facility.models import Rack
from smartsenegal.kernel.identity.api import system
from tests.datacenter.facility.test_pages import page

BASE = "/datacentre/niveau/dc-essai/"


def test_three_things_are_never_mixed(browser: Client, rack: Rack) -> None:
    assert "Rien à calculer" in page(browser.get(BASE))
    actions.install_device(system("test"), rack, name="Serveur", first=1, units=1, watts=2000)
    text = page(browser.get(BASE))
    assert "Tout ne peut pas être arrêté" in text  # one table feeds all the cold
    assert "Aucun certificat connu" in text
    assert "TGBT" in text
    assert "%" not in text.partition("<main")[2].partition("</main>")[0]


def test_a_stop_gives_the_order_of_operations_and_what_would_hurt(browser: Client, rack: Rack) -> None:
    actions.install_device(system("test"), rack, name="Serveur", first=1, units=1, watts=2000)
    text = page(browser.get(BASE + "arret/?piece=PDU-A&panne="))
    assert "Travailler sur PDU-A, Coffret A" in text
    assert text.index("Ouvrir PDU-A") < text.index("Travailler sur PDU-A") < text.index("Refermer PDU-A")
    assert "OND-B" in text.partition("Pannes qui couperaient")[2]
    same = page(browser.get(BASE + "arret/?piece=PDU-A&panne=PDU-A"))
    assert "C’est la pièce à arrêter" in same
    assert browser.get(BASE + "arret/?piece=INCONNUE").status_code == 200


def test_availability_is_a_calculation_with_its_assumptions(browser: Client, rack: Rack) -> None:
    actions.install_device(system("test"), rack, name="Serveur", first=1, units=1, watts=2000)
    asked = page(browser.get(BASE + "disponibilite/"))
    assert "exemple inventé" in asked
    assert "Formule" not in asked
    text = page(browser.get(BASE + "disponibilite/?equipes=1&autonomie=&livraison="))
    assert "Formule" in text
    assert "Simulation de" in text
    assert "Birnbaum" in text
    rack.room.center.components.update(mtbf_hours=None)
    nothing = page(browser.get(BASE + "disponibilite/?equipes=1&autonomie=&livraison="))
    assert "Rien à calculer" in nothing
    assert "100" not in nothing.partition("<main")[2].partition("Hypothèses")[0]
    wrong = page(browser.get(BASE + "disponibilite/?equipes=0&autonomie=&livraison="))
    assert "Formule" not in wrong
