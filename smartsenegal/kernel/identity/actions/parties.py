"""Companies and associations: opened by their first responsible, joined by invitation, left."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.actions.codes import check_code, new_code, new_link
from smartsenegal.kernel.identity.errors import IdentityRefused, PermissionRefused
from smartsenegal.kernel.identity.models import Account, Invitation, Membership, Organisation
from smartsenegal.kernel.identity.queries.parties import may_manage
from smartsenegal.kernel.identity.queries.people import contact_of
from smartsenegal.kernel.identity.rules import PARTY_KINDS, PARTY_ROLES, Party, Principal
from smartsenegal.kernel.notifications import api as notifications
from smartsenegal.kernel.territory.api import Territory
from smartsenegal.lib import identifiers
from smartsenegal.lib.identifiers import IdentifierRefused
from smartsenegal.lib.ids import uuid7
from smartsenegal.lib.text import TextRefused, clean

_MANY = 50  # organisations one person may open: more is a mistake or a robot


@transaction.atomic
def open_organisation(
    by: Principal, *, kind: str, name: str, territory: Territory, registration: str = ""
) -> Organisation:
    """Open a company or an association here; who opens it is its first responsible.

    `registration` is a NINEA for a company, the number of the receipt for an association. Raises
    IdentityRefused for a name or a number that cannot be, PermissionRefused for an unverified account.
    """
    account = _account(by)
    if kind not in dict(PARTY_KINDS):
        raise ValueError(f"unknown kind of organisation {kind!r}")
    if account.memberships.filter(role="owner").count() >= _MANY:
        raise PermissionRefused("Vous avez déjà ouvert beaucoup d’organisations : adressez-vous à un Espace.")
    organisation = Organisation.objects.create(
        code=f"{kind}-{secrets.token_hex(8)}",
        name=_name(name),
        kind=kind,
        territory=territory,
        registration=_number(kind, registration),
        source="Déclaré par son responsable",
    )
    Membership.objects.create(account=account, organisation=organisation, role="owner")
    _record(organisation, "opened", by, {"kind": kind})
    return organisation


def _account(by: Principal) -> Account:
    account = Account.objects.filter(pk=by.account_id, is_active=True).first() if by.account_id else None
    contact = contact_of(account.pk) if account else None
    if account is None or contact is None or not (contact.phone or contact.email):
        raise PermissionRefused("Vérifiez d’abord votre téléphone ou votre adresse électronique.")
    return account


def _name(value: str) -> str:
    try:
        kept = clean(value, 200)
    except TextRefused as refused:
        raise IdentityRefused(str(refused), "name") from None
    if not any(c.isalnum() for c in kept):
        raise IdentityRefused("Indiquez le nom de l’organisation.", "name")
    return kept


def _number(kind: str, value: str) -> str:
    if not value.strip():
        return ""
    if kind == "association":
        try:
            return clean(value, 40)
        except TextRefused as refused:
            raise IdentityRefused(str(refused), "registration") from None
    try:
        return identifiers.normalise("ninea", value).value
    except IdentifierRefused as refused:
        raise IdentityRefused(str(refused), "registration") from None


@transaction.atomic
def invite(
    by: Principal, organisation: Organisation, role: str, *, phone: str = "", email: str = ""
) -> Invitation:
    """Invite someone, by their phone (E.164) or their e-mail; a code and a link are sent there.

    Invited again, another code is sent. Raises PermissionRefused but for a responsible, IdentityRefused for
    who is a member already.
    """
    _check_owner(by, organisation)
    if role not in dict(PARTY_ROLES):
        raise ValueError(f"unknown role {role!r}")
    address = phone or email.lower()
    if not address:
        raise IdentityRefused("Indiquez un numéro de téléphone ou une adresse électronique.", "phone")
    if organisation.memberships.filter(**_proved(address)).exists():
        raise IdentityRefused("Cette personne est déjà membre.", "phone" if phone else "email")
    invitation = Invitation.objects.filter(organisation=organisation, address=address).first()
    invitation = invitation or Invitation(organisation=organisation, address=address, link=new_link())
    invitation.role = role
    code = new_code(invitation)
    invitation.save()
    _record(organisation, "invited", by, {"role": role})
    _send_invitation(by, invitation, code)
    return invitation


def _proved(address: str) -> dict[str, Any]:
    if "@" in address:
        return {"account__emailaddress__email": address, "account__emailaddress__verified": True}
    return {"account__phone": address, "account__phone_verified": True}


@transaction.atomic
def cancel_invitation(by: Principal, invitation: Invitation) -> None:
    """Take an invitation back. Raises PermissionRefused but for a responsible."""
    _check_owner(by, invitation.organisation)
    _record(invitation.organisation, "invitation_cancelled", by)
    invitation.delete()


def join(by: Principal, invitation: Invitation, code: str) -> Membership:
    """Become a member, by the code of the invitation. Raises IdentityRefused for a wrong or old code."""
    account = _account(by)
    check_code(invitation, code)
    with transaction.atomic():
        organisation = invitation.organisation
        membership, _ = Membership.objects.get_or_create(
            account=account, organisation=organisation, defaults={"role": invitation.role}
        )
        Invitation.objects.filter(pk=invitation.pk).delete()
        _record(organisation, "joined", by, {"role": membership.role})
        _tell_owners(organisation, f"{account} est maintenant membre de {organisation.name}")
    return membership


@transaction.atomic
def change_role(by: Principal, membership: Membership, role: str) -> None:
    """Give a member another role.

    Raises PermissionRefused but for a responsible, IdentityRefused for the last of them.
    """
    _check_owner(by, membership.organisation)
    if role not in dict(PARTY_ROLES):
        raise ValueError(f"unknown role {role!r}")
    if role != "owner":
        _keep_an_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    _record(
        membership.organisation, "role_changed", by, {"account": str(membership.account_id), "role": role}
    )


@transaction.atomic
def remove_member(by: Principal, membership: Membership) -> None:
    """Remove a member, or leave: at the next page they act for themselves alone.

    Raises PermissionRefused but for a responsible or oneself, IdentityRefused for the last responsible.
    """
    own = by.account_id == str(membership.account_id)
    if not own:
        _check_owner(by, membership.organisation)
    _keep_an_owner(membership)
    organisation, account = membership.organisation, membership.account
    membership.delete()
    _record(organisation, "left" if own else "member_removed", by, {"account": str(account.pk)})
    if not own:
        _notify(account, f"vous n’êtes plus membre de {organisation.name}")


def _keep_an_owner(membership: Membership) -> None:
    # The rows are locked: two responsibles who leave at once do not leave nobody.
    owners = Membership.objects.select_for_update().filter(organisation=membership.organisation, role="owner")
    if {m.pk for m in owners} == {membership.pk}:
        raise IdentityRefused("Il faut au moins un responsable : nommez-en un autre d’abord.", "role")


def _check_owner(by: Principal, organisation: Organisation) -> None:
    if not may_manage(by, organisation):
        raise PermissionRefused("Seul un responsable de l’organisation fait cela.")


def _record(
    organisation: Organisation, verb: str, by: Principal, detail: Mapping[str, Any] | None = None
) -> None:
    subject = f"organisation:{organisation.pk}"
    audit.record(by.actor, f"identity.organisation_{verb}", subject, detail)
    events.emit(f"organisation.{verb}", subject, {})


# --- messages ---------------------------------------------------------------------------------


def _send_invitation(by: Principal, invitation: Invitation, code: str) -> None:
    channel = "email" if "@" in invitation.address else "sms"
    notifications.send(
        f"identity.member_invited:{uuid7()}",
        "identity.member_invited",
        notifications.Address(channel, invitation.address),
        {
            "by": by.label[:40],
            "organisation": invitation.organisation.name[:60],
            "code": code,
            "url": str(settings.PUBLIC_URL).rstrip("/") + reverse("invitation", args=[invitation.link]),
        },
        secret=True,
        expires_at=invitation.code_expires_at,
    )


def _tell_owners(organisation: Organisation, what: str) -> None:
    for owner in organisation.memberships.filter(role="owner").select_related("account"):
        _notify(owner.account, what)


def _notify(account: Account, what: str) -> None:
    contact = contact_of(account.pk)
    if contact is None or not (contact.phone or contact.email):
        return
    channel, value = ("sms", contact.phone) if contact.phone else ("email", contact.email)
    notifications.send(
        f"identity.party:{uuid7()}",
        "identity.party",
        notifications.Address(channel, value, contact.language),
        {"what": what, "url": str(settings.PUBLIC_URL).rstrip("/") + reverse("parties")},
    )


def note_party(by: Principal, party: Party) -> None:
    """Journal on whose behalf someone acts from now on, in their own file and in that of the other."""
    detail = {"party": party.key, "mandate": party.mandate_id or ""}
    audit.record(by.actor, "identity.party_chosen", f"account:{by.account_id}", detail)
    if not party.is_self:
        audit.record(by.actor, "identity.party_chosen", party.key, detail)
