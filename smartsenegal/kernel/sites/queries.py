"""Find sites: the competent one, those nearby, those that depend on another."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, FloatField, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from smartsenegal.kernel.sites import rules
from smartsenegal.kernel.sites.models import Dependency, Outage, Site
from smartsenegal.kernel.sites.rules import Candidate
from smartsenegal.kernel.territory import api as territory
from smartsenegal.lib.text import fold

# A chain of replacements longer than this is a mistake of the data.
_LONGEST_CHAIN = 8


@dataclass(frozen=True)
class Competent:
    """The competent site, or why there is none (a French sentence).

    `asked` is the site the territory designates: it differs from `site` when that one is replaced.
    """

    site: Site | None
    asked: Site | None
    reason: str = ""


@dataclass(frozen=True)
class NearbySite:
    """A site with its distance; `approximate` when only its commune or département has coordinates."""

    site: Site
    kilometres: float
    approximate: bool


def get(code: str) -> Site:
    """The site with this code, with its territory; raises Site.DoesNotExist."""
    return _sites().get(code=code)


def find(code: str) -> Site | None:
    """The site with this code, or None."""
    return _sites().filter(code=code).first()


def _sites() -> QuerySet[Site]:
    return Site.objects.select_related("territory", "organisation", "replacement")


def competent_site(kind: str, territory_code: str) -> Site | None:
    """The site of this kind competent for a place; see `competence` for why there is none."""
    return competence(kind, territory_code).site


def competence(kind: str, territory_code: str) -> Competent:
    """The competent site for a place: that of the nearest enclosing territory that has one of this kind.

    A site suspended or closed is followed to its replacement. Three queries, one more a replacement.
    """
    place = territory.find(territory_code)
    if place is None:
        return Competent(None, None, "Ce territoire est inconnu.")
    enclosing = territory.enclosing(place.path)
    found = {s.pk: s for s in _sites().filter(kind=kind, serves__in=enclosing).distinct()}
    serves = _served(found, enclosing)
    _add_replacements(found)
    candidates = [
        Candidate(s.pk, s.name, s.state, serves.get(s.pk, frozenset()), s.replacement_id)
        for s in found.values()
    ]
    answer = rules.competence(enclosing, candidates, dict(rules.KINDS).get(kind, kind), place.label)
    return Competent(
        found[answer.found] if answer.found else None,
        found[answer.asked] if answer.asked else None,
        answer.reason,
    )


def _served(found: dict[int, Site], enclosing: Sequence[str]) -> dict[int, frozenset[str]]:
    served: dict[int, frozenset[str]] = {}
    pairs = Site.serves.through.objects.filter(site__in=found, territory__in=enclosing)
    for site_id, code in pairs.values_list("site_id", "territory_id"):
        served[site_id] = served.get(site_id, frozenset()) | {code}
    return served


def _add_replacements(found: dict[int, Site]) -> None:
    for _ in range(_LONGEST_CHAIN):
        missing = {
            s.replacement_id
            for s in found.values()
            if s.state != rules.OPEN and s.replacement_id and s.replacement_id not in found
        }
        if not missing:
            return
        found.update({s.pk: s for s in _sites().filter(pk__in=missing)})


def covering(territory_code: str, kinds: Sequence[str] = ()) -> list[Competent]:
    """The competent site of each kind for a place, in the order asked; kinds without one are left out."""
    wanted = kinds or [kind for kind, _ in rules.KINDS]
    answers = [competence(kind, territory_code) for kind in wanted]
    return [a for a in answers if a.site or a.asked]


_DEPENDENTS = """
    WITH RECURSIVE above(id) AS (
        SELECT site_id FROM sites_dependency WHERE depends_on_id = %s AND criticality >= %s
        UNION
        SELECT d.site_id FROM sites_dependency d JOIN above ON d.depends_on_id = above.id
        WHERE d.criticality >= %s
    ) SELECT s.* FROM sites_site s JOIN above USING (id) WHERE s.id <> %s ORDER BY s.code
