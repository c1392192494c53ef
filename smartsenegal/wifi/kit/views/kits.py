"""Kits: listed, prepared, shown; their file and their key, each once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.text import slug
from smartsenegal.wifi.kit import actions_prepare, presenting, queries
from smartsenegal.wifi.kit.actions_base import PERMISSION
from smartsenegal.wifi.kit.errors import KitRefused
from smartsenegal.wifi.kit.forms import KitForm, ReturnForm, initial_of
from smartsenegal.wifi.kit.views.base import address, ask, known, manager, reader, show
from smartsenegal.wifi.planner import api as planner


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All kits that one sees: those that are out first."""
    by, now = reader(request), timezone.now()
    found = queries.kits(by)
    hotspots = queries.hotspots_of(list({code for kit in found for code in kit.sites}))
    places = {hotspot.site.code: hotspot for hotspot in hotspots}
    rows = [presenting.row(kit, places, now) for kit in found]
    return render(request, "kit/index.html", {"rows": rows, "may_manage": by.may(PERMISSION)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Prepare a kit, for hotspots or for those of a kept plan (`plan`)."""
    by = manager(request)
    hotspots = queries.hotspots(by)
    plan = _plan(by, request.GET.get("plan", ""))
    batches = queries.batches(hotspots)
    initial: dict[str, Any] = initial_of(plan) if plan else {}
    initial["batches"] = [b.pk for b in batches if b.hotspot_id in initial.get("hotspots", ())]
    data = request.POST if request.method == "POST" else None
    form = KitForm(data, initial=initial, hotspots=hotspots, batches=batches)
    return ask(
        request, form,
        lambda: actions_prepare.prepare(by, plan=plan.pk if plan else None, **form.values()),
        address, title="Préparer un kit", button="Préparer le kit", back_label="Kits d’événement",
        back_url=reverse("wifi_kit:index"), hotspots=hotspots, plan=plan,
    )  # fmt: skip


def _plan(by: Principal, typed: str) -> planner.Plan | None:
    return planner.plan(by, int(typed)) if typed.isdecimal() and len(typed) < 16 else None


@login_required
@never_cache
@require_safe
def kit(request: HttpRequest, kit_number: UUID) -> HttpResponse:
    """One kit, and what came back of it."""
    by = reader(request)
    return show(request, by, known(by, kit_number), ReturnForm())


@login_required
@require_POST
def file(request: HttpRequest, kit_number: UUID) -> HttpResponse:
    """The sealed file of a kit, once."""
    by = manager(request)
    found = known(by, kit_number)
    try:
        data = actions_prepare.take_file(by, found)
    except KitRefused as refused:
        messages.error(request, refused.sentence)
        return redirect(address(found))
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="kit-{slug(str(found))[:60]}.sealed"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def key(request: HttpRequest, kit_number: UUID) -> HttpResponse:
    """The key of a kit, shown once on the page that answers."""
    by = manager(request)
    found = known(by, kit_number)
    try:
        said = actions_prepare.show_key(by, found)
    except KitRefused as refused:
        messages.error(request, refused.sentence)
        return redirect(address(found))
    return show(request, by, known(by, kit_number), ReturnForm(), key=said)
