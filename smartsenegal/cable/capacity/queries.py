"""What each route carries, what it owes, and what is left to sell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Case, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from smartsenegal.cable.capacity import rules
from smartsenegal.cable.capacity.errors import CapacityRefused
from smartsenegal.cable.capacity.models import (
    SURVIVES,
    Order,
    Product,
    Quote,
    Route,
    SaleTerms,
    Tariff,
)
from smartsenegal.cable.capacity.rules import Cut, Limits, Load, Offered, Price, Taken
from smartsenegal.cable.network.api import Circuit, Step
from smartsenegal.cable.optics.api import sellable_by_link
from smartsenegal.cable.resilience.api import UNLIMITED, Flow, Study, study

Demand = tuple[int, int, float]


@dataclass
class Market:
    """The network of today with what is lit on it and what light permits, asked about many routes.

    A link of unknown lit capacity sells nothing; one of which light is not described is bound by what is
    lit. Circuits of the inventory take what they have on their first path, but for those of our orders."""

    study: Study
    physics: dict[int, int]  # Gbit/s by key of link
    used: dict[int, float]  # Gbit/s of circuits of the inventory, by key of link

    @cached_property
    def failures(self) -> list[tuple[str, list[int]]]:
        """Every link and every zone, with the numbers of the links that it takes."""
        found = self.study
        alone = [(x.name, [n]) for n, x in enumerate(found.links)]
        return alone + [(z.name, self._of_zone(*found.members(z))) for z in found.zones]

    def _of_zone(self, links: list[int], nodes: list[int]) -> list[int]:
        keys = {self.study.nodes[v].pk for v in nodes}
        return [n for n, x in enumerate(self.study.links) if n in links or {x.a_id, x.b_id} & keys]

    def flow(self, demands: list[Demand], size: Callable[[int], float]) -> Flow:
        """These demands over links whose size `size` tells by their number."""
        at, links = self.study.at, self.study.links
        return Flow(
            len(self.study.nodes), [(at[x.a_id], at[x.b_id], size(n)) for n, x in enumerate(links)], demands
        )

    def lit(self, number: int) -> float:
        """What is lit on a link and no circuit takes; none when it is not known."""
        link = self.study.links[number]
        return max(0.0, float(link.lit_gbps or 0) - self.used.get(link.pk, 0.0))

    def permitted(self, number: int) -> float:
        """What light permits on a link beside its circuits; without limit when nobody described it."""
        link = self.study.links[number]
        return max(0.0, self.physics.get(link.pk, UNLIMITED) - self.used.get(link.pk, 0.0))

    def usable(self, number: int) -> float:
        """What may be sold of a link: what is lit, if light permits it."""
        return min(self.lit(number), self.permitted(number))

    def demand(self, route: Route, size: float) -> Demand:
        """So much between the ends of a route. Raises CapacityRefused when one is not in service."""
        at = self.study.at
        if route.a_id not in at or route.b_id not in at:
            raise CapacityRefused("Un des deux nœuds de cette route n’est pas en service.", "product")
        return at[route.a_id], at[route.b_id], size

    def limits(self, route: Route) -> Limits:
        """What a route carries alone. Raises CapacityRefused."""
        unit = [self.demand(route, 1.0)]
        lit = self.flow(unit, self.lit)
        usable = self.flow(unit, self.usable)
        whole, physics = usable.carried(), self.flow(unit, self.permitted).carried()
        left = [Cut(name, usable.carried(away)) for name, away in self.failures if away]
        cuts = tuple(cut for cut in left if cut.left < whole - 1e-6)
        return Limits(None if physics == UNLIMITED else physics, lit.carried(), whole, cuts)

    def load(self, product: Product, asked: int, now: datetime) -> Load:
        """All that is promised on every route, with so much more of a product, over what may be sold.

        Under a failure each route counts for what it can still carry alone: one that is cut anyway must not
        forbid sales elsewhere."""
        whole, kept = list[Demand](), list[tuple[Demand, Flow]]()
        for route in self.open_routes():
            owed, own = taken(route, now), route.pk == product.route_id
            more = asked if own else 0
            whole.append(self.demand(route, owed.reserve + owed.sold + owed.held + more))
            protected = owed.reserve + owed.sold_protected + owed.held_protected + more
            kept.append((self.demand(route, protected), self.flow([self.demand(route, 1.0)], self.usable)))
        carried = self.flow(whole, self.usable).carried()
        if not product.survives or len(kept) == 1:
            return Load(carried, ())
        return Load(carried, tuple(self._after(name, away, kept) for name, away in self.failures if away))

    def _after(self, name: str, away: list[int], kept: list[tuple[Demand, Flow]]) -> Cut:
        still = [(a, b, min(size, alone.carried(away))) for (a, b, size), alone in kept]
        return Cut(name, self.flow(still, self.usable).carried(away))

    def open_routes(self) -> list[Route]:
        """Routes of which both ends are in service."""
        return [r for r in routes() if {r.a_id, r.b_id} <= self.study.at.keys()]


def market() -> Market:
    """The network as it is now."""
    return Market(study(), sellable_by_link(), _used())


def _used() -> dict[int, float]:
    """What circuits of the inventory take of each link. Of one that carries an order, only what it has beyond
    the order: the rest is counted as sold."""
    standing = Circuit.objects.on(timezone.localdate()).filter(state="active", gbps__gt=0)
    steps = Step.objects.filter(circuit__in=standing, path=1, link__isnull=False)
    ours = Order.objects.filter(circuit=OuterRef("circuit"), state="completed").values("quote__gbps")
    rest = Greatest(F("circuit__gbps") - Coalesce(Subquery(ours[:1]), 0), 0, output_field=DecimalField())
    found = steps.values_list("link_id").annotate(total=Sum(rest))
    return {link: float(total) for link, total in found}


_QUOTE = (
    "product__route",
    "tariff",
    "order__service__contract",
    "order__circuit",
    "changes__service",
    "customer",
)


def routes() -> QuerySet[Route]:
    """Routes with their ends, by name."""
    return Route.objects.select_related("a", "b").order_by("name")


def route(code: str) -> Route | None:
    """The route of an address."""
    return routes().filter(code=code).first()


def products() -> QuerySet[Product]:
    """Products with their routes, by name."""
    return Product.objects.select_related("route__a", "route__b").order_by("route__name", "name")


def taken(route: Route, now: datetime) -> Taken:
    """What a route owes at a moment. A change that is not delivered yet counts for what it adds."""
    sold = Order.objects.filter(quote__product__route=route).exclude(state__in=rules.ENDED)
    held = Quote.objects.filter(product__route=route, state="approved", expires_at__gt=now)
    weight = Case(When(state="completed", then=F("quote__gbps")), default=F("quote__extra_gbps"))
    safe = Product.objects.filter(SURVIVES).values("pk")

    def total(rows: QuerySet[Quote] | QuerySet[Order], of: Any) -> int:
        return int(rows.aggregate(sum=Sum(of))["sum"] or 0)

    return Taken(
        route.reserve_gbps,
        total(sold, weight),
        total(held, F("extra_gbps")),
        total(sold.filter(quote__product__in=safe), weight),
        total(held.filter(product__in=safe), F("extra_gbps")),
    )


def _in_force(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_until=None) | Q(valid_until__gt=day))


def tariffs(product: Product, day: date) -> list[rules.Tariff]:
    """Those in force on a day."""
    found = product.tariffs.filter(_in_force(day)).order_by("term_months", "from_gbps")
    return [tariff_of(t) for t in found]


def tariff_of(row: Tariff) -> rules.Tariff:
    """As the rules read it."""
    return rules.Tariff(**{name: getattr(row, name) for name in rules.Tariff.__dataclass_fields__})


def price_of(quote: Quote) -> Price:
    """What a quote gave."""
    return Price(**{name: getattr(quote, name) for name in Price.__dataclass_fields__})


def open_tariffs(day: date) -> QuerySet[Tariff]:
    """What is published today, by product."""
    found = Tariff.objects.filter(_in_force(day)).select_related("product__route__a", "product__route__b")
    return found.order_by("product__route__name", "product__name", "term_months", "from_gbps")


def terms_of(product: Product, day: date) -> SaleTerms | None:
    """On what terms a product is sold on a day; None when that is not published."""
    return product.terms.filter(valid_from__lte=day).order_by("-valid_from", "-pk").first()


def all_tariffs() -> QuerySet[Tariff]:
    """Every tariff ever entered, the newest first."""
    found = Tariff.objects.select_related("product")
    return found.order_by("product__name", "term_months", "from_gbps", "-valid_from")


def offered(product: Product, tariff: int, term_months: int, gbps: int, port_gbps: int = 0) -> list[Offered]:
    """Quotes of the same product, term and volume under the same tariff that were not withdrawn. Changes are
    left out: part of what they buy was paid for before."""
    same = Quote.objects.filter(
        product=product, tariff=tariff, term_months=term_months, gbps=gbps, port_gbps=port_gbps, changes=None
    )
    return [Offered(q.number, price_of(q)) for q in same.exclude(state="cancelled").order_by("pk")]


def unequal() -> list[tuple[Quote, Quote]]:
    """Pairs of quotes that treat two customers otherwise for the same thing: there must be none."""
    first, found = dict[tuple[int, ...], Quote](), list[tuple[Quote, Quote]]()
    for quote in Quote.objects.filter(changes=None).exclude(state="cancelled").order_by("pk"):
        same = (quote.product_id, quote.tariff_id, quote.term_months, quote.gbps, quote.port_gbps)
        other = first.setdefault(same, quote)
        if price_of(other) != price_of(quote):
            found.append((other, quote))
    return found


def quotes(limit: int = 100) -> list[Quote]:
    """Quotes with their orders, the newest first."""
    found = Quote.objects.select_related("product__route", "order")
    return list(found.order_by("-pk")[:limit])


def quote(pk: int) -> Quote | None:
    """A quote with its product, tariff, order and what it changes."""
    return Quote.objects.select_related(*_QUOTE).filter(pk=pk).first()


def circuits_of(route: Route) -> QuerySet[Circuit]:
    """Circuits of the inventory between the ends of a route that no order has."""
    ends = Q(a=route.a_id, b=route.b_id) | Q(a=route.b_id, b=route.a_id)
    ours = Order.objects.filter(circuit__isnull=False).values("circuit")
    return Circuit.objects.filter(ends).exclude(pk__in=ours).order_by("code")


def tariff(pk: int) -> Tariff | None:
    """A tariff with its product, or None."""
    return Tariff.objects.select_related("product").filter(pk=pk).first()