"""


def dependents(site: Site) -> list[Site]:
    """Every site that needs this one, directly or through others, by code; circles do no harm."""
    return list(Site.objects.raw(_DEPENDENTS, [site.pk, 1, 1, site.pk]))


def stopping_with(site: Site) -> list[Site]:
    """The sites that cannot work without this one, directly or through others, by code."""
    return list(Site.objects.raw(_DEPENDENTS, [site.pk, rules.VITAL, rules.VITAL, site.pk]))


def needs(site: Site) -> list[Dependency]:
    """What a site needs, the gravest first."""
    found = site.dependencies.select_related("site", "depends_on__territory")
    return list(found.order_by("-criticality", "depends_on__name", "pk"))


def near(latitude: float, longitude: float, kinds: Sequence[str] = (), limit: int = 5) -> list[NearbySite]:
    """Sites nearest to a point (degrees), but closed ones; one without coordinates is where its place is."""
    sites = _sites().exclude(state=rules.CLOSED)
    if kinds:
        sites = sites.filter(kind__in=kinds)
    placed = sites.annotate(
        lat=Coalesce(_degrees("latitude"), _degrees("territory__latitude")),
        lon=Coalesce(_degrees("longitude"), _degrees("territory__longitude")),
    ).filter(lat__isnull=False, lon__isnull=False)
    # Flat distance, stretched by latitude, orders as the real one at the country's size.
    shrink = math.cos(math.radians(latitude))
    flat = (F("lat") - latitude) ** 2 + ((F("lon") - longitude) * shrink) ** 2
    return [_nearby(s, (latitude, longitude)) for s in placed.order_by(flat, "code")[:limit]]


def _degrees(field: str) -> Cast:
    return Cast(field, FloatField())


def _nearby(site: Site, point: tuple[float, float]) -> NearbySite:
    there = (site.lat, site.lon)  # type: ignore[attr-defined]
    return NearbySite(site, territory.distance_km(point, there), site.latitude is None)


def of_kind(kind: str) -> QuerySet[Site]:
    """Sites of one kind, in French alphabetical order."""
    return _sites().filter(kind=kind).order_by(territory.Unaccented("name"), "code")


def by_region(kind: str) -> dict[str, int]:
    """Number of open sites of one kind in each region, by ISO code; regions without one are left out."""
    region = territory.Territory.objects.filter(kind="region")
    counts = {}
    for code, path in region.values_list("code", "path"):
        inside = Q(territory__path=path) | Q(territory__path__startswith=f"{path}/")
        counts[code] = Count("pk", filter=inside)
    found = Site.objects.filter(kind=kind, state=rules.OPEN).aggregate(
        **{code.replace("-", "_"): count for code, count in counts.items()}
    )
    return {code: n for code in counts if (n := found[code.replace("-", "_")])}


def search(text: str, kind: str = "", state: str = "", after: str = "", limit: int = 50) -> list[Site]:
    """Sites whose name or territory is like `text`, by name, a page at a time (`after` is a name key)."""
    sites = _sites().annotate(name_key=territory.Unaccented("name"))
    for word in fold(text).split()[:8]:
        sites = sites.filter(Q(name_key__contains=word) | Q(territory__search__contains=word))
    if kind:
        sites = sites.filter(kind=kind)
    if state:
        sites = sites.filter(state=state)
    if after:
        key, _, code = after.rpartition("|")
        sites = sites.filter(Q(name_key__gt=key) | Q(name_key=key, code__gt=code))
    return list(sites.order_by("name_key", "code")[:limit])


def named(text: str, kind: str = "", limit: int = 12) -> list[Site]:
    """Sites that a typed or picked text names: one alone for a code or a whole name, else those like it."""
    text = text.replace("\x00", "").strip()
    sites = _sites().filter(kind=kind) if kind else _sites()
    sites = sites.annotate(name_key=territory.Unaccented("name"))
    exact: list[Site] = list(sites.filter(Q(code=text) | Q(name_key=territory.Unaccented(Value(text))))[:2])
    if len(exact) == 1:
        return exact
    words = fold(text).split()[:8]
    for word in words:
        sites = sites.filter(name_key__contains=word)
    return list(sites.order_by("name_key", "code")[:limit]) if words else []


def outages(sites: Collection[int] | None = None) -> list[Outage]:
    """Outages that last, of these places (keys) or of all, by kind and name of their places."""
    found = Outage.objects.filter(ended_at=None).select_related("site", "site__territory")
    if sites is not None:
        found = found.filter(site__in=sites)
    return list(found.order_by("site__kind", "site__name", "pk"))


def declared_outage(site: Site) -> Outage | None:
    """The outage that was declared of a place itself and lasts, or None."""
    found = Outage.objects.filter(source=rules.own_outage(site.pk), ended_at=None)
    return found.order_by("pk").first()
