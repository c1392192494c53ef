"""A consulted service answers by a link, without an account: once, before its date, unless revoked."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import Grant, PermissionRefused, Principal
from smartsenegal.lib.text import TextRefused, clean
from smartsenegal.onestop.cases import moment
from smartsenegal.onestop.cases.access import facts_for
from smartsenegal.onestop.cases.actions.base import Done
from smartsenegal.onestop.cases.actions.circuit import give_opinion
from smartsenegal.onestop.cases.actions.tasks import name_of
from smartsenegal.onestop.cases.errors import CaseRefused, LinkRefused
from smartsenegal.onestop.cases.models import Case, CaseTask, ConsultationLink
from smartsenegal.onestop.cases.rules import Verdict

TOKEN_BYTES = 32
MOST_DAYS = 60


@transaction.atomic
def create_link(
    case_id: UUID | str, by: Principal, step: str, label: str, days: int
) -> tuple[ConsultationLink, str]:
    """A new link for one opinion, with its token: shown once, only its digest is kept.

    Raises PermissionRefused for those who do not instruct the case, CaseRefused when this opinion is not
    awaited, or without a name for whom it is.
    """
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    _check_instructs(case, by)
    if not CaseTask.objects.filter(case=case, step=step, kind="opinion").exists():
        raise CaseRefused("Cet avis n’est pas attendu : aucun lien n’est utile.")
    name = _named(label)
    if not 1 <= days <= MOST_DAYS:
        raise CaseRefused(f"Choisissez une durée de 1 à {MOST_DAYS} jours.")
    assert by.account_id is not None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = ConsultationLink.objects.create(
        case=case,
        step=step,
        digest=digest_of(token),
        label=name,
        created_by_id=by.account_id,
        expires_at=moment.now() + timedelta(days=days),
    )
    detail = {"step": step, "label": name, "link": str(link.pk)}
    audit.record(by.actor, "cases.link_created", case.subject, detail)
    return link, token


def _named(label: str) -> str:
    try:
        name = clean(label, 120)
    except TextRefused as error:
        raise CaseRefused(str(error)) from error
    if not name:
        raise CaseRefused("Indiquez à qui le lien est destiné.")
    return name


def _check_instructs(case: Case, by: Principal) -> None:
    facts = facts_for(case, by)
    if facts.owns or not facts.instructs:
        raise PermissionRefused("Seul le service qui instruit ce dossier crée ou révoque ses liens.")


@transaction.atomic
def revoke_link(link_id: UUID | str, by: Principal) -> ConsultationLink:
    """Close a link for good; does nothing to one that served or was revoked. Raises PermissionRefused."""
    link = ConsultationLink.objects.select_for_update(of=("self",)).select_related("case").get(pk=link_id)
    _check_instructs(link.case, by)
    if link.used_at or link.revoked_at:
        return link
    link.revoked_at = moment.now()
    link.save(update_fields=["revoked_at"])
    audit.record(by.actor, "cases.link_revoked", link.case.subject, {"link": str(link.pk), "step": link.step})
    return link


def digest_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def open_link(token: str) -> ConsultationLink:
    """The link of this token with its case. Raises LinkRefused, whose sentence says why and what to do."""
    link = ConsultationLink.objects.select_related("case").filter(digest=digest_of(token)).first()
    return _usable(link)


def _usable(link: ConsultationLink | None) -> ConsultationLink:
    if link is None:
        raise LinkRefused("Ce lien n’est pas valable. Vérifiez que vous l’avez copié en entier.")
    if link.used_at:
        raise LinkRefused("Ce lien a déjà servi : l’avis est rendu.")
    if link.revoked_at:
        raise LinkRefused("Ce lien a été révoqué par le service qui vous l’a envoyé.")
    if link.expires_at <= moment.now():
        raise LinkRefused("Ce lien a expiré. Demandez-en un autre au service qui vous l’a envoyé.")
    if not CaseTask.objects.filter(case_id=link.case_id, step=link.step).exists():
        raise LinkRefused("Cet avis n’est plus attendu : le dossier est décidé, ou l’avis est déjà rendu.")
    return link


def principal_of_link(link: ConsultationLink, ip: str = "") -> Principal:
    """Who answers by a link: as an agent of the service that this step asks, for this case alone."""
    service = CaseTask.objects.values_list("service_id", flat=True).get(case_id=link.case_id, step=link.step)
    grant = Grant("officer", service, name_of(service), frozenset({service}), "")
    return Principal(f"lien:{link.pk}", link.label, grants=(grant,), ip=ip, kind="agent")


@transaction.atomic
def record_link_reading(link: ConsultationLink, by: Principal) -> None:
    """Write in the journal that a case was read by a link."""
    audit.record(by.actor, "cases.link_opened", link.case.subject, {"link": str(link.pk), "step": link.step})


@transaction.atomic
def answer_by_link(token: str, verdict: Verdict, text: str, ip: str = "") -> Done:
    """Give the opinion that the link is for, and close it. Raises LinkRefused, and as `give_opinion`."""
    locked = ConsultationLink.objects.select_for_update(of=("self",)).select_related("case")
    link = _usable(locked.filter(digest=digest_of(token)).first())
    by = principal_of_link(link, ip)
    done = give_opinion(link.case_id, by, link.step, verdict, text, label=link.label)
    link.used_at = moment.now()
    link.save(update_fields=["used_at"])
    return done
