"""What may be sold on a route, at what price, and how a quote becomes an order and a service. Pure."""

from smartsenegal.cable.capacity.rules.guard import (
    Cut,
    Limits,
    Load,
    Taken,
    overload,
    refusal,
    sellable,
)
from smartsenegal.cable.capacity.rules.orders import (
    CONDITIONS,
    ENDED,
    FOLLOWS,
    GBPS_AT_MOST,
    HOLD_DAYS_AT_MOST,
    MAY_ASK_CANCELLATION,
    OPEN_QUOTES_AT_MOST,
    ORDER_STATES,
    QUOTE_STATES,
    RUNNING,
    SAY_WHY,
    TERM_AT_MOST,
    abroad,
    change_refusal,
    holds,
    may_follow,
    months_later,
    next_first,
    overlapping,
)
from smartsenegal.cable.capacity.rules.prices import (
    ALL_PARTS,
    IRU,
    KINDS,
    LEASE,
    PARTS,
    TRANSIT,
    Offered,
    Price,
    Tariff,
    discrimination,
    faults_of,
    price,
    tariff_for,
)

__all__ = [
    "ALL_PARTS", "CONDITIONS", "ENDED", "FOLLOWS", "GBPS_AT_MOST", "HOLD_DAYS_AT_MOST", "IRU", "KINDS",
    "LEASE", "MAY_ASK_CANCELLATION", "OPEN_QUOTES_AT_MOST", "ORDER_STATES", "PARTS", "QUOTE_STATES",
    "RUNNING", "SAY_WHY", "TERM_AT_MOST", "TRANSIT", "Cut", "Limits", "Load", "Offered", "Price", "Taken",
    "Tariff", "abroad", "change_refusal", "discrimination", "faults_of", "holds", "may_follow",
    "months_later", "next_first", "overlapping", "overload", "price", "refusal", "sellable", "tariff_for",
]  # fmt: skip
