"""An operator reads the open tariffs, is refused with the cut that proves it, orders, looks at a service."""

from tests.journeys.conftest import Visits
from tests.journeys.people import sign_in


def test_an_operator_buys_capacity_from_a_phone(visits: Visits) -> None:
    buyer = visits(phone=True)
    buyer.open("/cable/offre/").sees("Les mêmes pour tous", "Exemple inventé").check(names=("CSV",))
    sign_in(buyer, "client@demo.sn")
    buyer.open("/cable/offre/client/").follow("Ouvrir").sees("Vos services", "Devis et commandes").check()
    home = buyer.page.url
    buyer.open(f"{home}demander/")
    buyer.page.get_by_label("Produit").select_option(label="Transit IP livré à Diourbel (exemple)")
    buyer.page.get_by_label("Débit (Gbit/s)").fill("50")
    buyer.page.get_by_label("Port (Gbit/s)").fill("100")
    buyer.press("Demander", exact=True).sees("Si l’on perd", "à vendre de ce produit").check()
    buyer.open(home)
    buyer._go(buyer.page.locator("a[href*='/devis/']").first).sees("Conditions de vente").check()
    buyer.press("Accepter et commander").sees("La capacité est à vous").check()
    buyer.open(home)
    buyer._go(buyer.page.locator("a[href*='/services/']").first).sees("Trafic de ce mois").check(
        names=("CSV",)
    )
