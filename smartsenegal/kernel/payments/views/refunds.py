"""Money given back: the list, one refund and its decision, a new one."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.payments import actions, queries
from smartsenegal.kernel.payments.actions.refunds import RefundRefused
from smartsenegal.kernel.payments.forms import DecisionForm, ReferenceForm, RefundForm
from smartsenegal.kernel.payments.queries.refunds import PAGE
from smartsenegal.kernel.payments.registry import label_of
from smartsenegal.kernel.payments.rules import refunds as rules
from smartsenegal.kernel.payments.views.common import marked, next_page, principal_of, reader
from smartsenegal.kernel.payments.views.till import UNKNOWN_REFERENCE

OF_ANOTHER = "Cette somme relève d’un autre comptable : adressez-vous au sien."


@require_GET
@reader
def refunds(request: HttpRequest) -> HttpResponse:
    """What was given back and what waits; a reference leads to the payments that can be given back."""
    by = principal_of(request)
    form = ReferenceForm(request.GET if "reference" in request.GET else None)
    payable = None
    if form.is_bound and form.is_valid():
        payable = queries.by_reference(form.cleaned_data["reference"])
        if payable is None:
            form.add_error("reference", UNKNOWN_REFERENCE)
        elif not queries.covers(by, "payments.read", payable.place):
            payable = None
            form.add_error("reference", OF_ANOTHER)
        else:
            actions.record_reading(payable, by)
    state = request.GET.get("etat", "")
    before = _uuid(request.GET.get("avant", ""))
    known = state if state in dict(rules.STATES) else ""
    rows, next_url = next_page(request, list(queries.refund_page(by, known, before)), PAGE)
    context = {
        "form": form,
        "payable": payable,
        "payments": queries.payments_of(payable) if payable else [],
        "rows": rows,
        "next_url": next_url,
        "states": rules.STATES,
        "state": known,
        "may_refund": by.may("payments.refund"),
        **marked(),
    }
    return render(request, "payments/refunds.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
@reader
def refund_new(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Give part or the whole of a payment back."""
    by = principal_of(request)
    if not by.may("payments.refund"):
        raise PermissionRefused("Il faut pouvoir rembourser pour faire ceci.")
    attempt = queries.attempt_for(attempt_id, by)
    if attempt is None:
        raise Http404
    form = RefundForm(request.POST if request.method == "POST" else None, sources=queries.sources_of(attempt))
    if form.is_bound and form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        try:
            made = actions.ask_refund(attempt.pk, given["source"], given["amount"], given["reason"], by)
        except RefundRefused as refusal:
            form.add_error("amount", str(refusal))
        else:
            waits = made.state == rules.ASKED
            said = "Une autre personne doit l’accorder." if waits else "Demandé à l’opérateur."
            messages.success(request, said)
            return redirect("payments:refund", made.pk)
    context = {
        "attempt": attempt,
        "operator": label_of(attempt.provider),
        "form": form,
        "second_above": settings.REFUND_SECOND_PERSON_ABOVE,
        **marked(),
    }
    return render(request, "payments/refund_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@reader
def refund(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    """One refund; a second person decides of it here."""
    by = principal_of(request)
    if request.method == "POST" and not by.may("payments.refund"):
        raise PermissionRefused("Il faut pouvoir rembourser pour faire ceci.")
    found = queries.refund_for(refund_id, by)
    if found is None:
        raise Http404
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        agree = form.cleaned_data["decision"] == "accorder"
        try:
            actions.decide_refund(found.pk, agree, form.cleaned_data["reason"], by)
        except RefundRefused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, "Remboursement accordé." if agree else "Remboursement écarté.")
            return redirect("payments:refund", found.pk)
    context = {
        "refund": found,
        "operator": label_of(found.attempt.provider),
        "form": form,
        "may_decide": found.state == rules.ASKED
        and queries.covers(by, "payments.refund", found.attempt.payable.place)
        and by.account_id != found.requested_by,
        **marked(),
    }
    return render(request, "payments/refund.html", context, status=422 if form.errors else 200)
