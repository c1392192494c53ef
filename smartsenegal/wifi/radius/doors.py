"""The two doors: whose packet it is, whether it is authentic, whether it was answered already."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.radius.auth import CHALLENGE, Authoriser, Said
from smartsenegal.wifi.radius.codec import Discard, Packet
from smartsenegal.wifi.radius.counters import Counters
from smartsenegal.wifi.radius.net import Datagram, address_of
from smartsenegal.wifi.radius.relaying import realm_of
from smartsenegal.wifi.radius.snapshot import Gateway, Snapshot

# RFC 5080 §2.2.2: an answer is kept 5 to 30 seconds. Two halves, so that forgetting costs nothing.
HALF_SECONDS = 12.0
HALF_ANSWERS = 100_000

# EAP that waits for its turn; beyond, it is dropped and the gateway asks again.
WAITING_AT_MOST = 2048

if TYPE_CHECKING:
    from smartsenegal.wifi.monitoring.api import Tally
    from smartsenegal.wifi.radius.enterprise import Enterprise

log = logging.getLogger(__name__)

HandOn = Callable[[int, bytes, bytes], bool]
"""Gives a datagram (worker, data, peer) to another worker; False when it takes no more."""


Relay = Callable[["AuthDoor", bytes, bytes, Packet, Gateway], Said | None]
"""Takes a login of a realm that others answer for (door, data, peer, packet, gateway): what to say, or None
when that comes later. Raises Discard."""


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
    """The gateway a datagram came from. Raises Discard for a stranger, and outside of its dates."""
    found = snapshot.gateway_of(address_of(peer))
    if found is None:
        raise Discard("stranger")
    if not found.is_answered():
        raise Discard("dates")
    return found


def under_its_secret(
    packet: Packet, gateway: Gateway, right: Callable[[Packet, bytes], bool]
) -> Gateway | None:
    """The gateway with the secret under which a packet is `right`: its own, or for a time the one it had.

    The answer goes out under the same. None when it is right under neither.
    """
    if right(packet, gateway.secret):
        return gateway
    if gateway.former and time.time() < gateway.former_until and right(packet, gateway.former):
        return replace(gateway, secret=gateway.former)
    return None


def check_access(packet: Packet, gateway: Gateway) -> Gateway:
    """The gateway, with the secret it used.

    Raises Discard unless the packet is signed, or comes from a gateway that by a named exception need not.
    CVE-2024-3596: such a gateway may not send Proxy-State, by which an attacker chooses what is hashed; EAP
    is always signed (RFC 3579 §3.2). Over RadSec nobody stands between, and relays leave the signature out.
    """
    if packet.signed_at:
        if (found := under_its_secret(packet, gateway, codec.signed)) is None:
            raise Discard("signature")
        return found
    if gateway.peer and codec.EAP_MESSAGE not in packet.values:
        return gateway
    if not gateway.lenient or packet.proxy or codec.EAP_MESSAGE in packet.values:
        raise Discard("unsigned")
    return gateway


# How the funnel of a hotspot tells the refusals `access.REFUSALS` has no word for; "" is none.
_FUNNEL = {
    "certificate": "secret", "tls": "method",
    "refused-by-device": "method", "protocol": "method", "rounds": "method", "state": "",
}  # fmt: skip


class AuthDoor:
    """Answers what comes to the port of authentication (RFC 2865, RFC 5997).

    EAP takes a hundred times the computing of a password: it waits in a queue of its own, for `converse`, so
    that the others are answered first. Without `enterprise` it is refused. `whose` tells the gateway of a
    peer, else its address does. Logins of realms that have home servers go to `relay`.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        counters: Counters,
        authoriser: Authoriser | None = None,
        enterprise: Enterprise | None = None,
        hand_on: HandOn | None = None,
        tally: Tally | None = None,
        whose: Callable[[bytes], Gateway] | None = None,
        relay: Relay | None = None,
    ) -> None:
        self._snapshot = snapshot
        self._relay = relay
        self._whose = whose or partial(gateway_of, snapshot)
        self._authoriser = authoriser or Authoriser(snapshot)
        self._enterprise = enterprise
        self._hand_on = hand_on
        self._tally = tally
        self._answered = Answered()
        self._count = counters.add
        self._waiting: deque[tuple[bytes, bytes, Packet, Gateway]] = deque()

    @property
    def waiting(self) -> bool:
        """Whether `converse` has something to do."""
        return bool(self._waiting)

    def handle(self, data: bytes, peer: bytes, handed: bool = False) -> bytes | None:
        """The answer to a datagram; None when it gets none, or not yet. `handed`: another worker gave it."""
        try:
            return self._answer(data, peer, handed)
        except Discard as why:
            self._count(f"dropped {why}")
        except Exception:  # a fault of ours stops no other request
            self._count("dropped fault")
            log.exception("a request could not be answered")
        return None

    def converse(self, seconds: float) -> list[Datagram]:
        """Answer what waits, for that long at most (one conversation's turn more)."""
        until = time.monotonic() + seconds
        said: list[Datagram] = []
        while self._waiting and time.monotonic() < until:
            request, peer, packet, gateway = self._waiting.popleft()
            try:
                said.append((self._turn(request, packet, gateway), peer))
            except Discard as why:
                self._count(f"dropped {why}")
            except Exception:
                self._count("dropped fault")
                log.exception("a conversation could not go on")
        return said

    def _answer(self, data: bytes, peer: bytes, handed: bool) -> bytes | None:
        request = peer + data
        if (known := self._answered.get(request)) is not None:
            self._count("repeated")
            return known
        packet = codec.read(data)
        gateway = self._whose(peer)
        if packet.code == codec.STATUS_SERVER:
            return self._alive(packet, gateway)
        if packet.code != codec.ACCESS_REQUEST:
            raise Discard("code")
        gateway = check_access(packet, gateway)
        if (homes := self._snapshot.homes) and self._relay and realm_of(packet) in homes:
            said = self._relay(self, data, peer, packet, gateway)
            return None if said is None else self.keep(request, said)
        if self._enterprise and codec.EAP_MESSAGE in packet.values:
            self._queue(request, data, peer, packet, gateway, handed)
            return None
        return self.keep(request, self._authoriser.answer(packet, gateway, time.time()))

    def _queue(
        self, request: bytes, data: bytes, peer: bytes, packet: Packet, gateway: Gateway, handed: bool
    ) -> None:
        """Leave a message of EAP for `converse`, or to the worker that began its conversation."""
        assert self._enterprise is not None
        other = self._enterprise.worker_of(packet)
        if self._hand_on and not handed and other != self._enterprise.worker:
            self._count("handed on")
            if not self._hand_on(other, data, peer):
                raise Discard("busy")
            return
        if len(self._waiting) >= WAITING_AT_MOST:
            raise Discard("busy")
        self._waiting.append((request, peer, packet, gateway))

    def _turn(self, request: bytes, packet: Packet, gateway: Gateway) -> bytes:
        assert self._enterprise is not None
        if (known := self._answered.get(request)) is not None:  # it came twice while it waited
            self._count("repeated")
            return known
        return self.keep(request, self._enterprise.answer(packet, gateway, time.time()))

    def keep(self, request: bytes, said: Said) -> bytes:
        """Count what is said to a request, and say it again when it comes again; the reply."""
        reply, cause, hotspot = said
        self._count("challenged" if cause == CHALLENGE else f"refused {cause}" if cause else "accepted")
        if self._tally and cause != CHALLENGE and (stage := _stage(cause)):
            self._tally.add(hotspot, stage)
        self._answered.keep(request, reply, time.monotonic())
        return reply

    def _alive(self, packet: Packet, gateway: Gateway) -> bytes:
        if (found := under_its_secret(packet, gateway, codec.signed)) is None:
            raise Discard("signature")
        self._count("status")
        return codec.answer(codec.ACCESS_ACCEPT, packet, found.secret)


def _stage(cause: str) -> str:
    if not cause:
        return "accept"
    told = _FUNNEL.get(cause, cause)
    return f"reject:{told}" if told else ""
