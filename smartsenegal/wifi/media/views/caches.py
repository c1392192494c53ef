"""The caches of the sites: what each holds, when it was heard, how it works."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.lib.dates import format_datetime, format_hour
from smartsenegal.lib.text import plural
from smartsenegal.wifi.media import actions, queries, sources
from smartsenegal.wifi.media.forms import CacheForm
from smartsenegal.wifi.media.models import Cache
from smartsenegal.wifi.media.rules import size_said
from smartsenegal.wifi.media.views.base import ask, hotspot_of, reader, show
from smartsenegal.wifi.network.api import Hotspot


def chip_of(cache: Cache | None) -> tuple[str, str]:
    """What the chip of a cache says, and its tone."""
    if cache is None:
        return "Sans cache", "neutral"
    if cache.token is None or cache.heard_at is None:
        return "À installer", "amber"
    if queries.is_silent(cache):
        return "Muet", "red"
    return ("Erreurs", "amber") if cache.faults else ("À jour", "green")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The state of all caches one may read."""
    found = queries.hotspots(reader(request))
    rows = [_row(h, cache) for h, cache in found]
    columns = [
        {"label": "Point"},
        {"label": "Contenus tenus", "numeric": True},
        {"label": "Place", "numeric": True},
        {"label": "Dernières nouvelles"},
        {"label": "État"},
    ]
    held = sum(cache is not None for _, cache in found)
    said = f"{plural(held, 'cache', 'caches')} pour {plural(len(found), 'point', 'points')}"
    return show(request, "caches", {"rows": rows, "columns": columns, "count": said})


def _row(hotspot: Hotspot, cache: Cache | None) -> dict[str, Any]:
    chip, tone = chip_of(cache)
    heard = format_datetime(cache.heard_at) if cache and cache.heard_at else "Jamais"
    return {
        "url": reverse("wifi_media:cache", args=[hotspot.site.code]),
        "cells": [
            {"text": hotspot.site.name, "sub": hotspot.site.territory.label},
            {"text": plural(len(cache.held), "contenu", "contenus") if cache else "", "numeric": True},
            {
                "text": f"{size_said(cache.held_bytes)} sur {size_said(cache.quota)}" if cache else "",
                "numeric": True,
            },
            {"text": heard if cache else ""},
            {"chip": chip, "tone": tone},
        ],
    }


@login_required
@require_safe
def cache(request: HttpRequest, site_code: str) -> HttpResponse:
    """What one cache holds and should hold."""
    hotspot = hotspot_of(request, site_code)
    return show(request, "cache", _context(request, hotspot))


def _context(request: HttpRequest, hotspot: Hotspot, secret: str = "") -> dict[str, Any]:
    of = queries.cache_of(hotspot)
    held = of.held if of else {}
    offers = [
        {
            "manifest": o.manifest,
            "size": size_said(o.manifest.size),
            "pinned": o.pinned,
            "state": _held_state(held.get(o.manifest.code), o.manifest.revision),
            "url": reverse("wifi_media:package", args=[o.manifest.code]),
        }
        for o in sources.offers(hotspot)
    ]
    return {
        "hotspot": hotspot,
        "cache": of,
        "told": " ".join(of.faults) if of else "",
        "chip": chip_of(of),
        "offers": offers,
        "facts": _facts(of) if of else [],
        "secret": secret,
        "centre": settings.PUBLIC_URL,
        "may_manage": queries.may_manage(principal(request), hotspot),
    }


def _held_state(held: int | None, wanted: int) -> tuple[str, str]:
    if held is None:
        return "Pas encore là", "amber"
    return ("Là", "green") if held == wanted else ("Là, à mettre à jour", "amber")


def _facts(of: Cache) -> list[dict[str, str]]:
    start, end = of.window_start, of.window_end
    window = "Toute la journée" if start == end else f"De {format_hour(start)} à {format_hour(end)}"
    rate = f"{of.rate_kbps}\u00a0kbit/s au plus" if of.rate_kbps else "sans limite de débit"
    pairs = [
        ("Adresse sur place", of.address or "Aucune : le centre sert les contenus"),
        ("Place", f"{size_said(of.held_bytes)} sur {size_said(of.quota)}"),
        ("Libre sur le disque", "Non dit" if of.free_bytes is None else size_said(of.free_bytes)),
        ("Téléchargements", f"{window}, {rate}"),
        ("Dernières nouvelles", format_datetime(of.heard_at) if of.heard_at else "Jamais"),
        ("À jour depuis", format_datetime(of.synced_at) if of.synced_at else "Pas encore"),
    ]
    return [{"label": label, "value": value} for label, value in pairs]


@login_required
def change(request: HttpRequest, site_code: str) -> HttpResponse:
    """Declare or set the cache of a hotspot."""
    hotspot = hotspot_of(request, site_code, manage=True)
    form = CacheForm.of(queries.cache_of(hotspot), data_of(request))
    back = reverse("wifi_media:cache", args=[site_code])
    return ask(
        request,
        form,
        lambda: actions.set_cache(principal(request), hotspot, **form.values()),
        lambda _: back,
        title=f"Cache : {hotspot.site.name}",
        back_url=back,
        back_label=hotspot.site.name,
    )


@login_required
@require_POST
def renew(request: HttpRequest, site_code: str) -> HttpResponse:
    """A new secret, shown once on the page that answers."""
    hotspot = hotspot_of(request, site_code, manage=True)
    if queries.cache_of(hotspot) is None:
        return redirect("wifi_media:cache", site_code)
    secret = actions.renew_token(principal(request), hotspot)
    response = show(request, "cache", _context(request, hotspot, secret))
    response.headers["Cache-Control"] = "no-store"
    return response
