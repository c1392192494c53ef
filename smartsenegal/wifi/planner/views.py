"""The capacity planner: a form that answers at once, whose address can be sent to a colleague."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.wifi.planner import presenting, rules
from smartsenegal.wifi.planner.forms import PlanForm


@login_required
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """What a crowd asks for, and what the access points at hand will hold of it."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    if not principal.may("wifi.read"):
        raise PermissionRefused("La planification est ouverte aux ingénieurs du réseau Wi-Fi.")
    asked = bool(request.GET)
    form = PlanForm(request.GET if asked else None)
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        context |= _answer(form)
    return render(request, "planner/plan.html", context, status=422 if asked and form.errors else 200)


def _answer(form: PlanForm) -> dict[str, Any]:
    crowd, kit, service = form.crowd(), form.kit(), form.service()
    points = form.cleaned_data["points"]
    need = rules.need(crowd, kit, service)
    held = rules.held(points, crowd, kit, form.cleaned_data["uplink"], service)
    return {
        "verdict": presenting.verdict(need, held, points),
        "need": presenting.need_rows(need),
        "held": presenting.held_rows(held),
        "points": presenting.number(points),
        "prefix": need.prefix,
        "cell": presenting.number(rules.cell_mbps(kit)),
    }
