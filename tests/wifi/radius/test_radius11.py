"""RADIUS/1.1: what is on the wire, octet by octet, and who speaks it with whom."""

import asyncio
import os
import ssl
from functools import partial
from pathlib import Path

import pytest

from smartsenegal.wifi.radius import codec, radsec
from smartsenegal.wifi.radius.codec import Packet
from smartsenegal.wifi.radius.eap.keys import MICROSOFT, RECV_KEY, SEND_KEY, decrypt_key, mppe_attributes
from smartsenegal.wifi.radius.lines import Line
from smartsenegal.wifi.radius.radius11 import heard as taken_back
from smartsenegal.wifi.radius.radius11 import received, sent
from smartsenegal.wifi.radius.snapshot import Home
from smartsenegal.wifi.radius.tls import client_context
from tests.wifi.radius.test_radsec import NAME, SECRET, Door, Opened, ask, at_the_door
from tests.wifi.radius.test_radsec import login as old_login

BOTH = ("radius/1.0", "radius/1.1")
TOKEN = b"\x01\x02\x03\x04"


def packet(code: int, token: bytes, *attributes: tuple[int, bytes | int | str]) -> bytes:
    """A request of RADIUS/1.1; what is reserved is noise, that a server must not read."""
    body = b"".join(codec.attribute(kind, value) for kind, value in attributes)
    return bytes((code, 77)) + (20 + len(body)).to_bytes(2, "big") + token + os.urandom(12) + body


def login(password: str = "secret", token: bytes = TOKEN, *extra: tuple[int, bytes]) -> bytes:
    named = [(codec.USER_NAME, "awa"), (codec.USER_PASSWORD, password)]
    return packet(codec.ACCESS_REQUEST, token, *named, *extra)


async def heard(opened: Opened) -> Packet:
    """The next answer, which has nothing of the former protocol."""
    async with asyncio.timeout(10):
        reply = codec.read(await radsec.packet_from(opened[0]))
    assert reply.identifier == 0
    assert reply.raw[8:20] == bytes(12)
    assert codec.MESSAGE_AUTHENTICATOR not in reply.values
    return reply


async def said(opened: Opened, request: bytes) -> Packet:
    opened[1].write(request)
    reply = await heard(opened)
    assert reply.raw[4:8] == request[4:8]
    return reply


def test_a_gateway_logs_in_reports_and_asks_without_secret_nor_md5(tmp_path: Path) -> None:
    async def act(door: Door) -> None:
        opened = await door.connect(speaks=BOTH)
        assert opened[1].get_extra_info("ssl_object").selected_alpn_protocol() == "radius/1.1"
        accept = await said(
            opened, login("secret", TOKEN, (codec.PROXY_STATE, b"one"), (codec.PROXY_STATE, b"two"))
        )
        assert accept.code == codec.ACCESS_ACCEPT
        assert accept.every(codec.PROXY_STATE) == [b"one", b"two"]
        assert accept.number(codec.SESSION_TIMEOUT) == 3600
        assert (await said(opened, login("wrong"))).code == codec.ACCESS_REJECT
        assert (await said(opened, packet(codec.STATUS_SERVER, bytes(4)))).code == codec.ACCESS_ACCEPT
        report = packet(codec.ACCOUNTING_REQUEST, TOKEN, (codec.STATUS_TYPE, 1), (codec.SESSION_ID, "s1"))
        assert (await said(opened, report)).code == codec.ACCOUNTING_RESPONSE
        assert len(door.kept.lines) == 1

    at_the_door(tmp_path, act)


def test_more_logins_are_under_way_than_an_identifier_could_tell_apart(tmp_path: Path) -> None:
    async def act(door: Door) -> None:
        opened = await door.connect(speaks=BOTH)
        tokens = {(n << 12).to_bytes(4, "big"): "wrong" if n % 2 else "secret" for n in range(600)}
        opened[1].write(b"".join(login(password, token) for token, password in tokens.items()))
        for _ in range(600):
            reply = await heard(opened)
            right = tokens.pop(reply.raw[4:8]) == "secret"
            assert reply.code == (codec.ACCESS_ACCEPT if right else codec.ACCESS_REJECT)

    at_the_door(tmp_path, act)


def test_what_means_nothing_is_not_looked_at_and_what_gets_no_answer_ends_nothing(
    tmp_path: Path,
) -> None:
    async def act(door: Door) -> None:
        opened = await door.connect(speaks=BOTH)
        forged = (codec.MESSAGE_AUTHENTICATOR, bytes(16)), (241, b"\x04" + bytes(4))
        assert (await said(opened, login("secret", TOKEN, *forged))).code == codec.ACCESS_ACCEPT
        challenge_less = (codec.USER_NAME, "awa"), (codec.CHAP_PASSWORD, bytes(17))
        opened[1].write(packet(codec.ACCESS_REQUEST, TOKEN, *challenge_less))
        opened[1].write(login("x" * 129))
        assert (await said(opened, login())).code == codec.ACCESS_ACCEPT
        assert door.counters.counts["dropped challenge"] == 1
        assert door.counters.counts["dropped password"] == 1
        # Octets that are no packet end the connection.
        opened[1].write(login()[:20] + b"\x01\x00" + login()[22:])
        async with asyncio.timeout(10):
            assert await opened[0].read(1) == b""

    at_the_door(tmp_path, act)


