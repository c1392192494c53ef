"""PEAP by hand, step by step, with a lie at each."""

from collections.abc import Callable

import pytest
from OpenSSL import SSL

from smartsenegal.wifi.radius.eap import Authenticator, Challenge, Success, mschapv2
from tests.wifi.radius.eap.conftest import PASSWORDS
from tests.wifi.radius.eap.peer import Peer, refused

Make = Callable[..., Authenticator]
MOUSSA = b"moussa@esp.sn"
SECRET = PASSWORDS[MOUSSA.decode()]
CHALLENGE_OF_DEVICE = bytes(range(16))
WENT_WELL, WENT_WRONG = bytes([128, 3, 0, 2, 0, 1]), bytes([128, 3, 0, 2, 0, 2])


def opened(authenticator: Authenticator) -> Peer:
    """A device in the tunnel, that was asked who it is."""
    peer = Peer(authenticator, outer="@esp.sn")
    peer.negotiate(25)
    peer.handshake()
    peer.say(b"\0")
    assert heard(peer) == b"\x01"
    return peer


def heard(peer: Peer) -> bytes:
    """What the server said inside."""
    whole = peer.collected()
    if whole:
        peer.tls.bio_write(whole)
    try:
        return peer.tls.recv(4096)
    except SSL.WantReadError:
        return b""


def challenged(authenticator: Authenticator, name: bytes = MOUSSA) -> tuple[Peer, int, bytes]:
    """The same once it said its name: the number and the challenge it got."""
    peer = opened(authenticator)
    peer.inside(b"\x01" + name)
    said = heard(peer)
    assert said[:2] == b"\x1a\x01"
    assert int.from_bytes(said[3:5], "big") == len(said) - 1
    assert said[5] == 16
    return peer, said[2], said[6:22]


def packet(code: int, number: int, value: bytes) -> bytes:
    return bytes([26, code, number]) + (4 + len(value)).to_bytes(2, "big") + value


def proof(challenge: bytes, name: bytes = MOUSSA, password: str = SECRET) -> bytes:
    answer = mschapv2.nt_response(challenge, CHALLENGE_OF_DEVICE, name, mschapv2.nt_hash(password))
    return bytes([49]) + CHALLENGE_OF_DEVICE + bytes(8) + answer + b"\0" + name


def result(peer: Peer, words: bytes = WENT_WELL) -> bytes:
    """The device's word on the result, which has a header of its own."""
    said = heard(peer)
    assert (said[0], said[4]) == (1, 33)
    assert said[5:] in (WENT_WELL, WENT_WRONG)
    return bytes([2, said[1], 0, 5 + len(words), 33]) + words


def test_a_login_by_hand(made: Make) -> None:
    authenticator = made()
    peer, number, challenge = challenged(authenticator)
    peer.inside(packet(2, number, proof(challenge)))
    said = heard(peer)
    assert said[1] == 3
    digest = mschapv2.nt_hash(SECRET)
    answer = mschapv2.nt_response(challenge, CHALLENGE_OF_DEVICE, MOUSSA, digest)
    ours = mschapv2.authenticator_response(digest, answer, challenge, CHALLENGE_OF_DEVICE, MOUSSA)
    assert said[5:].startswith(ours)
    peer.inside(b"\x1a\x03")
    outcome = peer.inside(result(peer))
    assert isinstance(outcome, Success)
    assert (outcome.identity, outcome.method) == (MOUSSA.decode(), "peap-mschapv2")
    assert outcome.msk == peer.tls.export_keying_material(b"client EAP encryption", 64)
    assert len(authenticator) == 0


def test_a_header_may_be_kept_inside(made: Make) -> None:
    peer = opened(made())
    said = b"\x01" + MOUSSA
    peer.inside(bytes([2, 0]) + (4 + len(said)).to_bytes(2, "big") + said)
    assert heard(peer)[:2] == b"\x1a\x01"


