"""What a customer does on pages: asks, is refused with the cut, orders, follows, reads, changes, ends."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from smartsenegal.cable.billing import actions as billing
from smartsenegal.cable.capacity import actions
from smartsenegal.cable.capacity.models import Order, Quote, Service
from smartsenegal.cable.network.models import Link
from smartsenegal.cable.resilience import actions as network
from smartsenegal.kernel.payments.api import payable_for
from tests.cable.optics.test_pages import page
from tests.cable.wholesale import world
from tests.cable.wholesale.world import SYSTEM

BASE = "/cable/offre/"


def typed(product: Any, gbps: int, **more: Any) -> dict[str, Any]:
    return {"product": product.pk, "gbps": gbps, "term_months": 12, "port_gbps": "", **more}


def test_a_customer_goes_from_the_tariffs_to_an_invoice(buyer: Client, market: Any) -> None:
    home = f"{BASE}client/{market.operator.pk}/"
    text = page(Client().get(BASE))
    assert "50 000 000 F CFA une fois, par Gbit/s" in text
    assert "50 % de ce qui restait dû" in text
    table = Client().get(f"{BASE}tarifs.csv").content.decode().splitlines()
    assert len(table) == 5
    assert [row for row in table if ",transit,1," in row]
    assert "Opérateur SA" in page(buyer.get(f"{BASE}client/"))
    assert "Aucun service n’est encore livré" in page(buyer.get(home))
    text = page(buyer.post(f"{home}demander/", typed(market.safe, 41)))
    assert "Si l’on perd « Liaison direct »" in text
    assert "Il reste 40 Gbit/s" in text
    assert 'value="41"' in text
    answer = buyer.post(f"{home}demander/", typed(market.plain, 10))
    quote = Quote.objects.get()
    assert answer["Location"] == f"{home}devis/{quote.pk}/"
    assert "Accepter et commander" in page(buyer.get(answer["Location"]))
    answer = buyer.post(f"{home}devis/{quote.pk}/accepter/")
    order = Order.objects.get()
    assert answer["Location"] == f"{home}commandes/{order.pk}/"
    assert "La capacité est à vous" in page(buyer.get(answer["Location"]))
    assert "déjà décidé" in page(buyer.post(f"{home}devis/{quote.pk}/refuser/"))
    world.circuit(market)
    world.delivered(order, date(2024, 1, 11), "c1")
    service = Service.objects.get()
    url = f"{home}services/{service.pk}/"
    assert "En service" in page(buyer.get(home))
    failure = network.declare(SYSTEM, reason="Ancre au large", links=list(Link.objects.filter(code="direct")))
    text = page(buyer.get(url))
    assert "Ancre au large" in text
    assert "En service, sans secours" in text
    network.repair(SYSTEM, failure)
    invoice = billing.invoice_month(SYSTEM, service.contract, date(2024, 1, 1))
    text = page(buyer.get(url))
    assert invoice.number in text
    assert "Lire et payer" in text
    text = page(buyer.get(f"/cable/facturation/factures/{invoice.number}/"))
    assert "Location, 10 Gbit/s" in text
    assert "21 jours sur 31" in text
    assert "Payer" in text
    assert "Vos services" in text  # the way back from what is invoiced
    text = page(buyer.get(f"/cable/facturation/contrats/{service.contract.code}/"))
    assert "au-delà de 60 min, au plus 50 % des redevances" in text
    assert "ne peut être facturé" not in text  # a lease is, without any traffic
    payable = payable_for(invoice.subject)
    assert payable is not None
    assert buyer.get(f"/paiements/{payable.pk}/").status_code == 200
    payable.state, payable.settled_at = "settled", timezone.now()
    payable.save(update_fields=["state", "settled_at"])
    assert "Payée" in page(buyer.get(home))
    assert "Lire et payer" not in page(buyer.get(url))


def test_a_service_is_changed_and_ended_on_pages(buyer: Client, market: Any) -> None:
    home = f"{BASE}client/{market.operator.pk}/"
    today = timezone.localdate()
    order = world.delivered(world.ordered(market, market.transit, 2, port_gbps=10), today)
    url = f"{home}services/{order.service_id}/"
    assert "Changer le débit" in page(buyer.get(url))
    text = page(buyer.post(f"{url}changer/", {"gbps": 43, "port_gbps": 100, "term_months": 12}))
    assert "il ne reste que 60 Gbit/s" in text
    answer = buyer.post(f"{url}changer/", {"gbps": 4, "port_gbps": 10, "term_months": 12})
    assert "Modifie le service" in page(buyer.get(answer["Location"]))
    buyer.post(f"{answer['Location']}refuser/")
    text = page(buyer.post(f"{url}finir/", {"ends_on": "1er janvier 2020", "early_fcfa": ""}))
    assert "Le préavis court" in text
    day = today + timedelta(days=40)
    cost = actions.early_end(Service.objects.get(), day)
    text = page(buyer.post(f"{url}finir/", {"ends_on": day.strftime("%d/%m/%Y"), "early_fcfa": ""}))
    assert f'value="{cost}"' in text
    assert "Finir ce jour-là coûte" in text
    sent = {"ends_on": day.strftime("%d/%m/%Y"), "early_fcfa": cost}
    assert buyer.post(f"{url}finir/", {**sent, "ends_on": today.strftime("%d/%m/%Y")}).status_code == 200
    assert buyer.post(f"{url}finir/", sent)["Location"] == url
    assert Service.objects.get().ends_on == day
    assert "Premier jour sans service" in page(buyer.get(url))
    assert buyer.get(f"{url}finir/").status_code == 302
    assert "Changer le débit" not in page(buyer.get(url))


def test_an_order_is_given_up_and_an_expired_quote_says_so(buyer: Client, market: Any) -> None:
    home = f"{BASE}client/{market.operator.pk}/"
    order = world.ordered(market, market.plain, 10)
    url = f"{home}commandes/{order.pk}/annuler/"
    assert "Dites pourquoi" in page(buyer.post(url, {"reason": ""}))
    buyer.post(url, {"reason": "Changement de projet"})
    assert "Changement de projet" in page(buyer.get(f"{home}commandes/{order.pk}/"))
    buyer.post(f"{home}demander/", typed(market.plain, 1))
    late = Quote.objects.latest("pk")
    Quote.objects.filter(pk=late.pk).update(
        made_at=timezone.now() - timedelta(days=9), expires_at=timezone.now()
    )
    text = page(buyer.post(f"{home}devis/{late.pk}/accepter/"))
    assert "a expiré avant la signature" in text
    assert "Demander un nouveau devis" in text


@pytest.mark.parametrize("name", ["devis", "commandes", "services"])
def test_what_is_another_s_is_not_there(buyer: Client, market: Any, name: str) -> None:
    quote = actions.ask(market.other_by, market.other, actions.Wish(market.plain, 1, 12)).quote
    assert quote is not None
    order = world.delivered(actions.accept(market.other_by, quote), date(2024, 1, 11))
    key = {"devis": quote.pk, "commandes": order.pk, "services": Service.objects.get().pk}[name]
    assert buyer.get(f"{BASE}client/{market.operator.pk}/{name}/{key}/").status_code == 404
    assert buyer.get(f"{BASE}client/{market.other.pk}/{name}/{key}/").status_code == 403
    assert buyer.get(f"/cable/facturation/contrats/commande-{order.pk}/").status_code == 403
