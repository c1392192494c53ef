"""Every write of `cable.resilience`: failures declared and repaired, works planned and cancelled."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from smartsenegal.cable.resilience import queries
from smartsenegal.cable.resilience.errors import ResilienceRefused
from smartsenegal.cable.resilience.models import Dark, Failure, Work
from smartsenegal.cable.resilience.queries import Part
from smartsenegal.cable.resilience.queries_touched import offline
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.api import PermissionRefused, Principal, system
from smartsenegal.kernel.sites import api as sites
from smartsenegal.kernel.territory.api import COUNTRY

PERMISSION = "cable.manage"
OUTAGES = "cable"  # who keeps the outages of places (`kernel.sites`)


def _check(by: Principal) -> None:
    if not by.may(PERMISSION, territory_path=COUNTRY):
        raise PermissionRefused("Vous n’administrez pas le réseau de transport du pays.")


def _tell(by: Principal, subject: str, verb: str, detail: dict[str, Any], reason: str = "") -> None:
    audit.record(by.actor, f"cable.{verb}", subject, detail, reason)
    events.emit(f"cable.{verb}", subject, detail)


@transaction.atomic
def declare(
    by: Principal, *, reason: str, links: Collection[Part] = (), nodes: Collection[Part] = ()
) -> Failure:
    """Declare that these are cut. Places of nodes that lose the world are suspended, and the event names
    them and the places that stop with them, so that portals and counters may say so.

    Raises PermissionRefused, ResilienceRefused without a reason or with nothing cut."""
    _check(by)
    if not links and not nodes:
        raise ResilienceRefused("Choisissez au moins une liaison ou un nœud.", "links")
    if not reason.strip():
        raise ResilienceRefused("Dites ce qui s’est passé.", "reason")
    failure = Failure.objects.create(reason=reason.strip()[:300], began_at=timezone.now())
    failure.links.set([x.pk for x in links])
    failure.nodes.set([n.pk for n in nodes])
    _settle(by, failure, "failure_declared")
    return failure


@transaction.atomic
def repair(by: Principal, failure: Failure) -> Failure:
    """End a failure: places that nothing cuts off any more open again. Raises PermissionRefused,
    ResilienceRefused for one that is already repaired."""
    _check(by)
    failure = Failure.objects.select_for_update().get(pk=failure.pk)
    if failure.ended_at:
        raise ResilienceRefused("Cette panne est déjà réparée.")
    failure.ended_at = timezone.now()
    failure.save(update_fields=["ended_at"])
    _settle(by, failure, "failure_ended")
    return failure


def _settle(by: Principal, failure: Failure, verb: str) -> None:
    """Bring the places in line with all the failures that last, and tell."""
    # One at a time: two failures declared together must see each other.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('cable_resilience'))")
    found = queries.study()
    lost = queries.lost_now(queries.open_failures(), found)
    before = {dark.site_id: dark for dark in Dark.objects.select_related("site")}
    keeper = system(f"réseau de transport, pour {by.label}")
    down, up = [], []
    still = {node.site_id for node in lost if node.site_id}
    for site in sites.Site.objects.filter(pk__in=still - before.keys(), state=sites.OPEN).order_by("code"):
        sites.suspend_site(keeper, site, reason=f"Réseau coupé : {failure.reason}"[:300])
        Dark.objects.create(site=site, failure=failure)
        down.append(site.code)
    for site_id, dark in before.items():
        if site_id not in still:
            sites.open_site(keeper, dark.site)
            up.append(dark.site.code)
            dark.delete()
    without = offline(lost)
    sites.settle_outages(
        keeper, OUTAGES, "network", {site.pk for site in without if site.state == sites.OPEN},
        reason=f"Panne du réseau de transport : {failure.reason}", expected=_expected(found, failure),
    )  # fmt: skip
    detail = {"down": sorted(down), "up": sorted(up), "stopped": [site.code for site in without]}
    _tell(by, f"cable_failure:{failure.pk}", verb, detail, failure.reason)


def _expected(found: queries.Study, failure: Failure) -> tuple[date, date] | None:
    """Days between which the network should be back, as far as the zones of what is cut say."""
    links, nodes = found.numbers(failure.links.all(), failure.nodes.all())
    days = found.repair([*(found.links[i] for i in links), *(found.nodes[i] for i in nodes)])
    began = timezone.localdate(failure.began_at)
    return (began + timedelta(days=days[0]), began + timedelta(days=days[1])) if days else None


@transaction.atomic
def plan_work(
    by: Principal,
    *,
    reason: str,
    starts_at: datetime,
    ends_at: datetime,
    links: Collection[Part] = (),
    nodes: Collection[Part] = (),
) -> Work:
    """Plan works during which these are away. Raises PermissionRefused, ResilienceRefused for an end before
    the start, works that are over, or nothing away."""
    _check(by)
    if not links and not nodes:
        raise ResilienceRefused("Choisissez au moins une liaison ou un nœud.", "links")
    if ends_at <= starts_at:
        raise ResilienceRefused("La fin vient après le début.", "ends_on")
    if ends_at <= timezone.now():
        raise ResilienceRefused("Ces travaux sont déjà finis.", "ends_on")
    work = Work.objects.create(reason=reason, starts_at=starts_at, ends_at=ends_at)
    work.links.set([x.pk for x in links])
    work.nodes.set([n.pk for n in nodes])
    detail = {"from": starts_at.isoformat(), "until": ends_at.isoformat(), "links": [x.pk for x in links],
              "nodes": [n.pk for n in nodes]}  # fmt: skip
    _tell(by, f"cable_work:{work.pk}", "work_planned", detail, reason)
    return work


@transaction.atomic
def cancel_work(by: Principal, work: Work) -> Work:
    """Cancel works, or end those that run. Raises PermissionRefused, ResilienceRefused when they are
    cancelled."""
    _check(by)
    work = Work.objects.select_for_update().get(pk=work.pk)
    if work.cancelled_at:
        raise ResilienceRefused("Ces travaux sont déjà annulés.")
    work.cancelled_at = timezone.now()
    work.save(update_fields=["cancelled_at"])
    _tell(by, f"cable_work:{work.pk}", "work_cancelled", {}, work.reason)
    return work
