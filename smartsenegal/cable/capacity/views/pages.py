"""What may be sold, the published tariffs, the quotes; one route with its limits; one quote."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from smartsenegal.cable.capacity import queries, rules
from smartsenegal.cable.capacity.errors import CapacityRefused
from smartsenegal.cable.capacity.models import Quote, Route, Tariff
from smartsenegal.cable.capacity.queries import Market
from smartsenegal.cable.capacity.rules import Limits, Taken
from smartsenegal.cable.capacity.views.base import known_quote, known_route, show
from smartsenegal.cable.network.api import gbps
from smartsenegal.cable.pages import reader
from smartsenegal.lib.dates import format_date, format_datetime
from smartsenegal.lib.money import format_fcfa

TONES = {"approved": "blue", "accepted": "green", "rejected": "neutral", "cancelled": "neutral"}
ORDER_TONES = {"acknowledged": "blue", "inProgress": "amber", "completed": "green"}
ACTS = {"inProgress": "Commencer la livraison", "cancelled": "Annuler la commande",
        "completed": "Déclarer livrée", "terminated": "Résilier"}  # fmt: skip


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every route with what is left, the tariffs of today, the newest quotes."""
    reader(request)
    market, now = queries.market(), timezone.now()
    found = list(queries.routes())
    context = {
        "routes": [_route_row(market, route, now) for route in found],
        "tariffs": [_tariff_row(t) for t in queries.all_tariffs()],
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


def _tariff_row(tariff: Tariff) -> dict[str, Any]:
    until = f", jusqu’au {format_date(tariff.valid_until)} exclu" if tariff.valid_until else ""
    return {
        "row": tariff,
        "from": f"{tariff.term_months} mois, {gbps(tariff.from_gbps)}",
        "monthly": format_fcfa(tariff.monthly_fcfa),
        "setup": format_fcfa(tariff.setup_fcfa),
        "dates": f"depuis le {format_date(tariff.valid_from)}{until}",
        "source": tariff.source or "inconnue",
    }


def _quote_row(quote: Quote, now: Any) -> dict[str, Any]:
    return {"row": quote, "gbps": gbps(quote.gbps), "monthly": format_fcfa(quote.monthly_fcfa),
            "chip": _chip(quote, now)}  # fmt: skip


def _chip(quote: Quote, now: Any) -> dict[str, str]:
    order = getattr(quote, "order", None)
    if order is not None:
        return {"label": order.get_state_display(), "tone": ORDER_TONES.get(order.state, "neutral")}
    if quote.state == "approved" and not rules.holds(quote.state, quote.expires_at, now):
        return {"label": "Expiré", "tone": "neutral"}
    return {"label": quote.get_state_display(), "tone": TONES[quote.state]}


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
        "chip": _chip(found, now),
        "fault": fault,
        "facts": [
            {"label": label, "value": value}
            for label, value in (
                ("Produit", found.product.name),
                ("Client", found.buyer),
                ("Débit", gbps(found.gbps)),
                ("Durée", f"{found.term_months} mois"),
                ("Par mois", format_fcfa(found.monthly_fcfa)),
                ("Mise en service", format_fcfa(found.setup_fcfa)),
                ("Fait le", format_datetime(found.made_at)),
                ("Capacité retenue jusqu’au", format_datetime(found.expires_at)),
                *_of_order(order),
            )
        ],
        "open": rules.holds(found.state, found.expires_at, now),
        "expired": found.state == "approved" and now >= found.expires_at,
        "acts": [_act(found, state) for state in (rules.FOLLOWS[order.state] if order else ())],
    }  # fmt: skip


def _act(found: Quote, state: str) -> dict[str, Any]:
    asks = state == "completed"
    url = (
        reverse("cable_capacity:deliver", args=[found.pk])
        if asks
        else reverse("cable_capacity:advance", args=[found.pk, state])
    )
    return {"label": ACTS[state], "url": url, "asks": asks}


def _of_order(order: Any) -> list[tuple[str, str]]:
    if order is None:
        return []
    found = [("Commande", f"{order}, signée le {format_datetime(order.signed_at)}")]
    if order.delivered_at:
        found.append(("Livrée le", format_datetime(order.delivered_at)))
    if order.circuit:
        found.append(("Circuit", order.circuit.name))
    if order.ended_at:
        found.append(("Finie le", format_datetime(order.ended_at)))
    return found
