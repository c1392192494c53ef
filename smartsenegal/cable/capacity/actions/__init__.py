"""Every write of `cable.capacity`: the catalogue, quotes that hold, orders, services."""

from smartsenegal.cable.capacity.actions.base import PERMISSION
from smartsenegal.cable.capacity.actions.catalogue import (
    add_product,
    add_route,
    add_tariff,
    end_tariff,
    publish_terms,
    set_reserve,
)
from smartsenegal.cable.capacity.actions.orders import advance, ask_cancellation, carry
from smartsenegal.cable.capacity.actions.quotes import (
    Wish,
    accept,
    ask,
    cancel_quote,
    make_quote,
    qualify,
    reject,
)
from smartsenegal.cable.capacity.actions.services import (
    close_ended,
    credit_downtime,
    early_end,
    end,
    first_end,
)

__all__ = [
    "PERMISSION", "Wish", "accept", "add_product", "add_route", "add_tariff", "advance", "ask",
    "ask_cancellation", "cancel_quote", "carry", "close_ended", "credit_downtime", "early_end", "end",
    "end_tariff", "first_end", "make_quote", "publish_terms", "qualify", "reject", "set_reserve",
]  # fmt: skip
