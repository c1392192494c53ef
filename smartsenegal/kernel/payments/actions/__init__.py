"""Every write of payments: what is owed, attempts to pay it, callbacks, the till, the ledger."""

from smartsenegal.kernel.payments.actions.attempts import abandon, apply_reading, check, start
from smartsenegal.kernel.payments.actions.callbacks import deal_with, receive
from smartsenegal.kernel.payments.actions.ledger import book, enter_carrier, load_reference
from smartsenegal.kernel.payments.actions.payables import PayableConflict, cancel, open_payable
from smartsenegal.kernel.payments.actions.places import name_places
from smartsenegal.kernel.payments.actions.reconciliation import TreatmentRefused, reconcile, treat
from smartsenegal.kernel.payments.actions.refunds import (
    RefundRefused,
    ask_refund,
    carry_out,
    decide_refund,
    give_back,
    record_reading,
)
from smartsenegal.kernel.payments.actions.till import close_till, open_till, take_cash

__all__ = [
    "PayableConflict", "RefundRefused", "TreatmentRefused", "abandon", "apply_reading", "ask_refund", "book",
    "cancel", "carry_out", "check", "close_till", "deal_with", "decide_refund", "enter_carrier",
    "give_back", "load_reference", "name_places", "open_payable", "open_till", "receive", "reconcile",
    "record_reading", "start", "take_cash", "treat",
]  # fmt: skip
