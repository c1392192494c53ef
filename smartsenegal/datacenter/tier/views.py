"""Pages of the Tier logic: the verdict, what may be stopped today, the computed availability."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.facility.rules.graph import Plan
from smartsenegal.datacenter.tier import rules
from smartsenegal.datacenter.tier.forms import AvailabilityForm, StopForm
from smartsenegal.datacenter.tier.rules.method import CHECK, CLOSE, OPEN, WORK
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import NBSP, plural

SHOWN = 40
MINUTES_OF_A_YEAR = 525_600
_STEPS = {
    CHECK: "Vérifier", OPEN: "Ouvrir", WORK: "Travailler sur", CLOSE: "Refermer",
}  # fmt: skip


def _known(request: HttpRequest, code: str) -> facility.DataCenter:
    """The datacentre of an address; raises Http404, PermissionRefused."""
    by: Principal = request.principal  # type: ignore[attr-defined]
    if not by.may(facility.READ):
        raise PermissionRefused("Cette page est celle des responsables de centres de données.")
    found = facility.center(code)
    if found is None:
        raise Http404
    if not facility.may_read(by, found.site):
        raise PermissionRefused("Ce centre de données n’est pas de votre territoire.")
    return found


def _show(request: HttpRequest, template: str, center: facility.DataCenter, **context: Any) -> HttpResponse:
    url = reverse("datacenter_facility:index")
    rail = [{"label": "Centres de données", "url": url, "icon": "building-2", "current": True}]
    undeclared = ", ".join(f"{r.room.code}/{r.code}" for r in facility.undeclared(center))
    shared = {
        "center": center, "rail": rail, "undeclared": undeclared,
        "has_examples": center.components.filter(is_example=True).exists(),
    }  # fmt: skip
    return render(request, f"datacenter_tier/{template}.html", {**shared, **context, "here": template})


@login_required
@require_GET
def verdict(request: HttpRequest, code: str) -> HttpResponse:
    """Whether each part can be stopped without a load being lost, and who breaks that."""
    center = _known(request, code)
    plan = facility.plan(center)
    found, failing, pairs = rules.maintainable(plan), rules.tolerant(plan), rules.exposure(plan)
    names = _names(center)
    context = {
        "empty": not plan.loads,
        "found": found,
        "failing": failing,
        "parts": len(plan.devices),
        "loads": len(plan.loads),
        "violators": [_violator(code, names, each) for each in found.violators[:SHOWN]],
        "failures": [_violator(code, names, each) for each in failing.violators[:SHOWN]],
        "unfed": ", ".join(found.unfed),
        "pairs": plural(pairs.pairs, "couple", "couples"),
        "harmful": plural(pairs.harmful, "coupe", "coupent"),
        "exposed": [
            {"name": f"{part}, {names.get(part, '')}", "count": count, "url": _stop(code, part)}
            for part, count in pairs.by_part[:SHOWN]
        ],
    }
    return _show(request, "verdict", center, **context)


def _names(center: facility.DataCenter) -> dict[str, str]:
    return {part.code: part.name for part in facility.components(center)}


def _stop(code: str, part: str) -> str:
    return f"{reverse('datacenter_tier:stop', args=[code])}?piece={part}"


def _violator(code: str, names: dict[str, str], each: rules.Violator) -> dict[str, Any]:
    return {
        "code": each.code,
        "name": names.get(each.code, ""),
        "with": ", ".join(part for part in each.out if part != each.code),
        "lost": ", ".join(each.lost),
        "watts": _kw(each.watts),
        "url": _stop(code, each.code),
    }


def _kw(watts: float) -> str:
    return f"{watts / 1000:.1f}".removesuffix(".0").replace(".", ",") + f"{NBSP}kW"


@login_required
@require_GET
def stop(request: HttpRequest, code: str) -> HttpResponse:
    """A part out for work: the order of operations, and the single failures that would then hurt."""
    center = _known(request, code)
    plan, names = facility.plan(center), _names(center)
    parts = [(part.code, names.get(part.code, "")) for part in plan.parts if not part.load]
    form = StopForm(request.GET if "piece" in request.GET else None, parts=parts)
    context: dict[str, Any] = {"form": form, "empty": not parts}
    if form.is_valid():
        context |= _answer(plan, names, form.cleaned_data["piece"], form.cleaned_data["panne"])
    return _show(request, "stop", center, **context)


def _answer(plan: Plan, names: dict[str, str], part: str, broken: str) -> dict[str, Any]:
    found = rules.harms(plan, part, [broken] if broken else [])
    own = next((v for v in rules.maintainable(plan).violators if v.code == part), None)
    return {
        "asked": f"{part}, {names.get(part, '')}",
        "own": ", ".join(own.lost) if own else "",
        "broken": broken,
        "steps": [_step(step, names) for step in rules.method(plan, part)],
        "harms": [
            {
                "code": harm.code,
                "name": names.get(harm.code, ""),
                "lost": ", ".join(harm.lost),
                "watts": _kw(harm.watts),
                "expected": "Non connu" if harm.watt_hours is None else f"{harm.watt_hours:.2f}{NBSP}Wh"
                .replace(".", ","),
            }
            for harm in found[:SHOWN]
        ],
    }  # fmt: skip


def _step(step: rules.Step, names: dict[str, str]) -> str:
    told = f"{_STEPS[step.kind]} {step.code}, {names.get(step.code, '')}"
    if step.kind != CHECK or step.system == "network":
        return told
    can = _kw(step.can) if step.can is not None else "une capacité non déclarée"
    return f"{told} : elle doit porter {_kw(step.must)}, elle peut en porter {can}"


@login_required
@require_GET
def availability(request: HttpRequest, code: str) -> HttpResponse:
    """The share of time all loads are served, by an exact formula and by a simulation."""
    center = _known(request, code)
    plan = facility.plan(center)
    form = AvailabilityForm(request.GET if "equipes" in request.GET else None)
    known = any(part.mtbf and part.mttr for part in plan.parts)
    context: dict[str, Any] = {
        "form": form, "empty": not plan.loads, "assumptions": _assumptions(center), "known": known,
    }  # fmt: skip
    if known and plan.loads and form.is_valid():
        context |= _figures(plan, form.cleaned_data)
    return _show(request, "availability", center, **context)


def _figures(plan: Plan, given: dict[str, Any]) -> dict[str, Any]:
    drawn = rules.simulate(
        plan,
        rules.Assumptions(
            crews=given["equipes"], fuel_hours=given["autonomie"], delivery_hours=given["livraison"]
        ),
    )
    context: dict[str, Any] = {
        "drawn": _share(drawn.availability),
        "between": f"{_share(drawn.low)} à {_share(drawn.high)}",
        "years": drawn.years,
        "outages": f"{drawn.outages_a_year:.3f}".replace(".", ","),
        "drawn_minutes": _minutes(drawn.availability),
    }
    try:
        exact = rules.exact(plan)
    except rules.TooLarge:
        return context | {"too_large": True}
    return context | {
        "exact": _share(exact.availability),
        "exact_minutes": _minutes(exact.availability),
        "importance": [
            (name.removeprefix("cause:"), f"{weight:.5f}".replace(".", ","))
            for name, weight in exact.importance[:10]
        ],
        "perfect": ", ".join(exact.assumed_perfect),
    }


def _share(value: float) -> str:
    return f"{100 * value:.5f}".replace(".", ",") + f"{NBSP}%"


def _minutes(value: float) -> str:
    return f"{(1 - value) * MINUTES_OF_A_YEAR:.1f}".replace(".", ",")


def _assumptions(center: facility.DataCenter) -> list[dict[str, str]]:
    return [
        {
            "code": part.code,
            "name": part.name,
            "mtbf": _hours(part.mtbf_hours),
            "mttr": _hours(part.mttr_hours),
            "since": format_date(part.assumed_on) if part.assumed_on else "",
            "source": part.assumed_from or ("exemple inventé" if part.is_example else "source non notée"),
            "url": reverse("datacenter_facility:component", args=[center.site.code, part.code]),
        }
        for part in facility.components(center)
    ]


def _hours(value: float | None) -> str:
    return "Non connu" if value is None else f"{value:,.0f}".replace(",", "\u202f") + f"{NBSP}h"
