"""Logins of other realms: packets first, then home servers in this process that die, lie and live again."""

import asyncio
import os
import ssl
from collections.abc import Awaitable, Callable

import pytest

from smartsenegal.wifi.access import api as access
from smartsenegal.wifi.radius import classes, codec, lines, relay
from smartsenegal.wifi.radius.auth import Authoriser
from smartsenegal.wifi.radius.codec import Packet
from smartsenegal.wifi.radius.counters import Counters
from smartsenegal.wifi.radius.doors import AuthDoor
from smartsenegal.wifi.radius.eap.keys import MICROSOFT, RECV_KEY, SEND_KEY, decrypt_key, encrypt_key
from smartsenegal.wifi.radius.relay import Relay
from smartsenegal.wifi.radius.relaying import forwarded, loops, realm_of, returned
from smartsenegal.wifi.radius.snapshot import Home, Snapshot
from tests.wifi.radius.known import PHONE, SECRET, access_request, network, vendor

HOME_SECRET, MARK = b"home-secret", b"markmark"
PEER = bytes(4) + bytes((127, 0, 0, 1)) + bytes(8)
VLAN = codec.attribute(81, "\x0142")
GUEST = "awa@ucad.sn"


def test_a_request_goes_on_with_its_password_under_the_other_secret_and_our_mark_last() -> None:
    ours = codec.read(access_request(GUEST, extra=codec.attribute(33, b"one") + codec.attribute(8, 1)))
    authenticator = os.urandom(16)
    body = forwarded(ours, SECRET, HOME_SECRET, authenticator, MARK, "radius.example.sn")
    theirs = codec.read(codec.request(1, 9, HOME_SECRET, body, authenticator))
    assert codec.signed(theirs, HOME_SECRET)
    assert codec.reveal(theirs.values[codec.USER_PASSWORD], HOME_SECRET, authenticator) == b"secret"
    assert theirs.every(codec.PROXY_STATE) == [b"one", MARK]
    assert theirs.text(codec.OPERATOR_NAME) == "1radius.example.sn"
    assert theirs.text(codec.CALLING_STATION) == PHONE
    assert 8 not in theirs.values  # the device's address is no business of the home server
    assert loops(theirs, MARK)
    assert not loops(ours, MARK)


@pytest.mark.parametrize(
    ("name", "realm"),
    [("awa@UCAD.sn", b"ucad.sn"), ("ucad.sn", b""), ("a@b@ucad.sn", b"ucad.sn"), ("awa@", b""), ("", b"")],
)
def test_a_realm_is_what_follows_an_at(name: str, realm: bytes) -> None:
    body = codec.attribute(codec.USER_NAME, name)
    assert realm_of(codec.read(codec.request(codec.ACCESS_REQUEST, 1, b"s", body, bytes(16)))) == realm


def test_chap_keeps_its_challenge() -> None:
    ours = codec.read(access_request(GUEST, None, codec.attribute(codec.CHAP_PASSWORD, bytes(17))))
    body = forwarded(ours, SECRET, HOME_SECRET, os.urandom(16), MARK, "x")
    theirs = codec.read(codec.request(1, 9, HOME_SECRET, body, os.urandom(16)))
    assert theirs.values[codec.CHAP_CHALLENGE] == ours.authenticator


def test_an_accept_comes_back_without_vlan_nor_class_and_with_its_keys_under_our_secret() -> None:
    ours, authenticator = codec.read(access_request(GUEST)), os.urandom(16)
    keys = [(RECV_KEY, b"r" * 32, 0x8001), (SEND_KEY, b"s" * 32, 0x8002)]
    body = VLAN + codec.attribute(codec.CLASS, b"theirs") + codec.attribute(codec.PROXY_STATE, MARK)
    for kind, key, salt in keys:
        sealed = encrypt_key(key, HOME_SECRET, authenticator, salt)
        inner = MICROSOFT.to_bytes(4, "big") + bytes((kind, 2 + len(sealed))) + sealed
        body += codec.attribute(codec.VENDOR_SPECIFIC, inner)
    accept = codec.read(codec.request(2, 9, HOME_SECRET, body, authenticator))
    back = codec.read(
        codec.answer(2, ours, SECRET, returned(accept, HOME_SECRET, authenticator, ours, SECRET))
    )
    assert set(back.values) == {codec.MESSAGE_AUTHENTICATOR, codec.VENDOR_SPECIFIC}
    for kind, key, _ in keys:
        found = vendor(back, MICROSOFT, kind)
        assert found
        assert decrypt_key(found, SECRET, ours.authenticator) == key


