"""What this module holds about a person: the orders they signed. Registered when Django starts."""

import json
from collections.abc import Iterator
from typing import Any

from smartsenegal.cable.capacity.models import Order
from smartsenegal.kernel.audit import api as audit
from smartsenegal.lib.text import plural

KEPT = "Une commande signée engage un organisme\u00a0: elle est gardée avec ses factures."


def register() -> None:
    """Called once, when Django starts."""
    audit.register_holder(
        audit.Holder(
            "cable_capacity", "Les commandes de capacité que vous avez signées", subjects, export, erase
        )
    )


def subjects(account_id: str) -> list[str]:
    ids = Order.objects.filter(signer=account_id).order_by("pk").values_list("quote_id", flat=True)
    return [f"cable_quote:{pk}" for pk in ids]


def export(account_id: str) -> Iterator[audit.Item]:
    """The orders that the account signed."""
    found = Order.objects.filter(signer=account_id).select_related("quote__product").order_by("pk")
    told = [
        {
            "commande": str(order),
            "produit": order.quote.product.name,
            "client": order.quote.buyer,
            "signee_le": order.signed_at.isoformat(),
        }
        for order in found
    ]
    yield audit.Item("commandes-de-capacite.json", [json.dumps(told, ensure_ascii=False, indent=2).encode()])


def erase(account_id: str, by: Any) -> list[audit.Outcome]:
    """Nothing may be erased."""
    count = Order.objects.filter(signer=account_id).count()
    what = plural(count, "commande de capacité", "commandes de capacité")
    return [audit.Outcome(what, kept=count, why=KEPT)] if count else []
