"""The list of hotspots, and one of them."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from smartsenegal.kernel.pages import principal
from smartsenegal.kernel.sites.api import STATES
from smartsenegal.kernel.territory import api as territory
from smartsenegal.lib.dates import format_date, format_datetime
from smartsenegal.lib.text import group_digits, plural
from smartsenegal.wifi.network import queries, rules
from smartsenegal.wifi.network.models import AccessPoint, Hotspot, Zone
from smartsenegal.wifi.network.views.base import TONES, asked, known, manages, reader, show

PAGE = 200
COLUMNS = (
    ("nom", "Point", False),
    ("region", "Région", False),
    ("bornes", "Équipement", False),
    ("debit", "Débit descendant", True),
    ("etat", "État", False),
)


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All hotspots: searched, filtered, sorted, on a map and in a table."""
    by = reader(request)
    given = {name: asked(request, name) for name in ("q", "region", "etat", "tri")}
    sort = given["tri"] if given["tri"] in queries.SORTS else "nom"
    found = queries.hotspots(by, given["q"], given["region"], given["etat"], sort)
    names = {t.code: t.name for t in territory.of_kind("region")}
    context = {
        "found": found,
        "count": plural(len(found), "point", "points"),
        "rows": [_row(h, names) for h in found[:PAGE]],
        "left": max(0, len(found) - PAGE),
        "columns": _columns(given, sort),
        "given": given,
        "filtered": any(given[name] for name in ("q", "region", "etat")),
        "query": urlencode({k: v for k, v in given.items() if v}),
        "regions": sorted(names.items(), key=lambda pair: pair[1]),
        "states": [*STATES, ("works", "En travaux"), ("bare", "Sans passerelle")],
        "may_manage": by.may("wifi.manage"),
        **_map(found),
    }
    return show(request, "index", context)


def _columns(given: dict[str, str], sort: str) -> list[dict[str, Any]]:
    columns = []
    for key, label, numeric in COLUMNS:
        query = urlencode({k: v for k, v in {**given, "tri": key}.items() if v})
        down = key in ("bornes", "debit")
        columns.append(
            {
                "label": label,
                "numeric": numeric,
                "sort_url": f"?{query}" if key else "",
                "sorted": ("descending" if down else "ascending") if key and key == sort else "",
            }
        )
    return columns


def _row(hotspot: Hotspot, names: dict[str, str]) -> dict[str, Any]:
    site = hotspot.site
    points, gateways = hotspot.access_points, hotspot.gateways  # type: ignore[attr-defined]
    chip = _state(hotspot, bool(gateways), hotspot.works)  # type: ignore[attr-defined]
    equipment = [
        plural(points, "borne", "bornes") if points else "",
        plural(gateways, "passerelle", "passerelles") if gateways else "",
    ]
    return {
        "url": reverse("wifi_network:hotspot", args=[site.code]),
        "cells": [
            {"text": site.name, "sub": site.territory.label + (" · kit mobile" if hotspot.mobile else "")},
            {"text": names.get(queries.region_of(site), "")},
            {"text": ", ".join(filter(None, equipment)) or "Rien de déclaré"},
            {"text": rate(hotspot.uplink_down_kbps) or "Débit non connu", "numeric": True},
            {"chip": chip[0], "tone": chip[1]},
        ],
    }


def _state(hotspot: Hotspot, has_gateway: bool, works: bool) -> tuple[str, str]:
    """What the chip of a hotspot says, and its tone: nobody enters an open one without a gateway."""
    site = hotspot.site
    if site.state == "open" and works:
        return "En travaux", "amber"
    if site.state == "open" and not has_gateway:
        return "Sans passerelle", "amber"
    return site.get_state_display(), TONES[site.state]


def rate(kbps: int | None) -> str:
    """`200 Mbit/s`; "" for what is not known, which is never zero."""
    if kbps is None:
        return ""
    if kbps >= 1_000_000 and kbps % 100_000 == 0:
        return f"{kbps / 1_000_000:g}".replace(".", ",") + "\u00a0Gbit/s"
    if kbps >= 1_000 and kbps % 100 == 0:
        return f"{kbps / 1_000:g}".replace(".", ",") + "\u00a0Mbit/s"
    return f"{group_digits(kbps)}\u00a0kbit/s"


def _map(found: list[Hotspot]) -> dict[str, Any]:
    places = [queries.position(h.site) for h in found]
    known = [p for p in places if p is not None]
    rough = sum(bool(p.approximate) for p in known)
    missing = len(places) - len(known)
    notes = []
    if rough:
        notes.append(
            plural(rough, "point est placé", "points sont placés")
            + " d’après la commune ou le département, faute de position exacte."
        )
    if missing:
        notes.append(plural(missing, "point n’a", "points n’ont") + " aucune position connue.")
    return {
        "points": [(float(p.longitude), float(p.latitude)) for p in known],
        "map_label": f"Carte du Sénégal : {plural(len(known), 'point Wi-Fi', 'points Wi-Fi')}.",
        "map_notes": notes,
    }


