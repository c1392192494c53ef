"""The country: every hotspot on a map and in a table, and some of them side by side."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from smartsenegal.kernel.territory import api as territory
from smartsenegal.lib.text import group_digits, plural
from smartsenegal.wifi.monitoring import presenting, queries, rules, wording
from smartsenegal.wifi.monitoring.queries import Seen
from smartsenegal.wifi.monitoring.views.base import asked, reader, show
from smartsenegal.wifi.network.api import position, region_of

PAGE = 200
COMPARED = 5
DAYS = {"1": 1, "7": 7, "30": 30}


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All hotspots as they fare now; the page follows the watch where there is JavaScript."""
    by = reader(request)
    given = {name: asked(request, name) for name in ("q", "region", "etat")}
    found = queries.live(by, given["q"], given["region"], given["etat"])
    regions = {t.code: t.name for t in territory.of_kind("region")}
    still = queries.alerts([row.hotspot.pk for row in found], limit=8)
    names = {row.hotspot.pk: row.hotspot.site.name for row in found}
    context = {
        "count": plural(len(found), "point", "points"),
        "rows": [_row(row, regions) for row in found[:PAGE]],
        "given": given,
        "filtered": any(given.values()),
        "regions": sorted(regions.items(), key=lambda pair: pair[1]),
        "states": list(rules.HEALTH.items()),
        "totals": _totals(found),
        "tallies": _tallies(found, given),
        "alerts": [{"row": a, "site": names[a.hotspot], "cause": wording.CAUSES[a.cause]} for a in still],
        **_map(found),
    }
    return show(request, "index", context)


def _row(row: Seen, regions: dict[str, str]) -> dict[str, Any]:
    site, state = row.hotspot.site, row.state
    clients = state.clients if state else 0
    most = row.hotspot.clients_at_most
    return {
        "code": site.code,
        "url": reverse("wifi_monitoring:site", args=[site.code]),
        "name": site.name,
        "place": site.territory.label,
        "region": regions.get(region_of(site), ""),
        "chip": rules.HEALTH[row.health],
        "tone": rules.TONES[row.health],
        "why": (state.why if state else "") or ("" if row.equipped else "Aucune passerelle en service."),
        "clients": group_digits(clients),
        "most": f"sur {group_digits(most)}" if most else "",
        "rate": wording.rate(state.down_bps) if state else "",
        "refused": wording.percent(state.refused) if state and state.refused is not None else "",
    }


def _totals(found: list[Seen]) -> list[dict[str, str]]:
    on = sum(row.state.clients for row in found if row.state)
    down = sum(row.state.down_bps or 0 for row in found if row.state)
    return [
        {"label": "Appareils connectés", "value": group_digits(on)},
        {"label": "Débit descendant", "value": wording.rate(down) if down else "Non mesuré"},
    ]


def _tallies(found: list[Seen], given: dict[str, str]) -> list[dict[str, str]]:
    """How many hotspots fare so, in the colours of the map, each leading to those alone."""
    states = Counter(row.health for row in found)
    return [
        {
            "key": key,
            "chip": label,
            "tone": rules.TONES[key],
            "count": plural(states[key], "point", "points"),
            "url": "?" + urlencode({**{k: v for k, v in given.items() if v}, "etat": key}),
        }
        for key, label in rules.HEALTH.items()
        if states[key]
    ]


def _map(found: list[Seen]) -> dict[str, Any]:
    order = {"green": 0, "neutral": 1, "blue": 2, "amber": 3, "red": 4}
    at = [(position(row.hotspot.site), rules.TONES[row.health]) for row in found]
    marks = [(float(p.longitude), float(p.latitude), tone) for p, tone in at if p is not None]
    bad = sum(tone in ("red", "amber") for *_at, tone in marks)
    troubled = plural(bad, "en difficulté", "en difficulté")
    return {
        "marks": sorted(marks, key=lambda mark: order[mark[2]]),
        "map_label": f"Carte du Sénégal : {plural(len(marks), 'point Wi-Fi', 'points Wi-Fi')}, {troubled}.",
    }


@login_required
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two to five hotspots side by side over 1, 7 or 30 days."""
    by = reader(request)
    span = asked(request, "jours") if asked(request, "jours") in DAYS else "7"
    all_seen = queries.live(by)
    codes = [code[:120] for code in request.GET.getlist("point")][:COMPARED]
    chosen = [row for code in dict.fromkeys(codes) for row in all_seen if row.hotspot.site.code == code]
    today = datetime.now(UTC).date()
    since = today - timedelta(days=DAYS[span] - 1)
    counts = queries.by_day([row.hotspot.pk for row in chosen], since)
    totals = [_added(counts[row.hotspot.pk].values()) for row in chosen]
    devices = [_devices(counts[row.hotspot.pk].values()) for row in chosen]
    picked = [row.hotspot.site.code for row in chosen]
    context = {
        "choices": [{"number": n, "code": picked[n] if n < len(picked) else ""} for n in range(COMPARED)],
        "all": [(row.hotspot.site.code, row.hotspot.site.name) for row in all_seen],
        "span": span,
        "spans": [("1", "1 jour"), ("7", "7 jours"), ("30", "30 jours")],
        "enough": len(chosen) >= 2,
        "heads": [{"name": r.hotspot.site.name, "code": r.hotspot.site.code} for r in chosen],
        "lines": _lines(chosen, totals, devices) if len(chosen) >= 2 else [],
    }
    return show(request, "compare", context)


def _added(days: Any) -> dict[str, int]:
    total: Counter[str] = Counter()
    for day in days:
        total.update(day)
    return dict(total)


def _devices(days: Any) -> str:
    """Mean of the days on which devices were counted."""
    counted = [day[rules.DEVICES] for day in days if rules.DEVICES in day]
    return group_digits(round(sum(counted) / len(counted))) if counted else "Non compté"


def _lines(chosen: list[Seen], totals: list[dict[str, int]], devices: list[str]) -> list[dict[str, Any]]:
    def each(label: str, say: Any) -> dict[str, Any]:
        return {"label": label, "cells": [say(t) for t in totals]}

    return [
        {"label": "État", "cells": [rules.HEALTH[row.health] for row in chosen]},
        {
            "label": "Appareils connectés",
            "cells": [group_digits(r.state.clients if r.state else 0) for r in chosen],
        },
        {"label": "Appareils différents, par jour", "cells": devices},
        each("Connexions", lambda t: group_digits(t.get(rules.OPENED, 0))),
        each("Volume descendant", lambda t: wording.octets(t.get(rules.DOWN, 0))),
        each("Volume montant", lambda t: wording.octets(t.get(rules.UP, 0))),
        each("Entrées acceptées", lambda t: presenting.success(t) or "Non compté"),
        each("Premier refus", lambda t: presenting.sentence_of(t) or "Aucun"),
    ]
