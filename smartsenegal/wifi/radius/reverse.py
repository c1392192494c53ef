"""Orders to gateways by RadSec, down the connection that each opened (draft-ietf-radext-reverse-coa).

One that is behind a firewall is reached by no other way. The process of orders hands them to the one that
holds the connections, over a pair of sockets made before the fork: four octets for the gateway, then the
packet. To the sender a gateway by RadSec is one more peer; whether it is connected it learns by its answer.
"""

from __future__ import annotations

import logging
import socket

from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.radius.codec import Discard
from smartsenegal.wifi.radius.loading import RADSEC_SECRET
from smartsenegal.wifi.radius.radius11 import heard, sent, token_of
from smartsenegal.wifi.radius.radsec import Connection, Connections
from smartsenegal.wifi.radius.snapshot import Gateway

RADSEC = "radsec"
# Requests under way on one connection: as many as there are identifiers.
UNDER_WAY = 256
_NUMBER, _LARGEST, _TURN = 4, 4096 + 8, 64

log = logging.getLogger(__name__)


def pair() -> tuple[socket.socket, socket.socket]:
    """The two ends: of who sends orders, of who holds the connections."""
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    for end in ends:
        end.setblocking(False)
    return ends


class Line:
    """The end of who sends orders, as `dae_sender.Sender` knows a socket; a gateway is ("radsec", number)."""

    family = socket.AF_UNIX

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def setblocking(self, blocks: bool) -> None:
        self._end.setblocking(blocks)

    def fileno(self) -> int:
        return self._end.fileno()

    def sendto(self, data: bytes, peer: tuple[str, int]) -> int:
        return self._end.send(peer[1].to_bytes(_NUMBER, "big") + data)

    def recvfrom(self, size: int) -> tuple[bytes, tuple[str, int]]:
        data = self._end.recv(size + _NUMBER)
        return data[_NUMBER:], (RADSEC, int.from_bytes(data[:_NUMBER], "big"))


class Courier:
    """The end of who holds the connections: brings requests to them, and answers back."""

    def __init__(self, end: socket.socket, connections: Connections) -> None:
        self._end = end
        self._connections = connections

    def fileno(self) -> int:
        return self._end.fileno()

    def take(self) -> None:
        """Bring what was handed to us; what is for one that is not connected is lost, and sent again."""
        for _ in range(_TURN):
            try:
                data = self._end.recv(_LARGEST)
            except OSError:
                return
            connection = self._connections.of(int.from_bytes(data[:_NUMBER], "big"))
            if connection is not None:
                _bring(data[_NUMBER:], connection)

    def answered(self, data: bytes, gateway: Gateway, connection: Connection) -> None:
        """Hand back what a gateway answered. Raises Discard for an answer to nothing."""
        mark = token_of(data) if connection.modern else data[1:2]
        request = connection.ordered.pop(mark, None)
        if request is None:
            raise Discard("answer")
        if connection.modern:
            data = heard(data, codec.read(request), RADSEC_SECRET)
        try:
            self._end.send(gateway.id.to_bytes(_NUMBER, "big") + data)
        except OSError as error:  # nobody reads: the order is sent again
            log.warning("an answer to an order is lost: %s", error)


def _bring(data: bytes, connection: Connection) -> None:
    # A token that no other request of this connection has: its authenticator is a digest of it.
    mark = data[4:8] if connection.modern else data[1:2]
    if connection.ordered.get(mark) == data:
        return  # TCP sends again by itself (RFC 6613 §2.6.1)
    while len(connection.ordered) >= UNDER_WAY:
        del connection.ordered[next(iter(connection.ordered))]
    connection.ordered[mark] = data
    connection.send(sent(data, mark, RADSEC_SECRET, data[4:20]) if connection.modern else data)