@login_required
@require_GET
def hotspot(request: HttpRequest, code: str) -> HttpResponse:
    """One hotspot: what is known of it, what is left to do, its zones, access points, gateways and works."""
    found = known(request, code)
    zones = queries.zones(found)
    gateways = list(found.nas.order_by("state", "code"))
    works, now = queries.works(found), timezone.now()
    context = {
        "hotspot": found,
        "site": found.site,
        "chip": _state(
            found, any(g.state == "active" for g in gateways), any(w.starts_at <= now for w in works)
        ),
        "facts": _facts(found),
        "zones": [{"zone": z, "rows": [_access_point(found, a) for a in _ordered(z)]} for z in zones],
        "several": len(zones) > 1,
        "gateways": [
            {
                "row": g,
                "tone": "green" if g.state == "active" else "neutral",
                "from": rules.spelt_network(g.network) or g.certificate_name,
            }
            for g in gateways
        ],
        "works": [
            {"row": w, "from": format_datetime(w.starts_at), "until": format_datetime(w.ends_at)}
            for w in works
        ],
        "left": _left(found, zones, any(g.state == "active" for g in gateways)),
        "may_manage": manages(principal(request), found),
        **_one_map(found),
    }
    return show(request, "hotspot", context)


def _ordered(zone: Zone) -> list[AccessPoint]:
    return sorted(zone.access_points.all(), key=lambda a: (a.retired_on is not None, a.name))


def _facts(found: Hotspot) -> list[dict[str, str]]:
    ways = dict(rules.WAYS_IN)
    speech = dict(rules.LANGUAGES)
    size = rules.pool_size(found.pool)
    minutes = found.lease_seconds // 60
    pool = f"{found.pool} ({plural(size, 'adresse', 'adresses')}), baux de {minutes} min"
    many = found.clients_at_most
    return [
        {"label": "Réseau", "value": found.ssid},
        {"label": "Réseau sécurisé", "value": found.secure_ssid or "Aucun"},
        {"label": "Façons d’entrer", "value": ", ".join(ways[w] for w in found.kinds_of_access if w in ways)},
        {
            "label": "Langues du portail",
            "value": ", ".join(speech[x] for x in found.languages if x in speech),
        },
        {
            "label": "Débits",
            "value": _rates(found),
        },
        {"label": "Appareils ensemble", "value": group_digits(many) + " au plus" if many else "Sans limite"},
        {"label": "Adresses", "value": pool if found.pool else "Plage non déclarée"},
        {"label": "Adresse", "value": found.site.address or "Non connue"},
        {"label": "Source", "value": found.site.source or "Aucune"},
    ]


def _rates(found: Hotspot) -> str:
    if found.uplink_down_kbps is None and found.uplink_up_kbps is None:
        return "Non connus"
    down, up = (rate(kbps) or "non connu" for kbps in (found.uplink_down_kbps, found.uplink_up_kbps))
    return f"descendant : {down} ; montant : {up}"


def _access_point(hotspot: Hotspot, a: AccessPoint) -> dict[str, Any]:
    radios = sorted(a.radios.all(), key=lambda r: float(r.band))
    told = ", ".join(f"{r.get_band_display()} canal {r.channel or '?'}" for r in radios)
    retired = a.retired_on is not None
    made = " ".join(filter(None, (a.make, a.model)))
    return {
        "url": reverse("wifi_network:change_access_point", args=[hotspot.site.code, a.pk]),
        "cells": [
            {"text": a.name, "sub": made},
            {"text": rules.spelt_mac(a.mac)},
            {"text": told or "Aucune radio déclarée"},
            {
                "chip": "Retirée" if retired else "En service",
                "tone": "neutral" if retired else "green",
                "sub": f"le {format_date(a.retired_on)}" if a.retired_on else "",
            },
        ],
    }


def _left(found: Hotspot, zones: list[Zone], has_gateway: bool) -> list[dict[str, str]]:
    """What is left to do before people can use this hotspot, each with its page."""
    code = found.site.code
    steps = []
    if not has_gateway:
        steps.append(("Déclarer sa passerelle, et y poser sa configuration", "add_gateway"))
    if not any(a.retired_on is None for z in zones for a in z.access_points.all()):
        steps.append(("Déclarer ses bornes", "add_access_point"))
    if not found.pool:
        steps.append(("Donner la plage d’adresses des téléphones", "change"))
    if found.uplink_down_kbps is None:
        steps.append(("Donner ses débits", "change"))
    if found.site.latitude is None:
        steps.append(("Donner sa position exacte", "change"))
    return [{"label": label, "url": reverse(f"wifi_network:{name}", args=[code])} for label, name in steps]


def _one_map(found: Hotspot) -> dict[str, Any]:
    at = queries.position(found.site)
    if at is None:
        return {"points": [], "position": "Aucune position connue"}
    spelt = f"{at.latitude:.5f} ; {at.longitude:.5f}".replace(".", ",")
    return {
        "points": [(float(at.longitude), float(at.latitude))],
        "position": f"Position approximative : celle de {at.approximate}" if at.approximate else spelt,
        "map_label": f"Carte du Sénégal : {found.site.name}",
    }
