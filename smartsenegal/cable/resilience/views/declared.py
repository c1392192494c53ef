"""Failures that were declared: those that last, those that were repaired."""

from contextlib import suppress
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from smartsenegal.cable.pages import manager, reader
from smartsenegal.cable.resilience import actions, queries
from smartsenegal.cable.resilience.errors import ResilienceRefused
from smartsenegal.cable.resilience.forms import FailureForm
from smartsenegal.cable.resilience.models import Failure
from smartsenegal.cable.resilience.queries_touched import touched
from smartsenegal.cable.resilience.views.base import ask, codes, show, told
from smartsenegal.cable.resilience.views.explorer import draw
from smartsenegal.kernel.pages import data_of, found_or_404
from smartsenegal.lib.dates import format_datetime


@login_required
@require_GET
def declared(request: HttpRequest) -> HttpResponse:
    """What is cut now, and what was."""
    reader(request)
    context = {
        "open": [_row(f) for f in queries.open_failures()],
        "ended": [_row(f) for f in queries.ended_failures()],
    }
    return show(request, "declared", context)


def _row(failure: Failure) -> dict[str, Any]:
    parts = [*failure.links.all(), *failure.nodes.all()]
    return {
        "row": failure,
        "parts": ", ".join(part.name for part in parts),
        "began": format_datetime(failure.began_at),
        "ended": format_datetime(failure.ended_at) if failure.ended_at else "",
        "dark": [dark.site for dark in failure.dark.select_related("site")],
    }


@login_required
@require_GET
def show_failure(request: HttpRequest, failure_id: int) -> HttpResponse:
    """A declared failure: where it is, since when, whom it cuts and what it touches in the country."""
    reader(request)
    row = found_or_404(queries.failure(failure_id))
    found = queries.study()
    links, nodes = found.numbers(row.links.all(), row.nodes.all())
    lost = found.lost(links, nodes)
    context = {
        **_row(row),
        "told": told(found.harm(lost)),
        "lost": lost,
        "touched": touched(lost),
        "dead": queries.circuits_cut(row.links.all(), row.nodes.all())[0],
        "map": draw(found, [found.links[i] for i in links], lost),
    }
    return show(request, "declared_failure", context)


@login_required
def declare(request: HttpRequest) -> HttpResponse:
    """Declare a failure; the explorer brings what it was looking at."""
    by = manager(request)
    found = queries.study()
    initial = {"links": codes(request, "liaison"), "nodes": codes(request, "noeud")}
    form = FailureForm(data_of(request), initial=initial, links=found.links, nodes=found.nodes)
    return ask(
        request, form, lambda: actions.declare(by, **form.away()), reverse("cable_resilience:declared"),
        title="Déclarer une panne", button="Déclarer",
        warn="Les lieux coupés seront suspendus, et les autres systèmes prévenus.",
        back_url=reverse("cable_resilience:index"), back_label="Pannes",
    )  # fmt: skip


@login_required
@require_POST
def repair(request: HttpRequest, failure_id: int) -> HttpResponse:
    """Say that a failure is repaired; repaired already, nothing changes."""
    by = manager(request)
    found = found_or_404(queries.failure(failure_id))
    with suppress(ResilienceRefused):
        actions.repair(by, found)
    return redirect("cable_resilience:declared")
