"""Mandates: asked by a helper, given by the person, withdrawn by them at any time. Each step is told."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.events import api as events
from smartsenegal.kernel.identity.actions.accounts import account_for_phone, confirm_phone
from smartsenegal.kernel.identity.actions.codes import check_code, new_code, new_link
from smartsenegal.kernel.identity.errors import IdentityRefused, PermissionRefused
from smartsenegal.kernel.identity.models import Account, Mandate, Organisation
from smartsenegal.kernel.identity.queries.parties import may_manage
from smartsenegal.kernel.identity.queries.people import contact_of
from smartsenegal.kernel.identity.rules import ASKED_LIFE, Principal, is_in_force, mandate_fault
from smartsenegal.kernel.notifications import api as notifications
from smartsenegal.lib.actor import Actor
from smartsenegal.lib.dates import format_date
from smartsenegal.lib.ids import uuid7
from smartsenegal.lib.text import TextRefused, clean

_OVER = "Ce mandat n’attend plus de réponse."


def ask_mandate(
    by: Principal,
    *,
    name: str,
    phone: str,
    ends_on: date,
    procedures: Iterable[str] = (),
    max_requests: int | None = None,
) -> Mandate:
    """Ask a person (their name, their phone in E.164) to let the helper act for them; a code is sent to them.

    No procedure named is all of them. Raises PermissionRefused for a helper without a verified phone or
    e-mail, IdentityRefused for their own phone or days that make no sense.
    """
    helper = _helper(by)
    if helper.phone == phone:
        raise IdentityRefused("C’est votre propre numéro : indiquez celui de la personne.", "phone")
    mandate = _new(helper, _name(name), procedures, ends_on, max_requests)
    mandate.phone = phone
    with transaction.atomic():
        code = new_code(mandate)
        mandate.save(force_insert=True)
        _record(mandate, "asked", by.actor, _described(mandate))
        _send_code(mandate, code)
    return mandate


def send_another_code(by: Principal, mandate: Mandate) -> None:
    """Send another code. Raises PermissionRefused but for its helper, IdentityRefused once answered."""
    if by.account_id != str(mandate.helper_id):
        raise PermissionRefused("Ce mandat n’est pas le vôtre.")
    with transaction.atomic():
        mandate = _locked(mandate, "asked")
        code = new_code(mandate)
        mandate.save(update_fields=["code", "code_expires_at", "attempts"])
        _record(mandate, "code_sent", by.actor)
        _send_code(mandate, code)


def consent(mandate: Mandate, code: str, ip: str = "") -> Mandate:
    """Give the mandate: whoever holds the code sent to the person's phone speaks for them.

    It may be typed by the person (from the link) or read by them to the helper. Their phone is thereby
    proved, and opens their account if they had none. Raises IdentityRefused for a wrong or old code.
    """
    if mandate.state != "asked":
        raise IdentityRefused(_OVER, "code")
    check_code(mandate, code)
    with transaction.atomic():
        mandate = _locked(mandate, "asked")
        person = _person_of(mandate, ip)
        if person.pk == mandate.helper_id:
            raise IdentityRefused("On n’a pas besoin de mandat pour soi-même.", "code")
        return _activate(mandate, person, "code", Actor("person", str(person.pk), str(person), ip=ip))


def _person_of(mandate: Mandate, ip: str) -> Account:
    person = account_for_phone(mandate.phone)
    confirm_phone(person, mandate.phone, ip)
    if not person.name:
        person.name = mandate.name
        person.save(update_fields=["name"])
    return person


def record_paper_consent(by: Principal, mandate: Mandate, person: Account, document: str) -> Mandate:
    """For a desk agent: note that the person signed on paper before them; `document` names the scanned paper.

    Raises PermissionRefused without `identity.assure` or when the agent is one of the two, IdentityRefused
    without a paper, for a person whose identity was not seen, or once answered.
    """
    if not by.may("identity.assure"):
        raise PermissionRefused("Seul un conseiller d’un Espace enregistre un mandat signé.")
    if by.account_id in (str(person.pk), str(mandate.helper_id)):
        raise PermissionRefused("Un agent n’enregistre pas son propre mandat.")
    if not document:
        raise IdentityRefused("Numérisez le mandat signé.", "document")
    if person.assurance != "desk":
        raise IdentityRefused("Confirmez d’abord l’identité de la personne.", "person")
    if person.pk == mandate.helper_id:
        raise IdentityRefused("On n’a pas besoin de mandat pour soi-même.", "person")
    with transaction.atomic():
        mandate = _locked(mandate, "asked")
        mandate.document = document
        return _activate(mandate, person, "paper", by.actor)


@transaction.atomic
def give_mandate(
    by: Principal,
    helper: Account,
    *,
    ends_on: date,
    organisation: Organisation | None = None,
    procedures: Iterable[str] = (),
    max_requests: int | None = None,
) -> Mandate:
    """Let someone act for oneself, or for an organisation one is responsible for; from one's own account.

    Raises PermissionRefused for an organisation of others, IdentityRefused for oneself or days that make no
    sense.
    """
    person = _helper(by)
    if helper.pk == person.pk:
        raise IdentityRefused("On n’a pas besoin de mandat pour soi-même.", "login")
    if organisation and not may_manage(by, organisation):
        raise PermissionRefused("Seul un responsable donne un mandat au nom de l’organisation.")
    mandate = _new(
        helper, organisation.name if organisation else str(person), procedures, ends_on, max_requests
    )
    mandate.organisation = organisation
    mandate.phone = (person.phone or "") if person.phone_verified else ""
    mandate.save(force_insert=True)
    _record(mandate, "asked", by.actor, _described(mandate))
    return _activate(mandate, None if organisation else person, "account", by.actor)


def refuse_mandate(mandate: Mandate, actor: Actor | None = None) -> None:
    """Say no to what was asked. Raises IdentityRefused once answered."""
    with transaction.atomic():
        mandate = _locked(mandate, "asked")
        _end(mandate, "refused", actor or _holder_of_link(mandate))


def withdraw_mandate(mandate: Mandate, by: Principal | None = None) -> None:
    """End a mandate at once: by the person, a responsible of the organisation, or the helper who gives up.

    `by` None is whoever holds the link that was sent to the person. Withdrawn again changes nothing.
    Raises PermissionRefused for others.
    """
    if by is not None and not _is_party_to(mandate, by):
        raise PermissionRefused("Ce mandat n’est pas le vôtre.")
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update(of=("self",)).select_related("helper").get(pk=mandate.pk)
        if mandate.state == "asked":
            _end(mandate, "refused", by.actor if by else _holder_of_link(mandate))
        elif mandate.state == "active":
            _end(mandate, "withdrawn", by.actor if by else _holder_of_link(mandate))


def _is_party_to(mandate: Mandate, by: Principal) -> bool:
    if by.account_id in (str(mandate.helper_id), str(mandate.person_id)):
        return True
    return mandate.organisation is not None and may_manage(by, mandate.organisation)


def expire_mandates(today: date | None = None) -> int:
    """End mandates whose last day is past, and those asked for a week without an answer; returns how many."""
    today = today or timezone.localdate()
    past = Mandate.objects.filter(state="active", ends_on__lt=today)
    unanswered = Mandate.objects.filter(state="asked", created_at__lt=timezone.now() - ASKED_LIFE)
    ids = list((past | unanswered).values_list("pk", flat=True))
    for each in ids:
        with transaction.atomic():
            mandate = Mandate.objects.select_for_update(of=("self",)).select_related("helper").get(pk=each)
            if mandate.state in ("asked", "active"):
                _end(mandate, "expired", audit.SYSTEM)
    return len(ids)


@transaction.atomic
def use_mandate(mandate_id: UUID | str, by: Principal, procedure: str, subject: str) -> None:
    """Count and journal a request that a helper files under a mandate (`subject` is `case:<id>`).

    Call it in the transaction that files. Raises PermissionRefused when the mandate is not this helper's,
    not in force or not for this procedure, IdentityRefused when its number of requests is reached.
    """
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("helper").get(pk=mandate_id)
    in_force = is_in_force(mandate.state, mandate.starts_on, mandate.ends_on, timezone.localdate())
    covered = not mandate.procedures or procedure in mandate.procedures
    if by.account_id != str(mandate.helper_id) or not in_force or not covered:
        raise PermissionRefused("Votre mandat ne permet pas cette demande.")
    if mandate.max_requests is not None and mandate.uses >= mandate.max_requests:
        raise IdentityRefused("Le nombre de demandes prévu par le mandat est atteint.")
    mandate.uses += 1
    mandate.save(update_fields=["uses"])
    _record(mandate, "used", by.actor, {"subject": subject, "procedure": procedure})


# --- what they share -------------------------------------------------------------------------


def _helper(by: Principal) -> Account:
    account = Account.objects.filter(pk=by.account_id, is_active=True).first() if by.account_id else None
    if account is None:
        raise PermissionRefused("Connectez-vous d’abord.")
    if not account.name:
        raise IdentityRefused("Enregistrez d’abord votre nom : la personne doit savoir qui demande.")
    if contact_of(account.pk) is None:
        raise PermissionRefused()
    return account


def _name(value: str) -> str:
    try:
        kept = clean(value, 200)
    except TextRefused as refused:
        raise IdentityRefused(str(refused), "name") from None
    if not any(c.isalpha() for c in kept):
        raise IdentityRefused("Indiquez les prénoms et le nom de la personne.", "name")
    return kept


def _new(
    helper: Account, name: str, procedures: Iterable[str], ends_on: date, max_requests: int | None
) -> Mandate:
    today = timezone.localdate()
    if fault := mandate_fault(today, ends_on, today):
        raise IdentityRefused(fault[1], fault[0])
    return Mandate(
        helper=helper,
        name=name,
        procedures=list(dict.fromkeys(procedures)),
        max_requests=max_requests,
        starts_on=today,
        ends_on=ends_on,
        link=new_link(),
    )


def _locked(mandate: Mandate, state: str) -> Mandate:
    found = Mandate.objects.select_for_update(of=("self",)).select_related("helper").get(pk=mandate.pk)
    if found.state != state:
        raise IdentityRefused(_OVER)
    return found


def _activate(mandate: Mandate, person: Account | None, proof: str, actor: Actor) -> Mandate:
    mandate.person, mandate.proof, mandate.state = person, proof, "active"
    mandate.consented_at = timezone.now()
    mandate.save()
    _record(mandate, "given", actor, {**_described(mandate), "proof": proof})
    _tell_both(mandate, "given")
    return mandate


def _end(mandate: Mandate, state: str, actor: Actor) -> None:
    mandate.state, mandate.ended_at, mandate.code = state, timezone.now(), ""
    mandate.save(update_fields=["state", "ended_at", "code"])
    _record(mandate, state, actor)
    _tell_both(mandate, state)


def _described(mandate: Mandate) -> dict[str, Any]:
    return {
        "procedures": mandate.procedures,
        "ends_on": mandate.ends_on.isoformat(),
        "max_requests": mandate.max_requests or "",
    }


def _holder_of_link(mandate: Mandate) -> Actor:
    return Actor("public", "link", f"{mandate.name} (par le lien du message)")


def _record(mandate: Mandate, verb: str, actor: Actor, detail: Mapping[str, Any] | None = None) -> None:
    """In the journal of the helper's account and, when it is known, of the person's."""
    told = {"mandate": str(mandate.pk), **(detail or {})}
    for account_id in (mandate.helper_id, mandate.person_id):
        if account_id:
            audit.record(actor, f"identity.mandate_{verb}", f"account:{account_id}", told)
    events.emit(f"mandate.{verb}", f"mandate:{mandate.pk}", {})


# --- messages ---------------------------------------------------------------------------------


def link_of(mandate: Mandate) -> str:
    """Address of the person's page, known by its link alone."""
    return str(settings.PUBLIC_URL).rstrip("/") + reverse("mandate_by_link", args=[mandate.link])


