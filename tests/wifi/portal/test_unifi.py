"""A UniFi controller, played by a server that speaks its documented API."""

import gzip
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from django.utils import timezone

from smartsenegal.wifi.access.models import Credential
from smartsenegal.wifi.network.api import AccessPoint, Zone, seal_secret
from smartsenegal.wifi.network.models import Nas
from smartsenegal.wifi.portal import actions_controller, places
from smartsenegal.wifi.portal.doors.base import Gateway
from smartsenegal.wifi.portal.doors.unifi import LARGEST_ANSWER, Controller, ControllerAway
from smartsenegal.wifi.portal.models import Admission
from smartsenegal.wifi.sessions.api import fold_all
from smartsenegal.wifi.sessions.models import Session, Usage
from tests.wifi.portal.conftest import MAC, SECRET, Phone
from tests.wifi.portal.test_pages import gone_to, text

pytestmark = pytest.mark.django_db
KEY = "a key made in the controller"
REDIRECT = {"ap": "AC:84:C6:00:00:01", "id": "0a:1b:2c:3d:4e:5f", "t": "1742398732", "url": "http://x.example/",
            "ssid": "Smart"}  # fmt: skip


class Server:
    """Sites, guests and orders, as the Network API has them."""

    def __init__(self) -> None:
        self.guests = {"0a:1b:2c:3d:4e:5f": False}
        self.orders: list[dict[str, Any]] = []
        self.away = False
        self.usage: dict[
            str, dict[str, Any]
        ] = {}  # by address; the list does not say it, a client's page does

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("away")
        if request.headers.get("X-API-KEY") != KEY:
            return httpx.Response(401, json={"statusCode": 401})
        path = request.url.path.removeprefix("/proxy/network/integration/v1")
        wanted = re.search(r"eq\('([^']+)'\)", request.url.params.get("filter", ""))
        if path == "/sites":
            return self.listed(
                [{"id": "site-1", "internalReference": "default"}], "internalReference", wanted
            )
        if path == "/sites/site-1/clients":
            found = [
                {"id": f"client-{n}", "macAddress": mac, "access": {"type": "GUEST", "authorized": on}}
                for n, (mac, on) in enumerate(self.guests.items())
            ]
            return self.listed(found, "macAddress", wanted)
        if one := re.fullmatch(r"/sites/site-1/clients/client-(\d)", path):
            return httpx.Response(200, json=self.client(list(self.guests)[int(one[1])]))
        asked = re.fullmatch(r"/sites/site-1/clients/client-(\d)/actions", path)
        if asked is None or request.method != "POST":
            return httpx.Response(404, json={})
        order = json.loads(request.content)
        self.orders.append(order)
        mac = list(self.guests)[int(asked[1])]
        self.guests[mac] = order["action"] == "AUTHORIZE_GUEST_ACCESS"
        revoked = self.client(mac)["access"]["authorization"]
        return httpx.Response(200, json={"action": order["action"], "revokedAuthorization": revoked})

    def client(self, mac: str) -> dict[str, Any]:
        authorization = {"authorizationMethod": "API", **self.usage.get(mac, {})}
        return {
            "macAddress": mac,
            "access": {"type": "GUEST", "authorized": True, "authorization": authorization},
        }

    @staticmethod
    def listed(rows: list[dict[str, Any]], name: str, wanted: Any) -> httpx.Response:
        found = [row for row in rows if wanted is None or row[name] == wanted[1]]
        return httpx.Response(
            200, json={"offset": 0, "count": len(found), "totalCount": len(found), "data": found}
        )


@pytest.fixture
def server(phone: Phone, monkeypatch: Any) -> Server:
    """The controller of the site, whose access point is known."""
    made = Server()
    Nas.objects.create(
        hotspot=phone.site, code="gw-unifi", gateway="unifi", network="192.0.2.20/32", interim_seconds=300,
        secret=seal_secret("gw-unifi", SECRET), controller_url="https://unifi.example.sn",
        controller_key=seal_secret("gw-unifi", KEY.encode()),
    )  # fmt: skip
    zone = Zone.objects.create(hotspot=phone.site, code="place", name="Place")
    AccessPoint.objects.create(zone=zone, name="Borne 1", mac="ac84c6000001")

    def opened(gateway: Gateway) -> Controller:
        return Controller(gateway.controller, gateway.key.decode(), httpx.MockTransport(made))

    for name in ("authorise", "follow", "put_out"):
        monkeypatch.setattr(getattr(actions_controller, name), "__defaults__", (opened,))
    places.forget()
    return made


def arrive(phone: Phone) -> str:
    led = phone.client.get(f"/guest/s/default/?{urlencode(REDIRECT)}")
    assert led.status_code == 302, led.content
    path, _, query = led["Location"].partition("?")
    assert path == phone.base
    return phone.arrive(query)


def tap(phone: Phone) -> str:
    """One tap; the path of the device's page, where it is led."""
    told = gone_to(phone.post("entrer/", e=arrive(phone), w="click"))
    return urlsplit(told["to"]).path.removeprefix(phone.base)


def test_the_controller_is_told_who_comes_in_and_how_long(phone: Phone, server: Server) -> None:
    path = tap(phone)
    [order] = server.orders
    assert order == {"action": "AUTHORIZE_GUEST_ACCESS", "timeLimitMinutes": 60, "dataUsageLimitMBytes": 100}
    fold_all()
    session = Session.objects.get()
    assert (session.credential, session.ended_us) == (Credential.objects.get(kind="token").pk, None)
    assert "Vous êtes en ligne" in text(phone.get(path))


