"""Agents: accounts with roles, each in one organisation and one territory."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.actions.accounts import create_account
from smartsenegal.kernel.identity.actions.journal import record_and_tell
from smartsenegal.kernel.identity.errors import IdentityRefused, PermissionRefused
from smartsenegal.kernel.identity.models import Account, Organisation, RoleAssignment
from smartsenegal.kernel.identity.rules import NATIONAL_ROLES, ROLES, ROOT_ORGANISATION, Principal
from smartsenegal.kernel.notifications import api as notifications
from smartsenegal.kernel.territory.api import Territory, covers
from smartsenegal.lib.ids import uuid7


@transaction.atomic
def create_agent(by: Principal, *, name: str, phone: str = "", email: str = "") -> Account:
    """Open an account for an agent and tell them; roles are assigned apart.

    An account that already has this phone or e-mail is taken as it is: an agent is also a person.
    Raises as `create_account`.
    """
    if not by.may("identity.manage"):
        raise PermissionRefused("Seul un administrateur ouvre un compte d’agent.")
    account = _proved(phone, email) or create_account(by, name=name, phone=phone, email=email)
    _invite(account)
    return account


def _proved(phone: str, email: str) -> Account | None:
    proved = Account.objects.none()
    if phone:
        proved |= Account.objects.filter(phone=phone, phone_verified=True)
    if email:
        proved |= Account.objects.filter(emailaddress__email=email.lower(), emailaddress__verified=True)
    found = list(proved.distinct()[:2])
    if len(found) > 1:
        raise IdentityRefused(
            "Ce numéro et cette adresse sont ceux de deux comptes : n’en indiquez qu’un.", "email"
        )
    return found[0] if found else None


def _invite(account: Account) -> None:
    channel, value = ("sms", account.phone) if account.phone else ("email", account.email)
    notifications.send(
        f"identity.invited:{account.pk}:{uuid7()}",
        "identity.invited",
        notifications.Address(channel, value or "", account.language),
        {"url": settings.PUBLIC_URL},
    )


@transaction.atomic
def assign_role(
    by: Principal,
    account: Account,
    role: str,
    organisation: Organisation,
    territory: Territory | None = None,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleAssignment:
    """Give an account a role in an organisation, there in one territory (all of it by default).

    Given again it takes the new dates. Raises PermissionRefused when `by` does not manage that organisation
    or for one's own account, IdentityRefused for dates or a territory that make no sense.
    """
    starts_on = starts_on or timezone.localdate()
    _check_manager(by, account, organisation, territory)
    _check_role(role, organisation, territory, starts_on, ends_on)
    assignment, _ = RoleAssignment.objects.update_or_create(
        account=account,
        role=role,
        organisation=organisation,
        territory=territory,
        defaults={"starts_on": starts_on, "ends_on": ends_on},
    )
    record_and_tell("role_assigned", account, by, _described(assignment))
    return assignment


@transaction.atomic
def end_role(by: Principal, assignment: RoleAssignment, *, last_day: date | None = None) -> None:
    """End a role after `last_day`, at once when none is given. Raises as `assign_role`."""
    _check_manager(by, assignment.account, assignment.organisation, assignment.territory)
    if last_day is None:
        detail = _described(assignment)
        account = assignment.account
        assignment.delete()
    else:
        if last_day < assignment.starts_on:
            raise IdentityRefused("Le dernier jour est avant le premier.", "ends_on")
        assignment.ends_on = last_day
        assignment.save(update_fields=["ends_on"])
        detail, account = _described(assignment), assignment.account
    record_and_tell("role_ended", account, by, detail)


@transaction.atomic
def close_account(by: Principal, account: Account, reason: str) -> None:
    """Forbid an agent's account to sign in (a departure, a lost phone); its sessions end at once.

    Raises PermissionRefused unless `by` manages every organisation the agent works in, IdentityRefused
    without a reason.
    """
    _check_every_role(by, account)
    if not reason.strip():
        raise IdentityRefused("Indiquez le motif de la fermeture.", "reason")
    _set_active(by, account, active=False, reason=reason)


@transaction.atomic
def reopen_account(by: Principal, account: Account) -> None:
    """Let a closed account sign in again. Raises as `close_account`."""
    _check_every_role(by, account)
    _set_active(by, account, active=True, reason="")


def _set_active(by: Principal, account: Account, *, active: bool, reason: str) -> None:
    from smartsenegal.kernel.audit import api as audit

    account.is_active = active
    account.save(update_fields=["is_active"])
    verb = "reopened" if active else "closed"
    audit.record(by.actor, f"identity.{verb}", f"account:{account.pk}", {}, reason)
    events.emit(f"account.{verb}", f"account:{account.pk}", {})


def _check_every_role(by: Principal, account: Account) -> None:
    roles = list(account.roles.select_related("organisation__territory", "territory"))
    if not roles:
        raise PermissionRefused("Ce compte n’est pas celui d’un agent.")
    for role in roles:
        _check_manager(by, account, role.organisation, role.territory)


def _check_manager(
    by: Principal, account: Account, organisation: Organisation, territory: Territory | None
) -> None:
    if by.account_id == str(account.pk):
        raise PermissionRefused("Vos propres rôles sont changés par un autre administrateur.")
    place = (territory or organisation.territory).path
    if not by.may("identity.manage", organisation_id=organisation.pk, territory_path=place):
        raise PermissionRefused("Vous n’administrez pas cet organisme dans ce territoire.")


def _check_role(
    role: str,
    organisation: Organisation,
    territory: Territory | None,
    starts_on: date,
    ends_on: date | None,
) -> None:
    if role not in dict(ROLES):
        raise ValueError(f"unknown role {role!r}")
    if ends_on and ends_on < starts_on:
        raise IdentityRefused("Le dernier jour est avant le premier.", "ends_on")
    if territory and not covers(organisation.territory.path, territory.path):
        raise IdentityRefused("Ce territoire n’est pas dans celui de l’organisme.", "territory")
    if role in NATIONAL_ROLES and organisation.code != ROOT_ORGANISATION:
        if not NATIONAL_ROLES[role]:
            raise IdentityRefused("Ce rôle se tient à la République, pas dans un organisme.", "role")
        if territory is None or territory.parent_id is None:
            raise IdentityRefused("Choisissez un territoire : sans lui, ce rôle vaut partout.", "territory")


def _described(assignment: RoleAssignment) -> dict[str, Any]:
    return {
        "role": assignment.role,
        "organisation": assignment.organisation.code,
        "territory": assignment.territory_id or "",
        "starts_on": assignment.starts_on.isoformat(),
        "ends_on": assignment.ends_on.isoformat() if assignment.ends_on else "",
    }
