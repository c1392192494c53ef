"""TMF645 and TMF648: whether something could be sold now, and offers that hold it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from smartsenegal.cable.capacity import api as capacity
from smartsenegal.cable.capacity.api import PARTS, customers
from smartsenegal.cable.wholesale.rest.catalogue import CHARGED
from smartsenegal.cable.wholesale.rest.common import (
    KEY,
    TOKEN,
    Asked,
    Conflict,
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
    refusals,
    shown,
    whose,
    wish_of,
)
from smartsenegal.cable.wholesale.rest.shapes import (
    Qualification,
    QualificationIn,
    Quote,
    QuoteChange,
    QuoteIn,
)
from smartsenegal.lib.text import typography

qualifications = Router(tags=["TMF645 Qualification des services"], auth=TOKEN)
quotes = Router(tags=["TMF648 Devis"], auth=TOKEN)
LABELS = {
    "monthly_fcfa": "Par mois", "upfront_fcfa": "Droit d’usage", "yearly_fcfa": "Entretien",
    "port_fcfa": "Port", "excess_fcfa": "Dépassement, par Mbit/s", "setup_fcfa": "Mise en service",
}  # fmt: skip


def characteristics(row: Any) -> list[dict[str, Any]]:
    """What is asked for, or had, as these interfaces name it."""
    found = [{"name": "bandwidth", "value": row.gbps}, {"name": "term", "value": row.term_months}]
    return [*found, *([{"name": "port", "value": row.port_gbps}] if row.port_gbps else [])]


def item_prices(quote: capacity.Quote) -> list[dict[str, Any]]:
    """The parts of the price of a quote, for its whole volume."""
    return [
        {"name": LABELS[part], "price_type": CHARGED[part][0], "period": CHARGED[part][1],
         "price": {"value": getattr(quote, part)}}
        for part in (*PARTS[quote.product.kind], "setup_fcfa")
    ]  # fmt: skip


# --- TMF645 --------------------------------------------------------------------------------------


def _qualification(row: capacity.Qualification) -> dict[str, Any]:
    result = "unqualified" if row.refusal else "qualified"
    item: dict[str, Any] = {
        "id": "1",
        "state": "done",
        "result": result,
        "offering": ref("ProductOffering", row.product_id, row.product.name),
        "characteristics": characteristics(row),
    }
    if row.refusal:
        item["reasons"] = [{"code": "capacity", "label": typography(row.refusal)}]
        if row.left_gbps:
            item["alternative"] = [{"name": "bandwidth", "value": row.left_gbps}]
    return head("CheckServiceQualification", row) | {
        "at": row.asked_at, "state": "done", "result": result, "items": [item], "party": party(row.customer),
    }  # fmt: skip


@qualifications.post(
    "/checkServiceQualification", response={201: Qualification}, by_alias=True,
    summary="Demander si une capacité peut être vendue",
)  # fmt: skip
def check(request: HttpRequest, body: QualificationIn, key: str = KEY) -> HttpResponse:
    """Sans rien retenir. Un refus nomme la limite et, pour une panne, la coupure qui le prouve."""
    customer, item = whose(request), body.items[0]

    def act() -> dict[str, Any]:
        wish = wish_of(customer, item.offering, item.service.characteristics)
        return _qualification(capacity.qualify(by_of(request), customer, wish))

    return created(request, key, Qualification, act)


@qualifications.get(
    "/checkServiceQualification", response=list[Qualification], by_alias=True, summary="Ce qui a été demandé"
)
def checks(request: HttpRequest, asked: Query[Paged]) -> HttpResponse:
    rows = customers.qualifications(whose(request).pk).select_related("customer")
    return page_of(Qualification, rows, asked, _qualification)


@qualifications.get(
    "/checkServiceQualification/{str:qualification_id}", response=Qualification, by_alias=True,
    summary="Une demande et sa réponse",
)  # fmt: skip
def one_check(request: HttpRequest, qualification_id: str, asked: Query[Fields]) -> HttpResponse:
    rows = customers.qualifications(whose(request).pk).select_related("customer")
    return answer(shown(Qualification, _qualification(one_of(rows, qualification_id, "Q")), asked.fields))


# --- TMF648 --------------------------------------------------------------------------------------


def _quote(row: capacity.Quote) -> dict[str, Any]:
    order, changed = getattr(row, "order", None), row.changes.service if row.changes else None
    product: dict[str, Any] = {"productCharacteristic": characteristics(row)}
    if changed:
        product["id"] = str(changed)
    item = {
        "id": "1",
        "action": "modify" if changed else "add",
        "state": row.state,
        "offering": ref("ProductOffering", row.product_id, row.product.name),
        "product": product,
        "prices": item_prices(row),
    }
    assert row.customer is not None
    return head("Quote", row.number) | {
        "at": row.made_at, "state": row.state, "valid_for": {"start": row.made_at, "end": row.expires_at},
        "items": [item], "party": party(row.customer),
        "order": ref("ProductOrder", order) if order else None,
    }  # fmt: skip


def _rows(request: HttpRequest) -> Any:
    return customers.quotes(whose(request).pk).select_related(
        "product__route", "order", "changes__service", "customer"
    )


@quotes.post(
    "/quote", response={201: Quote}, by_alias=True, summary="Demander un devis, qui retient la capacité"
)
def ask(request: HttpRequest, body: QuoteIn, key: str = KEY) -> HttpResponse:
    """`add` pour un nouveau service, `modify` (avec `product.id`) pour en changer un. Un refus est un 409
    dont le `detail` nomme ce qui le prouve ; il est gardé parmi les qualifications."""
    customer, item = whose(request), body.items[0]
    service = (item.product.id or "") if item.action == "modify" else None
    wish = None

    def act() -> dict[str, Any]:
        nonlocal wish
        wish = wish_of(customer, item.offering, item.product.characteristics, service)
        made = capacity.ask(by_of(request), customer, wish)
        if made.quote is None:
            raise _Unqualified(made.refusal)
        return _quote(made.quote)

    try:
        return created(request, key, Quote, act)
    except _Unqualified as refused:
        # The refusal undid its own trace with the key: it is asked, and kept, again.
        assert wish is not None
        with refusals():
            kept = capacity.qualify(by_of(request), customer, wish)
        raise Conflict(typography(kept.refusal or refused.sentence)) from None


class _Unqualified(Exception):
    """There is no capacity for a quote."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence


@quotes.get("/quote", response=list[Quote], by_alias=True, summary="Vos devis")
def list_quotes(request: HttpRequest, asked: Query[Asked]) -> HttpResponse:
    rows = _rows(request)
    return page_of(Quote, rows.filter(state=asked.state) if asked.state else rows, asked, _quote)


@quotes.get("/quote/{str:quote_id}", response=Quote, by_alias=True, summary="Un devis")
def one_quote(request: HttpRequest, quote_id: str, asked: Query[Fields]) -> HttpResponse:
    return answer(shown(Quote, _quote(one_of(_rows(request), quote_id, "D")), asked.fields))


@quotes.patch("/quote/{str:quote_id}", response=Quote, by_alias=True, summary="Accepter ou refuser un devis")
def decide(request: HttpRequest, quote_id: str, body: QuoteChange, key: str = KEY) -> HttpResponse:
    """Accepté avant la fin de `validFor`, il devient une commande ; après, c’est un 409."""
    row = one_of(_rows(request), quote_id, "D")

    def act() -> dict[str, Any]:
        done = capacity.accept if body.state == "accepted" else capacity.reject
        done(by_of(request), row)
        return _quote(one_of(_rows(request), quote_id, "D"))

    return created(request, key, Quote, act, 200)
