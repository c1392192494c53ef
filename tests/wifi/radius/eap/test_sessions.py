"""TLS sessions that are resumed: for how long, by whom, and what ends them."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from OpenSSL import SSL

from smartsenegal.lib.crypto import Keyring
from smartsenegal.wifi.radius.eap import Authenticator, Challenge, Success, WifiAuthority
from tests.wifi.radius.eap.conftest import PASSWORDS, Accounts
from tests.wifi.radius.eap.peer import NOW, Peer, established, pap, refused

Make = Callable[..., Authenticator]
AWA, SECRET = "awa@ucad.sn", PASSWORDS["awa@ucad.sn"]
TLS, TTLS = 13, 21


def resuming(authenticator: Authenticator, first: Peer, now: float = NOW) -> Peer:
    """A new conversation of the same device, that offers the session of an earlier one."""
    session = first.tls.get_session()
    assert session is not None
    first.tls.set_shutdown(SSL.SENT_SHUTDOWN | SSL.RECEIVED_SHUTDOWN)
    peer = Peer(authenticator, now=now)
    peer.tls = SSL.Connection(first.tls.get_context(), None)
    peer.tls.set_session(session)
    peer.tls.set_connect_state()
    peer.negotiate(TTLS)
    peer.handshake()
    return peer


def finished(peer: Peer) -> object:
    """The last message of the handshake, which the device sends when it resumes."""
    return peer.say(b"\0" + peer._outgoing())


def test_a_session_is_resumed_for_some_hours_and_never_prolonged(made: Make) -> None:
    authenticator = made(session_seconds=3600)
    peer = established(authenticator)
    assert isinstance(peer.inside(pap(AWA, SECRET)), Success)
    again = resuming(authenticator, peer, NOW + 3000)
    outcome = finished(again)
    assert isinstance(outcome, Success)
    assert outcome.resumed
    assert outcome.authenticated_at == NOW
    third = resuming(authenticator, again, NOW + 3700)
    assert isinstance(finished(third), Challenge)  # the password is asked for
    assert isinstance(third.inside(pap(AWA, SECRET)), Success)


def test_who_resumes_may_prove_themselves_anew(made: Make, accounts: Accounts) -> None:
    authenticator = made()
    peer = established(authenticator)
    assert isinstance(peer.inside(pap(AWA, SECRET)), Success)
    again = resuming(authenticator, peer)
    again.tls.send(pap(AWA, SECRET))
    outcome = finished(again)
    assert isinstance(outcome, Success)
    assert not outcome.resumed
    assert accounts.asked == [AWA, AWA]


def test_a_session_does_not_outlive_the_device_s_certificate(made: Make, authority: WifiAuthority) -> None:
    authenticator = made()
    certificate, key = authority.issue_device(AWA, life=timedelta(hours=1))
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_max_proto_version(SSL.TLS1_2_VERSION)
    context.use_certificate(certificate)
    context.use_privatekey(key)
    session = None
    for later, cause in ((0, ""), (600, ""), (7200, "certificate")):
        peer = Peer(authenticator, now=time.time() + later)
        peer.tls = SSL.Connection(context, None)
        if session:
            peer.tls.set_session(session)
        peer.tls.set_connect_state()
        peer.negotiate(TLS)
        peer.handshake()
        outcome = peer.say(b"\0" + peer._outgoing())
        if cause:
            refused(outcome, cause)
        else:
            assert isinstance(outcome, Success)
            assert outcome.resumed == (later > 0)
        session = peer.tls.get_session()
        peer.tls.set_shutdown(SSL.SENT_SHUTDOWN | SSL.RECEIVED_SHUTDOWN)


def test_the_account_is_asked_for_at_each_return(made: Make, accounts: Accounts) -> None:
    asked: list[tuple[str, str, float]] = []

    def stands(*about: Any) -> bool:
        asked.append(about)
        return AWA not in accounts.closed

    authenticator = made(still_stands=stands)
    peer = established(authenticator)
    assert isinstance(peer.inside(pap(AWA, SECRET)), Success)
    again = resuming(authenticator, peer, NOW + 60)
    assert isinstance(finished(again), Success)
    accounts.closed.add(AWA)
    refused(finished(resuming(authenticator, again, NOW + 120)), "blocked")
    assert asked == [(AWA, "ttls-pap", NOW)] * 2


def test_a_password_changed_ends_the_sessions(made: Make) -> None:
    authenticator = made()
    peer = established(authenticator)
    assert isinstance(peer.inside(pap(AWA, SECRET)), Success)
    assert authenticator.forget("moussa@esp.sn") == 0
    assert authenticator.forget(AWA) == authenticator.sessions + 1 == 1
    again = resuming(authenticator, peer)
    assert isinstance(finished(again), Challenge)
    refused(again.inside(pap(AWA, "wrong")), "secret")


def test_a_handshake_that_proved_nobody_is_worth_nothing(made: Make) -> None:
    authenticator = made()
    peer = established(authenticator)
    refused(peer.inside(pap(AWA, "wrong")), "secret")
    again = resuming(authenticator, peer)
    outcome = finished(again)
    assert not isinstance(outcome, Success)


def test_a_method_taken_away_ends_its_sessions(made: Make) -> None:
    allowed = ["ttls-pap", "ttls-mschapv2"]
    authenticator = made(methods_of=lambda realm: tuple(allowed))
    peer = established(authenticator)
    assert isinstance(peer.inside(pap(AWA, SECRET)), Success)
    allowed.remove("ttls-pap")
    refused(finished(resuming(authenticator, peer)), "method")


def test_a_new_certificate_is_shown_at_once_and_ends_the_sessions(
    made: Make, tmp_path: Path, keyring: Keyring
) -> None:
    authority = WifiAuthority.ensure(tmp_path / "wifi", keyring=keyring, server_name="radius.example.sn")
    authenticator = made(server=authority.server())
    peer = established(authenticator)
    assert isinstance(peer.inside(pap(AWA, SECRET)), Success)
    authority.renew_server("radius.example.sn", datetime.now(UTC))
    authenticator.reload(authority.server())
    assert authenticator.sessions == 0
    again = resuming(authenticator, peer)
    shown = again.tls.get_peer_certificate(as_cryptography=True)
    assert shown == authority.server_certificate
    assert isinstance(again.inside(pap(AWA, SECRET)), Success)


def test_the_keys_of_tickets_live_a_day(made: Make) -> None:
    authenticator = made(session_seconds=7 * 24 * 3600)
    peer = established(authenticator)
    assert isinstance(peer.inside(pap(AWA, SECRET)), Success)
    again = resuming(authenticator, peer, NOW + 23 * 3600)
    assert isinstance(finished(again), Success)
    late = resuming(authenticator, again, NOW + 25 * 3600)
    outcome = late.inside(pap(AWA, SECRET))
    assert isinstance(outcome, Success)
    assert not outcome.resumed


def test_sessions_are_bounded(made: Make) -> None:
    authenticator = made(session_limit=3)
    for _ in range(6):
        assert isinstance(established(authenticator).inside(pap(AWA, SECRET)), Success)
    assert authenticator.sessions == 3


def test_no_session_where_none_is_wanted(made: Make) -> None:
    authenticator = made(session_seconds=0)
    peer = established(authenticator)
    assert isinstance(peer.inside(pap(AWA, SECRET)), Success)
    again = resuming(authenticator, peer)
    assert isinstance(again.inside(pap(AWA, SECRET)), Success)
    assert authenticator.sessions == 0
