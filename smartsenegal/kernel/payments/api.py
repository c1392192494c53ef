"""Payables, attempts, ledger: the only face of `payments`."""

from smartsenegal.kernel.payments.actions import (
    PayableConflict,
    cancel,
    enter_carrier,
    load_reference,
    open_payable,
    start,
)
from smartsenegal.kernel.payments.actions.attempts import (
    NotPayable,
)
from smartsenegal.kernel.payments.actions.till import (
    TillRefused,
    close_till,
    open_till,
    take_cash,
)
from smartsenegal.kernel.payments.models import (
    Attempt,
    Payable,
)
from smartsenegal.kernel.payments.queries import (
    Given,
    balance_of,
    balances,
    carriers,
    given_back,
    kept_of,
    open_session,
    payable_for,
    payables_for,
    payables_of,
    state_of,
    trial_balance,
)
from smartsenegal.kernel.payments.registry import (
    UnknownProvider,
    label_of,
    offered,
    register_payers,
)
from smartsenegal.kernel.payments.rules import (
    Line,
    LineRefused,
    Place,
    carrier,
)

__all__ = [
    "Attempt", "Given", "Line", "LineRefused", "NotPayable", "Payable", "PayableConflict", "Place",
    "TillRefused", "UnknownProvider", "balance_of", "balances", "cancel", "carrier", "carriers", "close_till",
    "enter_carrier", "given_back", "kept_of", "label_of", "load_reference", "offered", "open_payable",
    "open_session", "open_till", "payable_for", "payables_for", "payables_of", "register_payers", "start",
    "state_of", "take_cash", "trial_balance",
]  # fmt: skip
