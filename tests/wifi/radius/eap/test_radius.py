"""Outcomes as attributes of RADIUS."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.wifi.radius.eap import Authenticator, Success
from smartsenegal.wifi.radius.eap import radius as adapter
from smartsenegal.wifi.radius.eap.keys import decrypt_key
from smartsenegal.wifi.radius.eap.radius import Answer
from tests.wifi.radius.eap.conftest import PASSWORDS
from tests.wifi.radius.eap.peer import NOW, Peer, identity, pap, response

Make = Callable[..., Authenticator]
SECRET, REQUEST = b"shared", bytes(range(16))
EAP, STATE, NAME, ERROR, VENDOR, CUI = 79, 24, 1, 101, 26, 89


def asked(authenticator: Authenticator, *attributes: tuple[int, bytes], worker: int = 258) -> Answer | None:
    return adapter.answer(
        authenticator,
        [(NAME, b"@ucad.sn"), *attributes],
        worker=worker,
        secret=SECRET,
        request_authenticator=REQUEST,
        now=NOW,
    )


@given(st.binary(max_size=4000))
def test_a_message_is_cut_and_joined(eap: bytes) -> None:
    pieces = adapter.split(eap)
    assert b"".join(value for _, value in pieces) == eap
    assert all(kind == EAP and 0 < len(value) <= 253 for kind, value in pieces)


def test_a_challenge_has_a_state_with_its_worker(made: Make) -> None:
    authenticator = made()
    reply = asked(authenticator, (EAP, identity()))
    assert reply is not None
    assert reply.code == 11
    assert [kind for kind, _ in reply.attributes] == [EAP, STATE]
    state = dict(reply.attributes)[STATE]
    assert adapter.worker_of(reply.attributes) == 258
    assert adapter.worker_of([(EAP, b"")]) is None
    assert asked(authenticator, (EAP, identity()), (STATE, state), worker=1) is None
    ignored = asked(authenticator, (EAP, b"nonsense"), (STATE, state))
    assert ignored is not None
    assert ignored.attributes == [*reply.attributes, (ERROR, (202).to_bytes(4, "big"))]


def test_what_is_no_eap_is_not_for_us(made: Make) -> None:
    authenticator = made()
    assert asked(authenticator) is None
    assert asked(authenticator, (EAP, identity()), (STATE, b"\1\2a"), (STATE, b"\1\2b")) is None
    assert len(authenticator) == 0


def test_a_refusal_is_a_failure_of_eap_and_nothing_else(made: Make) -> None:
    reply = asked(made(), (EAP, identity("@nowhere.example", 9)))
    assert reply is not None
    assert (reply.code, reply.attributes) == (3, [(EAP, bytes([4, 9, 0, 4]))])


def accepted(made: Make, *attributes: tuple[int, bytes]) -> Answer:
    authenticator = made()
    peer = Peer(authenticator)
    peer.negotiate(21)
    peer.handshake()
    peer.tls.send(pap("awa@ucad.sn", PASSWORDS["awa@ucad.sn"]))
    eap = response(peer.request[1], 21, b"\0" + peer._outgoing())
    state = (258).to_bytes(2, "big") + peer.outcome.state  # type: ignore[union-attr]
    cut = [(EAP, eap[:100]), (EAP, eap[100:])]
    reply = asked(authenticator, *cut, (STATE, state), *attributes)
    assert reply is not None
    assert isinstance(reply.outcome, Success)
    return reply


def test_an_accept_brings_the_keys(made: Make) -> None:
    reply = accepted(made)
    assert reply.code == 2
    assert [kind for kind, _ in reply.attributes] == [EAP, VENDOR, VENDOR]
    assert isinstance(reply.outcome, Success)
    recv, send = (value for kind, value in reply.attributes if kind == VENDOR)
    halves = [decrypt_key(value[6:], SECRET, REQUEST) for value in (recv, send)]
    assert b"".join(halves) == reply.outcome.msk


def test_who_it_is_is_told_to_who_asks_and_never_by_name(made: Make) -> None:
    reply = accepted(made, (CUI, b"\0"), (126, b"1esp.sn"))
    assert isinstance(reply.outcome, Success)
    assert dict(reply.attributes)[CUI] == (reply.outcome.cui or "").encode() != b""
    assert all(b"awa" not in value for _, value in reply.attributes)
    assert CUI not in dict(accepted(made).attributes)
