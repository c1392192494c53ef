"""Officers of the data, and events as the data plane writes them."""

from typing import Any

import pytest
from django.test import Client

from tests.wifi.network.conftest import BACKEND, country, hotspot
from tests.wifi.sessions.conftest import Events, events

__all__ = ["Events", "country", "events", "hotspot"]
WORDS = ("baobab vélo mardi lanterne", "pirogue citron jeudi tambour")


def person(role: str, name: str) -> Any:
    from smartsenegal.kernel.identity import api as identity

    by = identity.system("test")
    phone = f"+2217710008{identity.Account.objects.count():02}"
    account = identity.create_account(by, name=name, phone=phone, verified=True)
    identity.assign_role(by, account, role, identity.organisation("senegal"))
    return identity.principal_for(account)


@pytest.fixture
def officer(country: None) -> Any:
    return person("privacy_officer", "Coumba Diouf")


@pytest.fixture
def inspector(country: None) -> Any:
    return person("inspector", "Abdoulaye Seck")


def browser(by: Any) -> Client:
    """A browser in which this person is signed in."""
    from smartsenegal.kernel.identity import api as identity

    client = Client()
    client.force_login(identity.Account.objects.get(pk=by.account_id), backend=BACKEND)
    return client
