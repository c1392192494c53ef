"""The journal is about persons too: who read their files, when and why. And so are these requests."""

import json
from collections.abc import Iterator
from typing import Any

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.privacy.models import PrivacyRequest
from smartsenegal.lib.text import plural

KEPT = (
    "Le journal protège vos données : il dit qui les a lues ou changées, et ne vaut que si rien ne s’y "
    "efface."
)


def register() -> None:
    """Called once, when Django starts, after the other modules."""
    audit.register_holder(audit.Holder("journal", "Le journal", subjects, export, erase))


def subjects(account_id: str) -> list[str]:
    ids = PrivacyRequest.objects.filter(account_id=account_id).values_list("pk", flat=True)
    return [f"privacy:{pk}" for pk in ids]


def export(account_id: str) -> Iterator[audit.Item]:
    """Every entry of the journal about the person or by them, as JSON lines."""
    yield audit.Item("journal.jsonl", _lines(account_id))


def _lines(account_id: str) -> Iterator[bytes]:
    for subject in audit.subjects_of(account_id):
        for entry in audit.of_subject(subject).order_by("id").iterator(1000):
            told = {
                "le": entry.at.isoformat(),
                "par": entry.actor_label,
                "organisme": entry.organisation,
                "acte": audit.verb_label(entry.verb),
                "objet": entry.subject,
                "motif": entry.reason,
            }
            yield json.dumps(told, ensure_ascii=False).encode() + b"\n"


def erase(account_id: str, by: Any) -> list[audit.Outcome]:
    """Nothing may be erased."""
    count = sum(audit.of_subject(subject).count() for subject in audit.subjects_of(account_id))
    what = plural(count, "écriture au journal", "écritures au journal")
    return [audit.Outcome(what, kept=count, why=KEPT)] if count else []
