"""Reads of monitoring, each shaped for its page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.urls import reverse

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.sites import api as sites
from smartsenegal.kernel.territory import api as territory
from smartsenegal.lib.text import fold, plural
from smartsenegal.wifi.access.api import Credential, Plan
from smartsenegal.wifi.monitoring import rules
from smartsenegal.wifi.monitoring.models import (
    Alert,
    Day,
    GatewayState,
    Hour,
    Message,
    Minute,
    Retention,
    SnmpAgent,
    State,
)
from smartsenegal.wifi.network.api import AccessPoint, Hotspot, Nas, may_read
from smartsenegal.wifi.network.api import hotspot as hotspot_of
from smartsenegal.wifi.sessions.api import Session, clients_now, session


def kept_days(day: date) -> dict[str, int]:
    """For how many days counts of each grain are kept, as set for that day."""
    kept = dict(rules.KEPT)
    for row in Retention.objects.filter(since__lte=day).order_by("since"):
        kept[row.grain] = row.days
    return kept


def message_for(hotspot: int, now: datetime | None = None) -> str:
    """The words an engineer has shown to those who are on at a hotspot, else what its place lacks; "" when
    there is neither."""
    found = current_message(hotspot, now)
    if found:
        return found.text
    site = Hotspot.objects.filter(pk=hotspot).values_list("site_id", flat=True).first()
    lacking = sites.outages([site]) if site else []
    return lacking[0].words if lacking else ""


def current_message(hotspot: int, now: datetime | None = None) -> Message | None:
    """The message that holds at a hotspot, or None."""
    at = now or datetime.now(UTC)
    return (
        Message.objects.filter(hotspot=hotspot, starts_at__lte=at, ends_at__gt=at, withdrawn_at=None)
        .order_by("-starts_at")
        .first()
    )


# --- the country --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """A hotspot and how it fares; `state` is None as long as the watch never looked."""

    hotspot: Hotspot
    state: State | None
    equipped: bool = True

    @property
    def health(self) -> str:
        return self.state.health if self.state else "unknown"


def live(by: Principal, text: str = "", region: str = "", health: str = "") -> list[Seen]:
    """Hotspots that `by` may read with their state, by name; two queries whatever their number.

    `equipped` is whether a gateway is in service there: without one, nothing can be heard.
    """
    found = Hotspot.objects.select_related("site__territory__parent__parent", "site__organisation").annotate(
        name_key=territory.Unaccented("site__name"),
        equipped=Exists(Nas.objects.filter(hotspot=OuterRef("pk"), state="active")),
    )
    for word in fold(text).split()[:8]:
        found = found.filter(Q(name_key__contains=word) | Q(site__territory__search__contains=word))
    if region:
        path = "site__territory__path"
        found = found.filter(
            Q(**{f"{path}__contains": f"/{region}/"}) | Q(**{f"{path}__endswith": f"/{region}"})
        )
    # What the watch alone reads is left where it is.
    states = {s.hotspot: s for s in State.objects.defer("conditions", "signs")}
    rows = (
        Seen(h, states.get(h.pk), h.equipped)
        for h in found.order_by("name_key", "site__code")
        if may_read(by, h.site)
    )
    return [row for row in rows if not health or row.health == health]


def state_of(hotspot: Hotspot) -> State | None:
    """How a hotspot fares, or None as long as the watch never looked."""
    return State.objects.filter(hotspot=hotspot.pk).first()


def gateways(hotspot: Hotspot) -> list[tuple[Nas, GatewayState | None]]:
    """Gateways in service with what was last heard of them."""
    rows = list(hotspot.nas.filter(state="active").order_by("code"))
    known = GatewayState.objects.in_bulk([n.pk for n in rows])
    return [(n, known.get(n.pk)) for n in rows]


def access_points(hotspot: Hotspot) -> list[tuple[AccessPoint, SnmpAgent | None]]:
    """Access points in service by zone and name, each with how it is followed by SNMP."""
    rows = AccessPoint.objects.filter(zone__hotspot=hotspot, retired_on=None).select_related("zone")
    agents = SnmpAgent.objects.in_bulk(list(rows.values_list("pk", flat=True)))
    return [(point, agents.get(point.pk)) for point in rows.order_by("zone__name", "name")]


def gateway(code: str) -> Nas | None:
    """The gateway with this code, with its hotspot and place, or None."""
    return Nas.objects.select_related("hotspot__site__territory").filter(code=code).first()


# --- counts ---------------------------------------------------------------------------------------


def counts(hotspot: int, since: datetime) -> dict[str, int]:
    """Counts by stage since a moment, from the minutes."""
    rows = Minute.objects.filter(hotspot=hotspot, minute__gte=since).values_list("stage")
    return dict(rows.annotate(total=Sum("count")).order_by())


def by_hour(hotspot: int, since: datetime) -> dict[datetime, dict[str, int]]:
    """Counts by hour and stage since a moment."""
    found: dict[datetime, dict[str, int]] = {}
    for row in Hour.objects.filter(hotspot=hotspot, hour__gte=since):
        found.setdefault(row.hour, {})[row.stage] = row.count
    return found


def by_day(
    hotspots: Sequence[int], since: date, until: date | None = None
) -> dict[int, dict[date, dict[str, int]]]:
    """Counts by hotspot, day and stage from a day on, to another included."""
    rows = Day.objects.filter(hotspot__in=hotspots, day__gte=since)
    if until:
        rows = rows.filter(day__lte=until)
    found: dict[int, dict[date, dict[str, int]]] = {number: {} for number in hotspots}
    for row in rows:
        found[row.hotspot].setdefault(row.day, {})[row.stage] = row.count
    return found


# --- who is on --------------------------------------------------------------------------------------

SESSIONS_SHOWN = 200


def sessions_on(hotspot: int, now: datetime) -> tuple[list[Session], int]:
    """Sessions on at a hotspot, the latest begun first, `SESSIONS_SHOWN` at most; and how many in all."""
    now_us = int(now.timestamp() * 1e6)
    quiet = F("interim_seconds") * rules.REPORTS_LOST * 1_000_000
    on = Session.objects.filter(hotspot=hotspot, ended_us=None, updated_us__gt=now_us - quiet)
    return list(on.order_by("-started_us")[:SESSIONS_SHOWN]), on.count()


def session_at(hotspot: int, key: str) -> Session | None:
    """The session of a hotspot that has this key (hexadecimal), or None."""
    try:
        found = session(bytes.fromhex(key))
    except ValueError:
        return None
    return found if found is not None and found.hotspot == hotspot else None


def standing(found: Session) -> tuple[int, int]:
    """Accesses of the holder of a session: how many are open, how many blocked."""
    if found.holder is None:
        return 0, 0
    rows = Credential.objects.filter(holder=found.holder, closed_because__in=("", "blocked"))
    told = list(rows.values_list("closed_because", flat=True))
    return told.count(""), told.count("blocked")


def plan_names(sessions: Sequence[Session]) -> dict[int, str]:
    """Names of the plans of these sessions."""
    return dict(Plan.objects.filter(pk__in={s.plan for s in sessions if s.plan}).values_list("pk", "name"))


# --- alerts ----------------------------------------------------------------------------------------


def alerts(hotspots: Sequence[int], still: bool = True, limit: int = 200) -> list[Alert]:
    """Alerts of these hotspots, the latest first; those that are not closed, or all."""
    rows = Alert.objects.filter(hotspot__in=hotspots)
    if still:
        rows = rows.filter(closed_at=None)
    return list(rows.order_by("-raised_at")[:limit])


def alert(pk: int) -> tuple[Alert, Hotspot] | None:
    """An alert and its hotspot, or None."""
    found = Alert.objects.prefetch_related("notes").filter(pk=pk).first()
    hotspot = hotspot_of(found.site_code) if found else None
    return (found, hotspot) if found and hotspot else None


def run_at(places: Collection[int]) -> list[sites.Run]:
    """The hotspots of these places (keys), with how many devices are on, those with the most first."""
    on = clients_now()
    found = Hotspot.objects.filter(site__in=places).select_related("site").order_by("site__name")
    rows = sorted(found, key=lambda hotspot: -on.get(hotspot.pk, 0))
    return [
        sites.Run(
            hotspot.site.name,
            plural(on.get(hotspot.pk, 0), "appareil connecté", "appareils connectés"),
            reverse("wifi_monitoring:site", args=[hotspot.site.code]),
        )
        for hotspot in rows
    ]
