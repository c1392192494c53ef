from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from smartsenegal.wifi.network.models import Hotspot

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
def network(engineer: Callable[..., Any], client: Client) -> Client:
    """A browser in which a network engineer of the whole country is signed in."""
    from smartsenegal.kernel.identity import api as identity

    account = identity.Account.objects.get(pk=engineer().account_id)
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def hotspot(country: None) -> "Hotspot":
    from smartsenegal.kernel.identity.api import system
    from smartsenegal.kernel.territory.models import Territory
    from smartsenegal.wifi.network import actions

    place = Territory.objects.get(code="SN-TH-mbour-mbour")
    return actions.add_hotspot(system("test"), name="Place du Marché", place=place, ssid="Smart Wifi")


@pytest.fixture
def portal(settings: Any) -> None:
    settings.WIFI_PORTAL_URL = "https://wifi.example.sn/wifi/"
    settings.PUBLIC_URL = "https://services.example.sn"
    settings.WIFI_RADIUS_HOSTS = ["198.51.100.1", "198.51.100.2"]
    settings.WIFI_FREE_HOSTS = ["urgences.example.sn", "www.gstatic.com", "films.example.sn"]
