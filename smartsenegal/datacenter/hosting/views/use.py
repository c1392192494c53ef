"""What a project used, month by month, and the register of where its data lies."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.datacenter.colocation import api as colocation
from smartsenegal.datacenter.hosting import presenting, queries
from smartsenegal.datacenter.hosting.actions import bills
from smartsenegal.datacenter.hosting.actions import register as registering
from smartsenegal.datacenter.hosting.forms import DatasetForm
from smartsenegal.datacenter.hosting.models import Bucket, Machine
from smartsenegal.datacenter.hosting.rules import metering, roles
from smartsenegal.datacenter.hosting.rules.machines import DELETED
from smartsenegal.datacenter.hosting.views.base import PUBLIC, ask, known, month_of, press, show
from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.lib.money import format_fcfa


@login_required
@require_safe
def month(request: HttpRequest, project_code: str, month: str) -> HttpResponse:
    """A month: what was used, at which price, and whether it is closed."""
    found, first = known(request, project_code), month_of(month)
    end, now = metering.next_month(first), timezone.now()
    closed = queries.bill(found, first)
    start = queries.start_of(first)
    lines = queries.lines(found, start, max(start, min(queries.start_of(end), now)))
    total = metering.total(lines)
    context: dict[str, Any] = {
        "project": found,
        "title": presenting.month_name(first).capitalize(),
        "month": month,
        "running": queries.start_of(end) > now,
        "rows": [presenting.line_row(each) for each in lines],
        "columns": [
            {"label": "Usage"}, {"label": "Quantité", "numeric": True},
            {"label": "Prix de l’heure", "numeric": True}, {"label": "Montant", "numeric": True},
        ],
        "total": presenting.NO_TARIFF if total is None else format_fcfa(total),
        "bill": closed,
        "reads_invoices": colocation.owns(principal(request), found.customer_id),
        "same": closed is not None and bills.recomputed(closed),
        "others": [
            {"name": presenting.month_name(each), "month": f"{each:%Y-%m}"}
            for each in queries.months(found, timezone.localdate())
            if each != first
        ],
    }  # fmt: skip
    return show(request, "month", context)


@login_required
@require_safe
def statement(request: HttpRequest, project_code: str, month: str) -> HttpResponse:
    """What a closed month is computed from, as it was written."""
    found = known(request, project_code)
    closed = queries.bill(found, month_of(month))
    if closed is None:
        raise Http404
    answer = HttpResponse(closed.statement, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.code}-{month}.json"'
    return answer


@login_required
@require_safe
def register(request: HttpRequest, project_code: str) -> HttpResponse:
    """Where each set of data lies, and under which law."""
    found = known(request, project_code)
    context = {
        "project": found,
        "datasets": [presenting.dataset_entry(each, found.pool) for each in queries.datasets_of(found)],
        "may_own": queries.may(principal(request), found, roles.OWN),
    }
    return show(request, "register", context)


@login_required
def note(request: HttpRequest, project_code: str) -> HttpResponse:
    """A set of data to enter."""
    found = known(request, project_code, roles.OWN)
    places: list[Bucket | Machine] = [
        *(each for each in queries.spaces_of(found) if each.closed_at is None),
        *(each for each in queries.machines_of(found) if each.wanted != DELETED),
    ]
    form = DatasetForm(data_of(request), places=places)
    return ask(
        request,
        form,
        lambda: registering.note(principal(request), found, form.place_chosen(), **form.values()),
        lambda _: _page_of(found.code),
        title="Inscrire un jeu de données",
        notice="Ce que vous laissez vide est montré comme non connu, jamais deviné.",
        button="Inscrire",
        shell=PUBLIC,
        back_url=_page_of(found.code),
        back_label="Registre",
    )


@login_required
@require_POST
def close(request: HttpRequest, project_code: str, dataset_id: int) -> HttpResponse:
    """A set of data is no longer there."""
    project = known(request, project_code, roles.OWN)
    found = queries.dataset(project, dataset_id)
    if found is None:
        raise Http404
    dataset = found
    return press(request, lambda: registering.close(principal(request), dataset), _page_of(project.code))


def _page_of(code: str) -> str:
    return reverse("datacenter_hosting:register", args=[code])
