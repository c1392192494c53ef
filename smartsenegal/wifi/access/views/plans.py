"""Plans, groups and rules, and what they amount to somewhere at some moment."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.lib.text import plural, typography
from smartsenegal.wifi.access import actions, presenting, queries
from smartsenegal.wifi.access.forms import GroupForm, PlanForm, PreviewForm, RuleForm
from smartsenegal.wifi.access.models import Group, Plan, PlanRule
from smartsenegal.wifi.access.policies import HOLDS, OUTSIDE
from smartsenegal.wifi.access.rules import Where
from smartsenegal.wifi.access.views.base import ask, manager, reader, show

BACK = {"back_label": "Règles et forfaits"}


def _home(_: Any = None) -> str:
    return reverse("wifi_access:index")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The rules that hold today or later, and the plans they give."""
    by = reader(request)
    found = queries.rules(timezone.now())
    faults = queries.faults(found)
    context = {
        "rules": [_rule_row(row, faults) for row in found],
        "plans": [_plan_row(plan) for plan in queries.plans()],
        "faults": [_told(row, found, faults) for row in found if _is_faulty(row, faults)],
        "may_manage": by.may(actions.PERMISSION),
        "may_everywhere": by.may(actions.PERMISSION, territory_path=""),
    }
    return show(request, "index", context)


def _rule_row(row: PlanRule, faults: queries.Faults) -> dict[str, Any]:
    chip = ("Fermé", "red") if row.closed else ("En vigueur", "green")
    if row.starts_at and row.starts_at > timezone.now():
        chip = ("À venir", "blue")
    if row.pk in faults.hidden:
        chip = ("Sans effet", "amber")
    return {
        "url": reverse("wifi_access:rule", args=[row.pk]),
        "cells": [
            {"text": row.group.name if row.group else "Tout le monde"},
            {"text": presenting.where(row)},
            {"text": presenting.when(row)},
            {"text": "Réseau fermé" if row.closed else row.plan.name},
            {"chip": chip[0], "tone": chip[1]},
        ],
    }


def _plan_row(plan: Plan) -> dict[str, Any]:
    live: int = plan.live  # type: ignore[attr-defined]
    return {
        "url": reverse("wifi_access:plan", args=[plan.pk]),
        "cells": [
            {"text": plan.name},
            {"text": presenting.limits(plan)},
            {"text": plan.get_priority_display()},
            {"text": plural(live, "règle", "règles") if live else "Aucune"},
        ],
    }


def _is_faulty(row: PlanRule, faults: queries.Faults) -> bool:
    return row.pk in faults.hidden or row.pk in faults.overlaps


def _told(row: PlanRule, found: list[PlanRule], faults: queries.Faults) -> str:
    names = {r.pk: presenting.name(r) for r in found}
    if before := faults.hidden.get(row.pk):
        return typography(
            f"« {names[row.pk]} » ({row.plan.name}) ne s’applique jamais : « {names[before.number]} », plus "
            "récente, vaut aux mêmes moments."
        )
    number = faults.overlaps[row.pk].number
    later = next(r for r in found if r.pk == number)
    return typography(
        f"« {names[row.pk]} » ({row.plan.name}, {presenting.when(row)}) a des moments en commun avec une "
        f"règle plus récente ({presenting.when(later)}), qui vaut alors."
    )


@login_required
@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """Who gets what, where, at some moment: asked of the very function that lets people in."""
    by = reader(request)
    sites = queries.hotspots(by)
    form = PreviewForm(request.GET, hotspots=sites, zones=queries.zones(sites))
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        hotspot, zone = form.where()
        number = zone.hotspot_id if zone else hotspot.pk if hotspot else None
        at = form.moment()
        told = queries.preview(queries.rules(at), Where(number, zone.pk if zone else None), at)
        context |= {"told": [_preview_row(each) for each in told], "moment": presenting.moment(at)}
    return show(request, "preview", context)


def _preview_row(told: queries.Told) -> dict[str, Any]:
    rule = told.rule
    chip = (
        ("Aucun forfait", "red") if rule is None else ("Fermé", "red") if rule.closed else ("Entre", "green")
    )
    return {
        "group": told.group.name if told.group else "Tout le monde",
        "chip": chip,
        "plan": rule.plan.name if rule and not rule.closed else "",
        "limits": presenting.limits(rule.plan) if rule and not rule.closed else "",
        "because": f"{presenting.name(rule)}, {presenting.when(rule)}" if rule else "",
        "others": [
            {"name": f"{presenting.name(row)} ({row.plan.name})", "why": typography(presenting.why(reason))}
            for row, reason in told.reasons
            if reason.fate != HOLDS and (reason.fate != OUTSIDE or "group" not in reason.unmet)
        ],
    }


