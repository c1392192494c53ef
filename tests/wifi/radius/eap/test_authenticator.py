"""Conversations: their order, their memory, and devices that lie."""

import gc
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from OpenSSL import SSL

from smartsenegal.wifi.radius.eap import Authenticator, Challenge, Failure, Success, WifiAuthority, mschapv2
from smartsenegal.wifi.radius.eap.avps import MS_CHAP2_RESPONSE, MS_CHAP_CHALLENGE, USER_NAME, Avp
from tests.wifi.radius.eap.conftest import PASSWORDS, Accounts
from tests.wifi.radius.eap.peer import NOW, Peer, established, identity, pap, refused, response

Make = Callable[..., Authenticator]
AWA, SECRET = "awa@ucad.sn", PASSWORDS["awa@ucad.sn"]
TLS, TTLS, PEAP = 13, 21, 25


# --- the order of things ---


def test_a_login_by_hand(made: Make) -> None:
    authenticator = made()
    peer = established(authenticator)
    last = peer.request[1]
    outcome = peer.inside(pap(AWA, SECRET))
    assert isinstance(outcome, Success)
    assert outcome.eap == bytes([3, last, 0, 4])
    assert (outcome.identity, outcome.method) == (AWA, "ttls-pap")
    assert outcome.msk == peer.tls.export_keying_material(b"ttls keying material", 64)
    assert outcome.msk.hex() not in repr(outcome)
    assert len(authenticator) == 0


def test_an_access_point_may_let_us_ask_for_the_identity(made: Make) -> None:
    authenticator = made()
    first = authenticator.begin(b"", "", NOW)
    assert isinstance(first, Challenge)
    assert (first.eap[0], first.eap[4]) == (1, 1)
    again = authenticator.step(first.state, response(first.eap[1], 3, b"\x15"), "", NOW)
    assert again == Challenge(first.state, first.eap, ignored=True)
    second = authenticator.step(first.state, identity("@ucad.sn", first.eap[1]), "", NOW)
    assert isinstance(second, Challenge)
    assert second.eap[4] == TLS
    assert second.eap[1] == (first.eap[1] + 1) % 256
    unknown = authenticator.begin(b"", "", NOW)
    assert isinstance(unknown, Challenge)
    refused(authenticator.step(unknown.state, identity("@x.sn", unknown.eap[1]), "", NOW), "method")
    assert len(authenticator) == 1


def test_a_proxy_may_have_taken_the_realm_away_from_either_name(made: Make) -> None:
    authenticator = made()
    assert isinstance(authenticator.begin(identity("awa@ucad.sn"), "awa", NOW), Challenge)
    assert isinstance(authenticator.begin(identity("awa"), "awa@ucad.sn", NOW), Challenge)
    assert isinstance(authenticator.begin(identity(""), "@ucad.sn", NOW), Challenge)
    refused(authenticator.begin(identity("awa"), "awa", NOW), "method")


def test_what_was_sent_is_sent_again_to_a_late_or_doubled_response(made: Make) -> None:
    authenticator = made()
    peer = Peer(authenticator)
    first = peer.request
    state = peer.outcome.state if isinstance(peer.outcome, Challenge) else b""
    nak = response(first[1], 3, bytes([TTLS]))
    peer.answer(nak)
    second = peer.request
    for late in (nak, identity(), response(second[1] + 1 & 255, TTLS, b"\0"), b"", b"\2", second):
        assert authenticator.step(state, late, "@ucad.sn", NOW) == Challenge(state, second, ignored=True)
    for other in (
        response(second[1], TLS, b"\0"),
        response(second[1], 1, b"x"),
        response(second[1], 254, b"x" * 8),
    ):
        assert authenticator.step(state, other, "@ucad.sn", NOW) == Challenge(state, second, ignored=True)
    peer.handshake()
    assert isinstance(peer.inside(pap(AWA, SECRET)), Success)


def test_padding_after_the_packet_is_nothing(made: Make) -> None:
    peer = Peer(made())
    peer.answer(response(peer.request[1], 3, bytes([TTLS])) + b"\0\0\0")
    assert peer.request[4] == TTLS


