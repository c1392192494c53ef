from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from smartsenegal.datacenter.facility.models import DataCenter
    from smartsenegal.kernel.identity.api import Organisation, Principal


@pytest.fixture
def company(country: None) -> "Callable[[str], tuple[Principal, Organisation]]":
    """Makes a company: who owns it, and itself."""
    from tests.datacenter.colocation.world import make_company

    return make_company


@pytest.fixture
def priced(center: "DataCenter") -> "DataCenter":
    """A datacentre with its prices and its rule on names."""
    from tests.datacenter.colocation.world import price

    return price(center)
