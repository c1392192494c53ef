"""The bodies for which one acts, and all that one of them has: services, offers, orders, invoices."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from smartsenegal.cable.billing.api import Invoice, invoice_chip, payments_of
from smartsenegal.cable.capacity.api import CONDITIONS, Order, Service, customers, presenting
from smartsenegal.cable.customers import organisations_of, owns
from smartsenegal.cable.wholesale.views.base import own, page_of, show
from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.kernel.pages import principal
from smartsenegal.lib.dates import format_date, month_told
from smartsenegal.lib.money import format_fcfa

SHOWN = 50


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The bodies for which one acts."""
    rows = [
        {
            "name": each.name,
            "url": page_of(each),
            "count": customers.services(each.pk).filter(ends_on=None).count(),
        }
        for each in organisations_of(principal(request))
    ]
    return render(request, "wholesale/mine.html", {"rows": rows})


@login_required
@require_safe
def customer(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """All that a customer has here."""
    found, now = own(request, organisation_id), timezone.now()
    watch = customers.Watch(now)
    quotes = customers.quotes(found.pk)[:SHOWN]
    refused = customers.qualifications(found.pk).exclude(refusal="")[:5]
    context = {
        "may_ask": owns(principal(request), found.pk, "file"),
        "services": [_service(found, each, watch) for each in customers.services(found.pk)[:SHOWN]],
        "quotes": [
            {"row": q, "size": presenting.size(q), "price": presenting.short_price(q), "url": _url(found, q),
             "chip": presenting.quote_chip(q, now)}
            for q in quotes
        ],
        "refused": refused,
        "invoices": _invoices(customers.invoices_of(found.pk)),
        "invoice_columns": [
            {"label": "Facture"}, {"label": "Mois"}, {"label": "Montant", "numeric": True}, {"label": "État"}
        ],
    }  # fmt: skip
    return show(request, "customer", found, context)


def _url(found: Organisation, quote: Any) -> str:
    order = getattr(quote, "order", None)
    return page_of(found, "order", order.pk) if order else page_of(found, "quote", quote.pk)


def _service(found: Organisation, each: Service, watch: customers.Watch) -> dict[str, Any]:
    order = customers.running(each)
    return {
        "row": each,
        "url": page_of(found, "service", each.pk),
        "size": presenting.size(order.quote) if order else "",
        "chip": chip_of(each, order, watch),
        "until": format_date(each.ends_on or each.committed_until),
    }


def chip_of(each: Service, order: Order | None, watch: customers.Watch) -> dict[str, str]:
    """How a service goes, in a word."""
    if order is None:
        return {"label": "Fini", "tone": "neutral"}
    state = watch.condition(each.product, order.circuit).state
    return {"label": CONDITIONS[state], "tone": presenting.CONDITION_TONES[state]}


def _invoices(found: list[Invoice]) -> list[dict[str, Any]]:
    paid = payments_of(found)
    return [_invoice(each, invoice_chip(each, paid.get(each.number))) for each in found]


def _invoice(invoice: Invoice, chip: dict[str, str]) -> dict[str, Any]:
    return {
        "url": reverse("cable_billing:invoice", args=[invoice.number]),
        "cells": [
            {"text": invoice.number, "sub": invoice.contract.name},
            {"text": month_told(invoice.month).capitalize(), "label": "Mois"},
            {"text": format_fcfa(invoice.due), "label": "Montant", "numeric": True},
            {"chip": chip["label"], "tone": chip["tone"], "label": "État"},
        ],
    }
