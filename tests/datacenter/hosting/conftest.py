from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from smartsenegal.datacenter.facility.models import DataCenter
    from smartsenegal.datacenter.hosting.models import Pool, Project
    from smartsenegal.kernel.identity.api import Organisation, Principal


@pytest.fixture
def pool(center: "DataCenter") -> "Pool":
    from tests.datacenter.hosting.world import make_pool

    return make_pool(center)


@pytest.fixture
def owner(country: None) -> "tuple[Principal, Organisation]":
    """Who owns a company, and the company."""
    from tests.datacenter.colocation.world import make_company

    return make_company("Jokko SARL")


@pytest.fixture
def project(pool: "Pool", owner: "tuple[Principal, Organisation]") -> "Project":
    from tests.datacenter.hosting.world import make_project

    return make_project(owner[0], pool, owner[1])


@pytest.fixture
def signed_in() -> "Callable[[Principal], Client]":
    """Makes a browser in which somebody is signed in."""

    def make(by: Any) -> Client:
        from smartsenegal.kernel.identity import api as identity
        from tests.datacenter.conftest import BACKEND

        made = Client()
        made.force_login(identity.Account.objects.get(pk=by.account_id), backend=BACKEND)
        return made

    return make
