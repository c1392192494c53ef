"""The look of the watch: counts the new events, then judges each hotspot, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections, transaction

from smartsenegal.kernel.events import api as events
from smartsenegal.wifi.monitoring import rules, wording
from smartsenegal.wifi.monitoring.actions.alerts import follow_alerts
from smartsenegal.wifi.monitoring.actions.base import TOPIC
from smartsenegal.wifi.monitoring.models import GatewayState, Minute, SnmpAgent, State
from smartsenegal.wifi.network.api import AccessPoint, Hotspot, Nas, pool_size, works_now

MINUTES = 10
LOCK = 0x57617463  # "Watc": one watch at a time judges
_ON = """
    SELECT nas, coalesce(hotspot, 0), count(*),
           count(*) FILTER (WHERE updated_us > %(now)s - interim_seconds * %(lost)s)
    FROM wifi_sessions_session WHERE ended_us IS NULL AND updated_us > %(now)s - 86400000000::bigint
    GROUP BY 1, 2
"""


@dataclass
class Seen:
    """What one look found, by hotspot and gateway."""

    on: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    open_of: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    counts: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    points: dict[int, list[bool]] = field(default_factory=lambda: defaultdict(list))


def look(now: datetime) -> int:
    """Judge every hotspot; how many show something new. Raises DatabaseError when the database is away.

    Two processes that look at once judge one after the other; the later finds nothing more to change.
    """
    hotspots = list(Hotspot.objects.select_related("site__territory").order_by("pk"))
    works = set(works_now().values_list("hotspot_id", flat=True))
    gateways: dict[int, list[Nas]] = defaultdict(list)
    for nas in Nas.objects.filter(state="active", hotspot__isnull=False).order_by("pk"):
        gateways[nas.hotspot_id or 0].append(nas)
    with transaction.atomic(using=settings.FLOWS):
        with connections[settings.FLOWS].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        seen = _seen(now)
        states = {s.hotspot: s for s in State.objects.all()}
        heard = _gateways(gateways, seen, now)
        new = [
            _judged(h, states.get(h.pk), gateways[h.pk], heard, seen, h.pk in works, now) for h in hotspots
        ]
        changed = [s for s in new if _shown(s) != _shown(states.get(s.hotspot))]
        _keep(new)
        follow_alerts(hotspots, {s.hotspot: s for s in new}, works, now)
        if changed:
            events.touch(TOPIC)
    return len(changed)


def _shown(state: State | None) -> tuple[object, ...] | None:
    """What the list and the map show of a hotspot: pages are told when it changes."""
    if state is None:
        return None
    return (state.health, state.why, state.clients, state.down_bps, state.refused)


def _seen(now: datetime) -> Seen:
    found = Seen()
    now_us = int(now.timestamp() * 1e6)
    with connections[settings.FLOWS].cursor() as cursor:
        cursor.execute(_ON, {"now": now_us, "lost": rules.REPORTS_LOST * 1_000_000})
        for nas, hotspot, opened, on in cursor.fetchall():
            found.open_of[nas] += opened
            found.on[hotspot] += on
    for agent in SnmpAgent.objects.filter(access_point__in=_points_in_service()):
        found.points[agent.hotspot].append(agent.silent)
    since = now.replace(second=0, microsecond=0) - timedelta(minutes=MINUTES)
    for row in Minute.objects.filter(minute__gte=since):
        counts = found.counts[row.hotspot]
        counts[row.stage] = counts.get(row.stage, 0) + row.count
    return found


def _points_in_service() -> list[int]:
    followed = list(SnmpAgent.objects.values_list("access_point", flat=True))
    return list(AccessPoint.objects.filter(pk__in=followed, retired_on=None).values_list("pk", flat=True))


def _gateways(gateways: dict[int, list[Nas]], seen: Seen, now: datetime) -> dict[int, GatewayState]:
    """What is known of each gateway, with whether it is silent, written when that changed."""
    known = {g.nas: g for g in GatewayState.objects.all()}
    missing = [n for rows in gateways.values() for n in rows if n.pk not in known]
    GatewayState.objects.bulk_create(
        [GatewayState(nas=n.pk, hotspot=n.hotspot_id) for n in missing], ignore_conflicts=True
    )
    known |= {n.pk: GatewayState(nas=n.pk, hotspot=n.hotspot_id) for n in missing}
    changed = []
    for nas in (n for rows in gateways.values() for n in rows):
        state = known[nas.pk]
        silent = rules.silent(_voice(nas, state, seen), now.timestamp())
        if (silent, nas.hotspot_id) != (state.silent, state.hotspot):
            state.silent, state.hotspot = silent, nas.hotspot_id
            changed.append(state)
    GatewayState.objects.bulk_update(changed, ["silent", "hotspot"])
    return known


def _voice(nas: Nas, state: GatewayState, seen: Seen) -> rules.Voice:
    return rules.Voice(
        radius_at=_seconds(state.radius_at),
        off_at=_seconds(state.off_at),
        interim_seconds=nas.interim_seconds,
        open_sessions=seen.open_of[nas.pk],
        beat_at=_seconds(state.beat_at),
    )


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _judged(
    hotspot: Hotspot,
    before: State | None,
    gateways: list[Nas],
    heard: dict[int, GatewayState],
    seen: Seen,
    works: bool,
    now: datetime,
) -> State:
    told = [heard[nas.pk] for nas in gateways]
    signs = _signs(hotspot, told, seen)
    limits, at = rules.LIMITS, now.timestamp()
    kept = {k: rules.Condition(*v) for k, v in (before.conditions if before else {}).items()}
    found = {
        cause: rules.step(kept.get(cause, rules.Condition()), limits[cause], reading, at)
        for cause, reading in rules.readings(signs).items()
    }
    last = max((m for g in told for m in (g.radius_at, g.beat_at) if m is not None), default=None)
    health = rules.health(found, known=last is not None, works=works, state=hotspot.site.state)
    same = before is not None and before.health == health
    return State(
        hotspot=hotspot.pk,
        health=health,
        since=before.since if same and before else now,
        why=wording.why(health, signs),
        conditions={cause: astuple(each) for cause, each in found.items()},
        signs={**asdict(signs), "counts": seen.counts[hotspot.pk], "gateways": list(signs.gateways)},
        clients=signs.clients,
        down_bps=signs.down_bps,
        up_bps=signs.up_bps,
        refused=rules.refused_share(signs),
        heard_at=last,
        looked_at=now,
    )


def _signs(hotspot: Hotspot, told: list[GatewayState], seen: Seen) -> rules.Signs:
    counts = seen.counts[hotspot.pk]
    size = pool_size(hotspot.pool)
    return rules.Signs(
        gateways=tuple(g.silent for g in told),
        points=tuple(sorted(seen.points[hotspot.pk])),
        clients=seen.on[hotspot.pk],
        clients_most=hotspot.clients_at_most,
        leases=_sum(g.leases for g in told),
        leases_most=size or None,
        accepts=counts.get("accept", 0),
        rejects={k.removeprefix(rules.REJECT): n for k, n in counts.items() if k.startswith(rules.REJECT)},
        down_bps=_rate(told, "down_bps", counts, rules.DOWN),
        down_most=hotspot.uplink_down_kbps and hotspot.uplink_down_kbps * 1000,
        up_bps=_rate(told, "up_bps", counts, rules.UP),
        up_most=hotspot.uplink_up_kbps and hotspot.uplink_up_kbps * 1000,
        loss=max((g.loss for g in told if g.loss is not None), default=None),
        rtt_ms=max((g.rtt_ms for g in told if g.rtt_ms is not None), default=None),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    known = [v for v in values if v is not None]
    return sum(known) if known else None


def _rate(told: list[GatewayState], name: str, counts: dict[str, int], stage: str) -> int | None:
    """What the gateways measured themselves, else the mean of what the sessions carried in ten minutes."""
    measured = _sum(getattr(g, name) for g in told if g.beat_at is not None and not g.silent)
    if measured is not None:
        return measured
    return counts[stage] * 8 // (MINUTES * 60) if stage in counts else None


def _keep(states: list[State]) -> None:
    fields = [f.name for f in State._meta.concrete_fields if f.name != "hotspot"]
    State.objects.bulk_create(states, update_conflicts=True, unique_fields=["hotspot"], update_fields=fields)
    State.objects.exclude(hotspot__in=[s.hotspot for s in states]).delete()