def test_a_device_that_wants_nothing_of_ours_is_refused(made: Make) -> None:
    authenticator = made()
    for wanted in (b"\0", b"", b"\x04\x06", bytes([PEAP])):
        refused(Peer(authenticator).say(wanted, kind=3), "method")
    assert len(authenticator) == 0


def test_the_server_s_order_prevails_and_nothing_is_proposed_twice(made: Make) -> None:
    peer = Peer(made(methods_of=lambda realm: ["tls", "peap-mschapv2", "ttls-pap", "ttls-mschapv2"]))
    assert peer.request[4] == TLS
    peer.say(bytes([TTLS, PEAP]), kind=3)
    assert peer.request[4] == PEAP
    peer.say(bytes([TLS, TTLS]), kind=3)
    assert peer.request[4] == TTLS
    refused(peer.say(bytes([TLS, PEAP]), kind=3), "method")


def test_the_method_is_not_changed_once_begun(made: Make) -> None:
    peer = Peer(made())
    peer.negotiate(TTLS)
    peer.exchange()
    outcome = peer.say(bytes([TLS]), kind=3)
    assert isinstance(outcome, Challenge)
    assert outcome.ignored


def test_a_state_is_of_one_authenticator_and_one_login(made: Make) -> None:
    authenticator, other = made(), made()
    peer = established(authenticator)
    state, last = peer.outcome.state, peer.request  # type: ignore[union-attr]
    refused(other.step(state, response(last[1], TTLS, b"\0"), "", NOW), "state")
    assert isinstance(peer.inside(pap(AWA, SECRET)), Success)
    refused(authenticator.step(state, response(last[1], TTLS, b"\0"), "", NOW), "state")
    refused(authenticator.step(None, response(last[1], TTLS, b"\0"), "", NOW), "state")


def test_a_conversation_has_an_end(made: Make) -> None:
    peer = Peer(made(rounds=10))
    for _ in range(10):
        assert isinstance(peer.answer(b"nonsense"), Challenge)
    refused(peer.answer(b"nonsense"), "rounds")


# --- devices that lie ---


def test_the_password_is_read_as_it_is(made: Make) -> None:
    authenticator = made()
    for wrong in ("", SECRET + " ", SECRET.upper(), SECRET[:-1], "x" * 200, "a\0" + SECRET):
        refused(established(authenticator).inside(pap(AWA, wrong)), "secret")
    raw = Avp(USER_NAME, AWA.encode()).encode() + Avp((0, 2), b"\xff" * 16).encode()
    refused(established(authenticator).inside(raw), "secret")
    assert authenticator.sessions == 0


def test_what_is_inside_is_read_strictly(made: Make) -> None:
    authenticator = made()
    name = Avp(USER_NAME, AWA.encode()).encode()
    for wrong in (b"x", name, name + name, pap(AWA, SECRET) + name, pap("", SECRET), pap("@ucad.sn", SECRET)):
        refused(established(authenticator).inside(wrong), "protocol")
    mandatory = Avp((0, 99), b"x").encode()
    refused(established(authenticator).inside(pap(AWA, SECRET) + mandatory), "protocol")
    optional = Avp((0, 99), b"x", mandatory=False).encode()
    assert isinstance(established(authenticator).inside(pap(AWA, SECRET) + optional), Success)


def mschapv2_inside(peer: Peer, challenge: bytes | None = None, number: int | None = None) -> bytes:
    """What a device says that knows the password, with another challenge or number where given."""
    implied = peer.tls.export_keying_material(b"ttls challenge", 17)
    challenge = implied[:16] if challenge is None else challenge
    number = implied[16] if number is None else number
    theirs = bytes(range(16))
    proof = mschapv2.nt_response(challenge, theirs, AWA.encode(), mschapv2.nt_hash(SECRET))
    answer = bytes([number, 0]) + theirs + bytes(8) + proof
    said = Avp(USER_NAME, AWA.encode()).encode() + Avp(MS_CHAP_CHALLENGE, challenge).encode()
    return said + Avp(MS_CHAP2_RESPONSE, answer).encode()


