"""Every write of `sites`: their state, what is installed there, what they need."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import Organisation, PermissionRefused, Principal, system
from smartsenegal.kernel.sites import reference, rules
from smartsenegal.kernel.sites.errors import SiteRefused
from smartsenegal.kernel.sites.models import Dependency, Equipment, Link, Outage, Site
from smartsenegal.kernel.sites.queries import declared_outage, stopping_with
from smartsenegal.kernel.territory.api import COUNTRY, Territory

PERMISSION = "sites.manage"


def load_reference() -> int:
    """Bring organisations and sites of the reference files into the database; returns rows written.

    May be run again at any time: nothing that an administrator changed is overwritten, nothing is deleted.
    """
    return reference.load()


@transaction.atomic
def add_site(
    by: Principal,
    *,
    code: str,
    name: str,
    kind: str,
    place: Territory,
    serves: list[Territory],
    organisation: Organisation | None = None,
    source: str = "",
    **details: Any,
) -> Site:
    """Open a new site. `details` are other fields (address, phone, latitude …).

    Raises PermissionRefused without `sites.manage` there, SiteRefused for a code that is taken or hours
    that make no sense.
    """
    _check(by, organisation, place)
    if Site.objects.filter(code=code).exists():
        raise SiteRefused("Un lieu porte déjà ce code.", "code")
    if fault := rules.hours_fault(details.get("hours", {})):
        raise SiteRefused(fault, "hours")
    site = Site.objects.create(
        code=code, name=name, kind=kind, territory=place, organisation=organisation, source=source, **details
    )
    site.serves.set(serves or [place])
    _tell(by, site, "added", {"kind": kind})
    return site


def open_site(by: Principal, site: Site) -> Site:
    """Open a site again; what it was replaced by no longer replaces it. Raises as `suspend_site`."""
    return _change_state(by, site, rules.OPEN, reason="", replacement=None, expected_reopening=None)


def suspend_site(
    by: Principal,
    site: Site,
    *,
    reason: str,
    replacement: Site | None = None,
    expected_reopening: date | None = None,
) -> Site:
    """Put a site out of service for a time; those it served go to `replacement`.

    Raises PermissionRefused without `sites.manage` there, SiteRefused without a reason, for a replacement of
    another kind or that leads back to the site, and for a reopening in the past.
    """
    return _change_state(
        by,
        site,
        rules.SUSPENDED,
        reason=reason,
        replacement=replacement,
        expected_reopening=expected_reopening,
    )


def close_site(by: Principal, site: Site, *, reason: str, replacement: Site | None = None) -> Site:
    """Close a site for good. Raises as `suspend_site`."""
    return _change_state(
        by, site, rules.CLOSED, reason=reason, replacement=replacement, expected_reopening=None
    )


@transaction.atomic
def _change_state(
    by: Principal,
    site: Site,
    state: str,
    *,
    reason: str,
    replacement: Site | None,
    expected_reopening: date | None,
) -> Site:
    site = _locked(site)
    _check(by, site.organisation, site.territory)
    reason = reason.strip()
    if state != rules.OPEN and not reason:
        raise SiteRefused("Indiquez le motif : il est montré au public.", "reason")
    if expected_reopening and expected_reopening < timezone.localdate():
        raise SiteRefused("La réouverture prévue est dans le passé.", "expected_reopening")
    _check_replacement(site, replacement)
    site.state, site.state_reason, site.state_since = state, reason[:300], timezone.localdate()
    site.replacement, site.expected_reopening = replacement, expected_reopening
    site.save()
    detail = {"state": state, "replacement": replacement.code if replacement else ""}
    _tell(by, site, "state_changed", detail, reason)
    return site


def _check_replacement(site: Site, replacement: Site | None) -> None:
    if replacement is None:
        return
    if replacement.kind != site.kind:
        raise SiteRefused("Le remplaçant doit être un service de même nature.", "replacement")
    # All replacements are locked in one order so that two administrators cannot close a circle together.
    pairs = Site.objects.select_for_update().exclude(replacement=None).order_by("pk")
    replacements = dict(pairs.values_list("pk", "replacement_id"))
    if rules.replaces_in_a_circle(site.pk, replacement.pk, replacements):
        raise SiteRefused(f"{replacement.name} est déjà remplacé par ce lieu.", "replacement")


@transaction.atomic
def update_site(by: Principal, site: Site, **details: Any) -> Site:
    """Correct what the public reads (name, address, phone, coordinates, hours, source).

    Raises PermissionRefused without `sites.manage` there, SiteRefused for hours that make no sense.
    """
    site = _locked(site)
    _check(by, site.organisation, site.territory)
    if fault := rules.hours_fault(details.get("hours", site.hours)):
        raise SiteRefused(fault, "hours")
    changed = sorted(f for f, value in details.items() if getattr(site, f) != value)
    for field in changed:
        setattr(site, field, details[field])
    if changed:
        site.save(update_fields=changed)
        _tell(by, site, "updated", {"fields": changed})
    return site


@transaction.atomic
def add_equipment(
    by: Principal,
    site: Site,
    *,
    kind: str,
    label: str,
    serial: str = "",
    state: str = "working",
    installed_on: date | None = None,
) -> Equipment:
    """Note a thing installed at a site. Raises PermissionRefused, SiteRefused for a serial number taken."""
    _check(by, site.organisation, site.territory)
    if serial and Equipment.objects.filter(kind=kind, serial=serial).exists():
        raise SiteRefused("Un équipement porte déjà ce numéro de série.", "serial")
    equipment = Equipment.objects.create(
        site=site, kind=kind, label=label, serial=serial, state=state, installed_on=installed_on
    )
    _tell(by, site, "equipment_added", {"equipment": equipment.pk, "kind": kind})
    return equipment


@transaction.atomic
def add_link(by: Principal, a: Site, b: Site, *, kind: str, label: str) -> Link:
    """Note a connection between two sites. Raises PermissionRefused, SiteRefused for a site with itself."""
    _check(by, a.organisation, a.territory)
    if a.pk == b.pk:
        raise SiteRefused("Une liaison joint deux lieux différents.", "b")
    link = Link.objects.create(a=a, b=b, kind=kind, label=label)
    _tell(by, a, "link_added", {"link": link.pk, "other": b.code})
    return link


@transaction.atomic
def add_dependency(
    by: Principal, site: Site, depends_on: Site, *, kind: str, criticality: int = 2, note: str = ""
) -> Dependency:
    """Note that a site needs another; noted again it takes the new gravity. Raises as `add_link`."""
    _check(by, site.organisation, site.territory)
    if site.pk == depends_on.pk:
        raise SiteRefused("Un lieu ne dépend pas de lui-même.", "depends_on")
    dependency, _ = Dependency.objects.update_or_create(
        site=site, depends_on=depends_on, kind=kind, defaults={"criticality": criticality, "note": note}
    )
    _tell(by, site, "dependency_added", {"depends_on": depends_on.code, "kind": kind})
    return dependency


@transaction.atomic
def remove_dependency(by: Principal, dependency: Dependency) -> None:
    """Forget that a site needs another. Raises PermissionRefused as `add_link`."""
    site = dependency.site
    _check(by, site.organisation, site.territory)
    detail = {"depends_on": dependency.depends_on.code, "kind": dependency.kind}
    dependency.delete()
    _tell(by, site, "dependency_removed", detail)


@transaction.atomic
def declare_outage(
    by: Principal, site: Site, lacks: str, *, reason: str, expected: date | None = None
) -> tuple[list[str], list[str]]:
    """Say that a place lacks this, and with it all that stop without it; returns as `settle_outages`.

    Said again with another lack or day, the new ones hold. Raises PermissionRefused without `sites.manage`
    there, SiteRefused without a reason or for a day that is past.
    """
    _check(by, site.organisation, site.territory)
    if expected and expected < timezone.localdate():
        raise SiteRefused("Le rétablissement prévu est dans le passé.", "expected")
    if not reason.strip():
        raise SiteRefused("Indiquez le motif : il est montré au public.", "reason")
    keeper = system(f"coupure d’un lieu, pour {by.label}")
    source = rules.own_outage(site.pk)
    settle_outages(keeper, source, lacks, (), reason=reason)
    touched = {site.pk, *(each.pk for each in stopping_with(site))}
    days = (expected, expected) if expected else None
    return settle_outages(keeper, source, lacks, touched, reason=reason, expected=days)


@transaction.atomic
def end_outage(by: Principal, site: Site) -> list[str]:
    """End what was declared of a place; returns the codes of the places that have all again."""
    _check(by, site.organisation, site.territory)
    last = declared_outage(site)
    if last is None:
        return []
    keeper = system(f"coupure d’un lieu, pour {by.label}")
    return settle_outages(keeper, last.source, last.lacks, (), reason=last.reason)[1]


@transaction.atomic
def settle_outages(
    by: Principal,
    source: str,
    lacks: str,
    sites: Collection[int],
    *,
    reason: str,
    expected: tuple[date, date] | None = None,
) -> tuple[list[str], list[str]]:
    """Bring the outages that `source` keeps in line: these places (keys) lack this, no other does any more.

    Returns the codes of the places whose outage began, and of those whose outage ended: both are told in one
    event, `sites.outages_changed`. A place that lacks it already keeps its first reason and days. Raises
    PermissionRefused without `sites.manage` on the whole country, SiteRefused without a reason.
    """
    if not by.may(PERMISSION, territory_path=COUNTRY):
        raise PermissionRefused("Vous n’administrez pas les lieux de tout le pays.")
    if not reason.strip():
        raise SiteRefused("Indiquez le motif : il est montré au public.", "reason")
    now = timezone.now()
    last = Outage.objects.select_for_update(of=("self",)).filter(source=source, ended_at=None)
    standing = {row.site_id: row for row in last.select_related("site")}
    over = [row for site, row in standing.items() if site not in sites]
    Outage.objects.filter(pk__in=[row.pk for row in over]).update(ended_at=now)
    new = list(Site.objects.filter(pk__in=set(sites) - standing.keys()).order_by("code"))
    least, most = expected or (None, None)
    Outage.objects.bulk_create(
        Outage(
            site=site, source=source, lacks=lacks, reason=reason.strip()[:300], began_at=now,
            expected_from=least, expected_until=most,
        )
        for site in new
    )  # fmt: skip
    began, ended = [site.code for site in new], sorted(row.site.code for row in over)
    if began or ended:
        detail = {"source": source, "lacks": lacks, "began": began, "ended": ended}
        audit.record(by.actor, "site.outages_changed", f"outages:{source}", detail, reason)
        events.emit("sites.outages_changed", f"outages:{source}", detail)
    return began, ended


def _locked(site: Site) -> Site:
    return (
        Site.objects.select_for_update(of=("self",))
        .select_related("territory", "organisation")
        .get(pk=site.pk)
    )


def _check(by: Principal, organisation: Organisation | None, place: Territory) -> None:
    organisation_id = organisation.pk if organisation else None
    if not by.may(PERMISSION, organisation_id=organisation_id, territory_path=place.path):
        raise PermissionRefused("Vous n’administrez pas les lieux de cet organisme dans ce territoire.")


def _tell(by: Principal, site: Site, verb: str, detail: dict[str, Any], reason: str = "") -> None:
    audit.record(by.actor, f"site.{verb}", f"site:{site.pk}", {"code": site.code, **detail}, reason)
    events.emit(f"site.{verb}", f"site:{site.pk}", {"code": site.code, **detail})
