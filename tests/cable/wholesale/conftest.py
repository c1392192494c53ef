from typing import Any

import pytest
from django.test import Client

from tests.cable.conftest import BACKEND


@pytest.fixture
def market(country: None) -> Any:
    """What is sold online, and who buys it."""
    from tests.cable.wholesale.world import make_market

    return make_market()


@pytest.fixture
def buyer(market: Any) -> Client:
    """A browser in which the operator's owner is signed in."""
    from smartsenegal.kernel.identity import api as identity

    client = Client()
    client.force_login(identity.Account.objects.get(pk=market.by.account_id), backend=BACKEND)
    return client