def test_the_challenge_of_mschapv2_cannot_be_chosen(made: Make) -> None:
    """An answer overheard elsewhere would do otherwise."""
    authenticator = made()
    peer = established(authenticator)
    refused(peer.inside(mschapv2_inside(peer, challenge=bytes(16))), "protocol")
    peer = established(authenticator)
    right = peer.tls.export_keying_material(b"ttls challenge", 17)[16]
    refused(peer.inside(mschapv2_inside(peer, number=right ^ 1)), "protocol")
    peer = established(authenticator)
    assert isinstance(peer.inside(mschapv2_inside(peer)), Challenge)
    assert isinstance(peer.say(b"\0"), Success)


def test_mschapv2_is_for_realms_that_ask_for_it(made: Make, accounts: Accounts) -> None:
    peer = established(made(methods_of=lambda realm: ["ttls-pap"]))
    refused(peer.inside(mschapv2_inside(peer)), "method")
    assert accounts.asked == []


def test_pap_is_for_realms_that_ask_for_it(made: Make, accounts: Accounts) -> None:
    peer = established(made(methods_of=lambda realm: ["ttls-mschapv2"]))
    refused(peer.inside(pap(AWA, SECRET)), "method")
    peer = established(
        made(methods_of=lambda realm: ["ttls-mschapv2"] if realm == "esp.sn" else ["ttls-pap"])
    )
    refused(peer.inside(pap("moussa@esp.sn", PASSWORDS["moussa@esp.sn"])), "method")
    assert accounts.asked == []


def test_who_is_known_may_be_sent_away(made: Make) -> None:
    authenticator = made()
    peer = established(authenticator)
    peer.admits = lambda *asked: "time" if asked == (AWA, "ttls-pap") else ""
    refused(peer.inside(pap(AWA, SECRET)), "time")
    peer = established(authenticator)
    peer.admits = lambda *asked: "volume" if asked == (AWA, "ttls-mschapv2") else ""
    refused(peer.inside(mschapv2_inside(peer)), "volume")
    assert authenticator.sessions == 0


def test_silence_after_the_handshake_is_no_login(made: Make) -> None:
    refused(established(made()).say(b"\0"), "protocol")


def test_an_octet_changed_in_the_tunnel_ends_it(made: Make) -> None:
    peer = established(made())
    peer.tls.send(pap(AWA, SECRET))
    octets = bytearray(peer._outgoing())
    octets[-1] ^= 1
    outcome = peer.say(b"\0" + bytes(octets))
    assert isinstance(outcome, Challenge)  # the alert
    refused(peer.say(b"\0"), "tls")


@pytest.mark.parametrize("flags", [0x20, 0x40, 0x80, 0x01, 0x07])
def test_flags_that_make_no_sense(made: Make, flags: int) -> None:
    peer = Peer(made())
    peer.negotiate(TTLS)
    refused(peer.say(bytes([flags])), "protocol")


def test_fragments_are_acknowledged_with_nothing_else(made: Make) -> None:
    peer = Peer(made(fragment_size=100))
    peer.negotiate(TTLS)
    try:
        peer.tls.do_handshake()
    except SSL.WantReadError:
        peer.say(b"\0" + peer._outgoing())
    assert peer.request[5] & 0x40
    refused(peer.say(b"\0more"), "protocol")


def test_a_long_message_is_refused_before_it_is_kept(made: Make) -> None:
    peer = Peer(made(message_limit=4000))
    peer.negotiate(TTLS)
    for _ in range(3):
        peer.say(bytes([0xC0]) + (2**31).to_bytes(4, "big") + b"x" * 1000)
        assert isinstance(peer.outcome, Challenge)
    refused(peer.say(bytes([0xC0]) + (2**31).to_bytes(4, "big") + b"x" * 1001), "protocol")


def test_a_fault_of_ours_is_not_hidden(made: Make) -> None:
    """When the accounts cannot be asked, the server must know: nobody is told that the password is wrong."""

    def broken(name: str, password: str) -> bool:
        raise RuntimeError("the accounts are away")

    peer = established(made(check_password=broken))
    with pytest.raises(RuntimeError):
        peer.inside(pap(AWA, SECRET))


