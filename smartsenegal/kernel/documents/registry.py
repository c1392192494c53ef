"""Who may open the files of a subject. Filled at import time by the modules that own subjects."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smartsenegal.kernel.audit import api as audit

if TYPE_CHECKING:
    from smartsenegal.kernel.documents.models import StoredFile
    from smartsenegal.kernel.identity.api import Principal

audit.register_verbs(
    {
        "documents.store": "Document reçu",
        "documents.read": "Document ouvert",
        "documents.refused": "Ouverture d’un document refusée",
        "documents.purge": "Document détruit",
        "documents.issue": "Acte délivré",
        "documents.revoke": "Acte révoqué",
        "documents.retention": "Durée de conservation fixée",
        "documents.rotate": "Clé maîtresse renouvelée",
    }
)

Guard = Callable[["Principal", str, "StoredFile"], bool]
Label = Callable[[str], str]


@dataclass(frozen=True)
class Subject:
    guard: Guard
    label: Label


_subjects: dict[str, Subject] = {}


def register_subject(
    kind: str, guard: Guard, label: Label = lambda subject: "instruction du dossier"
) -> None:
    """Let `guard(principal, subject, file)` say who may open the files of subjects "<kind>:<id>".

    `label(subject)` completes the watermark « Copie pour … ». Without a registration nobody but the system
    opens such files.
    """
    _subjects[kind] = Subject(guard, label)


def may_open(principal: "Principal", file: "StoredFile") -> bool:
    """Whether this principal may open this file; unknown kinds of subject are refused."""
    if principal.is_system:
        return True
    subject = _subjects.get(file.subject.partition(":")[0])
    return subject is not None and subject.guard(principal, file.subject, file)


def label_of(subject: str) -> str:
    """What a copy of a file of this subject was made for."""
    known = _subjects.get(subject.partition(":")[0])
    return known.label(subject) if known else "instruction du dossier"
