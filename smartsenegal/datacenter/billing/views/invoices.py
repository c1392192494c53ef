"""Invoices: read by who runs the datacentre and by the customer, corrected by the first."""

import json

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from smartsenegal.datacenter.billing import actions, presenting, queries
from smartsenegal.datacenter.billing.forms import CorrectForm
from smartsenegal.datacenter.billing.views.base import (
    OPERATIONS,
    PUBLIC,
    ask,
    known,
    managed,
    page_of,
    page_of_invoice,
    show,
)
from smartsenegal.datacenter.colocation import api as colocation
from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.pages import data_of, found_or_404, principal
from smartsenegal.kernel.payments.api import payable_for
from smartsenegal.lib.dates import month_told

SHOWN = 100


@login_required
@require_safe
def customer(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The invoices of a customer."""
    if not colocation.owns(principal(request), organisation_id):
        raise PermissionRefused("Cette page est celle d’un organisme dont vous n’êtes pas.")
    found = found_or_404(colocation.customer_of(organisation_id))
    made = list(queries.invoices_of(found.pk)[: SHOWN + 1])
    context = {
        "shell": PUBLIC,
        "organisation": found,
        "columns": presenting.columns(customer=False),
        "rows": presenting.rows(made[:SHOWN], page_of_invoice, customer=False),
        "more": len(made) > SHOWN,
    }
    return show(request, "customer", context)


@login_required
@require_safe
def invoice(request: HttpRequest, number: str) -> HttpResponse:
    """An invoice, with what it rests on."""
    found, by = known(request, number), principal(request)
    reckoned = json.loads(found.statement)["reckoned"]
    payable, manages = payable_for(found.subject), colocation.manages(by, found.center)
    back = page_of(found.center) if manages else _page_of_customer(found.customer_id)
    context = {
        "shell": OPERATIONS if manages else PUBLIC,
        "invoice": found,
        "told": month_told(found.month),
        "groups": presenting.groups(reckoned["lines"]),
        "facts": presenting.invoice_facts(found, reckoned["terms"]),
        "projects": [
            {"code": code, "sha256": sha256, "month": f"{found.month:%Y-%m}"}
            for code, sha256 in reckoned["projects"].items()
        ],
        "payable": payable,
        "pays": payable is not None and colocation.owns(by, found.customer_id, "pay"),
        "manages": manages,
        "replaced_by": queries.replaced(found),
        "back_url": back,
        "back_label": "Facturation" if manages else "Vos factures",
    }
    return show(request, "invoice", context)


@login_required
@require_safe
def statement(request: HttpRequest, number: str) -> HttpResponse:
    """The terms and the reckoning of an invoice, byte for byte."""
    found = known(request, number)
    answer = HttpResponse(found.statement, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.number}-calcul.json"'
    return answer


@login_required
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Replace an invoice by one made from what is known now."""
    found = known(request, number)
    managed(request, found.center.site.code)
    form = CorrectForm(data_of(request))
    return ask(
        request,
        form,
        lambda: actions.correct(principal(request), found, form.cleaned_data["reason"]),
        page_of_invoice,
        title=f"Corriger la facture {found.number}",
        button="Émettre la correction",
        said="La correction est émise.",
        warn="Une nouvelle facture est faite de ce qui est connu maintenant. Ce qui était encore à payer est"
        " annulé ; ce qui a été payé est déduit.",
        back_url=page_of_invoice(found),
        back_label=found.number,
    )


def _page_of_customer(organisation_id: int) -> str:
    return reverse("datacenter_billing:customer", args=[organisation_id])
