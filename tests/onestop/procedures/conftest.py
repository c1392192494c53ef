"""The territory, the sites and the reference catalogue, in the test's own transaction."""

from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def country(db: Any) -> None:
    """The whole territory."""
    from tests import reference

    reference.load("territory")


@pytest.fixture
def catalogue(db: Any) -> None:
    """Themes, life events and the procedures of the software, published."""
    from tests import reference

    reference.load("procedures")


@pytest.fixture
def organisations(country: Any) -> None:
    """Ministries and services."""
    from tests import reference

    reference.load("sites")


def sign_in(client: Client, role: str, organisation: str, phone: str) -> Client:
    """The client of an agent with one role."""
    from smartsenegal.kernel.identity import api as identity

    by = identity.system("test")
    account = identity.create_account(by, name="Aminata Cissé", phone=phone, verified=True)
    identity.assign_role(by, account, role, identity.organisation(organisation))
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def owner(organisations: Any, catalogue: Any) -> Client:
    """In charge of the procedures of the ministry of Justice."""
    return sign_in(Client(), "procedure_owner", "ministere-justice", "+221771000001")


@pytest.fixture
def officer(organisations: Any, catalogue: Any) -> Client:
    """An agent who is in charge of no procedure."""
    return sign_in(Client(), "officer", "ministere-justice", "+221771000002")
