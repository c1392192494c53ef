"""The calendar of works, each with the risk that is left while it runs."""

from contextlib import suppress
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from smartsenegal.cable.pages import manager, reader
from smartsenegal.cable.resilience import actions, queries
from smartsenegal.cable.resilience.errors import ResilienceRefused
from smartsenegal.cable.resilience.forms import WorkForm
from smartsenegal.cable.resilience.models import Work
from smartsenegal.cable.resilience.queries import Study
from smartsenegal.cable.resilience.views.base import ask, reach, show, told
from smartsenegal.kernel.pages import data_of, found_or_404
from smartsenegal.lib.dates import format_datetime


@login_required
@require_GET
def works(request: HttpRequest) -> HttpResponse:
    """Works that run or are to come: what they cut, and which single failure would then hurt the most."""
    reader(request)
    to = reach(request)
    found, planned = queries.study(to), queries.works(timezone.now())
    rows = [_row(found, work, planned) for work in planned]
    return show(request, "works", {"rows": rows, "to": to, "reach": queries.REACHES[to]})


def _row(found: Study, work: Work, planned: list[Work]) -> dict[str, Any]:
    risk = queries.residual(found, work, planned)
    return {
        "row": work,
        "parts": ", ".join(part.name for part in (*work.links.all(), *work.nodes.all())),
        "starts": format_datetime(work.starts_at),
        "ends": format_datetime(work.ends_at),
        "at_once": [other.reason for other in risk.at_once],
        "cut": told(risk.cut),
        "cuts": bool(risk.cut.sites),
        "worst": told(risk.worst),
        "culprit": risk.culprit,
    }


@login_required
def plan(request: HttpRequest) -> HttpResponse:
    """Plan works."""
    by = manager(request)
    found = queries.study()
    form = WorkForm(data_of(request), links=found.links, nodes=found.nodes)
    return ask(
        request, form, lambda: actions.plan_work(by, **form.values()), reverse("cable_resilience:works"),
        title="Prévoir des travaux", button="Prévoir",
        back_url=reverse("cable_resilience:works"), back_label="Travaux",
    )  # fmt: skip


@login_required
@require_POST
def cancel(request: HttpRequest, cable_work_id: int) -> HttpResponse:
    """Cancel works; cancelled already, nothing changes."""
    by = manager(request)
    found = found_or_404(queries.work(cable_work_id))
    with suppress(ResilienceRefused):
        actions.cancel_work(by, found)
    return redirect("cable_resilience:works")
