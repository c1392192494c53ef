"""What is owed, how it was paid, what was given back, and the ledger that adds up to zero."""

from smartsenegal.kernel.payments.models.back import Gap, Reconciliation, Refund
from smartsenegal.kernel.payments.models.ledger import LedgerAccount, Posting, Transaction
from smartsenegal.kernel.payments.models.owed import Payable, PayableLine, payable_reference
from smartsenegal.kernel.payments.models.paid import Attempt, ProviderEvent, TillSession

__all__ = [
    "Attempt", "Gap", "LedgerAccount", "Payable", "PayableLine", "Posting", "ProviderEvent", "Reconciliation",
    "Refund", "TillSession", "Transaction", "payable_reference",
]  # fmt: skip
