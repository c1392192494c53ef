"""Two sellers at the same moment: real transactions in real threads."""

from typing import Any

import pytest
from django.utils import timezone

from smartsenegal.cable.capacity import actions, queries
from smartsenegal.cable.capacity.errors import CapacityRefused
from smartsenegal.cable.capacity.models import Order, Quote
from smartsenegal.kernel.identity.api import system
from tests.at_once import at_once
from tests.cable.capacity.ring import build

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = system("test")


def test_the_last_capacity_is_sold_once(transactional_db: None) -> None:
    ring = build()

    def sell() -> Any:
        return actions.make_quote(
            SYSTEM, product=ring.plain, buyer="Opérateur", gbps=100, term_months=12, hold_days=10
        )

    outcomes = at_once(*[sell] * 4)
    made = [o for o in outcomes if isinstance(o, Quote)]
    assert len(made) == 1, outcomes
    assert sum(isinstance(o, CapacityRefused) for o in outcomes) == 3, outcomes
    signed = at_once(*[lambda: actions.accept(SYSTEM, made[0])] * 4)
    assert sum(isinstance(o, Order) for o in signed) == 1, signed
    assert queries.taken(ring.route, timezone.now()).sold == 100
