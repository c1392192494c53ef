"""The figures of a day, counted when it is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q, Sum

from smartsenegal.wifi.monitoring.api import REJECT, Day, Hour
from smartsenegal.wifi.privacy.models import SiteDay
from smartsenegal.wifi.sessions.api import Session

FIELDS = ("people", "sessions", "octets", "hours_open", "accepted", "refused")


@transaction.atomic(using=settings.FLOWS)
def count_day(day: date) -> int:
    """Count the figures of a day that is over, for each site that saw anything; how many sites.

    People are devices (hashes of that day): a phone with two addresses counts twice, who shares one once.
    Counting again gives the same, or more when late events came in.
    """
    begins = datetime.combine(day, time(), UTC)
    start_us = int(begins.timestamp()) * 1_000_000
    rows: dict[int, SiteDay] = {}
    of_day = Session.objects.filter(
        hotspot__isnull=False, started_us__gte=start_us, started_us__lt=start_us + 86_400_000_000
    )
    counted = of_day.values_list("hotspot").annotate(
        seen=Count("device", distinct=True), begun=Count("pk"), used=Sum(F("octets_in") + F("octets_out"))
    )
    for hotspot, people, sessions, octets in counted:
        rows[hotspot] = _blank(hotspot, day, people=people, sessions=sessions, octets=octets)
    refusals = Q(stage__startswith=REJECT)
    let_in = Sum("count", filter=Q(stage="accept"), default=0)
    kept_out = Sum("count", filter=refusals, default=0)
    asked = Day.objects.filter(Q(stage="accept") | refusals, day=day)
    counts = asked.values_list("hotspot").annotate(let_in=let_in, kept_out=kept_out)
    for hotspot, accepted, refused in counts:
        row = rows.setdefault(hotspot, _blank(hotspot, day))
        row.accepted, row.refused = accepted, refused
    heard = Hour.objects.filter(
        stage="gateway_heard", hour__gte=begins, hour__lt=begins + timedelta(days=1), count__gt=0
    )
    for hotspot, hours in heard.values_list("hotspot").annotate(hours=Count("hour")):
        rows.setdefault(hotspot, _blank(hotspot, day)).hours_open = hours
    SiteDay.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["hotspot", "day"], update_fields=FIELDS
    )
    return len(rows)


def _blank(hotspot: int, day: date, **values: int) -> SiteDay:
    return SiteDay(hotspot=hotspot, day=day, **{**dict.fromkeys(FIELDS, 0), **values})
