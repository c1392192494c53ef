"""In whose name a sum is paid, and by whom: names alone."""

from smartsenegal.kernel.identity.api import Party, Principal, contact_of
from smartsenegal.kernel.payments.models import Attempt, Payable
from smartsenegal.kernel.payments.registry import party_of


def party_told(payable: Payable, by: Principal) -> str:
    """Name of who owes it, for somebody about to pay; "" when it is themselves, or nobody says it."""
    return _unless(party_of(payable.subject), by.account_id or "")


def paid_for(payable: Payable, attempt: Attempt | None) -> tuple[str, str]:
    """What a receipt says: in whose name it was paid, and by whom; "" for what is not known.

    Both are empty for who paid what they owed themselves.
    """
    payer = attempt.paid_by if attempt else ""
    name = _unless(party_of(payable.subject), payer)
    return (name, _name_of(payer)) if name else ("", "")


def _unless(party: Party | None, account_id: str) -> str:
    return "" if party is None or party.key == f"account:{account_id}" else party.label


def _name_of(account_id: str) -> str:
    contact = contact_of(account_id) if account_id else None
    return contact.name if contact else ""