# --- with servers ----------------------------------------------------------------------


class Server(asyncio.DatagramProtocol):
    """A home server: `answer` says by which code and attributes, None says nothing."""

    def __init__(self, answer: Callable[[Packet], tuple[int, bytes] | None]) -> None:
        self.answer = answer
        self.heard: list[Packet] = []
        self.signs = True
        self.port = 0

    async def start(self) -> "Server":
        loop = asyncio.get_running_loop()
        self.transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self.port = self.transport.get_extra_info("sockname")[1]
        return self

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        packet = codec.read(data)
        assert codec.signed(packet, HOME_SECRET)
        self.heard.append(packet)
        if said := self.answer(packet):
            self.transport.sendto(
                codec.answer(said[0], packet, HOME_SECRET, said[1], sign=self.signs), address
            )


class Relayed:
    """Our side: a door, a relay, what gateways are answered."""

    def __init__(self, tmp: object, *servers: Server) -> None:
        self.known: Snapshot = network()
        self.known.home_servers = {
            n: Home(n, 2, n, "127.0.0.1", server.port, "udp", HOME_SECRET) for n, server in enumerate(servers)
        }
        self.known.index_homes()
        self.said: asyncio.Queue[Packet] = asyncio.Queue()
        self.counters = Counters(tmp, "x")  # type: ignore[arg-type]
        authoriser = Authoriser(self.known)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.relay = Relay(self.known, authoriser, context, "radius.example.sn", self._deliver)
        self.door = AuthDoor(self.known, self.counters, authoriser, relay=self.relay.take)

    def _deliver(self, reply: bytes, peer: bytes) -> None:
        assert peer == PEER
        self.said.put_nowait(codec.read(reply))

    async def ask(self, request: bytes) -> Packet:
        if (at_once := self.door.handle(request, PEER)) is not None:
            reply = codec.read(at_once)
        else:
            async with asyncio.timeout(15):
                reply = await self.said.get()
        assert codec.answered_by_secret(reply, request[4:20], SECRET)
        return reply


def relayed(tmp: object, servers: list[Server], act: Callable[[Relayed], Awaitable[None]]) -> None:
    async def run() -> None:
        for server in servers:
            await server.start()
        here = Relayed(tmp, *servers)
        work = asyncio.create_task(here.relay.run())
        await asyncio.sleep(0.05)
        try:
            await act(here)
        finally:
            work.cancel()
            for server in servers:
                server.transport.close()

    asyncio.run(run())


def accept(packet: Packet) -> tuple[int, bytes]:
    body = codec.attribute(codec.CHARGEABLE_USER, b"cui-of-awa") + codec.attribute(codec.SESSION_TIMEOUT, 600)
    return codec.ACCESS_ACCEPT, body + VLAN + packet.proxy


def test_a_guest_gets_the_plan_of_the_place_for_as_long_as_the_home_server_says(tmp_path: object) -> None:
    home = Server(accept)

    async def act(here: Relayed) -> None:
        request = access_request(GUEST)
        first = await here.ask(request)
        assert first.code == codec.ACCESS_ACCEPT
        assert 595 <= (first.number(codec.SESSION_TIMEOUT) or 0) <= 600
        assert first.every(codec.PROXY_STATE) == []
        assert vendor(first, 14122, 8) == (2_000_000).to_bytes(4, "big")
        key = access.installation_key("class")
        given = classes.decode(key, first.every(codec.CLASS))
        assert given
        assert (given.credential, given.plan) == (0, 3)
        # The same octets again are answered without asking; another device of hers is the same holder.
        assert (await here.ask(request)).raw == first.raw
        assert len(home.heard) == 1
        other = classes.decode(key, (await here.ask(access_request(GUEST))).every(codec.CLASS))
        assert other
        assert other.holder == given.holder

    relayed(tmp_path, [home], act)


