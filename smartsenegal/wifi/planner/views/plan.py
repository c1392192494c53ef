"""The capacity planner: a form that answers at once, whose address can be sent to a colleague."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from smartsenegal.wifi.planner import actions, presenting, rules
from smartsenegal.wifi.planner.forms import PlanForm
from smartsenegal.wifi.planner.views.base import measuring, reader


@login_required
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """What a crowd asks for, and what the access points at hand will hold of it."""
    by = reader(request)
    asked = bool(request.GET)
    form = PlanForm(request.GET if asked else None, **measuring(by))
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        context |= presenting.answer(*form.results(), form.cleaned_data["points"])
        context["cell"] = presenting.number(rules.cell_mbps(form.kit()))
        context["measures"] = form.measures()
        context["query"] = request.GET.urlencode() if by.may(actions.PERMISSION) else ""
    return render(request, "planner/plan.html", context, status=422 if asked and form.errors else 200)
