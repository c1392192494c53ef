"""Take what routers tell of their sessions; nothing here is a decision of a person, and none is journalled
but the bringing of a state by hand."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from smartsenegal.cable.peering import queries
from smartsenegal.cable.peering.actions.base import check, tell
from smartsenegal.cable.peering.errors import PeeringRefused
from smartsenegal.cable.peering.models import Change, Observed, Router
from smartsenegal.cable.peering.reading import bird, gobgp
from smartsenegal.cable.peering.reading.base import BadState, Heard
from smartsenegal.cable.peering.rules.rpki import Verdict, verdict
from smartsenegal.cable.peering.rules.words import ESTABLISHED
from smartsenegal.kernel.identity.api import Principal

CHANGES_KEPT = timedelta(days=90)


def bring_state(by: Principal, router: Router, text: str) -> int:
    """Take what was copied from a router (birdc or gobgp); how many sessions it tells. Raises
    PermissionRefused, PeeringRefused."""
    check(by)
    now = timezone.now()
    source = "gobgp" if text.lstrip()[:1] in "[{" else "bird"
    try:
        heard = (gobgp if source == "gobgp" else bird).read(text, now)
    except BadState as bad:
        raise PeeringRefused(str(bad), "text") from None
    with transaction.atomic():
        hear(router.pk, heard, source, now)
        tell(by, f"cable_router:{router.pk}", "router_read", {"code": router.code, "sessions": len(heard)})
    return len(heard)


@transaction.atomic
def hear(router_id: int, heard: Iterable[Heard], source: str, now: datetime) -> None:
    """Write what a router told: all its sessions, so that one it names no more is one it has no more."""
    router = Router.objects.select_for_update().get(pk=router_id)
    known = {o.address: o for o in router.observed.all()}
    for each in {h.address: h for h in heard}.values():
        _keep(router, known.pop(each.address, None), each, now)
    router.observed.filter(pk__in=[o.pk for o in known.values()]).delete()
    router.heard_at, router.heard_by, router.lost_at = now, source, None
    router.save(update_fields=["heard_at", "heard_by", "lost_at"])
    Change.objects.filter(router=router, at__lt=now - CHANGES_KEPT).delete()


def _keep(router: Router, before: Observed | None, said: Heard, now: datetime) -> None:
    row = before or Observed(router=router, address=said.address)
    was_up = before.state == ESTABLISHED if before else None
    if was_up != (said.state == ESTABLISHED):
        # One that is heard of anew (the router connected again) changed when it says, not now.
        Change.objects.get_or_create(
            router=router,
            address=said.address,
            state=said.state,
            at=said.since or now,
            defaults={"fault": said.fault[:300]},
        )
    row.asn, row.state, row.since, row.fault = said.asn, said.state, said.since, said.fault[:300]
    row.counts = {f: [c.received, c.accepted, c.limit, c.hit] for f, c in said.counts.items()}
    row.accepted = said.accepted
    if not said.later:
        row.rpki, row.routes_at = None, None
    if said.routes is not None and (table := queries.roa_table()) is not None:
        found: Verdict = verdict(table, said.routes)
        row.rpki, row.routes_at = asdict(found), now
    row.save()


@transaction.atomic
def lose(router_id: int, now: datetime) -> None:
    """The line of a router fell: what is real is not known any more."""
    router = Router.objects.select_for_update().get(pk=router_id)
    if router.heard_by == "bmp":
        router.lost_at = now
        router.save(update_fields=["lost_at"])