def test_a_wrong_password_is_told_inside_and_cannot_be_denied(made: Make) -> None:
    peer, number, challenge = challenged(made())
    peer.inside(packet(2, number, proof(challenge, password="guess")))
    said = heard(peer)
    assert said[1] == 4
    assert said[5:].startswith(b"E=691 R=0 C=")
    peer.inside(b"\x1a\x04")
    refused(peer.inside(result(peer, WENT_WELL)), "secret")


def test_to_call_a_failure_a_success_is_no_use(made: Make) -> None:
    peer, number, challenge = challenged(made())
    peer.inside(packet(2, number, proof(challenge, password="guess")))
    heard(peer)
    refused(peer.inside(b"\x1a\x03"), "protocol")


@pytest.mark.parametrize(
    "early", [b"\x1a\x03", b"\x1a\x04", bytes([2, 0, 0, 11, 33]) + WENT_WELL, b"\x01awa"]
)
def test_no_step_is_skipped(made: Make, early: bytes) -> None:
    peer, _, _ = challenged(made())
    refused(peer.inside(early), "protocol")


def test_the_result_must_be_agreed(made: Make) -> None:
    for words in (WENT_WRONG, WENT_WELL[:-1], WENT_WELL + b"\0", b""):
        peer, number, challenge = challenged(made())
        peer.inside(packet(2, number, proof(challenge)))
        heard(peer)
        peer.inside(b"\x1a\x03")
        refused(peer.inside(result(peer, words)), "protocol")


def test_a_response_is_to_this_challenge_and_under_this_name(made: Make) -> None:
    peer, number, challenge = challenged(made())
    refused(peer.inside(packet(2, number ^ 1, proof(challenge))), "protocol")
    peer, number, challenge = challenged(made())
    refused(peer.inside(packet(2, number, proof(challenge, name=b"awa@ucad.sn"))), "protocol")
    peer, number, challenge = challenged(made())
    peer.inside(packet(2, number, proof(bytes(16))))
    assert heard(peer)[1] == 4
    for cut in (b"", b"\x31", proof(challenge)[:40], b"\x30" + proof(challenge)[1:]):
        peer, number, _ = challenged(made())
        refused(peer.inside(packet(2, number, cut)), "protocol")
    peer, number, challenge = challenged(made())
    refused(peer.inside(packet(2, number, proof(challenge))[:-1]), "protocol")


def test_windows_says_its_domain(made: Make) -> None:
    peer, number, challenge = challenged(made())
    answer = mschapv2.nt_response(challenge, CHALLENGE_OF_DEVICE, MOUSSA, mschapv2.nt_hash(SECRET))
    value = bytes([49]) + CHALLENGE_OF_DEVICE + bytes(8) + answer + b"\0ESP\\" + MOUSSA
    peer.inside(packet(2, number, value))
    assert heard(peer)[1] == 3


def test_peap_is_for_realms_that_ask_for_it(made: Make) -> None:
    """Whatever realm the device says outside."""
    refused(opened(made()).inside(b"\x01awa@ucad.sn"), "method")


def test_another_method_inside_is_refused(made: Make) -> None:
    refused(opened(made()).inside(b"\x03\x15"), "method")
    peer, _, _ = challenged(made())
    refused(peer.inside(b"\x03\x06"), "method")


def test_the_server_speaks_first(made: Make) -> None:
    peer = Peer(made(), outer="@esp.sn")
    peer.negotiate(25)
    peer.handshake()
    refused(peer.inside(b"\x01" + MOUSSA), "protocol")


@pytest.mark.parametrize("name", [b"", b"@esp.sn", b"\xff", b"a\0b"])
def test_who_is_nobody_inside(made: Make, name: bytes) -> None:
    refused(opened(made()).inside(b"\x01" + name), "protocol")


def test_silence_inside_is_no_answer(made: Make) -> None:
    outcome = opened(made()).say(b"\0")
    refused(outcome, "protocol")
    peer, _, _ = challenged(made())
    assert isinstance(peer.outcome, Challenge)
    refused(peer.say(b"\0"), "protocol")
