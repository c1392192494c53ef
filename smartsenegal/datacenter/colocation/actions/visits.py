"""Visits: asked for, accorded with an escort, in and out by badge, forgotten on time."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import BinaryField, F, Func, Q
from django.utils import timezone

from smartsenegal.datacenter.colocation import queries
from smartsenegal.datacenter.colocation.actions.base import check_own, tell
from smartsenegal.datacenter.colocation.errors import ColocationRefused
from smartsenegal.datacenter.colocation.models import Visit
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import Principal, system
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.ids import uuid7

_BATCH = 200
FARTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Visitor:
    """Who comes: never kept in the clear."""

    name: str
    phone: str


@transaction.atomic
def ask(
    by: Principal,
    center: facility.DataCenter,
    customer_id: int,
    visitor: Visitor,
    *,
    purpose: str,
    starts_at: datetime,
    ends_at: datetime,
) -> Visit:
    """Ask for a visit in the name of a customer who has a place there.

    Raises PermissionRefused, ColocationRefused: no lease in force, times that make no sense, or a datacentre
    that has not said how long it keeps names.
    """
    check_own(by, customer_id)
    terms = queries.terms(center)
    if terms is None:
        raise ColocationRefused("Ce centre n’a pas encore dit combien de temps il garde les noms.", "center")
    let = queries.leases_of(customer_id).filter(reservation__rack__room__center=center)
    if not let.filter(signed_at__isnull=False, closed_at=None).exists():
        raise ColocationRefused("Cet organisme n’a pas de bail en cours dans ce centre.", "center")
    _check_times(starts_at, ends_at)
    key = uuid7()
    kept_until = timezone.localdate(ends_at) + timedelta(days=terms.visit_days)
    made = Visit.objects.create(
        center=center, customer_id=customer_id, key=key, purpose=purpose, starts_at=starts_at,
        ends_at=ends_at, kept_until=kept_until, sealed=_seal(str(key), visitor),
    )  # fmt: skip
    _tell(by, made, "visit_asked")
    return made


def _check_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise ColocationRefused("Le départ vient après l’arrivée.", "ends_time")
    now = timezone.now()
    if ends_at <= now:
        raise ColocationRefused("Cette visite est déjà passée.", "day")
    if ends_at - now > FARTHEST:
        # Its name would be kept until then.
        raise ColocationRefused("Une visite s’annonce un an à l’avance au plus.", "day")


@transaction.atomic
def approve(by: Principal, visit: Visit, *, escort: str) -> Visit:
    """Accord a visit, with who goes along. Raises PermissionRefused, ColocationRefused when it is settled."""
    visit = _managed(by, visit)
    if visit.closed_at or visit.approved_at:
        raise ColocationRefused("Cette visite est déjà décidée.")
    visit.approved_at, visit.escort = timezone.now(), escort
    visit.save(update_fields=["approved_at", "escort"])
    _tell(by, visit, "visit_approved")
    return visit


@transaction.atomic
def refuse(by: Principal, visit: Visit, *, reason: str) -> Visit:
    """Refuse a visit, or take back one that was accorded. Raises as `approve`, and once the visitor is in."""
    return _closed(by, _managed(by, visit), "visit_refused", reason)


@transaction.atomic
def cancel(by: Principal, visit: Visit) -> Visit:
    """Give up a visit that one asked for. Raises PermissionRefused, ColocationRefused once in."""
    check_own(by, visit.customer_id)
    return _closed(by, _locked(visit), "visit_cancelled", "Annulée par le client")


def _closed(by: Principal, visit: Visit, verb: str, reason: str) -> Visit:
    if visit.in_at:
        raise ColocationRefused("Le visiteur est entré : notez plutôt sa sortie.")
    if visit.closed_at:
        raise ColocationRefused("Cette visite est déjà décidée.")
    visit.closed_at, visit.reason = timezone.now(), reason
    visit.save(update_fields=["closed_at", "reason"])
    _tell(by, visit, verb)
    return visit


@transaction.atomic
def enter(by: Principal, visit: Visit, *, badge: str) -> Visit:
    """Note that the visitor came in with a badge.

    Raises ColocationRefused: not accorded, not the time, already in, a badge that somebody inside wears.
    """
    visit = _managed(by, visit)
    if visit.in_at or visit.closed_at or not visit.approved_at:
        raise ColocationRefused("Cette visite n’attend personne : elle n’est pas accordée, ou déjà faite.")
    now = timezone.now()
    if not visit.starts_at <= now <= visit.ends_at:
        between = f"du {format_datetime(visit.starts_at)} au {format_datetime(visit.ends_at)}"
        raise ColocationRefused(f"Cette visite est accordée {between} : ce n’est pas l’heure.")
    inside = Visit.objects.filter(center=visit.center, badge=badge, out_at=None).exclude(in_at=None)
    if inside.exists():
        raise ColocationRefused("Ce badge est déjà à l’intérieur : donnez-en un autre.", "badge")
    visit.in_at, visit.badge = now, badge
    visit.save(update_fields=["in_at", "badge"])
    _tell(by, visit, "visit_in")
    return visit


@transaction.atomic
def leave(by: Principal, visit: Visit) -> Visit:
    """Note that the visitor went out and gave the badge back. Raises ColocationRefused for who is not in."""
    visit = _managed(by, visit)
    if visit.in_at is None or visit.out_at is not None:
        raise ColocationRefused("Ce visiteur n’est pas à l’intérieur.")
    visit.out_at = timezone.now()
    visit.save(update_fields=["out_at"])
    _tell(by, visit, "visit_out")
    return visit


@transaction.atomic
def visitor(by: Principal, visit: Visit) -> Visitor | None:
    """Who comes, for who manages the datacentre or for the customer: the reading is journalled; None: purged.

    Raises PermissionRefused.
    """
    if not queries.manages(by, visit.center):
        check_own(by, visit.customer_id)
    visit = Visit.objects.get(pk=visit.pk)
    if visit.sealed is None:
        return None
    audit.record(by.actor, "colocation.visitor_read", f"datacenter:{visit.center_id}", {"visit": visit.pk})
    return _open(str(visit.key), bytes(visit.sealed))


@transaction.atomic
def purge(today: date) -> int:
    """Forget the visitors whose time has passed, but who is still inside; returns how many."""
    by = system("colocation")
    over = Visit.objects.filter(kept_until__lt=today, sealed__isnull=False)
    gone = over.exclude(Q(in_at__isnull=False) & Q(out_at=None))
    counts: dict[int, int] = {}
    for center in gone.values_list("center", flat=True):
        counts[center] = counts.get(center, 0) + 1
    for center, count in counts.items():
        audit.record(by.actor, "colocation.visitors_purged", f"datacenter:{center}", {"count": count})
    return gone.update(sealed=None)


@transaction.atomic
def reseal() -> int:
    """Seal again a batch of names that are under an old master key; returns how many."""
    # A sealed field tells the name of its key in its second to fifth bytes (lib.crypto.seal_field).
    kid = Func(F("sealed"), 2, 4, function="substring", output_field=BinaryField())
    old = Visit.objects.exclude(sealed=None).annotate(kid=kid)
    batch: Iterable[Visit] = list(
        old.exclude(kid=bytes.fromhex(vault.keyring().active)).select_for_update(skip_locked=True)[:_BATCH]
    )
    count = 0
    for each in batch:
        each.sealed = _seal(str(each.key), _open(str(each.key), bytes(each.sealed or b"")))
        each.save(update_fields=["sealed"])
        count += 1
    return count


def _seal(key: str, given: Visitor) -> bytes:
    told = json.dumps([given.name, given.phone], ensure_ascii=False).encode()
    return vault.keyring().seal_field(told, _place(key))


def _open(key: str, sealed: bytes) -> Visitor:
    return Visitor(*json.loads(vault.keyring().open_field(sealed, _place(key))))


def _place(key: str) -> bytes:
    return b"datacenter_colocation.visit.sealed:" + key.encode()


def _managed(by: Principal, visit: Visit) -> Visit:
    facility.locked(by, visit.center)
    return _locked(visit)


def _locked(visit: Visit) -> Visit:
    found = Visit.objects.select_for_update(of=("self",)).select_related("center__site", "customer")
    return found.get(pk=visit.pk)


def _tell(by: Principal, visit: Visit, verb: str) -> None:
    detail = {"visit": visit.pk, "customer": visit.customer_id}
    tell(by, f"datacenter:{visit.center_id}", verb, detail)
