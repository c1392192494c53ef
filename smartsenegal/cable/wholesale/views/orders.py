"""Ask for a quote, see it refused with what proves it, accept it, follow its order, give it up."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.cable.capacity import api as capacity
from smartsenegal.cable.capacity.api import (
    CapacityRefused,
    Order,
    OrderForm,
    Quote,
    Wish,
    customers,
    presenting,
)
from smartsenegal.cable.customers import owns
from smartsenegal.cable.network.api import gbps
from smartsenegal.cable.wholesale.views.base import facts, one, own, page_of, show
from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.kernel.pages import data_of, principal, refuse
from smartsenegal.lib.text import typography


@login_required
def ask_quote(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """A quote to ask for."""
    found = own(request, organisation_id, "file")
    day = timezone.localdate()
    sold = [p for p in capacity.products() if capacity.terms_of(p, day)]
    form = OrderForm(data_of(request), sold, {"product": request.GET.get("produit", "")})
    context: dict[str, Any] = {"form": form, "title": "Demander un devis", "button": "Demander", "sold": sold}
    if request.method == "POST" and form.is_valid():
        answer = answered(request, found, form, Wish(**form.wish()))
        if isinstance(answer, HttpResponse):
            return answer
        context |= answer
    return show(request, "ask", found, context)


def answered(
    request: HttpRequest, found: Organisation, form: Any, wish: Wish
) -> HttpResponse | dict[str, Any]:
    """What asking gives: the way to the quote, or what the page tells of the refusal."""
    try:
        made = capacity.ask(principal(request), found, wish)
    except CapacityRefused as refused:
        refuse(form, refused)
        return {}
    if made.quote is not None:
        return redirect(page_of(found, "quote", made.quote.pk))
    form.add_error("gbps", typography(made.refusal))
    left = f"Il reste {gbps(made.left_gbps)}" if made.left_gbps else "Il ne reste rien"
    told = f"{left} à vendre de ce produit, compté seul. Cette réponse est gardée sous le numéro {made}."
    return {"refused": made, "left_told": told}


@login_required
@require_safe
def quote(request: HttpRequest, organisation_id: int, cable_quote_id: int) -> HttpResponse:
    """An offer: its price, its terms, until when it holds."""
    found = own(request, organisation_id)
    return _quote(request, found, one(customers.quotes(found.pk), cable_quote_id))


def _quote(request: HttpRequest, found: Organisation, row: Quote, fault: str = "") -> HttpResponse:
    now = timezone.now()
    order: Order | None = getattr(row, "order", None)
    context = {
        "row": row,
        "chip": presenting.quote_chip(row, now),
        "fault": fault,
        "facts": presenting.quote_facts(row),
        "terms": presenting.terms_facts(row.terms) if row.terms else [],
        "open": capacity.holds(row.state, row.expires_at, now),
        "expired": row.state == "approved" and now >= row.expires_at,
        "may_ask": owns(principal(request), found.pk, "file"),
        "order_url": page_of(found, "order", order.pk) if order else "",
    }
    return show(request, "quote", found, context)


@login_required
@require_POST
def decide(request: HttpRequest, organisation_id: int, cable_quote_id: int, verb: str) -> HttpResponse:
    """Accept or refuse an offer."""
    found = own(request, organisation_id, "file")
    row = one(customers.quotes(found.pk), cable_quote_id)
    acts = {"accepter": capacity.accept, "refuser": capacity.reject}
    if verb not in acts:
        raise Http404
    try:
        made = acts[verb](principal(request), row)
    except CapacityRefused as refused:
        return _quote(request, found, one(customers.quotes(found.pk), row.pk), refused.sentence)
    if isinstance(made, Order):
        messages.success(request, typography("Votre commande est reçue : suivez ici sa livraison."))
        return redirect(page_of(found, "order", made.pk))
    messages.success(request, "Le devis est refusé, la capacité est rendue.")
    return redirect(page_of(found))


@login_required
@require_safe
def order(request: HttpRequest, organisation_id: int, cable_order_id: int) -> HttpResponse:
    """How far an order is."""
    found = own(request, organisation_id)
    row: Order = one(customers.orders(found.pk), cable_order_id)
    context = {
        "row": row,
        "chip": presenting.order_chip(row),
        "facts": facts(presenting.order_facts(row)) + presenting.quote_facts(row.quote)[:1] + _what(row),
        "quote_url": page_of(found, "quote", row.quote_id),
        "service_url": page_of(found, "service", row.service_id) if row.service_id else "",
        "may_cancel": owns(principal(request), found.pk, "file")
        and row.state in ("acknowledged", *capacity.MAY_ASK_CANCELLATION),
        "said": SAID.get(row.state, ""),
    }
    return show(request, "order", found, context)


SAID = {
    "acknowledged": "La capacité est à vous. L’exploitant prépare la livraison.",
    "inProgress": "L’exploitant livre votre service.",
    "pending": "L’exploitant attend quelque chose de vous : lisez le motif.",
    "held": "La livraison est suspendue : lisez le motif.",
    "assessingCancellation": "L’exploitant examine votre demande d’annulation.",
    "completed": "Le service est livré. Sa facturation a commencé ce jour-là.",
}


def _what(row: Order) -> list[dict[str, str]]:
    return facts([("Débit", presenting.size(row.quote)), *presenting.prices(row.quote)])


@login_required
def cancel(request: HttpRequest, organisation_id: int, cable_order_id: int) -> HttpResponse:
    """Give an order up."""
    found = own(request, organisation_id, "file")
    row: Order = one(customers.orders(found.pk), cable_order_id)
    form, to = capacity.WhyForm(data_of(request)), page_of(found, "order", row.pk)
    if request.method == "POST" and form.is_valid():
        try:
            capacity.ask_cancellation(principal(request), row, form.cleaned_data["reason"])
        except CapacityRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect(to)
    context = {
        "form": form, "title": f"Annuler la commande {row}", "button": "Annuler la commande", "back_url": to,
        "back_label": f"Commande {row}",
        "notice": "Tant que la livraison n’a pas commencé, l’annulation est immédiate ; ensuite, "
        "l’exploitant l’examine.",
    }  # fmt: skip
    return show(request, "ask", found, context)
