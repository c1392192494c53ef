"""Gateways that want a form: Aruba and Omada, each played by a few lines that follow its document."""

import html
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from smartsenegal.wifi.access import api as access
from smartsenegal.wifi.access.models import Credential
from smartsenegal.wifi.network.api import seal_secret
from smartsenegal.wifi.network.models import Nas
from smartsenegal.wifi.portal import places
from tests.wifi.portal.conftest import MAC, SECRET, Phone

pytestmark = pytest.mark.django_db
OMADA = {
    "target": "10.20.0.2", "targetPort": "8088", "scheme": "http", "clientMac": "0A-1B-2C-3D-4E-5F",
    "clientIp": "10.20.0.9", "raidusServerIp": "192.0.2.50", "apMac": "AC-84-C6-00-00-01",
    "ssidName": "Smart Sénégal", "radioId": "1", "originUrl": "http://example.com/",
}  # fmt: skip
ARUBA = {
    "cmd": "login", "mac": "0a:1b:2c:3d:4e:5f", "essid": "Smart", "ip": "10.20.0.9", "apname": "ap-1",
    "apmac": "ac:84:c6:00:00:01", "vcname": "instant-1", "switchip": "securelogin.arubanetworks.com",
    "url": "http://example.com/",
}  # fmt: skip


def knows(login: str, password: str) -> bool:
    """What the gateway is told by RADIUS."""
    row = Credential.objects.filter(kind="token", login=login, closed_because="").first()
    return row is not None and bytes(row.verifier or b"") == access.verifier(access.of_device(password, MAC))


def omada(url: str, form: dict[str, str]) -> str:
    """The controller: FAQ 2912. It leads to `originUrl` whom its RADIUS server accepts."""
    told = {k: v for k, v in OMADA.items() if k in ("clientMac", "clientIp", "apMac", "ssidName", "radioId")}
    right = url == "http://10.20.0.2:8088/portal/radius/browserauth" and form["authType"] == "2"
    if right and told.items() <= form.items() and knows(form["username"], form["password"]):
        return form["originUrl"]
    return ""


def aruba(url: str, form: dict[str, str]) -> str:
    """The access point: it leads to `url` whom its RADIUS server accepts."""
    right = url == "https://securelogin.arubanetworks.com/cgi-bin/login" and form["cmd"] == "authenticate"
    return form["url"] if right and knows(form["user"], form["password"]) else ""


def form_of(page: Any) -> tuple[str, dict[str, str]]:
    """The form of a page, as a browser sends it."""
    text = page.content.decode().partition('action="')[2]
    url = html.unescape(text.partition('"')[0])
    fields = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text)
    return url, {name: html.unescape(value) for name, value in fields}


@pytest.mark.parametrize(("query", "gateway"), [(OMADA, omada), (ARUBA, aruba)])
def test_a_form_takes_the_token_to_the_gateway_and_comes_back_to_its_page(
    phone: Phone, query: dict[str, str], gateway: Any
) -> None:
    page = phone.post("entrer/", e=phone.arrive(urlencode(query)), w="click")
    url, form = form_of(page)
    back = gateway(url, form)
    assert back.startswith("https://wifi.example.sn/wifi/wifi-place-du-marche/etat/")
    assert phone.client.get(urlsplit(back).path).status_code == 200
    # By a button where no script runs; the policy lets the form leave from this page only.
    assert "Continuer" in page.content.decode()
    assert "form-action http: https:" in page["Content-Security-Policy"]
    assert "form-action 'self'" in phone.get(query=urlencode(query))["Content-Security-Policy"]
    assert not gateway(url, {**form, "password": "x", "username": "x", "user": "x"})


@pytest.mark.parametrize(
    "changed",
    [
        {"target": "198.51.100.7"}, {"target": "evil.example"}, {"target": "10.0.0.1@evil.example"},
        {"targetPort": "x"}, {"targetPort": "99999999"}, {"scheme": "javascript"}, {"ssidName": "x" * 300},
    ],
)  # fmt: skip
def test_omada_s_redirect_leads_nowhere_but_into_a_local_network(
    phone: Phone, changed: dict[str, str]
) -> None:
    assert not phone.arrive(urlencode({**OMADA, **changed}))


@pytest.mark.parametrize("switchip", ["198.51.100.7", "evil.example", "10.0.0.1.evil.example", ""])
def test_aruba_s_redirect_leads_nowhere_but_to_an_access_point(phone: Phone, switchip: str) -> None:
    assert not phone.arrive(urlencode({**ARUBA, "switchip": switchip}))
    assert phone.arrive(urlencode({**ARUBA, "switchip": "10.20.0.1"}))


def test_of_two_controllers_of_a_site_the_one_that_is_named_is_meant(phone: Phone) -> None:
    for number, kind in enumerate(("aruba", "omada"), 90):
        code = f"second-{kind}"
        Nas.objects.create(
            hotspot=phone.site, code=code, gateway=kind, network=f"192.0.2.{number}/32",
            secret=seal_secret(code, SECRET),
        )  # fmt: skip
    places.forget()
    assert not phone.arrive(urlencode(ARUBA))
    assert not phone.arrive(urlencode(OMADA))
    assert phone.arrive(urlencode({**ARUBA, "vcname": "gw-aruba"}))
    assert MAC not in phone.arrive(urlencode({**ARUBA, "vcname": "gw-aruba"}))
