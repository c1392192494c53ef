from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from smartsenegal.cable.capacity.examples import load_examples
from smartsenegal.cable.capacity.models import Order, Product, Quote, Route, Tariff
from smartsenegal.cable.network import api as network
from smartsenegal.kernel.identity.api import system
from tests.cable.optics.test_pages import page

SYSTEM = system("test")
BASE = "/cable/capacite/"


def sent(product: Product, **more: Any) -> dict[str, Any]:
    """A quote as a browser asks for it."""
    given = {"product": product.pk, "buyer": "Opérateur A", "gbps": 10, "term_months": 12, "hold_days": 15}
    return {**given, "monthly_fcfa": "", **more}


def test_a_seller_goes_from_a_quote_to_the_end_of_a_service(planner: Client, ring: Any) -> None:
    url = f"{BASE}devis/nouveau/"
    text = page(planner.post(url, sent(ring.safe, gbps=41)))
    assert "Si l’on perd « Liaison direct »" in text
    assert 'value="Opérateur A"' in text
    answer = planner.post(url, sent(ring.safe, gbps=40))
    found = Quote.objects.get()
    assert answer["Location"] == f"{BASE}devis/{found.pk}/"
    text = page(planner.get(answer["Location"]))
    assert "40 000 000 F CFA" in text
    assert "Le client a signé" in text
    planner.post(f"{answer['Location']}accepter/")
    assert "Le devis" not in page(planner.post(f"{answer['Location']}commande/inProgress/", follow=True))
    planner.post(f"{answer['Location']}livrer/")
    text = page(planner.get(answer["Location"]))
    assert "Livrée" in text
    assert "Aucun circuit n’est nommé" in text
    assert "ajoutez-le d’abord" in page(planner.get(f"{answer['Location']}livrer/"))
    circuit = network.add_circuit(SYSTEM, code="c1", name="Circuit 1", a=ring.b, b=ring.a, gbps=40)
    assert "Choisissez le circuit" in page(planner.post(f"{answer['Location']}livrer/"))
    planner.post(f"{answer['Location']}livrer/", {"circuit": circuit.pk})
    assert Order.objects.get().circuit == circuit
    assert "n’attend pas de circuit" in page(planner.post(f"{answer['Location']}livrer/"))
    assert planner.post(f"{answer['Location']}commande/terminated/").status_code == 404  # not in one press
    ending = f"{answer['Location']}commande/terminated/motif/"
    assert "sans frais de fin anticipée" in page(planner.get(ending))
    planner.post(ending, {"reason": "Demande écrite du client"})
    assert "Résiliée" in page(planner.get(BASE))
    assert "n’en est pas là" in page(planner.post(f"{answer['Location']}commande/inProgress/"))
    assert planner.post(f"{answer['Location']}commande/ailleurs/").status_code == 404


def test_an_expired_quote_says_so_and_can_only_be_withdrawn(planner: Client, ring: Any) -> None:
    planner.post(f"{BASE}devis/nouveau/", sent(ring.plain))
    url = f"{BASE}devis/{Quote.objects.get().pk}/"
    assert planner.get(f"{url}livrer/").status_code == 404
    Quote.objects.update(made_at=timezone.now() - timedelta(days=9), expires_at=timezone.now())
    text = page(planner.get(url))
    assert "n’est plus retenue" in text
    assert "Le client a signé" not in text
    assert "a expiré avant la signature" in page(planner.post(f"{url}accepter/"))
    assert "Expiré" in page(planner.get(BASE))
    planner.post(f"{url}retirer/")
    assert Quote.objects.get().state == "cancelled"
    assert "déjà décidé" in page(planner.post(f"{url}refuser/"))


def test_the_pages_show_what_is_left_and_each_cut(planner: Client, ring: Any) -> None:
    text = page(planner.get(BASE))
    assert "140 Gbit/s" in text
    text = page(planner.get(f"{BASE}routes/ab/"))
    assert "Liaison direct" in text
    assert "60 Gbit/s" in text
    network.Node.objects.filter(code="b").update(state="retired")
    assert "n’est pas en service" in page(planner.get(BASE))
    assert "Rien ne peut être vendu" in page(planner.get(f"{BASE}routes/ab/"))
    assert "n’est pas en service" in page(planner.post(f"{BASE}devis/nouveau/", sent(ring.plain)))


def test_the_catalogue_is_typed_on_pages(planner: Client, ring: Any) -> None:
    url = f"{BASE}routes/nouvelle/"
    typed = {"name": "A – C", "a": ring.a.pk, "b": ring.a.pk, "reserve_gbps": "5"}
    assert "deux nœuds différents" in page(planner.post(url, typed))
    assert "joint déjà ces deux nœuds" in page(planner.post(url, {**typed, "b": ring.b.pk}))
    answer = planner.post(url, {**typed, "b": ring.c.pk})
    assert answer["Location"] == f"{BASE}routes/a-c/"
    planner.post(f"{BASE}routes/a-c/reserve/", {"reserve_gbps": "7"})
    assert Route.objects.get(code="a-c").reserve_gbps == 7
    product = {"name": "IRU", "kind": "iru", "protected": "on"}
    planner.post(f"{BASE}routes/a-c/produits/nouveau/", product)
    assert "déjà ce nom" in page(planner.post(f"{BASE}routes/a-c/produits/nouveau/", product))
    tariff = {
        "product": Product.objects.get(name="IRU").pk, "term_months": "12", "from_gbps": "1",
        "upfront_fcfa": "1 000 000 F CFA", "setup_fcfa": "0", "valid_from": "1er janvier 2020",
    }  # fmt: skip
    url = f"{BASE}tarifs/nouveau/"
    assert "centimes" in page(planner.post(url, {**tariff, "setup_fcfa": "0,5"}))
    assert planner.post(url, tariff).status_code == 302
    found = Tariff.objects.get(product__name="IRU")
    assert found.upfront_fcfa == 1_000_000
    url = f"{BASE}tarifs/{found.pk}/finir/"
    assert "La fin vient après" in page(planner.post(url, {"valid_until": "1er janvier 2020"}))
    planner.post(url, {"valid_until": "1er mars 2020"})
    assert "jusqu’au 1er mars 2020 exclu" in page(planner.get(BASE))


def test_the_examples_open_only_where_nothing_is_sold_yet(ring: Any) -> None:
    assert load_examples(SYSTEM) == 0
    Tariff.objects.all().delete()
    Product.objects.all().delete()
    Route.objects.all().delete()
    for code in ("dakar-share", "praia"):
        network.add_node(SYSTEM, code=code, name=code, role="abroad", country="Monde")
    assert load_examples(SYSTEM) == 1
    assert Tariff.objects.filter(is_example=True).count() == 3
