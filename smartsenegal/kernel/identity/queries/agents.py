"""Agents, their roles, and the organisations they may be given."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Length
from django.utils import timezone

from smartsenegal.kernel.identity.models import Account, Organisation, RoleAssignment
from smartsenegal.kernel.identity.rules import Principal
from smartsenegal.kernel.territory.api import Unaccented
from smartsenegal.lib.text import fold

PERMISSION = "identity.manage"


@dataclass(frozen=True)
class AgentRow:
    """One agent of a list, with the roles that the reader administers."""

    account: Account
    roles: tuple[RoleAssignment, ...]
    has_second_factor: bool


def manageable_organisations(by: Principal) -> QuerySet[Organisation]:
    """Organisations in which `by` may give roles."""
    organisations = Organisation.objects.select_related("territory", "parent")
    if by.is_system:
        return organisations
    return organisations.filter(pk__in=by.organisations_where(PERMISSION))


def agents(by: Principal, text: str = "", role: str = "", after: str = "", limit: int = 50) -> list[AgentRow]:
    """Agents of the organisations `by` administers, by name, a page at a time (`after` is a name key).

    `text` is looked for in names, phones, e-mails and organisations. Three queries.
    """
    assignments = RoleAssignment.objects.filter(organisation__in=manageable_organisations(by))
    if role:
        assignments = assignments.filter(role=role)
    accounts = Account.objects.annotate(name_key=Unaccented("name"))
    accounts = accounts.filter(pk__in=assignments.values("account")).filter(_matching(text))
    if after:
        accounts = accounts.filter(name_key__gt=after)
    page: list[Account] = list(
        accounts.order_by("name_key", "id").prefetch_related("authenticator_set")[:limit]
    )
    held = _roles_by_account(assignments, page)
    return [AgentRow(a, held.get(a.pk, ()), _protected(a)) for a in page]


def _matching(text: str) -> Q:
    wanted = Q()
    for word in fold(text).split()[:8]:
        named = RoleAssignment.objects.annotate(key=Unaccented("organisation__name"))
        working = named.filter(key__contains=word).values("account")
        wanted &= (
            Q(name_key__contains=word) | Q(phone__contains=word) | Q(email__contains=word) | Q(pk__in=working)
        )
    return wanted


def _roles_by_account(
    assignments: QuerySet[RoleAssignment], page: list[Account]
) -> dict[object, tuple[RoleAssignment, ...]]:
    roles = assignments.filter(account__in=page).select_related("organisation", "territory")
    held: dict[object, tuple[RoleAssignment, ...]] = {}
    for role in roles.order_by("id"):
        held[role.account_id] = (*held.get(role.account_id, ()), role)
    return held


def _protected(account: Account) -> bool:
    return any(a.type in ("totp", "webauthn") for a in account.authenticator_set.all())  # type: ignore[attr-defined]


def roles_of(account: Account, by: Principal) -> list[RoleAssignment]:
    """Roles of an account in the organisations `by` administers, present and past."""
    return list(
        account.roles.filter(organisation__in=manageable_organisations(by))
        .select_related("organisation", "territory")
        .order_by("ends_on", "id")
    )


def assignment_for(assignment_id: int, account: Account) -> RoleAssignment | None:
    """One role of an account, with its organisation and territory."""
    roles = account.roles.select_related("organisation__territory", "territory", "account")
    return roles.filter(pk=assignment_id).first()


def organisation(code: str) -> Organisation | None:
    """The organisation with this code, with its territory."""
    return Organisation.objects.select_related("territory").filter(code=code).first()


def organisations_named(by: Principal, text: str, limit: int = 12) -> list[Organisation]:
    """Organisations that `by` administers and that a typed or picked text names, nearest first.

    A code, or a name that is one organisation's alone, gives that one only.
    """
    text = text.replace("\x00", "").strip()
    mine = manageable_organisations(by).annotate(key=Unaccented("name"))
    exact: list[Organisation] = list(mine.filter(Q(code=text) | Q(key=Unaccented(Value(text))))[:2])
    if len(exact) == 1:
        return exact
    wanted = Q()
    for word in fold(text).split()[:8]:
        wanted &= Q(key__contains=word)
    return list(mine.filter(wanted).order_by(Length("name"), "key")[:limit]) if wanted else []


def is_held(assignment: RoleAssignment, today: date | None = None) -> bool:
    """Whether a role is held on a day (today by default)."""
    today = today or timezone.localdate()
    return assignment.starts_on <= today and not (assignment.ends_on and assignment.ends_on < today)
