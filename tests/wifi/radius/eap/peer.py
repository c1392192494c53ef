"""A device of a few lines that can be made to lie: for what no honest supplicant does."""

from collections.abc import Callable
from typing import Any

from OpenSSL import SSL

from smartsenegal.wifi.radius.eap import Authenticator, Challenge, Failure, Outcome
from smartsenegal.wifi.radius.eap.avps import USER_NAME, USER_PASSWORD, Avp

NOW = 1_795_000_000.0


def response(identifier: int, kind: int, data: bytes) -> bytes:
    return bytes([2, identifier]) + (5 + len(data)).to_bytes(2, "big") + bytes([kind]) + data


def identity(name: str = "@ucad.sn", identifier: int = 1) -> bytes:
    return response(identifier, 1, name.encode())


def pap(name: str, password: str) -> bytes:
    padded = password.encode() + bytes(-len(password.encode()) % 16)
    return Avp(USER_NAME, name.encode()).encode() + Avp(USER_PASSWORD, padded).encode()


class Peer:
    """One conversation, driven by hand. `outcome` is the last answer, `now` the clock."""

    def __init__(
        self, authenticator: Authenticator, now: float = NOW, outer: str = "@ucad.sn", gateway: int = 0
    ) -> None:
        self.authenticator = authenticator
        self.now = now
        self.outer = outer
        self.admits: Callable[[str, str], str] = lambda identity, method: ""
        self.kind = 0
        self.outcome: Outcome = authenticator.begin(identity(outer), outer, now, gateway=gateway)
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        context.set_max_proto_version(SSL.TLS1_2_VERSION)
        self.tls = SSL.Connection(context, None)
        self.tls.set_connect_state()

    @property
    def request(self) -> bytes:
        assert isinstance(self.outcome, Challenge), self.outcome
        return self.outcome.eap

    def answer(self, octets: bytes) -> Outcome:
        """Send any octets."""
        assert isinstance(self.outcome, Challenge), self.outcome
        self.outcome = self.authenticator.step(
            self.outcome.state, octets, self.outer, self.now, admits=self.admits
        )
        return self.outcome

    def say(self, data: bytes, kind: int | None = None) -> Outcome:
        """Answer the request with that type data."""
        return self.answer(response(self.request[1], self.request[4] if kind is None else kind, data))

    def negotiate(self, kind: int) -> None:
        """Ask for that method unless it is proposed."""
        if self.request[4] != kind:
            self.say(bytes([kind]), kind=3)
        assert self.request[4] == kind
        assert self.request[5] == 0x20

    def handshake(self) -> None:
        """Go to the end of the TLS handshake; what the server fragments is put together."""
        for _ in range(10):
            try:
                self.tls.do_handshake()
            except SSL.WantReadError:
                self.exchange()
            else:
                return
        raise AssertionError("the handshake does not end")

    def exchange(self) -> None:
        """Send what TLS has to say, take the answer in."""
        self.say(b"\0" + self._outgoing())
        whole = self.collected()
        if whole:
            self.tls.bio_write(whole)

    def collected(self) -> bytes:
        """The message of TLS in the requests, fragments acknowledged."""
        whole = b""
        while True:
            flags, body = self.request[5], self.request[6:]
            whole += body[4:] if flags & 0x80 else body
            if not flags & 0x40:
                return whole
            self.say(b"\0")

    def inside(self, clear: bytes) -> Outcome:
        """Say that in the tunnel."""
        self.tls.send(clear)
        return self.say(b"\0" + self._outgoing())

    def _outgoing(self) -> bytes:
        octets = b""
        while True:
            try:
                octets += self.tls.bio_read(65_536)
            except SSL.WantReadError:
                return octets


def established(authenticator: Authenticator, **options: Any) -> Peer:
    """A device at the end of the handshake of EAP-TTLS."""
    peer = Peer(authenticator, **options)
    peer.negotiate(21)
    peer.handshake()
    return peer


def refused(outcome: object, cause: str) -> Failure:
    assert isinstance(outcome, Failure), outcome
    assert outcome.cause == cause, outcome
    assert outcome.eap[0] == 4
    return outcome
