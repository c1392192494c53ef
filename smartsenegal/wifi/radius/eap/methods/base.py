"""What EAP-TLS, EAP-TTLS and PEAP have in common: messages in fragments, a handshake, then a proof.

A method is given the type data of each response and returns what to do: `Send` type data, `Proven`, or
`Refused`. It raises Malformed for data that the protocol does not allow; the conversation ends there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from OpenSSL import SSL

from smartsenegal.wifi.radius.eap import framing, keys
from smartsenegal.wifi.radius.eap.packets import Malformed
from smartsenegal.wifi.radius.eap.results import Admits, Config
from smartsenegal.wifi.radius.eap.sessions import Proof, Sessions
from smartsenegal.wifi.radius.eap.tls import TLSRefused, Tunnel

EAP_TLS = 13
# RFC 9190, section 2.5: one octet of nil, sealed, tells that the login succeeded whatever comes unsealed.
PROTECTED_SUCCESS = b"\0"


@dataclass(frozen=True, slots=True)
class Send:
    """Send that type data, and wait for the answer."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Proven:
    """Done: who it is, and the key of the session."""

    proof: Proof
    msk: bytes
    resumed: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Done: why not, as a key of CAUSES."""

    cause: str
    detail: str = ""


Reply = Send | Proven | Refused


def everybody(identity: str, method: str) -> str:
    """Whoever proves to be somebody is let in."""
    return ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a method works with. `allowed(identity)` are the methods of that identity's own realm."""

    config: Config
    context: SSL.Context
    sessions: Sessions
    realm: str
    methods: frozenset[str]
    allowed: Callable[[str], frozenset[str]]
    fragment_size: int


class Method(ABC):
    """One conversation in one EAP type. A subclass says what follows the handshake, in `_follow`."""

    kind: ClassVar[int]
    start_flags: ClassVar[int] = framing.START

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._tunnel = Tunnel(setting.context)
        self._inbox = framing.Inbox(setting.config.message_limit)
        self._outbox = framing.Outbox(setting.fragment_size)
        self._ending: Proven | Refused | None = None
        self._resumed: Proof | None = None
        self._admits: Admits = everybody
        self.now = 0.0

    def respond(self, data: bytes, now: float, admits: Admits) -> Reply:
        """The answer to a response of this type. Raises Malformed."""
        self.now, self._admits = now, admits
        if framing.version_of(data) != 0 and self.kind != EAP_TLS:
            raise Malformed("we speak version 0 only")
        if self._outbox:
            if not framing.is_acknowledgement(data):
                raise Malformed("an acknowledgement was due")
            return Send(self._outbox.next())
        message = self._inbox.take(data)
        if message is None:
            return Send(b"\0")
        return self._answer(message)

    def keep_session(self) -> None:
        """To be called at the end of a login that succeeded."""
        self._tunnel.keep()

    def _answer(self, message: bytes) -> Reply:
        if isinstance(self._ending, Refused):
            return self._ending  # whatever the peer says to our alert
        try:
            reply = self._advance(message)
        except TLSRefused as error:
            reply = self._tls_refused(str(error))
        octets = self._tunnel.outgoing()
        if not octets:
            return Send(b"\0") if reply is None else reply
        # What is left to say goes first; the end waits for the peer's acknowledgement.
        self._ending = reply
        return Send(self._outbox.put(octets))

    def _advance(self, message: bytes) -> Proven | Refused | None:
        was_established = self._tunnel.established
        said = self._tunnel.receive(message)
        if not self._tunnel.established:
            return None
        if not was_established:
            return self._established(said)
        if isinstance(self._ending, Proven) and not message:
            return self._ending
        return self._follow(said)

    def _established(self, said: bytes) -> Proven | Refused | None:
        secret = self._tunnel.trace.resumed
        self._resumed = self._setting.sessions.find(secret, self.now) if secret else None
        return self._begin(said)

    @abstractmethod
    def _begin(self, said: bytes) -> Proven | Refused | None:
        """The handshake is over; `said` came with its last message. None: go on."""

    @abstractmethod
    def _follow(self, said: bytes) -> Proven | Refused | None:
        """A message after the handshake, deciphered, which may be empty."""

    def _tls_refused(self, detail: str) -> Refused:
        if self._tunnel.trace.refused:
            return Refused("certificate", detail)
        return Refused("refused-by-device" if "alert" in detail else "tls", detail)

    def _resume(self) -> Proven | Refused:
        """The end of a resumed login: the account is asked for again, the proof is that of the first time."""
        proof = self._resumed
        assert proof is not None
        if proof.method not in self._setting.allowed(proof.identity):
            return Refused("method", "the realm no longer allows the method of the session")
        if not self._setting.config.still_stands(proof.identity, proof.method, proof.at):
            return Refused("blocked", "resumed")
        return self._prove(proof, resumed=True)

    def _prove(self, proof: Proof, *, resumed: bool = False) -> Proven | Refused:
        # RFC 9190, section 2.5: once the device is told that it is in, it may no longer be sent away.
        if cause := self._admits(proof.identity, proof.method):
            return Refused(cause, "proven, and not admitted")
        tunnel = self._tunnel
        msk = keys.master_session_key(tunnel.export, self.kind, tunnel.tls13)
        if self._setting.config.session_seconds:
            self._setting.sessions.remember(tunnel.trace.issued, proof, self.now)
        return Proven(proof, msk, resumed)
