"""At a desk: a person without a phone at hand signs a mandate on paper, before a conseiller."""

from typing import Any

from django.db import transaction

from smartsenegal.kernel.identity import registry
from smartsenegal.kernel.identity.actions.accounts import account_for_phone, assure_identity
from smartsenegal.kernel.identity.actions.journal import record
from smartsenegal.kernel.identity.actions.mandates import record_paper_consent
from smartsenegal.kernel.identity.errors import PermissionRefused
from smartsenegal.kernel.identity.models import Account, Mandate
from smartsenegal.kernel.identity.rules import Principal


def open_at_desk(by: Principal, mandate: Mandate) -> Account | None:
    """The account of who is asked, None while they have none; that a conseiller saw it is journalled.

    Raises PermissionRefused without `identity.assure`, or for one's own mandate.
    """
    person = Account.objects.filter(phone=mandate.phone).first()
    _check(by, mandate, person)
    if person:
        record("found_at_desk", person, by.actor, {"mandate": str(mandate.pk)})
    return person


def consent_on_paper(by: Principal, mandate: Mandate, document_kind: str, paper: Any) -> Mandate:
    """Give a mandate by a paper signed before a conseiller, who compared the person with a document of this
    kind (see `DOCUMENTS`). `paper` is the upload of the scan. Both are told, the person with the way to take
    it back.

    Raises PermissionRefused without `identity.assure` or for one's own mandate, IdentityRefused once
    answered, or on field "paper" for a file that cannot be kept.
    """
    _check(by, mandate, None)
    with transaction.atomic():
        person = account_for_phone(mandate.phone)
        _check(by, mandate, person)
        if not person.name:
            person.name = mandate.name
            person.save(update_fields=["name"])
        assure_identity(person, by, document_kind)
        subject, declared = f"mandate:{mandate.pk}", paper.content_type or ""
        kept = registry.keep_paper(paper, paper.name or "mandat", declared, subject, by)
        return record_paper_consent(by, mandate, person, kept)


def _check(by: Principal, mandate: Mandate, person: Account | None) -> None:
    if not by.may("identity.assure"):
        raise PermissionRefused("Seul un conseiller d’un Espace enregistre un mandat signé.")
    if by.account_id in (str(mandate.helper_id), str(person.pk) if person else ""):
        raise PermissionRefused("Un agent n’enregistre pas son propre mandat.")