def test_no_packet_is_longer_than_the_gateway_s_frames(made: Make) -> None:
    authenticator = made()
    for mtu, longest in ((300, 300), (10, 69), (100_000, 1029), (None, 1029)):
        started = authenticator.begin(identity(), "@ucad.sn", NOW, mtu=mtu)
        peer = Peer(authenticator)
        peer.outcome = started
        peer.negotiate(TTLS)
        lengths = []
        step = authenticator.step

        def noting(*given: Any, _step: Any = step, _lengths: list[int] = lengths, **more: Any) -> Any:
            outcome = _step(*given, **more)
            _lengths.append(len(outcome.eap))
            return outcome

        peer.authenticator = SimpleNamespace(step=noting)  # type: ignore[assignment]
        peer.handshake()
        assert isinstance(peer.inside(pap(AWA, SECRET)), Success)
        assert max(lengths) <= longest
        assert longest > 400 or max(lengths) == longest


def with_certificate(made: Make, authority: WifiAuthority, **doors: Any) -> Peer:
    """A device at the beginning of EAP-TLS, with a certificate of ours."""
    peer = Peer(made(**doors), now=time.time())  # certificates have dates
    certificate, key = authority.issue_device(AWA)
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_max_proto_version(SSL.TLS1_2_VERSION)
    context.use_certificate(certificate)
    context.use_privatekey(key)
    peer.tls = SSL.Connection(context, None)
    peer.tls.set_connect_state()
    peer.negotiate(TLS)
    return peer


def test_eap_tls_by_hand(made: Make, authority: WifiAuthority) -> None:
    peer = with_certificate(made, authority)
    peer.handshake()
    outcome = peer.say(b"\0")
    assert isinstance(outcome, Success)
    assert outcome.identity == AWA
    assert outcome.msk == peer.tls.export_keying_material(b"client EAP encryption", 64)


def test_a_device_without_a_certificate_is_refused_in_the_handshake(made: Make) -> None:
    peer = Peer(made())
    assert peer.request[4] == TLS
    with pytest.raises(SSL.Error, match="handshake failure"):
        peer.handshake()
    refused(peer.say(b"\0"), "tls")


def test_a_certificate_that_is_nobody_s_is_refused_in_the_handshake(
    made: Make, authority: WifiAuthority, accounts: Accounts
) -> None:
    accounts.closed.add(AWA)
    peer = with_certificate(made, authority)
    with pytest.raises(SSL.Error, match="alert"):
        peer.handshake()
    refused(peer.say(b"\0"), "certificate")


def test_eap_tls_carries_nothing(made: Make, authority: WifiAuthority) -> None:
    peer = with_certificate(made, authority)
    peer.handshake()
    refused(peer.inside(b"hello"), "protocol")


def test_a_holder_of_another_realm_needs_its_leave(made: Make, authority: WifiAuthority) -> None:
    peer = with_certificate(made, authority, certificate_holder=lambda certificate: "moussa@esp.sn")
    peer.handshake()
    refused(peer.say(b"\0"), "method")


def test_a_fault_while_a_certificate_is_looked_up_is_not_hidden(made: Make, authority: WifiAuthority) -> None:
    def broken(certificate: Any) -> str:
        raise RuntimeError("the accounts are away")

    peer = with_certificate(made, authority, certificate_holder=broken)
    with pytest.raises(RuntimeError):
        peer.handshake()


# --- memory ---


def test_who_says_nothing_for_long_is_forgotten(made: Make) -> None:
    authenticator = made(seconds=30)
    peer, busy = established(authenticator), established(authenticator)
    waiting = Peer(authenticator)
    busy.now = NOW + 29
    busy.say(b"\0" + b"\x17\x03\x03\x00")  # part of a record
    assert len(authenticator) == 3 - isinstance(busy.outcome, Failure)
    assert authenticator.expire(NOW + 29.9) == 0
    assert authenticator.expire(NOW + 30) == 2
    peer.now = waiting.now = NOW + 31
    refused(peer.inside(pap(AWA, SECRET)), "state")
    refused(waiting.say(b"\0"), "state")


