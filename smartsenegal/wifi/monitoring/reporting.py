"""The report of a week: what each hotspot of somebody's territory did, from the counts that are kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q

from smartsenegal.lib import pdf
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import group_digits, typography
from smartsenegal.wifi.monitoring import presenting, queries, rules, wording
from smartsenegal.wifi.monitoring.models import Alert, Hour
from smartsenegal.wifi.monitoring.queries import Seen

TEMPLATE = Path(__file__).parent / "templates_typst" / "week.typ"
WEEK = timedelta(days=7)


@dataclass
class Site:
    """One hotspot's week. `up` is the share of the time it was not cut, None where nothing was ever heard."""

    name: str
    counts: dict[str, int] = field(default_factory=dict)
    days_with_devices: int = 0
    up: float | None = None
    alerts: int = 0
    hours: dict[int, int] = field(default_factory=dict)


def monday_of(day: date) -> date:
    """The first day of the week of a day."""
    return day - timedelta(days=day.weekday())


def whole_weeks(today: date, number: int = 8) -> list[date]:
    """Mondays of the last whole weeks and of the present one, the latest first."""
    return [monday_of(today) - back * WEEK for back in range(number)]


def sites_of(seen: Sequence[Seen], monday: date, now: datetime) -> list[Site]:
    """The week of each of these hotspots, in their order; four queries whatever their number."""
    numbers = [row.hotspot.pk for row in seen]
    start = datetime.combine(monday, time(), UTC)
    end = min(start + WEEK, now)
    days = queries.by_day(numbers, monday, monday + timedelta(days=6))
    alerts = _alerts(numbers, start, end)
    hours = _hours(numbers, start, end)
    return [
        Site(
            name=row.hotspot.site.name,
            counts=_added(days[row.hotspot.pk].values()),
            days_with_devices=sum(rules.DEVICES in day for day in days[row.hotspot.pk].values()),
            up=_up(row, days[row.hotspot.pk], alerts[row.hotspot.pk], start, end),
            alerts=len(alerts[row.hotspot.pk]),
            hours=hours[row.hotspot.pk],
        )
        for row in seen
    ]


def _alerts(numbers: Sequence[int], start: datetime, end: datetime) -> dict[int, list[Alert]]:
    found: dict[int, list[Alert]] = defaultdict(list)
    running = Q(ended_at=None) | Q(ended_at__gt=start)
    for alert in Alert.objects.filter(running, hotspot__in=numbers, raised_at__lt=end):
        found[alert.hotspot].append(alert)
    return found


def _hours(numbers: Sequence[int], start: datetime, end: datetime) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = Hour.objects.filter(hotspot__in=numbers, stage=rules.OPENED, hour__gte=start, hour__lt=end)
    for number, hour, count in rows.values_list("hotspot", "hour", "count"):
        found[number][hour.hour] = found[number].get(hour.hour, 0) + count
    return found


def _up(
    row: Seen, days: Mapping[date, Any], alerts: Iterable[Alert], start: datetime, end: datetime
) -> float | None:
    heard = bool(days) or (row.state is not None and row.state.heard_at is not None)
    span = (end - start).total_seconds()
    if not heard or span <= 0:
        return None
    cuts = [
        (a.raised_at.timestamp(), a.ended_at.timestamp() if a.ended_at else None)
        for a in alerts
        if a.cause == "down" and not a.silenced
    ]
    return 1 - rules.covered(cuts, start.timestamp(), end.timestamp()) / span


def _added(days: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for day in days:
        total.update(day)
    return dict(total)


# --- on paper -----------------------------------------------------------------------------------------


def render(sites: Sequence[Site], monday: date, now: datetime) -> bytes:
    """The report as a PDF (PDF/A, PDF/UA)."""
    last = monday + timedelta(days=6)
    whole = Site("", _added(s.counts for s in sites))
    rejects = whole.counts
    data = {
        "week": f"du {format_date(monday)} au {format_date(last)}",
        "partial": now.date() <= last,
        "specimen": bool(settings.DEMO),
        "totals": [
            ["Points Wi-Fi", group_digits(len(sites))],
            ["Connexions", group_digits(whole.counts.get(rules.OPENED, 0))],
            ["Volume descendant", wording.octets(whole.counts.get(rules.DOWN, 0))],
            ["Volume montant", wording.octets(whole.counts.get(rules.UP, 0))],
            ["Entrées acceptées", presenting.success(rejects) or "Non compté"],
            ["Heure la plus chargée", _hour(_added_hours(sites))],
            ["Alertes", group_digits(sum(s.alerts for s in sites))],
        ],
        "causes": [[row["label"], row["text"], row["share"]] for row in presenting.refusal_rows(rejects)],
        "sites": [_line(site) for site in sites],
    }
    title = typography(f"Wi-Fi public : semaine {data['week']}")
    return pdf.render(TEMPLATE, data, title=title, created_at=now.replace(microsecond=0))


def _added_hours(sites: Sequence[Site]) -> dict[int, int]:
    total: Counter[int] = Counter()
    for site in sites:
        total.update(site.hours)
    return dict(total)


def _hour(hours: Mapping[int, int]) -> str:
    found = rules.busiest(hours)
    return "Non comptée" if found is None else f"{found}\u00a0h à {found + 1}\u00a0h"


def _line(site: Site) -> list[str]:
    devices = site.counts.get(rules.DEVICES, 0)
    return [
        site.name,
        "Non mesurée" if site.up is None else percent_fine(site.up),
        group_digits(round(devices / site.days_with_devices)) if site.days_with_devices else "Non compté",
        group_digits(site.counts.get(rules.OPENED, 0)),
        wording.octets(site.counts.get(rules.DOWN, 0)),
        presenting.success(site.counts) or "Non compté",
        _hour(site.hours),
        group_digits(site.alerts),
    ]


def percent_fine(share: float) -> str:
    """`99,95 %`, never rounded up to 100."""
    return f"{int(share * 10_000) / 100:.2f}".replace(".", ",").removesuffix(",00") + "\u00a0%"
