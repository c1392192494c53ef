"""Read what is owed, how it was paid, what was given back, the ledger and what operators say of it."""

from smartsenegal.kernel.payments.queries.money import (
    AccountLine,
    balance_of,
    balances,
    balances_for,
    by_reference,
    cash_taken,
    current_attempt,
    due_for_check,
    flagged,
    open_session,
    payable_for,
    payables_for,
    payables_of,
    shares,
    state_of,
    trial_balance,
    waiting,
)
from smartsenegal.kernel.payments.queries.parties import paid_for, party_told
from smartsenegal.kernel.payments.queries.places import commune_of, owed_on, to_place
from smartsenegal.kernel.payments.queries.reconciliation import (
    due_movements,
    gap_for,
    gap_page,
    gaps_to_treat,
    known_fees,
    movements_for,
    reconciliations,
)
from smartsenegal.kernel.payments.queries.refunds import (
    Given,
    Source,
    attempt_for,
    due_refunds,
    given_back,
    kept_of,
    payments_of,
    refund_for,
    refund_page,
    refunded,
    refunds_on,
    sources_of,
)
from smartsenegal.kernel.payments.queries.scope import covers, holds_all, place_of, within
from smartsenegal.kernel.payments.queries.statements import (
    accountants,
    by_way,
    carriers,
    days_of_accounts,
    lines_of,
    seen_by,
    totals_of,
)

__all__ = [
    "AccountLine", "Given", "Source", "accountants", "attempt_for", "balance_of", "balances",
    "balances_for", "by_reference", "by_way", "carriers", "cash_taken", "commune_of", "covers",
    "current_attempt", "days_of_accounts", "due_for_check", "due_movements", "due_refunds", "flagged",
    "gap_for", "gap_page", "gaps_to_treat", "given_back", "holds_all", "kept_of", "known_fees",
    "lines_of", "movements_for", "open_session", "owed_on", "paid_for", "party_told", "payable_for",
    "payables_for", "payables_of", "payments_of", "place_of", "reconciliations", "refund_for", "refund_page",
    "refunded", "refunds_on",
    "seen_by", "shares", "sources_of", "state_of", "to_place", "totals_of", "trial_balance", "waiting",
    "within",
]  # fmt: skip
