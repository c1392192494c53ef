"""Read requests and delays."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from smartsenegal.kernel.identity.api import PERMISSIONS, PermissionRefused, Principal, RoleAssignment
from smartsenegal.kernel.privacy import rules
from smartsenegal.kernel.privacy.models import PrivacyDelay, PrivacyRequest

TREAT = "privacy.treat"


def own(by: Principal) -> list[PrivacyRequest]:
    """The requests of this person, the latest first."""
    return list(PrivacyRequest.objects.filter(account_id=UUID(by.account_id or "")).order_by("-asked_at"))


def own_one(request_id: UUID | str, by: Principal) -> PrivacyRequest:
    """One request of this person. Raises Http404, PermissionRefused for somebody else's."""
    found = find(request_id)
    if str(found.account_id) != by.account_id:
        raise PermissionRefused("Cette demande n’est pas la vôtre.")
    return found


def find(request_id: UUID | str) -> PrivacyRequest:
    """A request with its account. Raises Http404."""
    found = PrivacyRequest.objects.select_related("account").filter(pk=request_id).first()
    if found is None:
        raise Http404
    return found


def to_treat(limit: int = 200) -> list[PrivacyRequest]:
    """Open requests, the nearest day first. One query."""
    rows = PrivacyRequest.objects.select_related("account").filter(state__in=rules.OPEN)
    return list(rows.order_by("due_on", "asked_at")[:limit])


def late(today: date) -> int:
    """How many open requests should have had their answer."""
    return PrivacyRequest.objects.filter(state__in=rules.OPEN, due_on__lt=today).count()


def to_alert(today: date) -> list[PrivacyRequest]:
    """Open requests near their last day or past it, whose alert of today has not been sent."""
    near = today + timedelta(days=rules.SOON_DAYS)
    rows = PrivacyRequest.objects.filter(state__in=rules.OPEN, due_on__lte=near).order_by("due_on")
    return [r for r in rows if r.alerted != rules.alert(r.state, r.due_on, today)]


def officers(today: date) -> list[UUID]:
    """Accounts of those who answer these requests on a day."""
    roles = [role for role, allowed in PERMISSIONS.items() if TREAT in allowed]
    held = RoleAssignment.objects.filter(role__in=roles, starts_on__lte=today)
    held = held.filter(Q(ends_on=None) | Q(ends_on__gte=today))
    return sorted(set(held.values_list("account_id", flat=True)))


def treated(limit: int = 50) -> list[PrivacyRequest]:
    """Requests answered last. One query."""
    rows = PrivacyRequest.objects.select_related("account").exclude(state__in=rules.OPEN)
    return list(rows.order_by("-answered_at")[:limit])


def delays() -> list[PrivacyDelay]:
    """Every delay set, the latest first."""
    return list(PrivacyDelay.objects.order_by("-effective_from", "-id"))


def delays_on(day: date) -> rules.Delays:
    """The delays in force on a day."""
    known = [rules.Delays(d.access, d.erasure, d.archive, d.effective_from) for d in delays()]
    return rules.delays_on(day, known)


def expired(today: date, limit: int = 500) -> list[UUID]:
    """Requests whose archive may no more be downloaded."""
    rows = PrivacyRequest.objects.filter(archive_until__lt=today).exclude(archive_kid="")
    return list(rows.values_list("pk", flat=True)[:limit])