def test_time_is_counted_while_the_controller_sees_the_device(phone: Phone, server: Server) -> None:
    tap(phone)
    Admission.objects.update(entered_at=timezone.now() - timedelta(minutes=20))
    assert actions_controller.follow() == 1
    fold_all()
    assert Usage.objects.get().seconds >= 1200
    server.away = True  # whom nobody can ask about stays as they are
    assert actions_controller.follow() == 0
    assert Admission.objects.get().ended_at is None
    server.away = False
    server.guests.clear()
    assert actions_controller.follow() == 0
    fold_all()
    assert Session.objects.get().ended_us is not None
    kept = Admission.objects.get()
    assert MAC not in f"{kept.rhid}{kept.mac}"


@pytest.mark.parametrize("ends", ["by itself", "by hand", "anew"])
def test_volumes_are_counted_where_the_controller_says_them(phone: Phone, server: Server, ends: str) -> None:
    path = tap(phone)
    server.usage["0a:1b:2c:3d:4e:5f"] = {"usage": {"rxBytes": 40_000_000, "txBytes": 1_000_000}}
    assert actions_controller.follow() == 1
    fold_all()
    session = Session.objects.get()
    assert (session.octets_in, session.octets_out) == (1_000_000, 40_000_000)
    server.usage["0a:1b:2c:3d:4e:5f"] = {"usage": {"rxBytes": 50_000_000, "txBytes": 2_000_000}}
    if ends == "by itself":
        server.guests.clear()
        actions_controller.follow()
    elif ends == "by hand":
        phone.post(path, act="leave")
    else:  # the controller begins to count anew, and says what it forgets
        fold_all()
        tap(phone)
    fold_all()
    session.refresh_from_db()
    assert session.ended_us is not None
    assert session.octets_out == (40_000_000 if ends == "by itself" else 50_000_000)
    assert Usage.objects.get().octets == (41_000_000 if ends == "by itself" else 52_000_000)


@pytest.mark.parametrize("said", [{}, {"usage": None}, {"usage": {"rxBytes": -1, "txBytes": 1}},
                                  {"usage": {"rxBytes": "9", "txBytes": 2**63}}])  # fmt: skip
def test_a_controller_that_says_no_volume_or_nonsense_counts_none(
    phone: Phone, server: Server, said: dict[str, Any]
) -> None:
    tap(phone)
    server.usage["0a:1b:2c:3d:4e:5f"] = said
    assert actions_controller.follow() == 1
    fold_all()
    assert Session.objects.get().octets_out == 0


def test_what_was_used_is_not_given_again(phone: Phone, server: Server) -> None:
    tap(phone)
    Admission.objects.update(entered_at=timezone.now() - timedelta(minutes=50))
    tap(phone)
    fold_all()
    server.orders.clear()
    tap(phone)
    assert server.orders[0]["timeLimitMinutes"] in (9, 10)
    assert Admission.objects.filter(ended_at=None).count() == 1


def test_a_device_leaves_by_the_controller(phone: Phone, server: Server) -> None:
    path = tap(phone)
    assert "la connexion se ferme" in text(phone.post(path, act="leave"))
    assert server.orders[-1] == {"action": "UNAUTHORIZE_GUEST_ACCESS"}
    assert Admission.objects.get().ended_at is not None


def test_a_controller_that_is_away_or_refuses_is_told(phone: Phone, server: Server) -> None:
    state = arrive(phone)
    server.away = True
    refused = phone.post("entrer/", e=state, w="click")
    assert refused.status_code == 422
    assert "ne répond pas" in text(refused)
    server.away = False
    server.guests.clear()
    assert "ne répond pas" in text(phone.post("entrer/", e=state, w="click"))
    assert not Admission.objects.exists()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b" " * (LARGEST_ANSWER + 1), {}),
        (gzip.compress(b"{}", mtime=0), {"Content-Encoding": "gzip"}),
        (b"[" * 99_999, {}),
    ],
)
def test_what_answers_as_a_controller_can_neither_fill_nor_break_us(
    body: bytes, headers: dict[str, str]
) -> None:
    answers = httpx.MockTransport(lambda _: httpx.Response(200, content=body, headers=headers))
    with Controller("https://unifi.example.sn", "k", answers) as controller, pytest.raises(ControllerAway):
        controller.devices_on("default")


def test_a_redirect_of_a_stranger_leads_nowhere(phone: Phone, server: Server) -> None:
    for changed in ({"ap": "00:00:00:00:00:09"}, {"ap": ""}, {"ap": "\x00"}):
        assert phone.client.get(f"/guest/s/default/?{urlencode({**REDIRECT, **changed})}").status_code == 404
    assert not phone.arrive(urlencode({**REDIRECT, "site": "a/../b"}))
    assert not phone.arrive(urlencode({**REDIRECT, "site": "default", "id": "x"}))
    Nas.objects.filter(code="gw-unifi").update(controller_key=None)
    places.forget()
    assert not phone.arrive(urlencode({**REDIRECT, "site": "default"}))


def test_the_key_is_kept_sealed_and_not_shown(
    phone: Phone, server: Server, engineer: Callable[..., Any]
) -> None:
    from smartsenegal.wifi.network import actions as network
    from smartsenegal.wifi.network.api import open_secret
    from smartsenegal.wifi.network.forms import GatewayForm

    nas = Nas.objects.get(code="gw-unifi")
    assert KEY.encode() not in bytes(nas.controller_key or b"")
    assert KEY not in str(GatewayForm.of(nas))
    by = engineer()
    network.change_gateway(by, nas, controller_key="", controller_url="https://unifi.example.sn")
    nas.refresh_from_db()
    assert open_secret("gw-unifi", bytes(nas.controller_key or b"")) == KEY.encode()
    network.change_gateway(by, nas, controller_key="another")
    nas.refresh_from_db()
    assert open_secret("gw-unifi", bytes(nas.controller_key or b"")) == b"another"