@login_required
def add_plan(request: HttpRequest) -> HttpResponse:
    """A new plan."""
    by = manager(request, everywhere=True)
    form = PlanForm(data_of(request))
    return ask(
        request, form, lambda: actions.add_plan(by, **form.values()), _home,
        title="Nouveau forfait", back_url=_home(), **BACK,
    )  # fmt: skip


@login_required
def change_plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The limits of a plan."""
    by = manager(request, everywhere=True)
    plan = get_object_or_404(Plan, pk=plan_id)
    form = PlanForm.of(plan, data_of(request))
    return ask(
        request, form, lambda: actions.change_plan(by, plan, **form.values()), _home,
        title=typography(f"Forfait « {plan.name} »"), back_url=_home(), **BACK,
        notice="Vaut pour les connexions qui commencent ensuite ; celles en cours gardent leurs limites.",
    )  # fmt: skip


@login_required
def add_rule(request: HttpRequest) -> HttpResponse:
    """A new rule."""
    by = manager(request)
    sites = queries.hotspots(by)
    form = RuleForm(data_of(request), hotspots=sites, zones=queries.zones(sites))
    return ask(
        request, form, lambda: actions.add_rule(by, **form.values()), _home,
        title="Nouvelle règle", back_url=_home(), **BACK,
        notice="La règle la plus précise vaut : une zone avant un site, un site avant un groupe, un groupe "
        "avant des heures. À précision égale, la plus récente vaut.",
    )  # fmt: skip


@login_required
@require_safe
def rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """One rule, and its end."""
    manager(request)
    found = queries.rule(rule_id)
    if found is None:
        raise Http404
    context = {
        "rule": found,
        "title": presenting.name(found),
        "facts": [
            ("Forfait", found.plan.name),
            ("Ce qu’il donne", presenting.limits(found.plan)),
            ("Quand", presenting.when(found)),
            ("Réseau", "Fermé alors" if found.closed else "Ouvert"),
        ],
        "over": bool(found.ends_at and found.ends_at <= timezone.now()),
        "may_end": _may_end(principal(request), found),
    }
    return show(request, "rule", context)


def _may_end(by: Principal, rule: PlanRule) -> bool:
    hotspot = rule.zone.hotspot if rule.zone else rule.hotspot
    if hotspot is None:
        return by.may(actions.PERMISSION, territory_path="")
    site = hotspot.site
    return by.may(
        actions.PERMISSION, organisation_id=site.organisation_id, territory_path=site.territory.path
    )


@login_required
def end_rule(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Ask once more, then end a rule."""
    by = manager(request)
    found = queries.rule(rule_id)
    if found is None:
        raise Http404
    if not _may_end(by, found):
        raise PermissionRefused("Cette règle n’est pas de votre territoire.")
    return ask(
        request, forms.Form(data_of(request)), lambda: actions.end_rule(by, found), _home,
        title="Terminer cette règle\u00a0?",
        back_url=reverse("wifi_access:rule", args=[rule_id]), back_label="La règle", button="Terminer",
        notice=f"{presenting.name(found)}, {found.plan.name}. La règle suivante vaut aussitôt.",
    )  # fmt: skip


@login_required
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """The groups that rules can name."""
    by = reader(request)
    rows = [
        {"cells": [{"text": g.name}, {"text": g.code}], "url": reverse("wifi_access:group", args=[g.pk])}
        for g in queries.groups()
    ]
    return show(
        request, "groups", {"rows": rows, "may_manage": by.may(actions.PERMISSION, territory_path="")}
    )


@login_required
def add_group(request: HttpRequest) -> HttpResponse:
    """A new group."""
    by = manager(request, everywhere=True)
    form = GroupForm(data_of(request))
    return ask(
        request, form, lambda: actions.add_group(by, form.cleaned_data["name"]),
        lambda _: reverse("wifi_access:groups"),
        title="Nouveau groupe", back_url=reverse("wifi_access:groups"), back_label="Groupes",
    )  # fmt: skip


@login_required
def rename_group(request: HttpRequest, group_id: int) -> HttpResponse:
    """The name of a group."""
    by = manager(request, everywhere=True)
    group = get_object_or_404(Group, pk=group_id)
    form = GroupForm(data_of(request), initial={"name": group.name})
    return ask(
        request, form, lambda: actions.rename_group(by, group, form.cleaned_data["name"]),
        lambda _: reverse("wifi_access:groups"),
        title=typography(f"Groupe « {group.name} »"),
        back_url=reverse("wifi_access:groups"), back_label="Groupes",
    )  # fmt: skip
