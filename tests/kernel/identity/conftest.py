"""What the tests of accounts share. Imports of our modules wait until Django is ready."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def _fresh_rate_limits(db: None) -> None:
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def last_code() -> Callable[[str], str]:
    """Code of the last message to a phone or an e-mail; fails when there is none."""

    def read(address: str) -> str:
        from smartsenegal.kernel.notifications.models import Message

        message = Message.objects.filter(address=address, template="identity.code").order_by("-id").first()
        assert message is not None, f"no code was sent to {address}"
        found = re.search(r"\b(\d{6})\b", message.body)
        assert found is not None
        return found.group(1)

    return read


@pytest.fixture
def senegal(db: None) -> Any:
    """A country with a region, two départements and a commune."""
    from smartsenegal.kernel.territory.models import Territory

    def place(code: str, kind: str, name: str, parent: Any = None) -> Any:
        path = f"{parent.path}/{code}" if parent else code
        return Territory.objects.create(
            code=code,
            kind=kind,
            name=name,
            label=name,
            parent=parent,
            path=path,
            search=f"\n{name.lower()}\n",
        )

    country = place("SN", "country", "Sénégal")
    region = place("SN-TH", "region", "Thiès", country)
    thies = place("SN-TH-thies", "departement", "Thiès", region)
    place("SN-TH-mbour", "departement", "Mbour", region)
    place("SN-TH-thies-thies-nord", "commune", "Thiès Nord", thies)
    return country


@pytest.fixture
def organisations(senegal: Any) -> dict[str, Any]:
    """The State, a ministry, and two courts of it in two départements."""
    from smartsenegal.kernel.identity.api import Organisation, OrganisationRow, load_organisations

    load_organisations(
        [
            OrganisationRow("senegal", "République du Sénégal", "root", "", "SN"),
            OrganisationRow("justice", "Ministère de la Justice", "ministry", "senegal", "SN"),
            OrganisationRow("ti-thies", "Tribunal d’instance de Thiès", "service", "justice", "SN-TH-thies"),
            OrganisationRow("ti-mbour", "Tribunal d’instance de Mbour", "service", "justice", "SN-TH-mbour"),
            OrganisationRow("interieur", "Ministère de l’Intérieur", "ministry", "senegal", "SN"),
        ]
    )
    return {o.code: o for o in Organisation.objects.select_related("territory")}


@pytest.fixture
def make_account(db: None) -> Callable[..., Any]:
    """Opens a proved account."""
    from smartsenegal.kernel.identity.api import create_account, system

    def make(name: str = "Awa Ndiaye", phone: str = "", email: str = "", password: str | None = None) -> Any:
        if not phone and not email:
            phone = "+221771000001"
        return create_account(
            system("test"), name=name, phone=phone, email=email, password=password, verified=True
        )

    return make


@pytest.fixture
def make_agent(make_account: Callable[..., Any], organisations: dict[str, Any]) -> Callable[..., Any]:
    """Opens a proved account with a role; returns it with its principal."""
    from smartsenegal.kernel.identity.api import assign_role, principal_for, system

    def make(role: str = "administrator", where: str = "senegal", territory: Any = None, **who: Any) -> Any:
        account = make_account(**who)
        assign_role(system("test"), account, role, organisations[where], territory)
        return account, principal_for(account)

    return make


@pytest.fixture
def signed_in(client: Client) -> Callable[[Any], Client]:
    """The test client, signed in as an account, without going through the door."""

    def sign_in(account: Any) -> Client:
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
