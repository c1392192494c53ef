"""The doors, on the bytes that each vendor's documents give."""

import base64
import hashlib
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.wifi.network.api import Limits
from smartsenegal.wifi.portal.doors import coova, mikrotik, opennds
from smartsenegal.wifi.portal.doors.base import Arrival, Gateway, local, local_url, web_url
from smartsenegal.wifi.portal.doors.registry import read

SECRET = b"a secret of the gateway"
PORTAL = "https://wifi.example.sn/wifi/marche/"
CHILLI = Gateway(1, "coova", "gw-1", "gw-1", "192.0.2.1/32", SECRET)
ROUTER = Gateway(2, "mikrotik", "gw-2", "Marché", "192.0.2.2/32", SECRET)
NDS = Gateway(3, "opennds", "gw-3", "gw-3", "192.0.2.3/32", SECRET)
ALL = (CHILLI, ROUTER, NDS)
CHALLENGE = "00112233445566778899aabbccddeeff"


def chilli(secret: bytes = SECRET, **changed: str) -> tuple[dict[str, str], str]:
    told = {
        "res": "notyet", "uamip": "10.20.0.1", "uamport": "3990", "challenge": CHALLENGE, "called": "00-11",
        "mac": "0A-1B-2C-3D-4E-5F", "ip": "10.20.0.9", "nasid": "gw-1", "userurl": "http://example.com/a?b",
        **changed,
    }  # fmt: skip
    url = f"{PORTAL}?{urlencode(told)}"
    md = hashlib.md5(url.encode() + secret).hexdigest().upper()
    return {**told, "md": md}, f"{url}&md={md}"


def nds(key: bytes = SECRET, **changed: str) -> dict[str, str]:
    """As get_encrypted of libopennds and PHP's openssl_encrypt seal it."""
    told = {
        "hid": "9f86d081", "clientip": "10.20.0.9", "clientmac": "0a:1b:2c:3d:4e:5f", "gatewayname": "gw-3",
        "version": "9.10.0", "gatewayaddress": "10.20.0.1:2050", "originurl": "http://example.com/",
        **changed,
    }  # fmt: skip
    plain = ", ".join(f"{name}={value}" for name, value in told.items()).encode()
    filling = 16 - len(plain) % 16
    iv = "0123456789abcdef"
    encryptor = Cipher(algorithms.AES(key[:32].ljust(32, b"\0")), modes.CBC(iv.encode())).encryptor()
    sealed = encryptor.update(plain + bytes([filling]) * filling) + encryptor.finalize()
    return {"fas": base64.b64encode(base64.b64encode(sealed)).decode(), "iv": iv}


def test_chilli_s_redirect_is_read_and_its_device_goes_back_with_a_hidden_password() -> None:
    query, url = chilli()
    arrival = read(query, url, ALL)
    assert arrival is not None
    assert (arrival.gateway, arrival.mac, arrival.address) == (1, "0a1b2c3d4e5f", "10.20.0.9")
    assert arrival.origin == "http://example.com/a?b"
    leaving = coova.DOOR.leave(arrival, CHILLI, "abcdefghijklmnop", "qrstuvwxyz234567", "https://page/")
    assert leaving.url.startswith("http://10.20.0.1:3990/logon?")
    sent = {k: v[0] for k, v in parse_qs(urlsplit(leaving.url).query).items()}
    key = hashlib.md5(bytes.fromhex(CHALLENGE) + SECRET).digest()
    shown = bytes(a ^ b for a, b in zip(bytes.fromhex(sent["password"]), key, strict=True))
    assert (sent["username"], shown, sent["userurl"]) == (
        "abcdefghijklmnop", b"qrstuvwxyz234567", "https://page/",
    )  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"uamip": "198.51.100.7"}, {"uamip": "gw.example.com"}, {"uamport": "0"}, {"uamport": "99999"},
        {"uamport": "80@evil.example"}, {"challenge": "00"}, {"challenge": ""}, {"nasid": "another"},
    ],
)  # fmt: skip
def test_chilli_s_redirect_leads_nowhere_but_to_its_gateway(changed: dict[str, str]) -> None:
    query, url = chilli(**changed)
    assert read(query, url, ALL) is None


def test_chilli_s_redirect_must_be_signed_whole() -> None:
    query, url = chilli(secret=b"another")
    assert read(query, url, ALL) is None
    query, url = chilli()
    assert read({**query, "uamip": "10.20.0.2"}, url.replace("10.20.0.1", "10.20.0.2"), ALL) is None
    assert read(query, url.partition("&md=")[0], ALL) is None
    assert read(query, f"{url}&uamip=10.20.0.2", ALL) is None


