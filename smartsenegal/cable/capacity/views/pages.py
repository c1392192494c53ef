"""What may be sold, the published tariffs, the quotes; one route with its limits; one quote."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from smartsenegal.cable.capacity import presenting, queries, rules
from smartsenegal.cable.capacity.errors import CapacityRefused
from smartsenegal.cable.capacity.models import Quote, Route
from smartsenegal.cable.capacity.queries import Market
from smartsenegal.cable.capacity.rules import Limits, Taken
from smartsenegal.cable.capacity.views.base import known_quote, known_route, show
from smartsenegal.cable.network.api import gbps
from smartsenegal.cable.pages import reader

ACTS = {"inProgress": "Commencer la livraison", "cancelled": "Annuler la commande",
        "completed": "Déclarer livrée", "terminated": "Résilier", "rejected": "Rejeter la commande",
        "pending": "Attendre le client", "held": "Suspendre la livraison",
        "failed": "Renoncer à livrer"}  # fmt: skip


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every route with what is left, the tariffs of today, the newest quotes."""
    reader(request)
    market, now = queries.market(), timezone.now()
    found = list(queries.routes())
    context = {
        "routes": [_route_row(market, route, now) for route in found],
        "tariffs": [presenting.tariff_row(t) for t in queries.all_tariffs()],
        "unequal": [f"{a.number} et {b.number}" for a, b in queries.unequal()],
        "quotes": [_quote_row(q, now) for q in queries.quotes()],
        "has_products": queries.products().exists(),
        "has_examples": any(r.is_example for r in found),
    }
    return show(request, "index", context)


def _route_row(market: Market, route: Route, now: Any) -> dict[str, Any]:
    owed = queries.taken(route, now)
    row: dict[str, Any] = {"row": route, "owed": _owed(owed)}
    try:
        limits = market.limits(route)
    except CapacityRefused as refused:
        return {**row, "fault": refused.sentence}
    return {**row, "lit": _whole(limits.lit), **_left(limits, owed)}


def _left(limits: Limits, owed: Taken) -> dict[str, str]:
    return {
        "left": gbps(rules.sellable(limits, owed, protected=False)),
        "left_protected": gbps(rules.sellable(limits, owed, protected=True)),
    }


def _owed(owed: Taken) -> dict[str, str]:
    return {"reserve": gbps(owed.reserve), "sold": gbps(owed.sold), "held": gbps(owed.held)}


def _whole(value: float | None) -> str:
    return gbps(None if value is None else round(value))


def _quote_row(quote: Quote, now: Any) -> dict[str, Any]:
    return {"row": quote, "gbps": gbps(quote.gbps), "price": presenting.short_price(quote),
            "chip": presenting.quote_chip(quote, now)}  # fmt: skip


@login_required
@require_GET
def route(request: HttpRequest, code: str) -> HttpResponse:
    """What binds one route: light, what is lit, each failure, and what is promised."""
    reader(request)
    found, now = known_route(code), timezone.now()
    owed = queries.taken(found, now)
    context: dict[str, Any] = {"row": found, "owed": _owed(owed), "products": found.products.order_by("name")}
    try:
        limits = queries.market().limits(found)
    except CapacityRefused as refused:
        return show(request, "route", {**context, "fault": refused.sentence})
    cuts = sorted(limits.cuts, key=lambda cut: (cut.left, cut.name))
    context |= {
        "physics": _whole(limits.physics),
        "lit": _whole(limits.lit),
        "cuts": [{"name": cut.name, "left": _whole(cut.left)} for cut in cuts],
        **_left(limits, owed),
    }
    return show(request, "route", context)


@login_required
@require_GET
def quote(request: HttpRequest, cable_quote_id: int) -> HttpResponse:
    """One quote, and its order."""
    reader(request)
    found, now = known_quote(cable_quote_id), timezone.now()
    return show(request, "quote", quote_context(found, now))


def quote_context(found: Quote, now: Any, fault: str = "") -> dict[str, Any]:
    """What the page of a quote shows; `fault` is why an act was refused."""
    order = getattr(found, "order", None)
    return {
        "row": found,
        "chip": presenting.quote_chip(found, now),
        "fault": fault,
        "facts": presenting.quote_facts(found),
        "contract": order.service.contract if order and order.service else None,
        "open": rules.holds(found.state, found.expires_at, now),
        "expired": found.state == "approved" and now >= found.expires_at,
        "lacks_circuit": order is not None
        and order.state == "completed"
        and order.circuit_id is None
        and found.product.kind != rules.TRANSIT,
        "acts": [_act(found, order, state) for state in (rules.FOLLOWS[order.state] if order else ())],
    }


def _act(found: Quote, order: Any, state: str) -> dict[str, Any]:
    again = state == "inProgress" and order.state != "acknowledged"
    to = {"completed": "deliver"}.get(state, "say_why" if state in rules.SAY_WHY else "advance")
    url = reverse(f"cable_capacity:{to}", args=[found.pk] if to == "deliver" else [found.pk, state])
    label = "Poursuivre la livraison" if again else ACTS[state]
    return {"label": label, "url": url, "asks": to != "advance", "main": to == "deliver"}
