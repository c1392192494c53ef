"""What this module holds about a person: what they owed and paid. Registered when Django starts."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.payments.models import Attempt, Payable
from smartsenegal.lib.text import plural

KEPT = (
    "Un paiement à l’État est une pièce de comptabilité publique : il est gardé pour le temps que fixent ses "
    "règles."
)


def register() -> None:
    """Called once, when Django starts."""
    audit.register_holder(audit.Holder("payments", "Vos paiements", subjects, export, erase))


def subjects(account_id: str) -> list[str]:
    ids = Payable.objects.filter(payer=account_id).order_by("pk").values_list("pk", flat=True)
    return [f"payable:{pk}" for pk in ids]


def _of(account_id: str) -> QuerySet[Payable]:
    """What the person owed, and what they paid in another's name."""
    paid = Attempt.objects.filter(paid_by=account_id).values("payable")
    return Payable.objects.filter(Q(payer=account_id) | Q(pk__in=paid))


def export(account_id: str) -> Iterator[audit.Item]:
    """Every sum that the account owed, with its lines; what it paid for another, without what it was for."""
    found = _of(account_id).prefetch_related("lines").order_by("created_at")
    told = [_told(p) if p.payer == account_id else _told_of_another(p) for p in found]
    yield audit.Item("paiements.json", [json.dumps(told, ensure_ascii=False, indent=2).encode()])


def _told_of_another(payable: Payable) -> dict[str, Any]:
    return {
        "reference": payable.spoken_reference,
        "intitule": "Payé pour le compte d’une autre personne ou d’une organisation",
        "montant": payable.amount,
        "paye_le": payable.settled_at.isoformat() if payable.settled_at else "",
    }


def _told(payable: Payable) -> dict[str, Any]:
    return {
        "reference": payable.spoken_reference,
        "intitule": payable.title,
        "montant": payable.amount,
        "etat": payable.get_state_display(),
        "demande_le": payable.created_at.isoformat(),
        "paye_le": payable.settled_at.isoformat() if payable.settled_at else "",
        "lignes": [{"intitule": line.label, "montant": line.amount} for line in payable.lines.all()],
    }


def erase(account_id: str, by: Any) -> list[audit.Outcome]:
    """Nothing may be erased."""
    count = _of(account_id).count()
    what = plural(count, "paiement", "paiements")
    return [audit.Outcome(what, kept=count, why=KEPT)] if count else []
