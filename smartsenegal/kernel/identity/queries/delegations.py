"""Who may sign for whom: the delegations given and held, and who may be chosen."""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from smartsenegal.kernel.identity.models import Account, Delegation, Organisation, RoleAssignment
from smartsenegal.kernel.identity.queries.principals import below
from smartsenegal.kernel.identity.rules import Principal


def _self(by: Principal) -> UUID:
    # The anonymous and the system are nobody's deputies.
    return UUID(by.account_id) if by.account_id else UUID(int=0)


def _held(today: date) -> Q:
    return Q(starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gte=today))


def _roles_in(organisation: Organisation) -> QuerySet[RoleAssignment]:
    services = below({organisation.pk})[organisation.pk]
    return RoleAssignment.objects.filter(_held(timezone.localdate()), organisation__in=services)


def is_colleague(account: Account, organisation: Organisation) -> bool:
    """Whether an account works today in an organisation or a service under it."""
    return _roles_in(organisation).filter(account=account).exists()


def signs_directly(account: Account, organisation: Organisation) -> bool:
    """Whether an account signs today for that very organisation by a role of its own."""
    held = RoleAssignment.objects.filter(_held(timezone.localdate()), account=account, role="signatory")
    return held.filter(organisation=organisation).exists()


def colleagues_of(by: Principal, organisation: Organisation) -> list[Account]:
    """Those to whom `by` may delegate in an organisation, by name: its agents who do not sign there."""
    signing = RoleAssignment.objects.filter(
        _held(timezone.localdate()), role="signatory", organisation=organisation
    )
    found = Account.objects.filter(pk__in=_roles_in(organisation).values("account"), is_active=True)
    found = found.exclude(pk__in=signing.values("account")).exclude(pk=_self(by))
    return list(found.order_by("name", "pk"))


def signing_places(by: Principal) -> list[tuple[int, str]]:
    """The organisations for which `by` signs by a role of their own, by name."""
    own = {
        (g.organisation_id, g.organisation_name)
        for g in by.grants
        if g.role == "signatory" and g.delegated is None
    }
    return sorted(own, key=lambda place: place[1])


def signing_place(by: Principal, key: str) -> Organisation | None:
    """The organisation of this key among those for which `by` signs, else the first one; None without any."""
    places = [pk for pk, _name in signing_places(by)]
    chosen = next((pk for pk in places if str(pk) == key), places[0] if places else 0)
    return Organisation.objects.select_related("territory").filter(pk=chosen).first()


def _rows() -> QuerySet[Delegation]:
    return Delegation.objects.select_related("giver", "deputy", "organisation", "territory")


def delegations_given(by: Principal) -> list[Delegation]:
    """What this person delegates and delegated, the latest first."""
    return list(_rows().filter(giver_id=_self(by)).order_by("-starts_on", "-created_at")[:200])


def delegations_held(by: Principal) -> list[Delegation]:
    """What this person signs and signed for others, the latest first."""
    return list(_rows().filter(deputy_id=_self(by)).order_by("-starts_on", "-created_at")[:200])


def delegations_under(by: Principal, permission: str, after: int = 0, limit: int = 50) -> list[Delegation]:
    """Delegations of the organisations in which `by` holds a permission, the latest first, by page."""
    services = by.organisations_where(permission)
    rows = _rows().filter(organisation__in=services).order_by("-starts_on", "-created_at", "pk")
    return list(rows[after : after + limit])


def delegation(delegation_id: UUID | str) -> Delegation | None:
    """One delegation with its people, or None."""
    return _rows().filter(pk=delegation_id).first()


def delegation_over(by: Principal, organisation_id: int) -> Delegation | None:
    """The last delegation of this person in an organisation, when it does not hold any more."""
    if by.account_id is None or any(g.delegated and organisation_id in g.organisation_ids for g in by.grants):
        return None
    rows = _rows().filter(deputy_id=_self(by), organisation=organisation_id)
    return rows.filter(starts_on__lte=timezone.localdate()).order_by("-starts_on", "-created_at").first()


def state_of(found: Delegation, today: date | None = None) -> str:
    """ "running", "coming" or "over", whether or not its giver still signs."""
    today = today or timezone.localdate()
    if found.ended_at or found.ends_on < today:
        return "over"
    return "coming" if found.starts_on > today else "running"
