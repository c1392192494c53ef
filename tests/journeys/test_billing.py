"""An engineer invoices a month of traffic; its customer reads it on a phone and takes its evidence."""

import json
import re

from tests.journeys.conftest import Visits
from tests.journeys.people import sign_in

# « Payload »-like words that stand in addresses and formats.
NAMES = ("CSV", "JSON", "SHA-256", "at", "uptime", "sysUpTime", "received", "sent", "port", "exemple-port")


def test_a_month_is_invoiced_and_its_customer_reads_it(visits: Visits) -> None:
    engineer = sign_in(visits(), "reseau@demo.sn")
    engineer.open("/cable/facturation/").sees("Transit Internet (exemple)", "400 Mbit/s").check(names=NAMES)
    engineer.open("/cable/facturation/releves/").sees("sysUpTime").check(names=NAMES)
    engineer.open("/cable/facturation/nouveau/").press("Enregistrer").sees("Indiquez le client.")
    engineer.check(names=NAMES)
    engineer.open("/cable/facturation/contrats/exemple-transit/").sees("Exemple", "À facturer").check(
        names=NAMES
    )
    engineer.follow("Écrire les conditions").check(names=NAMES)
    engineer.open("/cable/facturation/contrats/exemple-transit/")
    row = engineer.page.get_by_role("row").filter(has_text="À facturer")
    engineer._go(row.get_by_role("link").first).sees("équipement redémarré").check(names=NAMES)
    engineer.press("Facturer").sees("Engagement", "Dépassement, tranche 1", "À payer").check(names=NAMES)
    number = re.search(r"TR-\d{4}-\d{5}", engineer.text())
    assert number is not None

    customer = sign_in(visits(phone=True), "client@demo.sn")
    customer.open("/cable/facturation/").sees("Créneaux restants").check(names=NAMES)
    customer.follow("Transit Internet (exemple)").check(names=NAMES)
    customer.follow(number[0]).sees("Empreinte SHA-256", "Exemple").check(names=NAMES)
    address = customer.page.get_by_role("link", name="Conditions (JSON)").get_attribute("href") or ""
    file = customer.context.request.get(f"{customer.base}{address}")
    assert json.loads(file.text())["invoice"]["number"] == number[0]
    customer.follow("Payer").sees("Opérateur de démonstration", number[0]).check(names=NAMES)
