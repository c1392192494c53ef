"""Sends orders from one UDP socket, hundreds at once, and hears what gateways answer.

A request is sent again with the same octets until it is answered, or was sent five times, or its order is out
of date. What became of each is in `settled`, in the order of the answers.
"""

from __future__ import annotations

import logging
import socket
from dataclasses import dataclass

from smartsenegal.wifi.radius import codec, dae
from smartsenegal.wifi.radius.dae import Target, Verdict
from smartsenegal.wifi.radius.reverse import Line
from smartsenegal.wifi.sessions.api import Order

IDENTIFIERS = 256
LARGEST_DATAGRAM = 4096 + 4
_HEARD_AT_ONCE = 256

log = logging.getLogger(__name__)

Peer = tuple[str, int]


@dataclass(slots=True)
class Sent:
    """One request under way. Times are those of the caller's steady clock."""

    order: Order
    peer: Peer
    data: bytes
    secret: bytes
    until: float
    tries: int = 0
    waited: float = 0.0
    again_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Settled:
    """An order and what became of it, after so many sendings."""

    order: Order
    verdict: Verdict
    tries: int


class Sender:
    """Requests under way on a socket, which is made non-blocking, or on the way to RadSec's connections."""

    def __init__(self, line: socket.socket | Line) -> None:
        line.setblocking(False)
        self.line = line
        self.settled: list[Settled] = []
        self._mapped = line.family == socket.AF_INET6
        self._sent: dict[tuple[Peer, int], Sent] = {}
        self._next: dict[Peer, int] = {}

    @property
    def under_way(self) -> set[int]:
        """The orders that are sent, or settled and not yet taken from `settled`."""
        return {s.order.pk for s in self._sent.values()} | {s.order.pk for s in self.settled}

    def send(self, order: Order, target: Target, body: bytes, now: float, seconds: float) -> bool:
        """Send an order, for so many seconds at most; False while 256 wait for that gateway's answer."""
        peer = (self._spelt(target.address), target.port)
        identifier = self._free(peer)
        if identifier is None:
            return False
        data = dae.request(order.kind, identifier, target.secret, body)
        sent = self._sent[peer, identifier] = Sent(order, peer, data, target.secret, now + seconds)
        self._transmit(sent, now)
        return True

    def settle(self, order: Order, verdict: Verdict, tries: int = 0) -> None:
        """An order that need not, or cannot, be sent."""
        self.settled.append(Settled(order, verdict, tries))

    def hear(self) -> None:
        """Take the answers that have come; what is no answer of a gateway that was asked changes nothing."""
        for _ in range(_HEARD_AT_ONCE):
            try:
                data, address = self.line.recvfrom(LARGEST_DATAGRAM)
            except (BlockingIOError, ConnectionError):
                return
            self._hear(data, (address[0], address[1]))

    def tend(self, now: float) -> None:
        """Send again what waited long enough; give up what was sent five times or is out of date."""
        for key, sent in list(self._sent.items()):
            if now >= sent.until or (now >= sent.again_at and sent.tries >= dae.SENT_AT_MOST):
                del self._sent[key]
                self.settled.append(Settled(sent.order, Verdict("unanswered"), sent.tries))
            elif now >= sent.again_at:
                self._transmit(sent, now)

    def _hear(self, data: bytes, peer: Peer) -> None:
        try:
            reply = codec.read(data)
        except codec.Discard:
            return
        sent = self._sent.get((peer, reply.identifier))
        found = dae.verdict(reply, sent.data, sent.secret) if sent else None
        if sent is None or found is None:
            log.warning("an answer from %s belongs to no request, or is not authentic", peer[0])
            return
        del self._sent[peer, reply.identifier]
        self.settled.append(Settled(sent.order, found, sent.tries))

    def _transmit(self, sent: Sent, now: float) -> None:
        sent.tries += 1
        sent.waited = dae.next_wait(sent.waited)
        sent.again_at = now + sent.waited
        try:
            self.line.sendto(sent.data, sent.peer)
        except OSError as error:  # no way there, or no room: as if it were lost on its way
            log.warning("%s cannot be reached: %s", sent.peer[0], error)

    def _free(self, peer: Peer) -> int | None:
        first = self._next.get(peer, 0)
        for shift in range(IDENTIFIERS):
            identifier = (first + shift) % IDENTIFIERS
            if (peer, identifier) not in self._sent:
                # Not the same one again at once: a late answer to the last request would be taken for it.
                self._next[peer] = (identifier + 1) % IDENTIFIERS
                return identifier
        return None

    def _spelt(self, address: str) -> str:
        return f"::ffff:{address}" if self._mapped and ":" not in address else address
