"""Alerts: raised, told and ended by the watch; taken, commented and closed by engineers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from smartsenegal.kernel.identity import api as identity
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.notifications import api as notifications
from smartsenegal.kernel.sites.api import Dependency, Site
from smartsenegal.wifi.monitoring import rules, wording
from smartsenegal.wifi.monitoring.actions.base import check, tell
from smartsenegal.wifi.monitoring.errors import MonitoringRefused
from smartsenegal.wifi.monitoring.models import Alert, AlertNote, State
from smartsenegal.wifi.network.api import Hotspot

PERMISSION = "wifi.manage"
ROLE = "network_engineer"
TOLD = "wifi.alert"


def follow_alerts(
    hotspots: Iterable[Hotspot], states: Mapping[int, State], works: set[int], now: datetime
) -> None:
    """Raise an alert for each condition that holds, end those whose condition is over, tell the new ones.

    During works nothing is told; nor is a cut that a place the hotspot depends on explains. What still holds
    afterwards is told then.
    """
    opened = {(a.hotspot, a.cause): a for a in Alert.objects.filter(ended_at=None)}
    hidden = _hidden(list(hotspots), states)
    for hotspot in hotspots:
        state = states[hotspot.pk]
        for cause in rules.LIMITS:
            raised, since, _turning = state.conditions.get(cause, (False, 0, None))
            alert = opened.get((hotspot.pk, cause))
            if not raised or hotspot.site.state == "closed":
                if alert is not None:
                    _end(alert, now)
                continue
            if alert is None:
                alert = Alert(
                    hotspot=hotspot.pk,
                    site_code=hotspot.site.code,
                    cause=cause,
                    why=state.why if state.health == cause else "",
                    raised_at=datetime.fromtimestamp(since, UTC),
                )
            _follow(alert, hotspot, hotspot.pk in works, hidden.get(hotspot.pk, ""), now)


def _end(alert: Alert, now: datetime) -> None:
    """The fault is over. An alert that nobody took closes itself: there is nothing left to do."""
    alert.ended_at = now
    if alert.acknowledged_at is None and alert.closed_at is None:
        alert.closed_at = now
    alert.save(update_fields=["ended_at", "closed_at"])


def _follow(alert: Alert, hotspot: Hotspot, silenced: bool, hidden_by: str, now: datetime) -> None:
    hidden_by = hidden_by if alert.cause in ("down", "part") else ""
    to_tell = alert.told_at is None and alert.closed_at is None and not (silenced or hidden_by)
    if alert.pk is None or to_tell or (alert.silenced, alert.hidden_by) != (silenced, hidden_by):
        alert.silenced, alert.hidden_by = silenced, hidden_by
        alert.told_at = now if to_tell else alert.told_at
        alert.save()
    if to_tell:
        _notify(alert, hotspot)


def _hidden(hotspots: list[Hotspot], states: Mapping[int, State]) -> dict[int, str]:
    """The place whose own fault explains the silence of a hotspot, by hotspot."""
    needs: dict[int, list[int]] = defaultdict(list)
    for site, need in Dependency.objects.values_list("site_id", "depends_on_id"):
        needs[site].append(need)
    if not needs:
        return {}
    down = {h.site_id for h in hotspots if states[h.pk].health == "down"}
    stopped = Site.objects.filter(pk__in={n for each in needs.values() for n in each}).exclude(state="open")
    cut = frozenset(down | set(stopped.values_list("pk", flat=True)))
    found = {h.pk: rules.explained_by(h.site_id, needs, cut) for h in hotspots}
    named = Site.objects.in_bulk({pk for pk in found.values() if pk is not None})
    return {hotspot: named[pk].name[:120] for hotspot, pk in found.items() if pk is not None}


def _notify(alert: Alert, hotspot: Hotspot) -> None:
    """Tell the engineers of this place, on their page and by e-mail; asked twice, they are told once."""
    site = hotspot.site
    holders = identity.RoleAssignment.objects.filter(role=ROLE).values_list("account_id", flat=True)
    for contact in identity.contacts_of(set(holders)).values():
        account = identity.Account.objects.get(pk=contact.account_id)
        by = identity.principal_for(account)
        if not by.may(PERMISSION, organisation_id=site.organisation_id, territory_path=site.territory.path):
            continue
        context = {
            "site": site.name,
            "cause": wording.CAUSES[alert.cause],
            "why": alert.why,
            "url": f"{settings.PUBLIC_URL}/wifi/direct/alertes/{alert.pk}/",
        }
        for channel, value in (("page", contact.account_id), ("email", contact.email)):
            if value:
                address = notifications.Address(channel, value, contact.language)
                key = f"{TOLD}:{alert.pk}:{contact.account_id}:{channel}"
                notifications.send(key, TOLD, address, context, about=f"wifi_hotspot:{hotspot.pk}")


# --- acts of engineers ----------------------------------------------------------------------------


def _locked(alert: Alert) -> Alert:
    return Alert.objects.select_for_update().get(pk=alert.pk)


def _note(alert: Alert, by: Principal, text: str) -> None:
    AlertNote.objects.create(alert=alert, by=by.label, text=text)


def take_alert(by: Principal, alert: Alert, hotspot: Hotspot) -> Alert:
    """Take an alert in charge: it becomes a ticket of this engineer. Raises PermissionRefused, Refused."""
    check(by, hotspot.site)
    with transaction.atomic(using=settings.FLOWS):
        alert = _locked(alert)
        if alert.closed_at is not None:
            raise MonitoringRefused("Cette alerte est close.")
        alert.assigned_to, alert.assigned_name = by.account_id, by.label  # type: ignore[assignment]
        alert.acknowledged_at = alert.acknowledged_at or datetime.now(UTC)
        alert.save(update_fields=["assigned_to", "assigned_name", "acknowledged_at"])
        _note(alert, by, "Prise en charge.")
        tell(by, hotspot, "alert_taken", {"alert": alert.pk, "cause": alert.cause})
    return alert


def comment_alert(by: Principal, alert: Alert, hotspot: Hotspot, text: str) -> Alert:
    """Write something about an alert. Raises PermissionRefused."""
    check(by, hotspot.site)
    with transaction.atomic(using=settings.FLOWS):
        _note(alert, by, text)
        tell(by, hotspot, "alert_noted", {"alert": alert.pk})
    return alert


def close_alert(by: Principal, alert: Alert, hotspot: Hotspot, because: str) -> Alert:
    """Close a ticket with the cause that was found. Raises PermissionRefused, MonitoringRefused."""
    check(by, hotspot.site)
    with transaction.atomic(using=settings.FLOWS):
        alert = _locked(alert)
        if alert.closed_at is not None:
            raise MonitoringRefused("Cette alerte est déjà close.")
        alert.closed_at, alert.closed_because = datetime.now(UTC), because
        alert.save(update_fields=["closed_at", "closed_because"])
        _note(alert, by, f"Close : {because}"[:500])
        tell(by, hotspot, "alert_closed", {"alert": alert.pk, "cause": alert.cause}, because)
    return alert
