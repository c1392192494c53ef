"""Pages of payments: the payer's, the till's, the ledger's, and the door of callbacks."""

from smartsenegal.kernel.payments.views.callbacks import callback
from smartsenegal.kernel.payments.views.ledger import accounts
from smartsenegal.kernel.payments.views.payer import abandon, begin, payable, returned, state
from smartsenegal.kernel.payments.views.receipt import receipt, receipt_pdf
from smartsenegal.kernel.payments.views.reconciliation import gap, reconciliation
from smartsenegal.kernel.payments.views.refunds import refund, refund_new, refunds
from smartsenegal.kernel.payments.views.statements import (
    statement,
    statement_csv,
    statement_pdf,
    statements,
)
from smartsenegal.kernel.payments.views.till import till, till_close, till_open, till_session, till_take

__all__ = [
    "abandon", "accounts", "begin", "callback", "gap", "payable", "receipt", "receipt_pdf", "reconciliation",
    "refund", "refund_new", "refunds", "returned", "state", "statement", "statement_csv", "statement_pdf",
    "statements", "till", "till_close", "till_open", "till_session", "till_take",
]  # fmt: skip
