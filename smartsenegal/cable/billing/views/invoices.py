"""Invoices: issued, read, verified, corrected."""

import gzip
import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from smartsenegal.cable.billing import actions, presenting, queries
from smartsenegal.cable.billing.errors import BillingRefused
from smartsenegal.cable.billing.forms import CorrectForm
from smartsenegal.cable.billing.guards import pays
from smartsenegal.cable.billing.rules.fees import next_month
from smartsenegal.cable.billing.views.base import ask, known_invoice, managed, manager, month_of, show
from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.kernel.payments.api import payable_for
from smartsenegal.lib.dates import month_told


@login_required
@require_POST
def issue(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """Invoice a month that is over."""
    by, contract, first = manager(request), managed(request, code), month_of(month)
    try:
        made = actions.invoice_month(by, contract, first)
    except BillingRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("cable_billing:month", contract.code, month)
    return redirect("cable_billing:invoice", made.number)


@login_required
def issue_all(request: HttpRequest, month: str) -> HttpResponse:
    """Every contract of a month that is over: what would be invoiced, then what was, and what could not."""
    by, first = manager(request), month_of(month)
    if next_month(first) > timezone.localdate():
        raise Http404
    context: dict[str, Any] = {"told": month_told(first), "month": month}
    if request.method == "POST":
        made = actions.invoice_all(by, first)
        context["done"] = [{"contract": contract, "invoice": found} for contract, found in made]
        context["issued"] = sum(not isinstance(found, str) for _, found in made)
    return show(request, "issue_all", {**context, "waiting": queries.to_invoice(first)})


@login_required
@require_GET
def invoice(request: HttpRequest, number: str) -> HttpResponse:
    """An invoice, with what it rests on."""
    found = known_invoice(request, number)
    reckoned = json.loads(found.statement)["reckoned"]
    payable = payable_for(found.subject)
    context = {
        "invoice": found,
        "contract": found.contract,
        "told": month_told(found.month),
        "charges": [presenting.charge(line) for line in reckoned["charges"]],
        "fees": [presenting.fee(line) for line in reckoned.get("fees", [])],
        "reckoned": reckoned,
        "facts": presenting.invoice_facts(found, reckoned),
        "payable": payable,
        "pays": payable is not None and pays(principal(request), found.contract),
        "replaced_by": getattr(found, "replaced_by", None),
    }
    return show(request, "invoice", context)


@login_required
@require_GET
def slots(request: HttpRequest, number: str) -> HttpResponse:
    """The slots that an invoice rests on, byte for byte."""
    found = known_invoice(request, number)
    return _attached(
        gzip.decompress(bytes(found.evidence)), "text/csv; charset=utf-8", f"{number}-creneaux.csv"
    )


@login_required
@require_GET
def statement(request: HttpRequest, number: str) -> HttpResponse:
    """The conventions and the reckoning of an invoice, byte for byte."""
    found = known_invoice(request, number)
    return _attached(found.statement.encode(), "application/json", f"{number}-conditions.json")


def _attached(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@login_required
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Replace an invoice by one made from what is known now."""
    by, found, form = manager(request), known_invoice(request, number), CorrectForm(data_of(request))
    return ask(
        request, form, lambda: actions.correct(by, found, form.cleaned_data["reason"]),
        lambda made: reverse("cable_billing:invoice", args=[made.number]),
        title=f"Corriger la facture {number}", back_url=reverse("cable_billing:invoice", args=[number]),
        back_label=number, button="Émettre la correction", said="La correction est émise.",
        warn="Une nouvelle facture est faite de ce qui est connu maintenant. Ce qui était encore à payer est "
        "annulé ; ce qui a été payé est déduit.",
    )  # fmt: skip
