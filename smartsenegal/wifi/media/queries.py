"""Packages, what hotspots hold of them, and how often they are opened."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.wifi.media import actions, rules, sources
from smartsenegal.wifi.media.manifest import Manifest
from smartsenegal.wifi.media.models import Assignment, Cache, Package, Watched
from smartsenegal.wifi.network.api import Hotspot

READ = "wifi.read"
RECENT = timedelta(days=30)
SILENT = timedelta(hours=36)


def packages(text: str = "", state: str = "") -> list[Package]:
    """Packages by title, each with `opened` (all time) and `places` (destinations); one query."""
    found = Package.objects.all()
    if text:
        found = found.filter(Q(title__icontains=text) | Q(summary__icontains=text))
    if state:
        found = found.filter(state=state)
    opened = Watched.objects.values("package").annotate(n=Sum("count"))
    totals = {row["package"]: row["n"] for row in opened}
    rows: list[Any] = list(found.annotate(places=Count("assignments", distinct=True)).order_by("title"))
    for row in rows:
        row.opened = totals.get(row.pk, 0)
    return rows


def package(code: str) -> Package | None:
    """The package with this code, or None."""
    return Package.objects.filter(code=code).first()


def assignments(of: Package) -> list[Assignment]:
    """Where a package is to be held: everywhere first, then territories, then hotspots."""
    rows = of.assignments.select_related("hotspot__site", "territory")
    return sorted(rows, key=lambda a: (a.hotspot is not None, a.territory is not None, place_name(a)))


def place_name(row: Assignment) -> str:
    """Where an assignment is, in words."""
    if row.hotspot:
        return row.hotspot.site.name
    return row.territory.label if row.territory else "Tous les points Wi-Fi"


def is_changed(of: Package) -> bool:
    """Whether a published package was changed since."""
    return of.state == "published" and of.published_at is not None and of.changed_at > of.published_at


def may_read(by: Principal, hotspot: Hotspot) -> bool:
    """Whether `by` sees this hotspot."""
    site = hotspot.site
    return by.may(READ, organisation_id=site.organisation_id, territory_path=site.territory.path)


def may_manage(by: Principal, hotspot: Hotspot) -> bool:
    """Whether `by` sets the cache of this hotspot."""
    site = hotspot.site
    return by.may(actions.MANAGE, organisation_id=site.organisation_id, territory_path=site.territory.path)


def hotspots(by: Principal) -> list[tuple[Hotspot, Cache | None]]:
    """Hotspots that `by` may read, with their cache where they have one; two queries."""
    caches = {cache.hotspot_id: cache for cache in Cache.objects.all()}
    rows = Hotspot.objects.select_related("site__territory", "site__organisation").order_by("site__name")
    return [(h, caches.get(h.pk)) for h in rows if may_read(by, h)]


def cache_of(hotspot: Hotspot) -> Cache | None:
    """The cache of a hotspot, or None."""
    return Cache.objects.filter(hotspot=hotspot).first()


def cache_with_token(token: str) -> Cache | None:
    """The cache that this secret opens, with its hotspot; None for any other."""
    found = Cache.objects.select_related("hotspot__site__territory")
    return found.filter(token=actions.token_digest(token)).first() if token else None


def watched_at(hotspot: Hotspot) -> dict[str, int]:
    """Openings of the last thirty days at a hotspot, by code of package."""
    since = timezone.localdate() - RECENT
    rows = Watched.objects.filter(hotspot=hotspot, day__gte=since).values("package__code")
    return {row["package__code"]: row["n"] for row in rows.annotate(n=Sum("count"))}


def wanted(cache: Cache) -> dict[str, Any]:
    """What a cache is told: its settings, and the signed packages it should hold."""
    counts = watched_at(cache.hotspot)
    return {
        "site": cache.hotspot.site.code,
        "name": cache.hotspot.site.name,
        "languages": cache.hotspot.languages,
        "quota": cache.quota,
        "window": [cache.window_start.strftime("%H:%M"), cache.window_end.strftime("%H:%M")],
        "rate_kbps": cache.rate_kbps,
        "packages": [
            {
                "manifest": offer.signed.hex(),
                "pinned": offer.pinned,
                "position": offer.position,
                "watched": counts.get(offer.manifest.code, 0),
            }
            for offer in sources.offers(cache.hotspot)
        ],
    }


@dataclass(frozen=True)
class Card:
    """A package as people of a site see it. `url` is its page at the centre."""

    manifest: Manifest
    on_site: bool
    position: int


def cards(hotspot: Hotspot, language: str = "fr") -> list[Card]:
    """What a hotspot offers now, in its order, this language first.

    With a cache, what it says it holds whole; without one, all that is destined to it, served by the centre.
    """
    cache = cache_of(hotspot)
    held = cache.held if cache and cache.heard_at else {}
    found = [
        Card(offer.manifest, held.get(offer.manifest.code) == offer.manifest.revision, n)
        for n, offer in enumerate(sources.offers(hotspot))
        if cache is None or not cache.address or offer.manifest.code in held
    ]
    return sorted(found, key=lambda c: (c.manifest.language != language, c.position))


def opened_by_day(of: Package, days: int = 30) -> list[tuple[date, int]]:
    """Openings of a package by day, all sites together, the last first."""
    since = timezone.localdate() - timedelta(days=days)
    rows = Watched.objects.filter(package=of, day__gte=since).values("day").annotate(n=Sum("count"))
    return [(row["day"], row["n"]) for row in rows.order_by("-day")]


def opened_by_site(of: Package) -> list[tuple[str, int]]:
    """Openings of a package by site, the most first."""
    rows = of.watched.values("hotspot__site__name").annotate(n=Sum("count")).order_by("-n")
    return [(row["hotspot__site__name"], row["n"]) for row in rows]


def open_figures() -> list[tuple[date, str, str, int]]:
    """Openings by day, site and package for open data: rows too small to be told are left out."""
    rows = Watched.objects.order_by("-day", "hotspot__site__code", "package__code").values_list(
        "day", "hotspot__site__code", "package__code", "count"
    )
    return [row for row in rows.iterator() if rules.publishable(row[3])]


def is_silent(cache: Cache) -> bool:
    """Whether nothing was heard of a cache for longer than a night."""
    return cache.heard_at is None or timezone.now() - cache.heard_at > SILENT
