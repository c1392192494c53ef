"""Octets at random and messages altered: nothing raises, nobody gets in, memory stays within its bounds."""

import contextlib
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from OpenSSL import SSL

from smartsenegal.wifi.radius.eap import Authenticator, Challenge, Config, Failure, Success, WifiAuthority
from smartsenegal.wifi.radius.eap.radius import EAP_MESSAGE, STATE, USER_NAME, answer
from tests.wifi.radius.eap.conftest import Accounts
from tests.wifi.radius.eap.peer import NOW, Peer, identity, pap, response

METHODS = ["tls", "ttls-pap", "ttls-mschapv2", "peap-mschapv2"]
TTLS, PEAP = 21, 25

# Each example comes when those before it are forgotten: a full house would refuse it at the door.
clock = itertools.count(NOW, 100.0)

small = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def open_to_all(made: Callable[..., Authenticator]) -> Authenticator:
    """Every method, few places."""
    return made(methods_of=lambda realm: METHODS, waiting_limit=20, engaged_limit=20, rounds=25)


def kept_within(authenticator: Authenticator) -> bool:
    return len(authenticator) <= 40 and authenticator.sessions == 0


@small
@given(first=st.binary(max_size=80), outer=st.text(max_size=20))
def test_any_first_message(open_to_all: Authenticator, first: bytes, outer: str) -> None:
    outcome = open_to_all.begin(first, outer, NOW)
    assert isinstance(outcome, Challenge | Failure)
    assert kept_within(open_to_all)


kinds = st.sampled_from([1, 2, 3, 13, 21, 25, 26, 33, 254]) | st.integers(0, 255)
flagged = st.builds(lambda flags, rest: bytes([flags]) + rest, st.integers(0, 255), st.binary(max_size=120))
records = st.builds(
    lambda kind, body: b"\0" + bytes([kind, 3, 3]) + len(body).to_bytes(2, "big") + body,
    st.integers(20, 24),
    st.binary(max_size=120),
)


@small
@given(answers=st.lists(st.tuples(kinds, flagged | records | st.binary(max_size=60)), max_size=12))
def test_any_conversation(open_to_all: Authenticator, answers: list[tuple[int, bytes]]) -> None:
    peer = Peer(open_to_all, now=next(clock))
    for kind, data in answers:
        if not isinstance(peer.outcome, Challenge):
            break
        peer.answer(response(peer.request[1], kind, data))
        assert not isinstance(peer.outcome, Success)
    assert kept_within(open_to_all)


@small
@given(
    kind=st.sampled_from([13, TTLS, PEAP]),
    turn=st.integers(0, 5),
    at=st.floats(0, 1, exclude_max=True),
    change=st.integers(1, 255),
    cut=st.booleans(),
)
def test_a_handshake_altered(
    open_to_all: Authenticator, kind: int, turn: int, at: float, change: int, cut: bool
) -> None:
    """A device without a password or a certificate, one of whose messages is changed on the way."""
    peer = Peer(open_to_all, now=next(clock))
    peer.negotiate(kind)
    for number in range(12):
        if not isinstance(peer.outcome, Challenge):
            break
        with contextlib.suppress(SSL.Error):
            peer.tls.do_handshake()
        octets = bytearray(response(peer.request[1], kind, b"\0" + peer._outgoing()))
        if number == turn:
            place = int(at * len(octets))
            octets[place] ^= change
            octets = octets[:place] if cut else octets
        peer.answer(bytes(octets))
        assert not isinstance(peer.outcome, Success)
        if isinstance(peer.outcome, Challenge) and len(peer.request) > 6:
            peer.tls.bio_write(peer.request[10:] if peer.request[5] & 0x80 else peer.request[6:])
    assert kept_within(open_to_all)


@small
@given(kind=st.sampled_from([TTLS, PEAP]), said=st.lists(st.binary(max_size=120), min_size=1, max_size=5))
def test_anything_inside_a_tunnel(open_to_all: Authenticator, kind: int, said: list[bytes]) -> None:
    peer = Peer(open_to_all, now=next(clock))
    peer.negotiate(kind)
    peer.handshake()
    for clear in said:
        if not isinstance(peer.outcome, Challenge):
            break
        peer.inside(clear or b"\0")
        assert not isinstance(peer.outcome, Success)
    assert kept_within(open_to_all)


