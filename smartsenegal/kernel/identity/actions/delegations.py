"""Writes of delegations of signature: given by who signs, ended at any moment."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.errors import IdentityRefused, PermissionRefused
from smartsenegal.kernel.identity.models import Account, Delegation, Organisation
from smartsenegal.kernel.identity.queries.delegations import is_colleague, signs_directly
from smartsenegal.kernel.identity.queries.people import contact_of
from smartsenegal.kernel.identity.rules import DELEGATION_KINDS, Principal, covers
from smartsenegal.kernel.identity.rules_delegations import days_fault, overlap
from smartsenegal.kernel.notifications import api as notifications
from smartsenegal.kernel.territory.api import Territory, of_name
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.ids import uuid7
from smartsenegal.lib.text import TextRefused, clean


@transaction.atomic
def delegate(
    by: Principal,
    deputy: Account,
    organisation: Organisation,
    *,
    kind: str = "delegation",
    territory: Territory | None = None,
    procedures: Sequence[str] = (),
    starts_on: date,
    ends_on: date,
    quality: str,
    number: str,
    act_on: date,
    document: str,
    delegation_id: UUID | None = None,
) -> Delegation:
    """Let an agent of one's organisation sign in one's name between two days; returns the delegation.

    `procedures` names procedures ("code") or steps of them ("code/step"), none for all; `document` the stored
    scan of the act. Raises PermissionRefused for who does not sign there by a role of their own (what is
    delegated is not delegated again), IdentityRefused with its field for anything else.
    """
    giver = _giver(by, organisation, territory)
    _check_deputy(giver, deputy, organisation)
    if kind not in dict(DELEGATION_KINDS):
        raise ValueError(f"unknown kind of delegation {kind!r}")
    if fault := days_fault(starts_on, ends_on, act_on, timezone.localdate()):
        raise IdentityRefused(fault[1], fault[0])
    given = Delegation(
        pk=delegation_id or uuid7(),
        kind=kind,
        giver=giver,
        deputy=deputy,
        organisation=organisation,
        territory=territory,
        covers=sorted(set(procedures)),
        quality=_words(quality, 120, "quality", "la qualité de cette personne, comme sur l’acte"),
        number=_words(number, 60, "number", "le numéro de l’acte"),
        act_on=act_on,
        document=document,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _check_alone(given)
    given.save(force_insert=True)
    _record("delegation_given", given, by)
    _tell(given, f"vous signez {_for_whom(given)} du {format_date(starts_on)} au {format_date(ends_on)}")
    return given


@transaction.atomic
def end_delegation(by: Principal, delegation: Delegation) -> None:
    """End a delegation at once: the next signature is refused.

    Its giver may, and who administers the organisation. Raises PermissionRefused, and IdentityRefused when it
    is over already.
    """
    held = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation.pk)
    if not may_end(by, held):
        raise PermissionRefused("Seule la personne qui a délégué sa signature peut y mettre fin.")
    if held.ended_at or held.ends_on < timezone.localdate():
        raise IdentityRefused("Cette délégation est déjà terminée.")
    held.ended_at = timezone.now()
    held.save(update_fields=["ended_at"])
    _record("delegation_ended", held, by)
    _tell(held, f"vous ne signez plus {_for_whom(held)}")


def may_end(by: Principal, delegation: Delegation) -> bool:
    """Whether this principal may end a delegation."""
    is_giver = by.account_id == str(delegation.giver_id)
    return is_giver or by.may("identity.manage", organisation_id=delegation.organisation_id)


def _giver(by: Principal, organisation: Organisation, territory: Territory | None) -> Account:
    path = territory.path if territory else None
    own = [g for g in by.grants if g.role == "signatory" and g.organisation_id == organisation.pk]
    if not any(g.delegated is None for g in own):
        if own:
            raise PermissionRefused(
                "Vous signez ici pour une autre personne : ce qui est délégué ne se délègue pas."
            )
        raise PermissionRefused("Seul un signataire de cet organisme peut y déléguer sa signature.")
    scopes = [g.territory_path for g in own if g.delegated is None]
    if not any(not scope or (path is not None and covers(scope, path)) for scope in scopes):
        raise IdentityRefused("Vous ne signez que pour une partie de ce territoire.", "territory")
    if path is not None and not covers(organisation.territory.path, path):
        raise IdentityRefused("Ce territoire n’est pas dans celui de l’organisme.", "territory")
    # One delegation at a time is checked against the others of the same giver.
    return Account.objects.select_for_update().get(pk=UUID(str(by.account_id)))


def _check_deputy(giver: Account, deputy: Account, organisation: Organisation) -> None:
    if deputy.pk == giver.pk:
        raise IdentityRefused("Choisissez une autre personne que vous-même.", "deputy")
    if not deputy.is_active or not is_colleague(deputy, organisation):
        raise IdentityRefused(
            f"{deputy} n’est pas agent de cet organisme : choisissez une personne de "
            f"« {organisation.name} ».",
            "deputy",
        )
    if signs_directly(deputy, organisation):
        raise IdentityRefused(f"{deputy} signe déjà pour cet organisme.", "deputy")


def _words(text: str, most: int, field: str, what: str) -> str:
    try:
        kept = clean(text, most)
    except TextRefused as refused:
        raise IdentityRefused(str(refused), field) from None
    if not kept:
        raise IdentityRefused(f"Indiquez {what}.", field)
    return kept


def _check_alone(new: Delegation) -> None:
    """No two that hold the same days for the same person, and one deputy at a time."""
    others = Delegation.objects.filter(
        giver=new.giver,
        organisation=new.organisation,
        ended_at=None,
        starts_on__lte=new.ends_on,
        ends_on__gte=new.starts_on,
    ).select_related("deputy")
    for other in others:
        same = other.deputy_id == new.deputy_id and overlap(other.covers, new.covers)
        if same or (new.kind == other.kind == "deputy"):
            days = f"du {format_date(other.starts_on)} au {format_date(other.ends_on)}"
            what = "L’intérim" if other.kind == "deputy" else "Une délégation"
            raise IdentityRefused(
                f"{what} {of_name(str(other.deputy))} court déjà {days}. "
                "Terminez-la d’abord, ou changez les dates.",
                "starts_on",
            )


def _for_whom(given: Delegation) -> str:
    how = "par intérim" if given.kind == "deputy" else "par délégation"
    return f"pour {given.giver} {how}"


def _record(verb: str, given: Delegation, by: Principal) -> None:
    detail = {
        "delegation": str(given.pk),
        "kind": given.kind,
        "giver": str(given.giver_id),
        "organisation": given.organisation.code,
        "territory": given.territory_id or "",
        "covers": list(given.covers),
        "number": given.number,
        "act_on": given.act_on.isoformat(),
        "starts_on": given.starts_on.isoformat(),
        "ends_on": given.ends_on.isoformat(),
    }
    subject = f"account:{given.deputy_id}"
    audit.record(by.actor, f"identity.{verb}", subject, detail)
    events.emit(f"account.{verb}", subject, {"delegation": str(given.pk)})


def _tell(given: Delegation, what: str) -> None:
    contact = contact_of(given.deputy_id)
    if contact is None or not (contact.phone or contact.email):
        return
    channel, value = ("sms", contact.phone) if contact.phone else ("email", contact.email)
    notifications.send(
        f"identity.delegation:{given.pk}:{'ended' if given.ended_at else 'given'}",
        "identity.delegation",
        notifications.Address(channel, value, contact.language),
        {"what": what, "url": settings.PUBLIC_URL},
    )
