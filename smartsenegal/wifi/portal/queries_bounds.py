"""How many codes a day are let through, and how many were sent."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Count

from smartsenegal.wifi.network.api import Hotspot
from smartsenegal.wifi.portal.models import PhoneCode, SmsBound
from smartsenegal.wifi.portal.rules import DEFAULT_BOUNDS, DayBound

DAY = timedelta(days=1)


def bounds_on(day: date) -> dict[str, DayBound]:
    """The bounds of that day: the latest decision in force, else what the platform proposes."""
    found = dict(DEFAULT_BOUNDS)
    rows = SmsBound.objects.filter(effective_from__lte=day).order_by("bound", "-effective_from", "-pk")
    for row in rows.distinct("bound"):
        found[row.bound] = DayBound(row.at_most, row.basis, row.confirmed, row.effective_from)
    return found


def coming(day: date) -> list[SmsBound]:
    """Decisions that hold from a later day."""
    return list(SmsBound.objects.filter(effective_from__gt=day).order_by("effective_from", "pk"))


def is_spent(now: datetime, hotspot: int, origin: str) -> str:
    """The bound that is reached, "" while none is: in the last 24 hours, at this site and from there."""
    bounds = bounds_on(now.date())
    sent = PhoneCode.objects.filter(sent_at__gt=now - DAY)
    # No more rows are looked at than are needed to know.
    asked = {"site": sent.filter(hotspot=hotspot), "outside": sent.filter(origin=origin) if origin else None}
    for bound, rows in asked.items():
        if rows is not None and rows[: bounds[bound].at_most].count() >= bounds[bound].at_most:
            return bound
    return ""


def busiest(now: datetime, most: int = 20) -> list[tuple[Hotspot, int]]:
    """The sites where the most codes were sent in 24 hours, and how many."""
    counts = dict(
        PhoneCode.objects.filter(sent_at__gt=now - DAY)
        .values_list("hotspot")
        .annotate(count=Count("pk"))
        .order_by("-count", "hotspot")[:most]
    )
    sites = Hotspot.objects.select_related("site").in_bulk(counts)
    return [(sites[pk], count) for pk, count in counts.items() if pk in sites]
