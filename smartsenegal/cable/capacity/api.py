"""Capacity sold on the routes, from the catalogue to a service: the only face of `cable.capacity`."""

from smartsenegal.cable.capacity import customers, presenting
from smartsenegal.cable.capacity.actions import (
    Wish,
    accept,
    advance,
    ask,
    ask_cancellation,
    early_end,
    end,
    first_end,
    publish_terms,
    qualify,
    reject,
)
from smartsenegal.cable.capacity.errors import CapacityRefused
from smartsenegal.cable.capacity.examples import load_examples, load_terms
from smartsenegal.cable.capacity.forms import ChangeForm, EndServiceForm, OrderForm, WhyForm
from smartsenegal.cable.capacity.models import (
    Ending,
    Order,
    Product,
    Qualification,
    Quote,
    Service,
    Tariff,
)
from smartsenegal.cable.capacity.queries import open_tariffs, products, terms_of
from smartsenegal.cable.capacity.rules import (
    CONDITIONS,
    IRU,
    KINDS,
    MAY_ASK_CANCELLATION,
    PARTS,
    RUNNING,
    TRANSIT,
    abroad,
    holds,
)

__all__ = [
    "CONDITIONS", "IRU", "KINDS", "MAY_ASK_CANCELLATION", "PARTS", "RUNNING", "TRANSIT",
    "CapacityRefused", "ChangeForm", "EndServiceForm", "Ending", "Order", "OrderForm", "Product",
    "Qualification", "Quote", "Service", "Tariff", "WhyForm", "Wish", "abroad", "accept", "advance",
    "ask", "ask_cancellation", "customers", "early_end", "end", "first_end", "holds", "load_examples",
    "load_terms", "open_tariffs", "presenting", "products", "publish_terms", "qualify", "reject",
    "terms_of",
]  # fmt: skip
