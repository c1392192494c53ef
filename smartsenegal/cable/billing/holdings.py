"""What this module holds about a person: the contracts they pay for. Registered when Django starts."""

import json
from collections.abc import Iterator
from typing import Any

from smartsenegal.cable.billing.models import Contract
from smartsenegal.kernel.audit import api as audit
from smartsenegal.lib.text import plural

KEPT = (
    "Un contrat et ses factures sont des pièces de comptabilité\u00a0: ils sont gardés pour le temps que "
    "fixent ses règles."
)


def register() -> None:
    """Called once, when Django starts."""
    audit.register_holder(audit.Holder("cable_billing", "Vos contrats de trafic", subjects, export, erase))


def subjects(account_id: str) -> list[str]:
    ids = Contract.objects.filter(payer=account_id).order_by("pk").values_list("pk", flat=True)
    return [f"cable_contract:{pk}" for pk in ids]


def export(account_id: str) -> Iterator[audit.Item]:
    """The contracts that the account pays for, with the numbers and amounts of their invoices."""
    found = Contract.objects.filter(payer=account_id).prefetch_related("invoices").order_by("code")
    told = [
        {
            "contrat": contract.name,
            "client": contract.customer,
            "debut": contract.starts_on.isoformat(),
            "factures": [
                {"numero": i.number, "mois": f"{i.month:%Y-%m}", "a_payer": i.due}
                for i in contract.invoices.all()
            ],
        }
        for contract in found
    ]
    yield audit.Item("contrats-de-trafic.json", [json.dumps(told, ensure_ascii=False, indent=2).encode()])


def erase(account_id: str, by: Any) -> list[audit.Outcome]:
    """Nothing may be erased."""
    count = Contract.objects.filter(payer=account_id).count()
    what = plural(count, "contrat de trafic", "contrats de trafic")
    return [audit.Outcome(what, kept=count, why=KEPT)] if count else []
