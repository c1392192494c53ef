"""What a customer reads of what they asked for, ordered and have, and how each service goes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from smartsenegal.cable.billing.api import Invoice
from smartsenegal.cable.capacity.models import Ending, Order, Product, Qualification, Quote, Service
from smartsenegal.cable.capacity.queries import Market, market
from smartsenegal.cable.capacity.rules import TRANSIT
from smartsenegal.cable.network.api import Circuit
from smartsenegal.cable.resilience.api import Failure, Work, circuits_cut, open_failures, works


def qualifications(customer: int) -> QuerySet[Qualification]:
    """What was asked, the newest first."""
    found = Qualification.objects.filter(customer=customer).select_related("product__route", "quote")
    return found.order_by("-pk")


def quotes(customer: int) -> QuerySet[Quote]:
    """What was offered, the newest first."""
    found = Quote.objects.filter(customer=customer)
    return found.select_related("product__route", "order", "changes__service").order_by("-pk")


def orders(customer: int) -> QuerySet[Order]:
    """What was ordered, the newest first."""
    found = Order.objects.filter(quote__customer=customer)
    return found.select_related("quote__product__route", "quote__changes", "circuit", "service").order_by(
        "-pk"
    )


def services(customer: int) -> QuerySet[Service]:
    """What is, or was, in service, the newest first."""
    found = Service.objects.filter(customer=customer)
    return found.select_related("product__route", "contract__carrier", "customer").order_by("-pk")


def endings(customer: int) -> QuerySet[Ending]:
    """Ends that were asked for, the newest first."""
    found = Ending.objects.filter(service__customer=customer).select_related("service__product")
    return found.order_by("-pk")


def running(service: Service) -> Order | None:
    """The order under which a service is given now; None once it is over."""
    found = service.orders.filter(state="completed").select_related("quote__tariff", "circuit")
    return found.order_by("-pk").first()


def change_under_way(service: Service) -> Order | None:
    """The change that is being delivered, if any."""
    found = Order.objects.filter(quote__changes__service=service)
    return found.exclude(
        state__in=("rejected", "failed", "cancelled", "replaced", "completed", "terminated")
    ).first()


def invoices_of(customer: int, limit: int = 24) -> list[Invoice]:
    """The newest invoices of everything that a customer has."""
    found = Invoice.objects.filter(contract__organisation=customer).select_related("contract", "replaced_by")
    return list(found.defer("evidence", "statement").order_by("-pk")[:limit])


Away = Failure | Work

# --- how a service goes --------------------------------------------------------------------------


@dataclass(frozen=True)
class Condition:
    """How a service goes now (`rules.CONDITIONS`), through which failures, and the works that touch it with
    what each would do to it."""

    state: str
    failures: list[Failure]
    works: list[tuple[Work, str]]


class Effects:
    """What failures and works do to what customers have, asked about many; the network is reckoned once, and
    only when something needs it."""

    @cached_property
    def market(self) -> Market:
        """The network as it is now."""
        return market()

    def of(self, away: Iterable[Away], product: Product, circuit: Circuit | None) -> str:
        """What these do together to what is given of a product, on a circuit or, of transit, on its whole
        route: `up`, `reduced`, `down`."""
        links, nodes = parts(away)
        if circuit is not None:
            dead, hurt = circuits_cut(links, nodes)
            return "down" if circuit in dead else "reduced" if circuit in hurt else "up"
        return self._of_route(product, links, nodes)

    def _of_route(self, product: Product, links: list[Any], nodes: list[Any]) -> str:
        study = self.market.study
        lost, dead = study.numbers(links, nodes)
        keys = {study.nodes[v].pk for v in dead}
        lost |= {n for n, x in enumerate(study.links) if {x.a_id, x.b_id} & keys}
        route = product.route
        if not lost or route.a_id not in study.at or route.b_id not in study.at:
            return "up"
        flow = self.market.flow([self.market.demand(route, 1.0)], self.market.usable)
        left = flow.carried(sorted(lost))
        return "down" if left < 1e-6 else "reduced" if left < flow.carried() - 1e-6 else "up"

    def touched(self, away: Sequence[Away]) -> list[tuple[Order, str]]:
        """The orders under which customers have what these touch together, and what they do to it."""
        dead, hurt = circuits_cut(*parts(away))
        does = dict.fromkeys((c.pk for c in hurt), "reduced") | dict.fromkeys((c.pk for c in dead), "down")
        carried = [(o, does[o.circuit_id]) for o in _in_service().filter(circuit__in=does) if o.circuit_id]
        return carried + self.routed(away)

    def routed(self, away: Sequence[Away]) -> list[tuple[Order, str]]:
        """The same of what is on no circuit, but on a whole route: transit."""
        links, nodes = parts(away)
        if not (links or nodes):
            return []
        found, routes = list[tuple[Order, str]](), dict[int, str]()
        for order in _in_service().filter(circuit=None, quote__product__kind=TRANSIT):
            product = order.quote.product
            if product.route_id not in routes:
                routes[product.route_id] = self._of_route(product, links, nodes)
            if (effect := routes[product.route_id]) != "up":
                found.append((order, effect))
        return found


def parts(away: Iterable[Away]) -> tuple[list[Any], list[Any]]:
    """The links and nodes that failures and works take together."""
    found = list(away)
    return [x for each in found for x in each.links.all()], [n for each in found for n in each.nodes.all()]


def _in_service() -> QuerySet[Order]:
    found = Order.objects.filter(state="completed", service__isnull=False).order_by("pk")
    return found.select_related("service__contract", "service__customer", "quote__product__route", "circuit")


class Watch(Effects):
    """The failures and works of a moment, asked about several services."""

    def __init__(self, now: datetime) -> None:
        self.failures, self.works = open_failures(), works(now)

    def condition(self, product: Product, circuit: Circuit | None) -> Condition:
        """How what is given of a product, on a circuit if any, goes."""
        if circuit is None and product.kind != TRANSIT:
            return Condition("unknown", [], [])
        touching = [f for f in self.failures if self.of([f], product, circuit) != "up"]
        state = self.of(touching, product, circuit) if touching else "up"
        ahead = [(w, self.of([w], product, circuit)) for w in self.works]
        return Condition(state, touching, [(w, effect) for w, effect in ahead if effect != "up"])


def owners(circuits: Iterable[Circuit]) -> dict[int, str]:
    """The names of the customers who have these circuits under an order, by key of circuit."""
    found = _in_service().filter(circuit__in=list(circuits))
    return {o.circuit_id: o.service.customer.name for o in found if o.circuit_id and o.service}