def test_a_refusal_and_a_challenge_come_back_and_a_conversation_stays_where_it_began(
    tmp_path: object,
) -> None:
    def challenges(packet: Packet) -> tuple[int, bytes]:
        if codec.STATE in packet.values:
            return codec.ACCESS_REJECT, codec.attribute(codec.REPLY_MESSAGE, "non")
        return codec.ACCESS_CHALLENGE, codec.attribute(codec.STATE, b"where")

    first, second = Server(challenges), Server(challenges)

    async def act(here: Relayed) -> None:
        here.relay._lines[here.known.home_servers[0]].dead = True
        challenge = await here.ask(access_request(GUEST))
        assert challenge.values[codec.STATE] == b"where"
        here.relay._lines[here.known.home_servers[0]].dead = False
        reply = await here.ask(access_request(GUEST, extra=codec.attribute(codec.STATE, b"where")))
        assert (reply.code, reply.text(codec.REPLY_MESSAGE)) == (codec.ACCESS_REJECT, "non")
        assert (len([p for p in first.heard if p.code == 1]), len(second.heard)) == (0, 2)

    relayed(tmp_path, [first, second], act)


def test_silence_goes_to_the_next_server_and_to_a_refusal_at_last(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay.dae, "FIRST_SECONDS", 0.2)
    monkeypatch.setattr(relay, "TEND_SECONDS", 0.02)
    silent, lives = Server(lambda _: None), Server(accept)

    async def act(here: Relayed) -> None:
        assert (await here.ask(access_request(GUEST))).code == codec.ACCESS_ACCEPT
        logins = [p.raw for p in silent.heard if p.code == codec.ACCESS_REQUEST]
        assert len(logins) == 2
        assert logins[0] == logins[1]
        # It is dead: the next login does not wait for it, and it is asked whether it lives.
        assert (await here.ask(access_request(GUEST))).code == codec.ACCESS_ACCEPT
        assert len([p for p in silent.heard if p.code == codec.ACCESS_REQUEST]) == 2
        line = here.relay._lines[here.known.home_servers[0]]
        assert line.dead
        silent.answer = lambda _: (codec.ACCESS_ACCEPT, b"")
        line.tend(1e9 if line._died_at > 1e9 else line._probed_at + lines.PROBE_SECONDS + 1)
        async with asyncio.timeout(10):
            while line.dead:
                await asyncio.sleep(0.01)
        # Nobody at all: a refusal, never silence.
        silent.answer = lives.answer = lambda _: None
        assert (await here.ask(access_request(GUEST))).code == codec.ACCESS_REJECT
        assert here.counters.counts["refused elsewhere"] == 1

    relayed(tmp_path, [silent, lives], act)


def test_what_is_not_signed_what_loops_and_what_a_closed_site_asks_is_refused(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "PATIENCE_SECONDS", 0.3)
    home = Server(accept)
    home.signs = False

    async def act(here: Relayed) -> None:
        assert (await here.ask(access_request(GUEST))).code == codec.ACCESS_REJECT
        heard = len(home.heard)
        back = codec.attribute(codec.PROXY_STATE, access.installation_key("proxy-state")[:8])
        assert (await here.ask(access_request(GUEST, extra=back))).code == codec.ACCESS_REJECT
        here.known.shut = frozenset({5})
        assert (await here.ask(access_request(GUEST))).code == codec.ACCESS_REJECT
        assert len(home.heard) == heard

    relayed(tmp_path, [home], act)
