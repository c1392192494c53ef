from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def country(db: None) -> None:
    """The whole reference territory and its organisations."""
    from tests import reference

    reference.load("territory", "sites")


@pytest.fixture
def engineer(country: None) -> Callable[..., Any]:
    """Principal of a network engineer of an organisation, in a territory or in all the country."""
    from smartsenegal.kernel.identity import api as identity
    from smartsenegal.kernel.territory.models import Territory

    def make(where: str = "senegal", territory: str = "", role: str = "network_engineer") -> Any:
        system = identity.system("test")
        phone = f"+2217710009{identity.Account.objects.count():02}"
        account = identity.create_account(system, name="Rokhaya Thiam", phone=phone, verified=True)
        place = Territory.objects.get(code=territory) if territory else None
        identity.assign_role(system, account, role, identity.organisation(where), place)
        return identity.principal_for(account)

    return make


@pytest.fixture
def planner(engineer: Callable[..., Any], client: Client) -> Client:
    """A browser in which a network engineer of the whole country is signed in."""
    from smartsenegal.kernel.identity import api as identity

    account = identity.Account.objects.get(pk=engineer().account_id)
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def facts(country: None) -> None:
    """The cables that the press tells of, and the example of a national network."""
    from smartsenegal.cable.network import actions
    from smartsenegal.kernel.identity.api import system

    actions.load_facts(system("test"))
