"""TMF622 and TMF637: orders, and the services that one has with how they go."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from smartsenegal.cable.capacity import api as capacity
from smartsenegal.cable.capacity.api import customers
from smartsenegal.cable.wholesale.rest.common import (
    KEY,
    TOKEN,
    Asked,
    Fields,
    Paged,
    answer,
    by_of,
    created,
    head,
    one_of,
    page_of,
    party,
    ref,
    shown,
    whose,
    wrong,
)
from smartsenegal.cable.wholesale.rest.quoting import characteristics, item_prices
from smartsenegal.cable.wholesale.rest.shapes import CancelIn, Cancellation, Order, OrderIn, Product
from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.lib.text import TextRefused, clean

orders = Router(tags=["TMF622 Commandes"], auth=TOKEN)
inventory = Router(tags=["TMF637 Services en cours"], auth=TOKEN)


# --- TMF622 --------------------------------------------------------------------------------------


def _order(row: capacity.Order) -> dict[str, Any]:
    quote, state = row.quote, capacity.abroad(row.state)
    product: dict[str, Any] = {"productCharacteristic": characteristics(quote)}
    if row.service:
        product["id"] = str(row.service)
    item = {
        "id": "1",
        "action": "modify" if quote.changes_id else "add",
        "state": state,
        "offering": ref("ProductOffering", quote.product_id, quote.product.name),
        "product": product,
        "prices": item_prices(quote),
    }
    assert quote.customer is not None
    return head("ProductOrder", row) | {
        "at": row.signed_at,
        "completed_at": row.delivered_at,
        "cancelled_at": row.ended_at if state == "cancelled" else None,
        "state": state,
        "notes": [{"text": row.reason}] if row.reason else None,
        "quote": [ref("Quote", quote.number)],
        "items": [item],
        "party": party(quote.customer),
    }


def _ending(row: capacity.Ending) -> dict[str, Any]:
    service, state = row.service, "completed" if row.done_at else "inProgress"
    item = {
        "id": "1",
        "action": "delete",
        "state": state,
        "offering": ref("ProductOffering", service.product_id, service.product.name),
        "product": {"id": str(service)},
        "prices": [
            {"name": "Fin anticipée", "price_type": "oneTime", "price": {"value": row.early_fcfa}},
        ],
    }  # fmt: skip
    return head("ProductOrder", row) | {
        "at": row.asked_at, "completed_at": row.done_at or row.ends_on, "state": state, "items": [item],
        "party": party(service.customer),
    }  # fmt: skip


def _rows(customer: int) -> Any:
    return customers.orders(customer).select_related(
        "quote__product__route", "quote__changes", "quote__customer", "circuit", "service"
    )


def _ends(customer: int) -> Any:
    return customers.endings(customer).select_related("service__product", "service__customer")


def _tell(row: Any) -> dict[str, Any]:
    return _ending(row) if isinstance(row, capacity.Ending) else _order(row)


def _find(customer: int, key: str) -> Any:
    return one_of(_ends(customer), key, "R") if key.startswith("R-") else one_of(_rows(customer), key, "C")


@orders.post(
    "/productOrder", response={201: Order}, by_alias=True, summary="Commander, changer ou finir un service"
)
def place(request: HttpRequest, body: OrderIn, key: str = KEY) -> HttpResponse:
    """`add` et `modify` acceptent un devis, avant qu’il n’expire ; `delete` finit `product.id` à
    `requestedCompletionDate`, après le préavis, au prix d’une fin anticipée s’il y a lieu."""
    customer, item = whose(request), body.items[0]

    def act() -> dict[str, Any]:
        if item.action == "delete":
            return _ending(_end(request, customer, body))
        if not body.quote:
            raise wrong("quote", "Donnez le devis que cette commande accepte.")
        try:
            quote = one_of(customers.quotes(customer.pk), body.quote[0].id, "D")
        except Http404:
            raise wrong("quote", "Vous n’avez pas ce devis.") from None
        if (item.action == "modify") != bool(quote.changes_id):
            raise wrong("action", "Ce devis ne fait pas cela : voyez l’action de sa ligne.")
        return _order(_find(customer.pk, str(capacity.accept(by_of(request), quote))))

    return created(request, key, Order, act)


def _end(request: HttpRequest, customer: Organisation, body: OrderIn) -> capacity.Ending:
    asked = body.items[0].product
    try:
        service = one_of(customers.services(customer.pk), (asked.id if asked else "") or "", "S")
    except Http404:
        raise wrong("product", "Vous n’avez pas ce service.") from None
    if body.completion is None:
        raise wrong("requestedCompletionDate", "Dites le premier jour sans service.")
    # Nobody means a service that ends after those who ask.
    if body.completion > timezone.localdate() + timedelta(days=36_500):
        raise wrong("requestedCompletionDate", "Ce jour est trop loin.")
    made = capacity.end(by_of(request), service, body.completion)
    found: capacity.Ending = _ends(customer.pk).get(pk=made.pk)
    return found


@orders.get("/productOrder", response=list[Order], by_alias=True, summary="Vos commandes")
def list_orders(request: HttpRequest, asked: Query[Asked]) -> HttpResponse:
    """Les plus récentes d’abord, les fins de service parmi elles."""
    customer = whose(request).pk
    rows = [*_ends(customer), *_rows(customer)]
    rows.sort(
        key=lambda row: row.asked_at if isinstance(row, capacity.Ending) else row.signed_at, reverse=True
    )
    told = [each for each in map(_tell, rows) if not asked.state or each["state"] == asked.state]
    return page_of(Order, told, asked, lambda each: each)


@orders.get("/productOrder/{str:order_id}", response=Order, by_alias=True, summary="Une commande")
def one_order(request: HttpRequest, order_id: str, asked: Query[Fields]) -> HttpResponse:
    return answer(shown(Order, _tell(_find(whose(request).pk, order_id)), asked.fields))


@orders.post(
    "/cancelProductOrder", response={201: Cancellation}, by_alias=True, summary="Annuler une commande"
)
def cancel(request: HttpRequest, body: CancelIn, key: str = KEY) -> HttpResponse:
    """Aussitôt tant que la livraison n’a pas commencé ; ensuite l’exploitant l’examine
    (`assessingCancellation`)."""
    customer = whose(request).pk
    try:
        row = one_of(_rows(customer), body.order.id, "C")
    except Http404:
        raise wrong("productOrder", "Vous n’avez pas cette commande.") from None

    try:
        reason = clean(body.reason, 300)
    except TextRefused as refused:
        raise wrong("cancellationReason", str(refused)) from None
    if not reason:
        raise wrong("cancellationReason", "Dites pourquoi, en une phrase.")

    def act() -> dict[str, Any]:
        done = capacity.ask_cancellation(by_of(request), row, reason)
        return {
            "id": str(done), "href": ref("ProductOrder", done)["href"], "type": "CancelProductOrder",
            "state": "done" if done.state == "cancelled" else "inProgress", "effective": done.state,
            "order": ref("ProductOrder", done), "reason": reason,
        }  # fmt: skip

    return created(request, key, Cancellation, act)


# --- TMF637 --------------------------------------------------------------------------------------


def _product(row: capacity.Service, watch: customers.Watch) -> dict[str, Any]:
    order = customers.running(row)
    seen = watch.condition(row.product, order.circuit) if order else None
    status = "active" if order and not row.ends_on else "pendingTerminate" if order else "terminated"
    return head("Product", row) | {
        "name": row.product.name,
        "status": status,
        "condition": seen.state if seen else None,
        "started": row.starts_on,
        "ends": row.ends_on,
        "committed": row.committed_until,
        "offering": ref("ProductOffering", row.product_id, row.product.name),
        "characteristics": characteristics(order.quote) if order else None,
        "contract": {"id": row.contract.code, "type": "BillingContractRef"},
        "failures": [
            {"description": f.reason, "startDate": f.began_at} for f in seen.failures
        ] if seen else None,
        "works": [
            {"description": w.reason, "startDate": w.starts_at, "endDate": w.ends_at, "effect": effect}
            for w, effect in seen.works
        ] if seen else None,
        "party": party(row.customer),
    }  # fmt: skip


@inventory.get("/product", response=list[Product], by_alias=True, summary="Vos services")
def products(request: HttpRequest, asked: Query[Paged]) -> HttpResponse:
    """Avec leur état, les pannes et les travaux qui les touchent."""
    watch = customers.Watch(timezone.now())
    return page_of(Product, customers.services(whose(request).pk), asked, lambda row: _product(row, watch))


@inventory.get("/product/{str:product_id}", response=Product, by_alias=True, summary="Un service")
def product(request: HttpRequest, product_id: str, asked: Query[Fields]) -> HttpResponse:
    row = one_of(customers.services(whose(request).pk), product_id, "S")
    return answer(shown(Product, _product(row, customers.Watch(timezone.now())), asked.fields))
