"""What others publish, brought in with its date: authorised origins, members of a point of exchange."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from smartsenegal.cable.peering import files
from smartsenegal.cable.peering.actions.base import check, tell
from smartsenegal.cable.peering.errors import PeeringRefused
from smartsenegal.cable.peering.models import Exchange, Member, RoaSet
from smartsenegal.kernel.identity.api import Principal

SETS_KEPT = 10
AHEAD = timedelta(hours=1)


@transaction.atomic
def import_roas(by: Principal, text: str, *, source: str, made_at: datetime | None = None) -> RoaSet:
    """Bring validated payloads in. A file that does not say when it was made needs `made_at`. Raises
    PermissionRefused, PeeringRefused."""
    check(by)
    found, said = files.roas(text)
    made = said or made_at
    if made is None:
        raise PeeringRefused("Ce fichier ne dit pas quand il a été produit : dites-le.", "made_on")
    if made > timezone.now() + AHEAD:
        raise PeeringRefused("Cette date est dans l’avenir.", "made_on")
    content = files.packed(found)
    row = RoaSet.objects.create(
        made_at=made,
        source=source,
        count=len(found),
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    old = RoaSet.objects.order_by("-made_at", "-pk").values_list("pk", flat=True)[SETS_KEPT:]
    RoaSet.objects.filter(pk__in=list(old)).delete()
    tell(
        by,
        f"cable_roas:{row.pk}",
        "roas_imported",
        {"count": row.count, "made": made.isoformat(), "source": source},
    )
    return row


@transaction.atomic
def import_members(by: Principal, exchange: Exchange, text: str, *, source: str) -> int:
    """Replace the members of a point of exchange by those of its own list; how many there are. Raises
    PermissionRefused, PeeringRefused."""
    check(by)
    found, made = files.members(text)
    exchange = Exchange.objects.select_for_update().get(pk=exchange.pk)
    exchange.members.all().delete()
    Member.objects.bulk_create(
        Member(
            exchange=exchange, asn=m.asn, name=m.name, addresses=list(m.addresses), policy=m.policy,
            speed_mbps=m.speed_mbps,
        )
        for m in found
    )  # fmt: skip
    exchange.members_at, exchange.source = (made or timezone.now()).date(), source
    exchange.save(update_fields=["members_at", "source"])
    tell(
        by, f"cable_exchange:{exchange.pk}", "members_imported", {"code": exchange.code, "count": len(found)}
    )
    return len(found)
