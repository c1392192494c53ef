"""Reconciliation: the last statements read, what they and the ledger disagree on, and how it was treated."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.payments import actions, queries
from smartsenegal.kernel.payments.actions.reconciliation import TreatmentRefused
from smartsenegal.kernel.payments.forms import TreatmentForm
from smartsenegal.kernel.payments.queries.reconciliation import PAGE
from smartsenegal.kernel.payments.registry import label_of, offered
from smartsenegal.kernel.payments.rules import matching
from smartsenegal.kernel.payments.views.common import marked, next_page, principal_of, reader


@require_GET
@reader
def reconciliation(request: HttpRequest) -> HttpResponse:
    state, kind = request.GET.get("etat", matching.TO_TREAT), request.GET.get("nature", "")
    state = state if state in dict(matching.STATES) else ""
    kind = kind if kind in dict(matching.KINDS) else ""
    before = request.GET.get("avant", "")
    by = principal_of(request)
    found = queries.gap_page(
        by, state, kind, int(before) if before.isdecimal() and len(before) < 18 else None
    )
    rows, next_url = next_page(request, list(found), PAGE)
    context: dict[str, Any] = {
        "runs": list(queries.reconciliations(by)),
        "rows": rows,
        "next_url": next_url,
        "to_treat": queries.gaps_to_treat(by),
        "states": matching.STATES,
        "kinds": matching.KINDS,
        "state": state,
        "kind": kind,
        "labels": dict(offered()),
        **marked(),
    }
    return render(request, "payments/reconciliation.html", context)


@require_http_methods(["GET", "POST"])
@reader
def gap(request: HttpRequest, gap_id: int) -> HttpResponse:
    """One disagreement, and how it was treated."""
    by = principal_of(request)
    if request.method == "POST" and not by.may("payments.reconcile"):
        raise PermissionRefused("Il faut tenir le rapprochement pour traiter un écart.")
    found = queries.gap_for(gap_id, by)
    if found is None:
        raise Http404
    form = TreatmentForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.treat(found.pk, form.cleaned_data["reason"], by)
        except TreatmentRefused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, "Écart traité.")
            return redirect("payments:reconciliation")
    context = {
        "gap": found,
        "operator": label_of(found.reconciliation.provider),
        "form": form,
        "may_treat": found.state == matching.TO_TREAT
        and queries.covers(by, "payments.reconcile", queries.place_of(found)),
        **marked(),
    }
    return render(request, "payments/gap.html", context, status=422 if form.errors else 200)
