"""A seller, a customer's page and another's system at the same moment, for the last capacity."""

from typing import Any

import pytest
from django.utils import timezone

from smartsenegal.cable.capacity import actions, queries
from smartsenegal.cable.capacity.models import Qualification, Quote
from tests import reference
from tests.at_once import at_once
from tests.cable.wholesale.test_rest import ORDER, QUOTE, System, _order, quote_body
from tests.cable.wholesale.world import SYSTEM, make_market
from tests.onestop.cases.partner import token_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_last_capacity_is_sold_once_by_whichever_door(transactional_db: None) -> None:
    reference.load("territory", "sites")
    market = make_market()
    system = System(token_of(market.other, ["cable.buy"]))

    def seller() -> Any:
        return actions.make_quote(
            SYSTEM, product=market.plain, buyer="Un autre", gbps=100, term_months=12, hold_days=10
        )

    def page() -> Any:
        return actions.ask(market.by, market.operator, actions.Wish(market.plain, 100, 12))

    def api() -> Any:
        return system("POST", QUOTE, quote_body(market.plain, 100))

    outcomes = at_once(seller, page, api)
    assert Quote.objects.count() == 1, outcomes
    assert Qualification.objects.filter(refusal__contains="retenus").exists()
    Quote.objects.update(customer=market.other)
    quote = {"id": Quote.objects.get().number}
    signed = at_once(*[lambda: system("POST", ORDER, _order(quote), "la-meme-cle")] * 3)
    assert [answer.status_code for answer in signed] == [201] * 3, signed
    assert len({answer.content for answer in signed}) == 1
    assert queries.taken(market.route, timezone.now()).sold == 100
