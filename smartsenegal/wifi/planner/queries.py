"""Reads of kept plans, and of what was measured while their events lasted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import Sum

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.wifi.monitoring.api import REJECT, Hour, Minute
from smartsenegal.wifi.network.api import Hotspot, may_read
from smartsenegal.wifi.planner import calibration
from smartsenegal.wifi.planner.calibration import Sample
from smartsenegal.wifi.planner.models import Plan
from smartsenegal.wifi.planner.reality import Measured, percentile
from smartsenegal.wifi.planner.rules import Range

READ = "wifi.read"
OCTETS = ("octets_down", "octets_up")
# Sessions overlapping the event, cut to it, as steps up and down; at one instant ends come before
# beginnings, so that a device that comes back at once is not counted twice.
_PEAK = """
    WITH held AS (
        SELECT greatest(started_us, %(start)s) AS begun,
            least(coalesce(ended_us, updated_us), %(end)s) AS done
        FROM wifi_sessions_session
        WHERE hotspot = ANY(%(hotspots)s) AND started_us < %(end)s
            AND coalesce(ended_us, updated_us) > %(start)s
    ), steps AS (
        SELECT begun AS at, 1 AS step FROM held UNION ALL SELECT done, -1 FROM held
    )
    SELECT (SELECT count(*) FROM held),
        (SELECT max(n) FROM (SELECT sum(step) OVER (ORDER BY at, step ROWS UNBOUNDED PRECEDING) AS n
            FROM steps) AS counted)
"""
# A device has another name each day: it is counted within a day, and followed over none.
_DEVICES = """
    SELECT max(n) FROM (
        SELECT count(DISTINCT device) AS n FROM wifi_sessions_session
        WHERE hotspot = ANY(%(hotspots)s) AND started_us >= %(start)s AND started_us < %(end)s
        GROUP BY started_us / 86400000000) AS days
"""

# Devices on, on average over each hour: the time that sessions were on in it. A session longer than two days
# that began before them is left out.
_HOURS = """
    WITH held AS (
        SELECT greatest(started_us, %(start)s) AS begun,
            least(coalesce(ended_us, updated_us), %(end)s) AS done
        FROM wifi_sessions_session
        WHERE hotspot = ANY(%(hotspots)s) AND started_us < %(end)s AND started_us >= %(start)s - 172800000000
            AND coalesce(ended_us, updated_us) > %(start)s
    )
    SELECT hour, sum(least(done, (hour + 1) * 3600000000) - greatest(begun, hour * 3600000000))::float8
        / 3600000000
    FROM held, generate_series(begun / 3600000000, (done - 1) / 3600000000) AS hour
    WHERE done > begun GROUP BY hour
"""
_LENGTHS = """
    SELECT count(*), percentile_disc(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY seconds)
    FROM wifi_sessions_session
    WHERE hotspot = ANY(%(hotspots)s) AND started_us >= %(start)s AND started_us < %(end)s
        AND ended_us IS NOT NULL AND seconds > 0
"""


def hotspots(by: Principal) -> list[Hotspot]:
    """The hotspots that `by` sees, by name."""
    found = Hotspot.objects.select_related("site__territory").order_by("site__name")
    return [hotspot for hotspot in found if may_read(by, hotspot.site)]


def plans(by: Principal) -> list[Plan]:
    """The plans all whose hotspots `by` sees, the latest event first."""
    found = Plan.objects.prefetch_related("hotspots__site__territory").order_by("-starts_at", "-pk")
    return [plan for plan in found if _seen(by, plan)]


def plan(by: Principal, number: int) -> Plan | None:
    """The plan of that number, None when there is none or `by` does not see all its hotspots."""
    found = Plan.objects.prefetch_related("hotspots__site__territory").filter(pk=number).first()
    return found if found is not None and _seen(by, found) else None


def _seen(by: Principal, plan: Plan) -> bool:
    return all(may_read(by, hotspot.site) for hotspot in plan.hotspots.all())


def measured(plan: Plan, now: datetime) -> Measured:
    """What the hotspots of a plan saw from its beginning to its end, or to now."""
    numbers = [hotspot.pk for hotspot in plan.hotspots.all()]
    end = min(plan.ends_at, now)
    if not numbers or end <= plan.starts_at:
        return Measured()
    sessions, peak, devices = _sessions(numbers, plan.starts_at, end)
    mbps, minutes = _rate(numbers, plan.starts_at, end)
    full, refused = _answers(numbers, plan.starts_at, end)
    return Measured(peak, devices, mbps, full, refused, sessions, minutes)


def _sessions(numbers: Sequence[int], start: datetime, end: datetime) -> tuple[int, int | None, int | None]:
    span = _span(numbers, start, end)
    with connections[settings.FLOWS].cursor() as cursor:
        cursor.execute(_PEAK, span)
        count, peak = cursor.fetchone()
        cursor.execute(_DEVICES, span)
        (devices,) = cursor.fetchone()
    return count, None if peak is None else int(peak), devices


def _span(numbers: Sequence[int], start: datetime, end: datetime) -> dict[str, Any]:
    return {
        "hotspots": list(numbers),
        "start": int(start.timestamp() * 1_000_000),
        "end": int(end.timestamp() * 1_000_000),
    }


def sample(hotspot: int, start: datetime, end: datetime) -> Sample:
    """What a hotspot's sessions were in the whole hours between two moments."""
    span = _span([hotspot], start, end)
    rows = Hour.objects.filter(hotspot=hotspot, stage__in=OCTETS, hour__gte=start, hour__lt=end)
    octets = {
        int(row["hour"].timestamp()) // 3600: int(row["octets"])
        for row in rows.values("hour").annotate(octets=Sum("count"))
    }
    with connections[settings.FLOWS].cursor() as cursor:
        cursor.execute(_HOURS, span)
        hours = [calibration.Hour(hour // 24, on, octets.get(hour)) for hour, on in cursor.fetchall()]
        cursor.execute(_LENGTHS, span)
        count, lengths = cursor.fetchone()
    return Sample(start, end, hours, count, Range(*map(float, lengths)) if lengths else None)


def _rate(numbers: Sequence[int], start: datetime, end: datetime) -> tuple[float | None, int]:
    """Mbit/s at the 95th percentile of the minutes, and how many minutes had octets."""
    rows = Minute.objects.filter(hotspot__in=numbers, stage__in=OCTETS, minute__gte=start, minute__lt=end)
    counted = [row["octets"] for row in rows.values("minute").annotate(octets=Sum("count"))]
    if not counted:
        return None, 0
    among = max(len(counted), int((end - start).total_seconds() // 60))
    return percentile([n * 8 / 60e6 for n in counted], 0.95, among), len(counted)


def _answers(numbers: Sequence[int], start: datetime, end: datetime) -> tuple[float | None, float | None]:
    """Shares of the answers that were "full", and any other refusal; None where nothing was answered."""
    rows = Minute.objects.filter(hotspot__in=numbers, minute__gte=start, minute__lt=end)
    told: Counter[str] = Counter()
    for stage, count in rows.values_list("stage").annotate(n=Sum("count")):
        if stage == "accept" or stage.startswith(REJECT):
            told[stage] += count
    total = sum(told.values())
    if not total:
        return None, None
    full = told[f"{REJECT}full"]
    return full / total, (total - full - told["accept"]) / total
