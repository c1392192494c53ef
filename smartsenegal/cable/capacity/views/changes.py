"""What sellers type: routes, products, tariffs, quotes, and what becomes of them."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from smartsenegal.cable.capacity import actions, queries, rules
from smartsenegal.cable.capacity.errors import CapacityRefused
from smartsenegal.cable.capacity.forms import (
    DeliverForm,
    EndTariffForm,
    ProductForm,
    QuoteForm,
    ReasonForm,
    ReserveForm,
    RouteForm,
    SaleTermsForm,
    TariffForm,
    TransitTermsForm,
)
from smartsenegal.cable.capacity.models import Order, Quote
from smartsenegal.cable.capacity.views.base import ask, known_quote, known_route, show
from smartsenegal.cable.capacity.views.pages import ACTS, quote_context
from smartsenegal.cable.network.api import nodes
from smartsenegal.cable.pages import manager
from smartsenegal.kernel.pages import data_of, found_or_404


def _route_page(code: str) -> str:
    return reverse("cable_capacity:route", args=[code])


def _quote_page(found: Quote) -> str:
    return reverse("cable_capacity:quote", args=[found.pk])


@login_required
def add_route(request: HttpRequest) -> HttpResponse:
    """Open a route for sale."""
    by = manager(request)
    form = RouteForm(data_of(request), list(nodes().filter(state="active").order_by("name")))
    return ask(
        request, form, lambda: actions.add_route(by, **form.values()), reverse("cable_capacity:index"),
        lambda made: _route_page(made.code), title="Ouvrir une route", button="Ouvrir", back_label="Capacité",
    )  # fmt: skip


@login_required
def set_reserve(request: HttpRequest, code: str) -> HttpResponse:
    """Set what the Administration keeps."""
    by, found = manager(request), known_route(code)
    form = ReserveForm(data_of(request), initial={"reserve_gbps": found.reserve_gbps})
    return ask(
        request, form, lambda: actions.set_reserve(by, found, form.cleaned_data["reserve_gbps"]),
        _route_page(code), title="Réserve de l’Administration", subtitle=found.name, button="Enregistrer",
        back_label=found.name,
    )  # fmt: skip


@login_required
def add_product(request: HttpRequest, code: str) -> HttpResponse:
    """Offer something on a route."""
    by, found = manager(request), known_route(code)
    form = ProductForm(data_of(request))
    return ask(
        request, form, lambda: actions.add_product(by, route=found, **form.cleaned_data), _route_page(code),
        title="Ajouter un produit", subtitle=found.name, button="Ajouter", back_label=found.name,
    )  # fmt: skip


@login_required
def add_tariff(request: HttpRequest) -> HttpResponse:
    """Publish a tariff."""
    by = manager(request)
    form = TariffForm(data_of(request), list(queries.products()))
    return ask(
        request, form, lambda: actions.add_tariff(by, **form.values()), reverse("cable_capacity:index"),
        title="Publier un tarif", button="Publier", back_label="Capacité",
    )  # fmt: skip


@login_required
def end_tariff(request: HttpRequest, cable_tariff_id: int) -> HttpResponse:
    """End a tariff."""
    by = manager(request)
    found = found_or_404(queries.tariff(cable_tariff_id))
    form = EndTariffForm(data_of(request))
    return ask(
        request, form, lambda: actions.end_tariff(by, found, form.cleaned_data["valid_until"]),
        reverse("cable_capacity:index"), title="Finir un tarif", subtitle=found.product.name, button="Finir",
        back_label="Capacité",
    )  # fmt: skip


@login_required
def make_quote(request: HttpRequest) -> HttpResponse:
    """Quote, and hold the capacity."""
    by = manager(request)
    form = QuoteForm(data_of(request), list(queries.products()), {"product": request.GET.get("produit", "")})
    return ask(
        request, form, lambda: actions.make_quote(by, **form.values()), reverse("cable_capacity:index"),
        _quote_page, title="Faire un devis", button="Faire le devis", back_label="Capacité",
    )  # fmt: skip


def _decide(request: HttpRequest, cable_quote_id: int, act: Callable[[Any, Quote], Any]) -> HttpResponse:
    """Back to the quote, where a refusal is told."""
    by, found = manager(request), known_quote(cable_quote_id)
    try:
        act(by, found)
    except CapacityRefused as refused:
        return show(
            request, "quote", quote_context(known_quote(cable_quote_id), timezone.now(), refused.sentence)
        )
    return redirect(_quote_page(found))


@login_required
@require_POST
def accept(request: HttpRequest, cable_quote_id: int) -> HttpResponse:
    """The buyer signed."""
    return _decide(request, cable_quote_id, actions.accept)


@login_required
@require_POST
def reject(request: HttpRequest, cable_quote_id: int) -> HttpResponse:
    """The buyer said no."""
    return _decide(request, cable_quote_id, actions.reject)


@login_required
@require_POST
def cancel(request: HttpRequest, cable_quote_id: int) -> HttpResponse:
    """The seller withdraws."""
    return _decide(request, cable_quote_id, actions.cancel_quote)


@login_required
@require_POST
def advance(request: HttpRequest, cable_quote_id: int, state: str) -> HttpResponse:
    """Move an order on."""
    if state not in rules.FOLLOWS or state in rules.SAY_WHY:
        raise Http404
    return _decide(request, cable_quote_id, lambda by, found: actions.advance(by, _order(found), state))


@login_required
def say_why(request: HttpRequest, cable_quote_id: int, state: str) -> HttpResponse:
    """Move an order to a state that the customer is told the reason of."""
    by, found = manager(request), known_quote(cable_quote_id)
    order = _order(found)
    if state not in rules.SAY_WHY:
        raise Http404
    form = ReasonForm(data_of(request))
    return ask(
        request, form, lambda: actions.advance(by, order, state, reason=form.cleaned_data["reason"]),
        _quote_page(found), title=ACTS[state], subtitle=f"{found.number}, {found.buyer}", button=ACTS[state],
        back_label=found.number, warn=ENDS if state == "terminated" else "",
    )  # fmt: skip


ENDS = "Le service finit aujourd’hui, sans frais de fin anticipée. Le client l’apprend avec ce motif."


@login_required
def publish_terms(request: HttpRequest, cable_product_id: int) -> HttpResponse:
    """On what terms a product is sold online."""
    by, product = manager(request), queries.products().filter(pk=cable_product_id).first()
    if product is None:
        raise Http404
    kind = TransitTermsForm if product.kind == rules.TRANSIT else SaleTermsForm
    form = kind(data_of(request))
    return ask(
        request, form, lambda: actions.publish_terms(by, product=product, **form.values()),
        _route_page(product.route.code), title="Conditions de vente", subtitle=product.name,
        button="Publier", back_label=product.route.name,
    )  # fmt: skip


def _order(found: Quote) -> Order:
    order: Order | None = getattr(found, "order", None)
    if order is None:
        raise Http404
    return order


@login_required
def deliver(request: HttpRequest, cable_quote_id: int) -> HttpResponse:
    """Say that an order is delivered, and which circuit carries it, or name that circuit later."""
    by, found = manager(request), known_quote(cable_quote_id)
    order = _order(found)
    if order.state == "completed":
        return _carry(request, by, found, order)
    form = DeliverForm(data_of(request), list(queries.circuits_of(found.product.route)))
    return ask(
        request, form, lambda: actions.advance(by, order, "completed", form.cleaned_data["circuit"]),
        _quote_page(found), title="Déclarer livrée", subtitle=f"{found.number}, {found.buyer}",
        button="Déclarer livrée", back_label=found.number,
    )  # fmt: skip


def _carry(request: HttpRequest, by: Any, found: Quote, order: Order) -> HttpResponse:
    rows = list(queries.circuits_of(found.product.route))
    form = DeliverForm(data_of(request), rows, "Choisissez")
    return ask(
        request, form, lambda: actions.carry(by, order, form.cleaned_data["circuit"]), _quote_page(found),
        title="Nommer le circuit", subtitle=f"{found.number}, {found.buyer}", button="Nommer le circuit",
        back_label=found.number, warn="" if rows else NO_CIRCUIT,
        warn_url=reverse("cable_network:add_circuit"), warn_label="Ajouter un circuit",
    )  # fmt: skip


NO_CIRCUIT = (
    "Aucun circuit libre de l’inventaire ne joint les deux bouts de cette route : ajoutez-le d’abord."
)
