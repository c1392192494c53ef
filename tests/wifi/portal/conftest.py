"""A site with one gateway of each kind that has a door, and what a gateway would say."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from django.test import Client

if TYPE_CHECKING:  # this file is read before Django is ready
    from smartsenegal.wifi.network.models import Hotspot

from tests.wifi.network.conftest import country, engineer, hotspot

__all__ = ["country", "engineer", "hotspot"]
PORTAL = "https://wifi.example.sn/wifi"
MAC = "0a1b2c3d4e5f"
SECRET = b"a secret of the gateway"


@pytest.fixture(autouse=True)
def _nothing_in_memory(settings: Any) -> None:
    """Each test has sites, keys and counts of its own."""
    from smartsenegal.wifi.portal import bounding, counting, lines, places, queries

    settings.WIFI_PORTAL_URL = f"{PORTAL}/"
    settings.PUBLIC_URL = "https://services.example.sn"
    places.forget()
    lines.forget()
    bounding.taps.forget()
    queries.forget_keys()
    counting.tally.cache_clear()


@pytest.fixture
def site(hotspot: Hotspot) -> Hotspot:
    """Place du Marché, with every way in, a plan of an hour and 100 MB a day, and its gateways."""
    from smartsenegal.wifi.access.api import Plan, PlanRule
    from smartsenegal.wifi.network.api import Nas, seal_secret
    from smartsenegal.wifi.sessions.api import ensure_days, today

    ensure_days(today())
    hotspot.kinds_of_access = ["click", "sms", "voucher", "account"]
    hotspot.pool = "10.20.0.0/20"
    hotspot.save()
    for number, kind in enumerate(("coova", "mikrotik", "opennds", "aruba", "omada"), 1):
        code = f"gw-{kind}"
        Nas.objects.create(
            hotspot=hotspot, code=code, gateway=kind, network=f"192.0.2.{number}/32",
            secret=seal_secret(code, SECRET), interim_seconds=300,
        )  # fmt: skip
    plan = Plan.objects.create(
        code="public", name="Public", daily_seconds=3600, daily_octets=100_000_000, devices=2
    )
    PlanRule.objects.create(plan=plan)
    return hotspot


class Phone:
    """A browser at a site, without cookies."""

    def __init__(self, site: Hotspot) -> None:
        self.client = Client()
        self.base = f"/wifi/{site.site.code}/"
        self.site = site

    def get(self, path: str = "", query: str = "", **headers: Any) -> Any:
        self.client.cookies.clear()
        return self.client.get(f"{self.base}{path}" + (f"?{query}" if query else ""), **headers)

    def post(self, path: str, **values: str) -> Any:
        self.client.cookies.clear()
        return self.client.post(f"{self.base}{path}", values)

    def arrive(self, query: str | None = None) -> str:
        """The sealed visit on the first page that a gateway's redirect leads to."""
        page = self.get(query=redirect(self.site) if query is None else query).content.decode()
        return page.partition('name="e" value="')[2].partition('"')[0]


@pytest.fixture
def phone(site: Hotspot) -> Phone:
    return Phone(site)


def redirect(site: Hotspot, **changed: str) -> str:
    """The query of a redirect as MikroTik's page of login makes it."""
    told = {
        "nas": "gw-mikrotik", "mac": "0A:1B:2C:3D:4E:5F", "ip": "10.20.0.9",
        "login": "http://10.20.0.1/login", "dst": "http://example.com/",
    }  # fmt: skip
    return urlencode({**told, **changed})


@pytest.fixture
def on(site: Hotspot) -> Callable[..., Any]:
    """Put a device on, as the accounting would."""
    from smartsenegal.wifi.network.api import Nas
    from smartsenegal.wifi.sessions.api import Session

    def make(holder: int, credential: int, device: bytes = b"d", address: str = "10.20.0.9") -> Any:
        now = time.time_ns() // 1000
        return Session.objects.create(
            key=f"{credential}".encode().ljust(16, b"0"), nas=Nas.objects.get(code="gw-coova").pk,
            hotspot=site.pk, credential=credential, holder=holder, plan=1, device=device, nas_session="s",
            calling=MAC, address=address, started_us=now, updated_us=now,
        )  # fmt: skip

    return make
