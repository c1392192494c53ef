"""Plans, groups, and the rules that give a plan to whom, where and when."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.text import slug
from smartsenegal.wifi.access import rules
from smartsenegal.wifi.access.actions.base import check, tell
from smartsenegal.wifi.access.errors import AccessRefused
from smartsenegal.wifi.access.models import Group, Plan, PlanRule
from smartsenegal.wifi.network.api import Hotspot, Zone, changes

NAME_TAKEN = "Ce nom est déjà pris."


@transaction.atomic
def add_plan(by: Principal, *, name: str, **limits: Any) -> Plan:
    """Add a plan (see `models.Plan` for the limits). Raises PermissionRefused, AccessRefused."""
    check(by)
    _check_limits(limits)
    plan: Plan = _named(Plan, name, limits)
    tell(by, "plan_added", {"plan": plan.code})
    return plan


@transaction.atomic
def change_plan(by: Principal, plan: Plan, **values: Any) -> Plan:
    """Change a plan for whoever connects from now on; its code stays. Raises as `add_plan`."""
    check(by)
    _check_limits(values)
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if changed := changes(plan, values):
        plan.save(update_fields=changed)
        tell(by, "plan_changed", {"plan": plan.code, "fields": changed})
    return plan


def _check_limits(values: dict[str, Any]) -> None:
    session, day = values.get("session_seconds"), values.get("daily_seconds")
    if session and day and session > day:
        raise AccessRefused("Une connexion ne peut pas durer plus que le temps du jour.", "session_seconds")


@transaction.atomic
def add_group(by: Principal, name: str) -> Group:
    """Name a group that rules may give plans to. Raises PermissionRefused, AccessRefused."""
    check(by)
    group: Group = _named(Group, name, {})
    tell(by, "group_added", {"group": group.code})
    return group


@transaction.atomic
def rename_group(by: Principal, group: Group, name: str) -> Group:
    """Correct the name of a group; its code stays. Raises PermissionRefused."""
    check(by)
    if changes(group, {"name": name}):
        group.save(update_fields=["name"])
        tell(by, "group_renamed", {"group": group.code})
    return group


def _named(kind: Any, name: str, values: dict[str, Any]) -> Any:
    code = slug(name)[:60].strip("-")
    if not code:
        raise AccessRefused("Ce nom n’a ni lettre ni chiffre.", "name")
    try:
        with transaction.atomic():
            return kind.objects.create(code=code, name=name, **values)
    except IntegrityError:
        raise AccessRefused(NAME_TAKEN, "name") from None


@transaction.atomic
def add_rule(
    by: Principal,
    *,
    plan: Plan,
    group: Group | None = None,
    hotspot: Hotspot | None = None,
    zone: Zone | None = None,
    hours: dict[str, list[list[str]]] | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    closed: bool = False,
) -> PlanRule:
    """Give a plan to a group, at a place, at some hours, during an event; `closed` shuts the network then.

    `hours`: by day (`mon` … `sun`), ranges of "HH:MM". Raises PermissionRefused, AccessRefused for a
    rule that can never hold.
    """
    check(by, zone.hotspot if zone else hotspot)
    if zone and hotspot and zone.hotspot_id != hotspot.pk:
        raise AccessRefused("Cette zone est celle d’un autre site.", "zone")
    if starts_at and ends_at and ends_at <= starts_at:
        raise AccessRefused("La fin vient après le début.", "ends_on")
    if ends_at and ends_at <= timezone.now():
        raise AccessRefused("Cette fin est déjà passée.", "ends_on")
    if unknown := set(hours or {}) - set(rules.DAYS):
        raise AccessRefused(f"Ce jour n’existe pas : {', '.join(sorted(unknown))}.", "days")
    rule = PlanRule.objects.create(
        plan=plan, group=group, hotspot=hotspot, zone=zone, hours=hours or {},
        starts_at=starts_at, ends_at=ends_at, closed=closed,
    )  # fmt: skip
    tell(by, "rule_added", {"rule": rule.pk, "plan": plan.code, "closed": closed})
    return rule


@transaction.atomic
def end_rule(by: Principal, rule: PlanRule) -> PlanRule:
    """End a rule now; its row stays, since processes hold a copy of it. Raises PermissionRefused."""
    rule = PlanRule.objects.select_for_update(of=("self",)).select_related("plan").get(pk=rule.pk)
    check(by, rule.zone.hotspot if rule.zone else rule.hotspot)
    now = timezone.now()
    if rule.ends_at is None or rule.ends_at > now:
        # One that has not begun never will: it must not end before it begins.
        if rule.starts_at and rule.starts_at >= now:
            rule.starts_at = None
        rule.ends_at = now
        rule.save(update_fields=["starts_at", "ends_at"])
        tell(by, "rule_ended", {"rule": rule.pk, "plan": rule.plan.code})
    return rule
