"""Kept plans: listed, made, changed, copied, compared, and put beside what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.text import group_digits, typography
from smartsenegal.wifi.planner import actions, presenting, queries, reality, reporting, rules
from smartsenegal.wifi.planner.errors import PlanRefused
from smartsenegal.wifi.planner.forms import KeptForm, PlanForm, initial_of
from smartsenegal.wifi.planner.models import Plan
from smartsenegal.wifi.planner.views.base import measuring, reader


def _known(by: Principal, number: int) -> Plan:
    plan = queries.plan(by, number)
    if plan is None:
        raise Http404
    return plan


def _manager(request: HttpRequest) -> Principal:
    by = reader(request)
    if not by.may(actions.PERMISSION):
        raise PermissionRefused("Les plans sont gardés par qui administre le réseau Wi-Fi.")
    return by


def _address(plan: Plan) -> str:
    return reverse("wifi_planner:kept", args=[plan.pk])


def _row(plan: Plan) -> dict[str, Any]:
    need, held = rules.thawed(plan.result)
    return {
        "plan": plan,
        "url": _address(plan),
        "when": typography(f"Du {format_datetime(plan.starts_at)} au {format_datetime(plan.ends_at)}"),
        "places": ", ".join(hotspot.site.name for hotspot in plan.hotspots.all()),
        "verdict": presenting.verdict(need, held, plan.result["points"]),
    }


@login_required
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """All plans that one sees, the latest event first."""
    by = reader(request)
    rows = [_row(plan) for plan in queries.plans(by)]
    return render(request, "planner/plans.html", {"rows": rows, "may_manage": by.may(actions.PERMISSION)})


@login_required
@never_cache
@require_safe
def kept(request: HttpRequest, kept_id: int) -> HttpResponse:
    """One plan as it was told, and once its event has begun, what was measured beside it."""
    by = reader(request)
    plan, now = _known(by, kept_id), timezone.now()
    need, held = rules.thawed(plan.result)
    context = {**_row(plan), **presenting.answer(need, held, plan.result["points"])}
    context["may_manage"] = actions.may_change(by, list(plan.hotspots.all()))
    context["measures"] = plan.result.get("measures")
    context["assumptions"] = _assumptions(plan)
    context["begun"], context["over"] = plan.starts_at <= now, plan.ends_at <= now
    if context["begun"]:
        found = queries.measured(plan, now)
        context["reality"] = presenting.reality_rows(reality.compare(need, held, found))
        context["basis"] = reporting.basis(plan, found, now)
    return render(request, "planner/kept.html", context)


def _assumptions(plan: Plan) -> list[tuple[str, str]]:
    # In the order of the form: PostgreSQL keeps none in JSON. A measured rate is told with its source.
    left_out = {"measured", "kbps"} if plan.answers.get("measured") else {"measured"}
    fields = [each for each in PlanForm.base_fields.items() if each[0] not in left_out]
    told = [(str(field.label), plan.answers[name]) for name, field in fields if name in plan.answers]
    return [(label, "Sans limite" if value is None else group_digits(value)) for label, value in told]


@login_required
@never_cache
@require_GET
def paper(request: HttpRequest, kept_id: int) -> HttpResponse:
    """The plan and what happened, as a PDF."""
    plan, now = _known(reader(request), kept_id), timezone.now()
    response = HttpResponse(reporting.render(plan, now), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="plan-wifi-{plan.pk}.pdf"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Keep a plan; the planner's own answers come in the address."""
    by = _manager(request)
    initial = {name: value for name, value in request.GET.items() if name in PlanForm.base_fields}
    back = reverse("wifi_planner:plans")
    return _ask(request, by, initial, lambda form: actions.keep(by, **form.values()), "Garder un plan", back)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, kept_id: int) -> HttpResponse:
    """Change a plan: its result is reckoned again."""
    by = _manager(request)
    plan = _known(by, kept_id)
    if not actions.may_change(by, list(plan.hotspots.all())):
        raise PermissionRefused("Vous n’administrez pas les points Wi-Fi de ce plan.")
    act: Callable[[KeptForm], Plan] = lambda form: actions.change(by, plan, **form.values())  # noqa: E731
    return _ask(request, by, initial_of(plan), act, "Modifier le plan", _address(plan))


def _ask(
    request: HttpRequest,
    by: Principal,
    initial: dict[str, Any],
    act: Callable[[KeptForm], Plan],
    title: str,
    back_url: str,
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = KeptForm(data, initial=initial, hotspots=queries.hotspots(by), **measuring(by))
    if data is not None and form.is_valid():
        try:
            return redirect(_address(act(form)))
        except PlanRefused as refused:
            form.add_error(refused.field or None, refused.sentence)
    context = {"form": form, "title": title, "back_url": back_url}
    return render(request, "planner/form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def copy(request: HttpRequest, kept_id: int) -> HttpResponse:
    """Make a plan like this one, and open it to be changed."""
    by = _manager(request)
    made = actions.copy(by, _known(by, kept_id))
    messages.success(request, typography("Plan dupliqué : changez ce qui diffère."))
    return redirect(reverse("wifi_planner:change", args=[made.pk]))


@login_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two plans side by side."""
    by = reader(request)
    found = queries.plans(by)
    asked = [request.GET.get(name, "") for name in ("a", "b")]
    chosen = [_chosen(typed, found) for typed in asked] if any(asked) else _two(found)
    context: dict[str, Any] = {"plans": found, "chosen": chosen}
    if chosen[0] and chosen[1]:
        first, second = (rules.thawed(plan.result) for plan in chosen if plan)
        context["need"] = presenting.compared(*(presenting.need_rows(n) for n, _ in (first, second)))
        context["held"] = presenting.compared(*(presenting.held_rows(h) for _, h in (first, second)))
    return render(request, "planner/compare.html", context)


def _two(found: list[Plan]) -> list[Plan | None]:
    """The two latest plans, the older one first; nothing where there are not two."""
    return [found[1], found[0]] if len(found) > 1 else [None, None]


def _chosen(typed: str, found: list[Plan]) -> Plan | None:
    return next((plan for plan in found if str(plan.pk) == typed), None)
