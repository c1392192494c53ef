"""Decisions taken together, where the procedure admits it: choose, then follow."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.onestop.cases import actions, moment, queries
from smartsenegal.onestop.cases.access import scope_of
from smartsenegal.onestop.cases.actions.batches import MOST
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.queries import Wanted
from smartsenegal.onestop.cases.views.common import principal_of
from smartsenegal.onestop.cases.views.queue import proposed
from smartsenegal.onestop.cases.views.rail import counts_for, rail_context
from smartsenegal.onestop.procedures.api import definition_of


@login_required
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """The cases that may be signed together, up to 500 ticked at once."""
    by = principal_of(request)
    if not by.may("cases.sign"):
        raise PermissionRefused("Cette page est réservée aux signataires.")
    error = ""
    if request.method == "POST":
        try:
            return redirect("cases:batch", actions.start_batch(by, _ticked(request)).pk)
        except CaseRefused as refused:
            error = refused.sentence
    sign = scope_of(by, "cases.sign")
    rows = [
        case for case in queries.to_sign(sign, Wanted(), MOST - 1) if definition_of(case.revision_id).bulk
    ]
    every = request.GET.get("cocher") == "tous"
    ticked = {str(case.pk) for case in rows} if every else {str(key) for key in _ticked(request)}
    outcomes = queries.outcomes_proposed([case.pk for case in rows])
    context = {
        "rows": [_row(case, ticked, outcomes.get(case.pk, "")) for case in rows],
        "error": error,
        "every": every,
        "most": MOST,
        "today": moment.today(),
        **rail_context(by, "cases:to_sign", counts_for(scope_of(by, "cases.queue"), sign)),
    }
    return render(request, "cases/batch_choose.html", context, status=409 if error else 200)


def _row(case: Case, ticked: set[str], outcome: str) -> dict[str, Any]:
    definition = definition_of(case.revision_id)
    return {
        "case": case,
        "procedure": definition.title,
        "proposed": proposed(outcome),
        "tone": "red" if outcome == "refused" else "green",
        "value": f"{case.pk}.{case.version}",
        "ticked": str(case.pk) in ticked,
    }


def _ticked(request: HttpRequest) -> dict[UUID, int]:
    found = {}
    for text in request.POST.getlist("dossier"):
        key, _, version = text.partition(".")
        if version.isascii() and version.isdigit() and len(version) < 9:
            try:
                found[UUID(key)] = int(version)
            except ValueError:
                continue
    return found


@login_required
@require_GET
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """How far a batch is, and for each case refused, why."""
    by = principal_of(request)
    found = queries.batch_of(batch_id, by)
    context = {
        "batch": found,
        "progress": queries.progress_of(found),
        **rail_context(
            by, "cases:to_sign", counts_for(scope_of(by, "cases.queue"), scope_of(by, "cases.sign"))
        ),
    }
    return render(request, "cases/batch.html", context)
