"""Every write of `cable.capacity`: the catalogue, quotes that hold, orders. Sales pass one at a time."""

from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from smartsenegal.cable.capacity import queries, rules
from smartsenegal.cable.capacity.errors import CapacityRefused
from smartsenegal.cable.capacity.models import Order, Product, Quote, Route, Tariff
from smartsenegal.cable.network.api import Circuit, Node
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.territory.api import COUNTRY

PERMISSION = "cable.manage"


def _check(by: Principal) -> None:
    if not by.may(PERMISSION, territory_path=COUNTRY):
        raise PermissionRefused("Vous n’administrez pas le réseau de transport du pays.")


def _tell(by: Principal, subject: str, verb: str, detail: dict[str, Any]) -> None:
    audit.record(by.actor, f"cable.{verb}", subject, detail)
    events.emit(f"cable.{verb}", subject, detail)


def _one_at_a_time() -> None:
    """Until the end of the transaction nobody else sells: two quotes cannot take the same capacity."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('cable_capacity'))")


# --- catalogue -----------------------------------------------------------------------------------


@transaction.atomic
def add_route(
    by: Principal, *, code: str, name: str, a: Node, b: Node, reserve_gbps: int, is_example: bool = False
) -> Route:
    """Open a route for sale. Raises PermissionRefused, CapacityRefused for one that is open already."""
    _check(by)
    if a == b:
        raise CapacityRefused("Une route joint deux nœuds différents.", "b")
    if Route.objects.filter(code=code).exists():
        raise CapacityRefused("Ce code est déjà pris.", "code")
    if Route.objects.filter(a__in=(a, b), b__in=(a, b)).exists():
        raise CapacityRefused("Une route joint déjà ces deux nœuds.", "b")
    found = Route.objects.create(
        code=code, name=name, a=a, b=b, reserve_gbps=reserve_gbps, is_example=is_example
    )
    _tell(by, f"cable_route:{found.pk}", "route_added", {"code": code})
    return found


@transaction.atomic
def set_reserve(by: Principal, route: Route, gbps: int) -> Route:
    """Set what the Administration keeps of a route. What is sold already stays sold: sales stop until there
    is room again. Raises PermissionRefused."""
    _check(by)
    _one_at_a_time()
    found = Route.objects.select_for_update().get(pk=route.pk)
    if found.reserve_gbps != gbps:
        detail = {"code": found.code, "from": found.reserve_gbps, "to": gbps}
        found.reserve_gbps = gbps
        found.save(update_fields=["reserve_gbps"])
        _tell(by, f"cable_route:{found.pk}", "reserve_changed", detail)
    return found


@transaction.atomic
def add_product(
    by: Principal, *, route: Route, name: str, kind: str, protected: bool, is_example: bool = False
) -> Product:
    """Offer something on a route. Raises PermissionRefused, CapacityRefused for a name that is taken."""
    _check(by)
    if Product.objects.filter(name=name).exists():
        raise CapacityRefused("Un produit porte déjà ce nom.", "name")
    found = Product.objects.create(
        route=route, name=name, kind=kind, protected=protected, is_example=is_example
    )
    _tell(by, f"cable_route:{route.pk}", "product_added", {"name": name})
    return found


@transaction.atomic
def add_tariff(by: Principal, *, product: Product, **values: Any) -> Tariff:
    """Publish a tariff. Raises PermissionRefused, CapacityRefused for dates that cross or a term and volume
    that have a tariff for some of these days."""
    _check(by)
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
    found.save()
    _tell(by, f"cable_route:{product.route_id}", "tariff_added", {"product": product.name})
    return found


@transaction.atomic
def end_tariff(by: Principal, tariff: Tariff, on: date) -> Tariff:
    """No longer quote a tariff from a day on. Raises PermissionRefused, CapacityRefused for a day before it
    began."""
    _check(by)
    found = Tariff.objects.select_for_update().get(pk=tariff.pk)
    if on <= found.valid_from:
        raise CapacityRefused("La fin vient après le début.", "valid_until")
    found.valid_until = on
    found.save(update_fields=["valid_until"])
    _tell(by, f"cable_route:{found.product.route_id}", "tariff_ended", {"product": found.product.name})
    return found


# --- quotes --------------------------------------------------------------------------------------


@transaction.atomic
def make_quote(
    by: Principal, *, product: Product, buyer: str, gbps: int, term_months: int, hold_days: int,
    monthly_fcfa: int | None = None,
) -> Quote:  # fmt: skip
    """Quote a volume for a term (months), and hold it for so many days. Without a price the tariff's is
    taken.

    Raises PermissionRefused, CapacityRefused: no capacity left (naming the limit, and the cut that proves
    it), no tariff in force, or a price that others were not given."""
    _check(by)
    _check_figures(gbps, term_months, hold_days)
    _one_at_a_time()
    now = timezone.now()
    tariff = rules.tariff_for(queries.tariffs(product, timezone.localdate()), term_months, gbps)
    if tariff is None:
        raise CapacityRefused("Aucun tarif n’est en vigueur pour cette durée et ce débit.", "product")
    asked = rules.price(tariff, gbps)
    if monthly_fcfa is not None:
        asked = rules.Price(monthly_fcfa, asked.setup_fcfa)
    if told := rules.discrimination(asked, queries.offered(product, tariff.pk, term_months, gbps)):
        raise CapacityRefused(told, "monthly_fcfa")
    _check_room(product, gbps, now)
    found = Quote.objects.create(
        product=product, tariff_id=tariff.pk, buyer=buyer, gbps=gbps, term_months=term_months,
        monthly_fcfa=asked.monthly_fcfa, setup_fcfa=asked.setup_fcfa, made_at=now,
        expires_at=now + timedelta(days=hold_days),
    )  # fmt: skip
    _tell(by, f"cable_quote:{found.pk}", "quote_made", {"number": found.number, "gbps": gbps})
    return found


def _check_figures(gbps: int, term_months: int, hold_days: int) -> None:
    for field, value, most, what in (
        ("gbps", gbps, rules.GBPS_AT_MOST, "Le débit va de 1 à 100 000 Gbit/s."),
        ("term_months", term_months, rules.TERM_AT_MOST, "La durée va de 1 à 360 mois."),
        ("hold_days", hold_days, rules.HOLD_DAYS_AT_MOST, "La capacité est retenue de 1 à 90 jours."),
    ):
        if not 1 <= value <= most:
            raise CapacityRefused(what, field)


def _check_room(product: Product, gbps: int, now: Any) -> None:
    # As it is now that nobody else sells: the reserve may have changed since the page was made.
    product = queries.products().get(pk=product.pk)
    market = queries.market()
    limits, owed = market.limits(product.route), queries.taken(product.route, now)
    told = rules.refusal(limits, owed, gbps, product.protected)
    if told := told or rules.overload(market.load(product, gbps, now)):
        raise CapacityRefused(told, "gbps")


@transaction.atomic
def accept(by: Principal, quote: Quote) -> Order:
    """The buyer signed: what was held is sold. Raises PermissionRefused, CapacityRefused when the hold ran
    out before the signature, or the quote is decided already."""
    _check(by)
    _one_at_a_time()
    found = Quote.objects.select_for_update().get(pk=quote.pk)
    now = timezone.now()
    _check_open(found)
    if not rules.holds(found.state, found.expires_at, now):
        raise CapacityRefused(
            "La capacité n’est plus retenue : ce devis a expiré avant la signature. Faites-en un nouveau."
        )
    found.state = "accepted"
    found.save(update_fields=["state"])
    order = Order.objects.create(quote=found, signed_at=now)
    _tell(by, f"cable_quote:{found.pk}", "quote_accepted", {"number": found.number, "order": str(order)})
    return order


def reject(by: Principal, quote: Quote) -> Quote:
    """The buyer says no: what was held is free. Raises PermissionRefused, CapacityRefused."""
    return _close(by, quote, "rejected")


def cancel_quote(by: Principal, quote: Quote) -> Quote:
    """Withdraw a quote: what was held is free. Raises PermissionRefused, CapacityRefused."""
    return _close(by, quote, "cancelled")


@transaction.atomic
def _close(by: Principal, quote: Quote, state: str) -> Quote:
    _check(by)
    found = Quote.objects.select_for_update().get(pk=quote.pk)
    _check_open(found)
    found.state = state
    found.save(update_fields=["state"])
    _tell(by, f"cable_quote:{found.pk}", f"quote_{state}", {"number": found.number})
    return found


def _check_open(quote: Quote) -> None:
    if quote.state != "approved":
        raise CapacityRefused("Ce devis est déjà décidé.")


# --- orders --------------------------------------------------------------------------------------


@transaction.atomic
def advance(by: Principal, order: Order, state: str, circuit: Circuit | None = None) -> Order:
    """Move an order to its next state; `circuit` of the inventory carries it once it is delivered. Raises
    PermissionRefused, CapacityRefused for a state that does not follow."""
    _check(by)
    found = Order.objects.select_for_update().select_related("quote").get(pk=order.pk)
    if not rules.may_follow(found.state, state):
        raise CapacityRefused("Cette commande n’en est pas là : rechargez la page.")
    found.state = state
    if state == "completed":
        found.delivered_at, found.circuit = timezone.now(), circuit
    if state in rules.ENDED:
        # The circuit stays in the inventory until the planner retires it, and takes its capacity there.
        found.ended_at, found.circuit = timezone.now(), None
    found.save()
    detail = {"number": found.quote.number, "order": str(found)}
    _tell(by, f"cable_quote:{found.quote_id}", f"order_{state}", detail)
    return found