def test_a_router_s_redirect_is_read_and_its_device_goes_to_its_servlet() -> None:
    query = {
        "nas": "Marché", "mac": "0A:1B:2C:3D:4E:5F", "ip": "10.20.0.9", "login": "http://10.20.0.1/login",
        "dst": "javascript:alert(1)",
    }  # fmt: skip
    arrival = read(query, "", ALL)
    assert arrival == Arrival(2, "0a1b2c3d4e5f", "10.20.0.9", "", {"login": "http://10.20.0.1/login"})
    leaving = mikrotik.DOOR.leave(arrival, ROUTER, "login", "word", "https://page/?a=b&c")
    assert leaving.url == (
        "http://10.20.0.1/login?username=login&password=word&dst=https%3A%2F%2Fpage%2F%3Fa%3Db%26c"
    )


@pytest.mark.parametrize(
    "login",
    [
        "http://evil.example/login", "https://198.51.100.7/login", "http://10.20.0.1@evil.example/login",
        "//10.20.0.1/login", "javascript:alert(1)//10.20.0.1/login", "http://10.20.0.1/other",
        "http://10.20.0.1/login?x=1", "http://10.20.0.1\\@evil.example/login", "http://[::1/login", "",
        "http://10.20.0.1:99999999/login", "http://10.20.0.1/login\r\nX: y", "http://127.0.0.1/login",
    ],
)  # fmt: skip
def test_a_router_s_redirect_leads_nowhere_else(login: str) -> None:
    assert read({"nas": "Marché", "login": login}, "", ALL) is None


def test_opennds_is_read_under_its_own_key_only() -> None:
    arrival = read(nds(), "", ALL)
    assert arrival is not None
    assert (arrival.gateway, arrival.mac, arrival.origin) == (3, "0a1b2c3d4e5f", "http://example.com/")
    assert arrival.back == {"rhid": hashlib.sha256(b"9f86d081" + SECRET).hexdigest()}
    others: list[dict[str, str]] = [
        nds(b"another"), nds(gatewayname="gw-9"), nds(hid=""), {"fas": "", "iv": ""},
        {"fas": "!", "iv": "0" * 16}, {**nds(), "iv": "é" * 8}, {**nds(), "iv": "short"},
    ]  # fmt: skip
    for other in others:
        assert read(other, "", ALL) is None
    # What a browser made of a plus.
    spaced = nds()
    assert read({**spaced, "fas": spaced["fas"].replace("+", " ")}, "", ALL) == arrival


def test_a_line_of_the_list_is_what_ndsctl_takes() -> None:
    assert opennds.listed("ab", Limits(90, 5_000_000, None, 2000, 500), "7") == (
        "ab%202%20500%202000%205000%205000%207"
    )
    assert opennds.listed("ab", Limits(), "7") == "ab%200%200%200%200%200%207"


def test_the_notice_of_an_end_is_read_or_left() -> None:
    told = (
        "method=timeout_deauth, clientmac=0a:1b:2c:3d:4e:5f, bytes_incoming=900, bytes_outgoing=40,"
        " session_start=1000, session_end=1600, token=aa, custom=7"
    )
    # As binauth_log.sh of 9.10 and of 11 write it.
    eleven = told.replace("=timeout_deauth", '="timeout_deauth"').replace(
        "0a:1b:2c:3d:4e:5f", '"0a:1b:2c:3d:4e:5f"'
    )
    hid = hashlib.sha256(b"aa").hexdigest()
    rhid = hashlib.sha256(hid.encode() + SECRET).hexdigest()
    for written in (told, eleven):
        # Incoming is what the device took in (counters of openNDS); ours are those of the gateway.
        assert opennds.ended(written, NDS) == opennds.Ended("0a1b2c3d4e5f", rhid, 1000, 1600, 40, 900)
    for wrong in ("", "x", told.replace("1600", "x"), told.replace("0a:", "zz:"), told.replace("900", "-1")):
        assert opennds.ended(wrong, NDS) is None


@pytest.mark.parametrize(("name", "written"), [("gw-3", b"gw-3"), ("Marché 2", b"March%c3%a9%202")])
def test_a_gateway_comes_under_its_name_as_openNDS_writes_it(name: str, written: bytes) -> None:
    assert opennds.gateway_hash(replace(NDS, identifier=name)) == hashlib.sha256(written).hexdigest()


@given(st.dictionaries(st.sampled_from([*chilli()[0], *nds(), "nas", "login", "dst"]), st.text(max_size=60)))
def test_no_parameters_break_a_door(query: dict[str, str]) -> None:
    assert read(query, "https://x/?" + "&".join(query), ALL) is None


@given(st.text(max_size=80))
def test_no_address_outside_a_local_network_is_local(text: str) -> None:
    for host in (text, f"{text}.10.0.0.1", f"10.0.0.1{text}"):
        if local_url(f"http://{host}/login"):
            assert local(urlsplit(f"http://{host}/login").hostname or "")
    assert web_url(text) in ("", text)


def test_a_gateway_says_nothing_of_its_secret() -> None:
    assert "secret of" not in repr(replace(CHILLI, code="x"))
