"""The two doors: whose packet it is, whether it is authentic, whether it was answered already."""

from __future__ import annotations

import logging
import time

from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.radius.auth import Authoriser
from smartsenegal.wifi.radius.codec import Discard, Packet
from smartsenegal.wifi.radius.counters import Counters
from smartsenegal.wifi.radius.net import address_of
from smartsenegal.wifi.radius.snapshot import Gateway, Snapshot

# RFC 5080 §2.2.2: an answer is kept 5 to 30 seconds. Two halves, so that forgetting costs nothing.
HALF_SECONDS = 12.0
HALF_ANSWERS = 100_000

log = logging.getLogger(__name__)


class Answered:
    """Answers given lately, by peer and request: the same request gets the same octets."""

    def __init__(self) -> None:
        self._young: dict[bytes, bytes] = {}
        self._old: dict[bytes, bytes] = {}
        self._turn_at = 0.0

    def get(self, request: bytes) -> bytes | None:
        return self._young.get(request) or self._old.get(request)

    def keep(self, request: bytes, answer: bytes, now: float) -> None:
        if now >= self._turn_at or len(self._young) >= HALF_ANSWERS:
            self._old, self._young, self._turn_at = self._young, {}, now + HALF_SECONDS
        self._young[request] = answer


def gateway_of(snapshot: Snapshot, peer: bytes) -> Gateway:
    """The gateway a datagram came from. Raises Discard for a stranger."""
    found = snapshot.gateway_of(address_of(peer))
    if found is None:
        raise Discard("stranger")
    return found


def check_access(packet: Packet, gateway: Gateway) -> None:
    """Raises Discard unless a packet is signed, or comes from a gateway that by a named exception need not.

    CVE-2024-3596: such a gateway may not send Proxy-State, by which an attacker chooses what is hashed; EAP
    is always signed (RFC 3579 §3.2).
    """
    if packet.signed_at:
        if not codec.signed(packet, gateway.secret):
            raise Discard("signature")
    elif not gateway.lenient or packet.proxy or codec.EAP_MESSAGE in packet.values:
        raise Discard("unsigned")


class AuthDoor:
    """Answers what comes to the port of authentication (RFC 2865, RFC 5997)."""

    def __init__(self, snapshot: Snapshot, counters: Counters) -> None:
        self._snapshot = snapshot
        self._authoriser = Authoriser(snapshot)
        self._answered = Answered()
        self._count = counters.add

    def handle(self, data: bytes, peer: bytes) -> bytes | None:
        """The answer to a datagram; None when it gets none."""
        try:
            return self._answer(data, peer)
        except Discard as why:
            self._count(f"dropped {why}")
        except Exception:  # a fault of ours stops no other request
            self._count("dropped fault")
            log.exception("a request could not be answered")
        return None

    def _answer(self, data: bytes, peer: bytes) -> bytes:
        request = peer + data
        if (known := self._answered.get(request)) is not None:
            self._count("repeated")
            return known
        packet = codec.read(data)
        gateway = gateway_of(self._snapshot, peer)
        if packet.code == codec.STATUS_SERVER:
            return self._alive(packet, gateway)
        if packet.code != codec.ACCESS_REQUEST:
            raise Discard("code")
        check_access(packet, gateway)
        now = time.time()
        reply, refused = self._authoriser.answer(packet, gateway, now)
        self._count(f"refused {refused}" if refused else "accepted")
        self._answered.keep(request, reply, now)
        return reply

    def _alive(self, packet: Packet, gateway: Gateway) -> bytes:
        if not codec.signed(packet, gateway.secret):
            raise Discard("signature")
        self._count("status")
        return codec.answer(codec.ACCESS_ACCEPT, packet, gateway.secret)
