"""Mandates signed on paper: `identity` stands below and hands their scans over to be kept here."""

from typing import Any
from uuid import UUID

from smartsenegal.kernel.documents.actions import store
from smartsenegal.kernel.documents.errors import UploadRefused
from smartsenegal.kernel.documents.registry import register_subject
from smartsenegal.kernel.identity import api as identity

PURPOSE = "mandate"


def register() -> None:
    """Called once, when Django starts."""
    identity.register_keeper(keep)
    register_subject("mandate", may_open, lambda subject: "preuve d’un mandat")


def keep(stream: Any, filename: str, declared_type: str, subject: str, by: identity.Principal) -> str:
    """Keep the scan of a signed mandate; returns its identifier. Raises IdentityRefused on field "paper"."""
    try:
        kept = store(
            stream, filename=filename, purpose=PURPOSE, subject=subject, by=by, declared_type=declared_type
        )
    except UploadRefused as refused:
        raise identity.IdentityRefused(refused.sentence, "paper") from refused
    return str(kept.pk)


def may_open(principal: identity.Principal, subject: str, file: Any) -> bool:
    """The scan of a mandate opens to who gave it and who holds it, and to inspectors."""
    key = _uuid(subject.partition(":")[2])
    mandate = identity.Mandate.objects.filter(pk=key).first() if key else None
    if mandate is None or principal.account_id is None:
        return False
    parties = (str(mandate.person_id), str(mandate.helper_id))
    return principal.account_id in parties or principal.may("audit.read")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
