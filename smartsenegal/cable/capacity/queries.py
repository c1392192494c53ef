"""What each route carries, what it owes, and what is left to sell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from smartsenegal.cable.capacity import rules
from smartsenegal.cable.capacity.errors import CapacityRefused
from smartsenegal.cable.capacity.models import Order, Product, Quote, Route, Tariff
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
        if not product.protected or len(kept) == 1:
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
    ours = Order.objects.filter(circuit__isnull=False).values("circuit")
    standing = Circuit.objects.on(timezone.localdate()).filter(state="active").exclude(pk__in=ours)
    steps = Step.objects.filter(circuit__in=standing, path=1, link__isnull=False, circuit__gbps__gt=0)
    found = steps.values_list("link_id").annotate(total=Sum("circuit__gbps"))
    return {link: float(total) for link, total in found}


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
    """What a route owes at a moment."""
    sold = Order.objects.filter(quote__product__route=route).exclude(state__in=rules.ENDED)
    held = Quote.objects.filter(product__route=route, state="approved", expires_at__gt=now)

    def total(rows: QuerySet[Quote] | QuerySet[Order], name: str, **only: bool) -> int:
        return int(rows.filter(**only).aggregate(sum=Sum(name))["sum"] or 0)

    return Taken(
        route.reserve_gbps,
        total(sold, "quote__gbps"),
        total(held, "gbps"),
        total(sold, "quote__gbps", quote__product__protected=True),
        total(held, "gbps", product__protected=True),
    )


def tariffs(product: Product, day: date) -> list[rules.Tariff]:
    """Those in force on a day."""
    on = Q(valid_from__lte=day) & (Q(valid_until=None) | Q(valid_until__gt=day))
    found = product.tariffs.filter(on).order_by("term_months", "from_gbps")
    return [
        rules.Tariff(t.pk, t.term_months, t.from_gbps, t.monthly_fcfa, t.setup_fcfa) for t in found
    ]  # fmt: skip


def all_tariffs() -> QuerySet[Tariff]:
    """Every tariff ever entered, the newest first."""
    found = Tariff.objects.select_related("product")
    return found.order_by("product__name", "term_months", "from_gbps", "-valid_from")


def offered(product: Product, tariff: int, term_months: int, gbps: int) -> list[Offered]:
    """Quotes of the same product, term and volume under the same tariff that were not withdrawn."""
    same = Quote.objects.filter(product=product, tariff=tariff, term_months=term_months, gbps=gbps)
    return [
        Offered(q.number, Price(q.monthly_fcfa, q.setup_fcfa))
        for q in same.exclude(state="cancelled").order_by("pk")
    ]  # fmt: skip


def quotes(limit: int = 100) -> list[Quote]:
    """Quotes with their orders, the newest first."""
    found = Quote.objects.select_related("product__route", "order")
    return list(found.order_by("-pk")[:limit])


def quote(pk: int) -> Quote | None:
    """A quote with its product, tariff and order."""
    return Quote.objects.select_related("product__route", "tariff", "order").filter(pk=pk).first()


def circuits_of(route: Route) -> QuerySet[Circuit]:
    """Circuits of the inventory between the ends of a route that no order has."""
    ends = Q(a=route.a_id, b=route.b_id) | Q(a=route.b_id, b=route.a_id)
    ours = Order.objects.filter(circuit__isnull=False).values("circuit")
    return Circuit.objects.filter(ends).exclude(pk__in=ours).order_by("code")