def test_who_spoke_last_is_kept_longest(made: Make) -> None:
    authenticator = made(seconds=60)
    for place in (Peer, established):
        first, second = place(authenticator), place(authenticator, now=NOW + 10)
        first.now = NOW + 20
        assert isinstance(first.answer(b"nonsense"), Challenge)
        assert authenticator.expire(NOW + 69) == 0
        assert authenticator.expire(NOW + 71) == 1
        first.now = second.now = NOW + 71
        refused(second.answer(b"nonsense"), "state")
        assert isinstance(first.answer(b"nonsense"), Challenge)
        assert authenticator.expire(NOW + 200) == 1


def test_a_flood_of_beginnings_drives_out_the_oldest_only(made: Make) -> None:
    authenticator = made(waiting_limit=100)
    engaged, waiting = established(authenticator), Peer(authenticator)
    for _ in range(5000):
        authenticator.begin(identity(), "@ucad.sn", NOW)
    assert len(authenticator) == 101
    newest = Peer(authenticator)
    refused(waiting.say(bytes([TTLS]), kind=3), "state")
    newest.negotiate(TTLS)
    newest.handshake()
    assert isinstance(newest.inside(pap(AWA, SECRET)), Success)
    assert isinstance(engaged.inside(pap(AWA, SECRET)), Success)


def test_a_flood_of_handshakes_is_refused_and_passes(made: Make) -> None:
    authenticator = made(engaged_limit=10)
    honest = established(authenticator)
    for _ in range(9):
        peer = Peer(authenticator)
        peer.negotiate(TTLS)
        peer.exchange()
    late = Peer(authenticator)
    late.negotiate(TTLS)
    refused(late.say(b"\0\x16"), "full")
    honest.now = NOW + 5
    assert isinstance(honest.inside(pap(AWA, SECRET)), Success)
    established(authenticator)
    patient = Peer(authenticator, now=NOW + 11)
    patient.negotiate(TTLS)
    patient.handshake()
    assert isinstance(patient.inside(pap(AWA, SECRET)), Success)
    assert len(authenticator) <= 10


def test_the_crowd_of_one_gateway_takes_no_place_of_another(made: Make) -> None:
    authenticator = made(engaged_limit=10)
    honest = established(authenticator, gateway=1)
    for _ in range(9):
        crowd = Peer(authenticator, gateway=2)
        crowd.negotiate(TTLS)
        crowd.exchange()
    beside = Peer(authenticator, gateway=3)
    beside.negotiate(TTLS)
    beside.handshake()
    for gateway, said in ((2, "full"), (1, "")):
        late = Peer(authenticator, gateway=gateway)
        late.negotiate(TTLS)
        if said:
            refused(late.say(b"\0\x16"), said)
        else:
            late.handshake()
    for peer in (honest, beside):
        assert isinstance(peer.inside(pap(AWA, SECRET)), Success)
    assert len(authenticator) <= 10


def test_a_login_leaves_nothing_behind(made: Make) -> None:
    authenticator = made()

    def connections() -> int:
        gc.collect()
        return sum(isinstance(one, SSL.Connection) for one in gc.get_objects())

    before = connections()
    for number in range(20):
        peer = established(authenticator)
        peer.inside(pap(AWA, SECRET if number % 2 else "wrong"))
        del peer
    assert connections() == before
    assert len(authenticator) == 0


def test_connections_go_without_waiting_for_the_collector(made: Make) -> None:
    authenticator = made()
    gc.collect()
    gc.disable()
    try:
        before = sum(isinstance(one, SSL.Connection) for one in gc.get_objects())
        for _ in range(5):
            peer = established(authenticator)
            peer.inside(pap(AWA, "wrong"))
            del peer
        after = sum(isinstance(one, SSL.Connection) for one in gc.get_objects())
    finally:
        gc.enable()
    assert after == before
