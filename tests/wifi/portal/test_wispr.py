"""A smart client at a CoovaChilli gateway: it reads the XML of the pages, and nothing else."""

import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree import ElementTree

import pytest

from smartsenegal.wifi.portal.doors import wispr
from tests.wifi.portal.conftest import PORTAL, SECRET, Phone
from tests.wifi.portal.test_doors import CHALLENGE

pytestmark = pytest.mark.django_db


def message(response: Any) -> tuple[str, dict[str, str]]:
    """As the client reads a page: the comment, its one message, the fields in it."""
    found = re.findall(r"<!--\s*(<\?xml.*?</WISPAccessGatewayParam>)\s*-->", response.content.decode(), re.S)
    assert len(found) == 1, response.content
    root = ElementTree.fromstring(found[0])
    assert root.tag == "WISPAccessGatewayParam"
    [said] = root
    return said.tag, {each.tag: each.text or "" for each in said}


def chilli(phone: Phone, res: str, secret: bytes = SECRET, **more: str) -> str:
    told = {
        "res": res, "uamip": "10.20.0.1", "uamport": "3990", "called": "00-11", "nasid": "gw-coova",
        "mac": "0A-1B-2C-3D-4E-5F", "ip": "10.20.0.9", **more,
    }  # fmt: skip
    query = urlencode(told)
    url = f"{PORTAL}/{phone.site.site.code}/?{query}"
    return f"{query}&md={hashlib.md5(url.encode() + secret).hexdigest().upper()}"


def test_a_smart_client_finds_its_login_and_is_led_to_the_gateway(phone: Phone) -> None:
    page = phone.get(query=chilli(phone, "notyet", challenge=CHALLENGE))
    kind, told = message(page)
    assert kind == "Redirect"
    assert (told["MessageType"], told["ResponseCode"], told["AccessProcedure"]) == ("100", "0", "1.0")
    assert (told["VersionLow"], told["VersionHigh"]) == ("1.0", "2.0")
    assert told["LocationName"] == "Place du Marché"
    assert len(page.content) < 14 * 1024
    login = urlsplit(told["LoginURL"])
    assert f"{login.scheme}://{login.netloc}{login.path}".startswith(
        f"{PORTAL}/{phone.site.site.code}/wispr/"
    )
    sent = {
        "UserName": "7KQ2M-X40TB",
        "Password": "a password of more than 16",
        "FNAME": "0",
        "button": "Login",
    }
    answer = phone.client.post(f"{phone.base}wispr/?{login.query}", sent)
    kind, told = message(answer)
    assert (kind, told["MessageType"], told["ResponseCode"]) == ("AuthenticationReply", "120", "201")
    results = urlsplit(told["LoginResultsURL"])
    given = {name: values[0] for name, values in parse_qs(results.query).items()}
    assert (results.netloc, results.path, given["username"]) == ("10.20.0.1:3990", "/logon", "7KQ2M-X40TB")
    key = hashlib.md5(bytes.fromhex(CHALLENGE) + SECRET).digest() * 2
    shown = bytes(a ^ b for a, b in zip(bytes.fromhex(given["password"]), key, strict=True))
    assert shown.rstrip(b"\0") == b"a password of more than 16"


@pytest.mark.parametrize(
    ("res", "expected"), [("success", ("120", "50")), ("already", ("120", "50")), ("logoff", ("130", "150"))]
)
def test_a_smart_client_is_told_how_it_ended(phone: Phone, res: str, expected: tuple[str, str]) -> None:
    page = phone.get(query=chilli(phone, res))
    _, told = message(page)
    assert (told["MessageType"], told["ResponseCode"]) == expected
    if res != "logoff":
        assert told["LogoffURL"] == "http://10.20.0.1:3990/logoff"
        assert "Vous êtes en ligne" in page.content.decode()


def test_a_login_that_failed_is_told_and_may_be_tried_again(phone: Phone) -> None:
    page = phone.get(query=chilli(phone, "failed", challenge=CHALLENGE, reply="Ce ticket --> <est> épuisé."))
    _, told = message(page)
    assert (told["ResponseCode"], told["ReplyMessage"]) == ("100", "Ce ticket --> <est> épuisé.")
    assert b'name="e" value="' in page.content


def test_nobody_but_the_gateway_says_how_it_ended(phone: Phone) -> None:
    page = phone.get(query=chilli(phone, "success", secret=b"another"))
    assert b"<WISP" not in page.content
    assert "Vous êtes en ligne" not in page.content.decode()
    # Nor does a page of another vendor's gateway speak of it.
    assert b"<WISP" not in phone.get(query="nas=gw-mikrotik&login=http://10.20.0.1/login").content


@pytest.mark.parametrize(
    ("state", "given", "code"),
    [
        ("forged", {"UserName": "a", "Password": "b"}, wispr.FAILED),
        ("", {}, wispr.REJECTED),
        ("", {"UserName": "é" * 200}, wispr.REJECTED),
        ("", {"UserName": "a", "Password": "x" * 129}, wispr.REJECTED),
    ],
)
def test_a_login_that_cannot_be_is_refused(
    phone: Phone, state: str, given: dict[str, str], code: int
) -> None:
    visit = state or phone.arrive(chilli(phone, "notyet", challenge=CHALLENGE))
    answer = phone.client.post(f"{phone.base}wispr/?e={visit}", given)
    assert answer.status_code == 422
    assert message(answer)[1]["ResponseCode"] == str(code)
