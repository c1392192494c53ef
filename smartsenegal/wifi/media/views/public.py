"""What people of a site see without signing in, when their portal is the centre's."""

import csv
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from smartsenegal.wifi.media import pages, queries, sources
from smartsenegal.wifi.media.manifest import Entry
from smartsenegal.wifi.media.rules import TYPES
from smartsenegal.wifi.media.views.base import sent
from smartsenegal.wifi.network.api import Hotspot
from smartsenegal.wifi.network.api import hotspot as find_hotspot

_STYLE = Path(__file__).resolve().parent.parent / "static" / "media" / "site.css"


def _hotspot(code: str) -> Hotspot:
    found = find_hotspot(code)
    if found is None or found.site.state == "closed":
        raise Http404
    return found


def _links(of: Hotspot, cards: list[queries.Card]) -> tuple[pages.Links, str]:
    """Links of a site's pages: files come from its cache when it holds them, from the centre otherwise."""
    cache = queries.cache_of(of)
    near = cache.address if cache and cache.heard_at else ""
    held = {entry.sha256 for card in cards if near and card.on_site for entry in card.manifest.files}

    def file(entry: Entry) -> str:
        if entry.sha256 in held:
            return f"{near}/fichiers/{entry.sha256}/{quote(entry.name)}"
        return reverse("wifi_media:file", args=[entry.sha256, entry.name])

    code = of.site.code
    return pages.Links(
        reverse("wifi_media:site", args=[code]),
        lambda package: reverse("wifi_media:site_package", args=[code, package]),
        file,
        reverse("wifi_media:style"),
        f"{settings.WIFI_PORTAL_URL.rstrip('/')}/{code}/",
    ), near


def _page(html: str, near: str = "") -> HttpResponse:
    """A page that runs no script; media come from the cache of the site as well."""
    response = HttpResponse(html)
    policy = f"default-src 'none'; style-src 'self'; img-src 'self' data: {near}; media-src 'self' {near}"
    response.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'; base-uri 'none'"
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


@require_safe
def site(request: HttpRequest, site_code: str) -> HttpResponse:
    """All that a site offers, before login."""
    of = _hotspot(site_code)
    shown = request.GET.get("langue", "")[:2]
    cards = queries.cards(of, shown or "fr")
    links, near = _links(of, cards)
    found = [card.manifest for card in cards]
    spoken = "en" if shown == "en" else "fr"
    return _page(pages.index(of.site.name, found, links, shown=shown, spoken=spoken), near)


@require_safe
def package(request: HttpRequest, site_code: str, code: str) -> HttpResponse:
    """One package of a site."""
    of = _hotspot(site_code)
    cards = queries.cards(of)
    found = next((card.manifest for card in cards if card.manifest.code == code), None)
    if found is None:
        raise Http404
    links, near = _links(of, cards)
    return _page(pages.package(found, links), near)


@require_safe
def file(request: HttpRequest, sha256: str, name: str) -> HttpResponseBase:
    """A file of a published package, from the centre."""
    path = sources.file(sha256) if len(sha256) == 64 and sha256.isalnum() else None
    if path is None:
        raise Http404
    ends = {end: kind for kind, end in TYPES.items()}
    return sent(request, path, sha256, ends.get(name.rpartition(".")[2].lower(), "application/octet-stream"))


@require_safe
@cache_control(public=True, max_age=86400)
def style(request: HttpRequest) -> HttpResponse:
    """The style of these pages, alone: the house's own is ten times as long."""
    return HttpResponse(_STYLE.read_text(), content_type="text/css; charset=utf-8")


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Open data: openings by day, site and package; below ten a row is left out."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    rows = csv.writer(response, delimiter=";")
    rows.writerow(["jour", "point", "contenu", "ouvertures"])
    rows.writerows([day.isoformat(), site, code, count] for day, site, code, count in queries.open_figures())
    return response
