"""Every write of `wifi.planner`: a plan is kept, changed, copied."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.wifi.network.api import Hotspot
from smartsenegal.wifi.planner import rules
from smartsenegal.wifi.planner.errors import PlanRefused
from smartsenegal.wifi.planner.models import Plan

PERMISSION = "wifi.manage"


def may_change(by: Principal, hotspots: Sequence[Hotspot]) -> bool:
    """Whether `by` manages each of these hotspots."""
    sites = [hotspot.site for hotspot in hotspots]
    return by.may(PERMISSION) and all(
        by.may(PERMISSION, organisation_id=site.organisation_id, territory_path=site.territory.path)
        for site in sites
    )


@transaction.atomic
def keep(by: Principal, *, hotspots: Sequence[Hotspot], **values: Any) -> Plan:
    """Keep a plan: `name`, `starts_at`, `ends_at`, `answers`, `result`.

    Raises PermissionRefused, PlanRefused when it ends before it begins.
    """
    _check(by, hotspots, values["starts_at"], values["ends_at"])
    plan = Plan.objects.create(author=by.label, rules_version=rules.VERSION, **values)
    plan.hotspots.set(hotspots)
    _tell(by, plan, "plan_kept")
    return plan


@transaction.atomic
def change(by: Principal, plan: Plan, *, hotspots: Sequence[Hotspot], **values: Any) -> Plan:
    """Change a plan, reckoned again by the rules of today. Raises as `keep`."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    _check(by, _places(plan), values["starts_at"], values["ends_at"])
    _check(by, hotspots, values["starts_at"], values["ends_at"])
    for name, value in {**values, "rules_version": rules.VERSION}.items():
        setattr(plan, name, value)
    plan.save()
    plan.hotspots.set(hotspots)
    _tell(by, plan, "plan_changed")
    return plan


@transaction.atomic
def copy(by: Principal, plan: Plan) -> Plan:
    """A plan like this one, of one's own, to be changed. Raises PermissionRefused."""
    places = _places(plan)
    _check(by, places, plan.starts_at, plan.ends_at)
    made = Plan.objects.create(
        name=f"{plan.name[:110]} (copie)", starts_at=plan.starts_at, ends_at=plan.ends_at,
        answers=plan.answers, result=plan.result, rules_version=plan.rules_version, author=by.label,
    )  # fmt: skip
    made.hotspots.set(places)
    _tell(by, made, "plan_copied", of=plan.pk)
    return made


def _places(plan: Plan) -> list[Hotspot]:
    return list(plan.hotspots.select_related("site__territory"))


def _check(by: Principal, hotspots: Sequence[Hotspot], starts_at: datetime, ends_at: datetime) -> None:
    if not may_change(by, hotspots):
        raise PermissionRefused("Vous n’administrez pas les points Wi-Fi de ce plan.")
    if ends_at <= starts_at:
        raise PlanRefused("La fin vient après le début : corrigez l’une des deux.", "ends_on")


def _tell(by: Principal, plan: Plan, verb: str, **detail: Any) -> None:
    audit.record(by.actor, f"wifi.{verb}", f"wifi_plan_kept:{plan.pk}", {"name": plan.name, **detail})
