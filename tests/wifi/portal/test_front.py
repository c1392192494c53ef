"""What is answered before Django, asked as a server asks an ASGI application."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from smartsenegal.wifi.network.models import Hotspot
from smartsenegal.wifi.portal import counting, places
from smartsenegal.wifi.portal.front import Front
from smartsenegal.wifi.portal.rules import PROBES
from smartsenegal.wifi.sessions.models import Session
from tests.wifi.portal.conftest import redirect

pytestmark = pytest.mark.django_db(transaction=True)
PORTAL = "https://wifi.example.sn/wifi/wifi-place-du-marche/"


async def _behind(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"django"})


def ask(
    host: str, path: str, address: str = "192.0.2.1", query: str = "", **more: Any
) -> tuple[int, dict[str, str], bytes]:
    scope = {
        "type": "http", "method": "GET", "path": path, "query_string": query.encode(), "scheme": "http",
        "headers": [(b"host", host.encode())], "client": (address, 5000), **more,
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def go() -> None:
        await Front(_behind)(scope, None, send)

    asyncio.run(go())
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, sent[1]["body"]


@pytest.fixture(autouse=True)
def _looked(site: Hotspot) -> None:
    places.known()


@pytest.mark.parametrize(("host", "path"), list(PROBES))
def test_a_probe_of_a_captive_device_is_led_to_its_portal_and_nothing_looks_like_open(
    host: str, path: str
) -> None:
    status, headers, body = ask(host, path)
    assert (status, headers["location"], body) == (302, PORTAL, b"")
    assert ask(host.upper() + ":80", path)[0] == 302
    assert ask(host, "/another")[0] == 302
    assert counting.tally().held >= 1


def test_a_probe_of_a_device_that_is_on_gets_the_open_answer(
    on: Callable[..., Session],
) -> None:
    on(holder=7, credential=7, address="10.20.0.9")
    for (host, path), plain in PROBES.items():
        status, headers, body = ask(host, path, "10.20.0.9")
        assert (status, body) == (plain.status, plain.body)
        assert headers.get("content-type", "") == plain.type
        assert ask(host, path, "10.20.0.8")[0] == 302
    Session.objects.update(updated_us=time.time_ns() // 1000 - 3600 * 1_000_000)
    assert ask("captive.apple.com", "/hotspot-detect.html", "10.20.0.9")[0] == 302


def test_a_probe_from_nowhere_is_neither_open_nor_led_anywhere() -> None:
    status, headers, body = ask("captive.apple.com", "/hotspot-detect.html", "198.51.100.9")
    assert status == 404
    assert "location" not in headers
    assert b"Success" not in body
    assert ask("captive.apple.com", "/", "not an address")[0] == 404


def test_the_first_page_comes_from_memory_and_the_rest_from_django(site: Hotspot) -> None:
    status, headers, body = ask("wifi.example.sn", "/wifi/wifi-place-du-marche/", query=redirect(site))
    assert status == 200
    assert headers["content-length"] == str(len(body))
    assert b'name="e" value="' in body
    assert "content-security-policy" in headers
    for path in ("/wifi/reseau/", "/wifi/nulle-part/", "/", "/wifi/wifi-place-du-marche/etat/x/"):
        assert ask("wifi.example.sn", path)[0] == 418
    assert ask("wifi.example.sn", "/wifi/wifi-place-du-marche/", method="POST")[0] == 418


def test_a_page_by_http_is_django_s_to_lead_to_https(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    path = "/wifi/wifi-place-du-marche/"
    assert ask("wifi.example.sn", path)[0] == 418
    assert ask("wifi.example.sn", path, scheme="https")[0] == 200
    settings.BEHIND_PROXY = True
    forwarded = [(b"host", b"wifi.example.sn"), (b"x-forwarded-proto", b"https")]
    assert ask("wifi.example.sn", path, headers=forwarded)[0] == 200


def test_the_server_s_application_is_read_by_a_process_that_has_not_begun() -> None:
    done = subprocess.run([sys.executable, "-c", "import smartsenegal.asgi"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
