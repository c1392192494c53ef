"""Routes that are open for sale, products, tariffs, and on what terms they are sold online."""

from datetime import date
from typing import Any

from django.db import transaction

from smartsenegal.cable.billing.api import Terms, Tier, faults_of
from smartsenegal.cable.capacity import queries, rules
from smartsenegal.cable.capacity.actions.base import check, one_at_a_time, tell
from smartsenegal.cable.capacity.errors import CapacityRefused
from smartsenegal.cable.capacity.models import Product, Route, SaleTerms, Tariff
from smartsenegal.cable.network.api import Node
from smartsenegal.kernel.identity.api import Principal


@transaction.atomic
def add_route(
    by: Principal, *, code: str, name: str, a: Node, b: Node, reserve_gbps: int, is_example: bool = False
) -> Route:
    """Open a route for sale. Raises PermissionRefused, CapacityRefused for one that is open already."""
    check(by)
    if a == b:
        raise CapacityRefused("Une route joint deux nœuds différents.", "b")
    if Route.objects.filter(code=code).exists():
        raise CapacityRefused("Ce code est déjà pris.", "code")
    if Route.objects.filter(a__in=(a, b), b__in=(a, b)).exists():
        raise CapacityRefused("Une route joint déjà ces deux nœuds.", "b")
    found = Route.objects.create(
        code=code, name=name, a=a, b=b, reserve_gbps=reserve_gbps, is_example=is_example
    )
    tell(by, f"cable_route:{found.pk}", "route_added", {"code": code})
    return found


@transaction.atomic
def set_reserve(by: Principal, route: Route, gbps: int) -> Route:
    """Set what the Administration keeps of a route. What is sold already stays sold: sales stop until there
    is room again. Raises PermissionRefused."""
    check(by)
    one_at_a_time()
    found = Route.objects.select_for_update().get(pk=route.pk)
    if found.reserve_gbps != gbps:
        detail = {"code": found.code, "from": found.reserve_gbps, "to": gbps}
        found.reserve_gbps = gbps
        found.save(update_fields=["reserve_gbps"])
        tell(by, f"cable_route:{found.pk}", "reserve_changed", detail)
    return found


@transaction.atomic
def add_product(
    by: Principal, *, route: Route, name: str, kind: str, protected: bool, is_example: bool = False
) -> Product:
    """Offer something on a route. Raises PermissionRefused, CapacityRefused for a name that is taken."""
    check(by)
    if Product.objects.filter(name=name).exists():
        raise CapacityRefused("Un produit porte déjà ce nom.", "name")
    found = Product.objects.create(
        route=route, name=name, kind=kind, protected=protected, is_example=is_example
    )
    tell(by, f"cable_route:{route.pk}", "product_added", {"name": name})
    return found


@transaction.atomic
def add_tariff(by: Principal, *, product: Product, **values: Any) -> Tariff:
    """Publish a tariff. Raises PermissionRefused, CapacityRefused for dates that cross or a term and volume
    that have a tariff for some of these days."""
    check(by)
    found = Tariff(product=product, **values)
    if found.valid_until and found.valid_until <= found.valid_from:
        raise CapacityRefused("La fin vient après le début.", "valid_until")
    same = Tariff.objects.filter(
        product=product, term_months=found.term_months, from_gbps=found.from_gbps
    ).select_for_update()
    if rules.overlapping(found.valid_from, found.valid_until, [(t.valid_from, t.valid_until) for t in same]):
        raise CapacityRefused(
            "Un tarif vaut déjà pour cette durée et ce débit une partie de ces jours : finissez-le d’abord.",
            "valid_from",
        )
    for field, sentence in rules.faults_of(product.kind, queries.tariff_of(found)):
        raise CapacityRefused(sentence, field)
    found.save()
    tell(by, f"cable_route:{product.route_id}", "tariff_added", {"product": product.name})
    return found


@transaction.atomic
def end_tariff(by: Principal, tariff: Tariff, on: date) -> Tariff:
    """No longer quote a tariff from a day on. Raises PermissionRefused, CapacityRefused for a day before it
    began."""
    check(by)
    found = Tariff.objects.select_for_update().get(pk=tariff.pk)
    if on <= found.valid_from:
        raise CapacityRefused("La fin vient après le début.", "valid_until")
    found.valid_until = on
    found.save(update_fields=["valid_until"])
    tell(by, f"cable_route:{found.product.route_id}", "tariff_ended", {"product": found.product.name})
    return found


@transaction.atomic
def publish_terms(by: Principal, *, product: Product, **values: Any) -> SaleTerms:
    """Say on what terms a product is sold online from a day on. What was written before stays, and holds for
    what was quoted under it. Raises PermissionRefused, CapacityRefused."""
    check(by)
    found = SaleTerms(product=product, **values)
    if product.kind == rules.TRANSIT:
        try:
            faults = faults_of(traffic_terms(found, 1_000_000, 0, 0))
        except (KeyError, TypeError):
            raise CapacityRefused("Le transit se vend avec toutes les conventions de son trafic.") from None
        for field, sentence in faults:
            raise CapacityRefused(sentence, field)
    elif found.traffic:
        raise CapacityRefused("Seul le transit a des conventions de trafic.")
    found.save()
    tell(by, f"cable_route:{product.route_id}", "sale_terms_published", {"product": product.name})
    return found


def traffic_terms(said: SaleTerms, commit_kbps: int, price: int, excess: int) -> Terms:
    """The conventions of a contract of transit sold on these terms: commitment, francs a Mbit/s of it, and of
    what passes it."""
    kept = {n: said.traffic[n] for n in Terms.__dataclass_fields__ if n in said.traffic}
    return Terms(
        **kept, commit_kbps=commit_kbps, price=price, tiers=(Tier(None, excess),),
        money_rounding=said.money_rounding, credit_percent=said.credit_percent,
        credit_free_seconds=said.credit_free_seconds, credit_cap_percent=said.credit_cap_percent,
    )  # fmt: skip