def _send_code(mandate: Mandate, code: str) -> None:
    notifications.send(
        f"identity.mandate_code:{uuid7()}",
        "identity.mandate_code",
        notifications.Address("sms", mandate.phone),
        {
            "helper": str(mandate.helper)[:40],
            "until": format_date(mandate.ends_on),
            "code": code,
            "url": link_of(mandate),
        },
        secret=True,
        expires_at=mandate.code_expires_at,
    )


# What the two are told, by the state reached.
_NEWS = {
    "given": ("{helper} peut faire vos démarches jusqu’au {until}", "{name} vous a donné un mandat"),
    "refused": ("vous avez refusé le mandat de {helper}", "{name} a refusé votre mandat"),
    "withdrawn": ("{helper} ne peut plus faire vos démarches", "le mandat de {name} est retiré"),
    "expired": ("le mandat de {helper} est terminé", "le mandat de {name} est terminé"),
}


def _tell_both(mandate: Mandate, state: str) -> None:
    words = {
        "helper": str(mandate.helper)[:40], "name": mandate.name[:40], "until": format_date(mandate.ends_on)
    }  # fmt: skip
    to_person, to_helper = (text.format(**words) for text in _NEWS[state])
    if mandate.phone:
        _notice(notifications.Address("sms", mandate.phone), to_person, link_of(mandate))
    elif mandate.person_id and (found := contact_of(mandate.person_id)) and found.email:
        _notice(notifications.Address("email", found.email, found.language), to_person, link_of(mandate))
    base = str(settings.PUBLIC_URL).rstrip("/")
    contact = contact_of(mandate.helper_id)
    if contact and contact.phone:
        address = notifications.Address("sms", contact.phone, contact.language)
        _notice(address, to_helper, base + reverse("mandates_held"))
    elif contact and contact.email:
        address = notifications.Address("email", contact.email, contact.language)
        _notice(address, to_helper, base + reverse("mandates_held"))


def _notice(address: notifications.Address, what: str, url: str) -> None:
    notifications.send(f"identity.mandate:{uuid7()}", "identity.mandate", address, {"what": what, "url": url})
