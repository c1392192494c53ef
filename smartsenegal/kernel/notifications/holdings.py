"""What this module holds about a person: the messages sent to them. Registered when Django starts."""

import json
from collections.abc import Iterator
from typing import Any

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.notifications.models import Message
from smartsenegal.lib.text import plural


def register() -> None:
    """Called once, when Django starts."""
    audit.register_holder(audit.Holder("notifications", "Vos messages", subjects, export, erase))


def subjects(account_id: str) -> list[str]:
    return []


def export(account_id: str) -> Iterator[audit.Item]:
    """Every message sent to the account, as JSON lines; codes are not kept and not told."""
    yield audit.Item("messages.jsonl", _lines(account_id))


def _lines(account_id: str) -> Iterator[bytes]:
    for message in Message.objects.filter(recipient=account_id, secret=False).order_by("id").iterator(500):
        told = {
            "le": message.created_at.isoformat(),
            "canal": message.get_channel_display(),
            "adresse": message.address,
            "objet": message.subject,
            "texte": message.body,
            "etat": message.get_state_display(),
        }
        yield json.dumps(told, ensure_ascii=False).encode() + b"\n"


def erase(account_id: str, by: Any) -> list[audit.Outcome]:
    """The words and addresses of what was sent; its cost is kept for the accounts."""
    sent = Message.objects.filter(recipient=account_id).exclude(body="").exclude(sent_at=None)
    count = sent.update(subject="", body="", address="")
    return [audit.Outcome(plural(count, "message reçu", "messages reçus"), erased=count)]