@pytest.mark.parametrize("speaks", [(), ("radius/1.0",)])
def test_who_does_not_offer_it_is_served_as_before(tmp_path: Path, speaks: tuple[str, ...]) -> None:
    async def act(door: Door) -> None:
        opened = await door.connect(speaks=speaks)
        agreed = opened[1].get_extra_info("ssl_object").selected_alpn_protocol()
        assert agreed == (speaks[0] if speaks else None)
        assert (await ask(opened, old_login())).code == codec.ACCESS_ACCEPT

    at_the_door(tmp_path, act)


def test_it_is_not_spoken_before_tls_1_3(tmp_path: Path) -> None:
    async def act(door: Door) -> None:
        opened = await door.connect(speaks=BOTH, version=ssl.TLSVersion.TLSv1_2)
        async with asyncio.timeout(10):
            assert await opened[0].read(1) == b""
        former = await door.connect(version=ssl.TLSVersion.TLSv1_2)
        assert (await ask(former, old_login())).code == codec.ACCESS_ACCEPT

    door = at_the_door(tmp_path, act)
    assert door.counters.counts["dropped tls"] == 1


def test_the_keys_of_an_access_point_leave_without_what_hid_them() -> None:
    authenticator, msk = os.urandom(16), os.urandom(64)
    request = codec.read(received(login(), SECRET, authenticator))
    assert codec.signed(request, SECRET)
    hidden = mppe_attributes(msk, SECRET, request.authenticator)
    body = b"".join(codec.attribute(codec.VENDOR_SPECIFIC, value) for value in hidden)
    reply = codec.answer(codec.ACCESS_ACCEPT, request, SECRET, body)
    shown = codec.read(sent(reply, TOKEN, SECRET, authenticator)).every(codec.VENDOR_SPECIFIC)
    vendor = MICROSOFT.to_bytes(4, "big")
    assert shown == [vendor + bytes((RECV_KEY, 34)) + msk[:32], vendor + bytes((SEND_KEY, 34)) + msk[32:]]


def test_a_relay_reads_keys_that_share_an_attribute_and_none_that_is_too_long() -> None:
    asked = codec.read(old_login())
    vendor, receive, send = MICROSOFT.to_bytes(4, "big"), b"r" * 32, b"s" * 32
    both = vendor + bytes((RECV_KEY, 34)) + receive + bytes((SEND_KEY, 34)) + send
    long = vendor + bytes((SEND_KEY, 242)) + bytes(240)
    named = (codec.VENDOR_SPECIFIC, both), (codec.VENDOR_SPECIFIC, long), (codec.CLASS, b"theirs")
    reply = codec.read(taken_back(packet(codec.ACCESS_ACCEPT, TOKEN, *named), asked, SECRET))
    assert codec.answered_by_secret(reply, asked.authenticator, SECRET)
    assert reply.values[codec.CLASS] == b"theirs"
    keys = [
        decrypt_key(value[6:], SECRET, asked.authenticator) for value in reply.every(codec.VENDOR_SPECIFIC)
    ]
    assert keys == [receive, send]


@pytest.mark.parametrize("modern", [True, False])
def test_a_home_server_that_offers_it_is_asked_by_it(tmp_path: Path, modern: bool) -> None:
    async def act(door: Door) -> None:
        context = client_context(door.authority, NAME)
        if not modern:
            context.set_alpn_protocols(["radius/1.0"])
        line = Line(Home(1, 2, 0, "localhost", door.port, "radsec", SECRET), context)
        opening = asyncio.create_task(line.open())
        heard: asyncio.Queue[Packet] = asyncio.Queue()

        def make(identifier: int, authenticator: bytes, password: bytes = b"secret") -> bytes:
            body = codec.attribute(codec.USER_NAME, "awa") + codec.attribute(codec.PROXY_STATE, b"ours")
            body += codec.attribute(codec.USER_PASSWORD, codec.hide(password, SECRET, authenticator))
            return codec.request(codec.ACCESS_REQUEST, identifier, SECRET, body, authenticator)

        async with asyncio.timeout(10):
            while line.send(make, heard.put_nowait, 0.0) is None:
                await asyncio.sleep(0.01)
            assert (await heard.get()).code == codec.ACCESS_ACCEPT
            assert [c.modern for c in door.connections._open.values()] == [modern]
            line.send(partial(make, password=b""), heard.put_nowait, 0.0)
            assert (await heard.get()).code == codec.ACCESS_REJECT
            # What it never asked is not heard, nor what is no packet.
            line._hear(packet(codec.ACCESS_ACCEPT, TOKEN))
            line._hear(b"\2")
            # More than identifiers can tell apart go by token only.
            gone = [line.send(make, heard.put_nowait, 0.0) for _ in range(300)]
            assert gone.count(None) == (0 if modern else 300 - 256)
            for _ in range(300 - gone.count(None)):
                assert (await heard.get()).code == codec.ACCESS_ACCEPT
        assert heard.empty()
        opening.cancel()
        line.close()

    at_the_door(tmp_path, act, "localhost")