inner = st.sampled_from([b"\x01awa@ucad.sn", b"\x01moussa@esp.sn", b"\x03\x15"]) | st.builds(
    lambda code, number, value: b"\x1a" + bytes([code, number]) + (4 + len(value)).to_bytes(2, "big") + value,
    st.integers(0, 7),
    st.integers(0, 255),
    st.builds(lambda head, rest: bytes([head]) + rest, st.just(49), st.binary(min_size=49, max_size=60)),
)
results = st.builds(
    lambda number, word: bytes([2, number, 0, 11, 33, 128, 3, 0, 2, 0, word]),
    st.integers(0, 255),
    st.integers(0, 3),
)


@small
@given(said=st.lists(inner | results | st.just(b"\x1a\x03"), min_size=1, max_size=6))
def test_peap_is_not_won_by_skipping_a_step(open_to_all: Authenticator, said: list[bytes]) -> None:
    peer = Peer(open_to_all, now=next(clock), outer="@esp.sn")
    peer.negotiate(PEAP)
    peer.handshake()
    peer.say(b"\0")
    for clear in said:
        if not isinstance(peer.outcome, Challenge):
            break
        peer.inside(clear)
        assert not isinstance(peer.outcome, Success)


@small
@given(
    pieces=st.lists(st.binary(max_size=253), max_size=4),
    states=st.lists(st.binary(max_size=30), max_size=2),
    name=st.binary(max_size=20),
    mtu=st.binary(max_size=6),
)
def test_any_attributes(
    open_to_all: Authenticator, pieces: list[bytes], states: list[bytes], name: bytes, mtu: bytes
) -> None:
    attributes = [(USER_NAME, name), (12, mtu)]
    attributes += [(EAP_MESSAGE, piece) for piece in pieces] + [(STATE, state) for state in states]
    reply = answer(open_to_all, attributes, worker=3, secret=b"s", request_authenticator=bytes(16), now=NOW)
    assert reply is None or reply.code in (3, 11)
    if reply is None:
        assert not pieces or len(states) > 1 or (states and states[0][:2] != b"\0\3")


class Crowd(RuleBasedStateMachine):
    """Honest devices among liars: the honest get in, and the bounds hold, whatever the order."""

    authority: WifiAuthority

    def __init__(self) -> None:
        super().__init__()
        accounts = Accounts()
        doors: dict[str, Any] = {
            "check_password": accounts.check_password,
            "nt_hash_of": accounts.nt_hash_of,
            "methods_of": lambda realm: ["ttls-pap"],
        }
        self.authenticator = Authenticator(
            Config(server=self.authority.server(), waiting_limit=6, engaged_limit=6, session_limit=2, **doors)
        )
        self.now = NOW
        self.peers: list[Peer] = []

    @rule()
    def arrive(self) -> None:
        self.peers.append(Peer(self.authenticator, now=self.now))

    @rule(octets=st.binary(max_size=30))
    def flood(self, octets: bytes) -> None:
        self.authenticator.begin(octets, "@ucad.sn", self.now)
        self.authenticator.begin(identity(), "@ucad.sn", self.now)

    @rule(which=st.integers(0, 10), octets=st.binary(max_size=30))
    def lie(self, which: int, octets: bytes) -> None:
        if self.peers:
            peer = self.peers.pop(which % len(self.peers))
            peer.now = self.now
            for data in (b"\0" + octets, octets):
                if isinstance(peer.outcome, Challenge):
                    peer.say(data)
                    assert not isinstance(peer.outcome, Success)

    @rule(which=st.integers(0, 10))
    def come_in(self, which: int) -> None:
        if self.peers:
            peer = self.peers.pop(which % len(self.peers))
            peer.now = self.now
            try:
                peer.handshake()
                outcome = peer.inside(pap("awa@ucad.sn", "rônier-7 pilon"))
            except AssertionError:
                assert isinstance(peer.outcome, Failure), peer.outcome
                assert peer.outcome.cause in ("state", "full")
            else:
                assert isinstance(outcome, Success)

    @rule(seconds=st.floats(0, 70))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def within_bounds(self) -> None:
        assert len(self.authenticator) <= 12
        assert self.authenticator.sessions <= 2


def test_a_crowd(authority: WifiAuthority) -> None:
    Crowd.authority = authority
    run_state_machine_as_test(
        Crowd, settings=settings(max_examples=40, stateful_step_count=30, deadline=None)
    )
