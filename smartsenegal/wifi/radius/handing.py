"""What one worker hands on to another: a datagram of a conversation that the other began.

The sockets are made before the fork and stay the parent's: what comes for a worker that died waits for the
next one of its number.
"""

from __future__ import annotations

import socket

from smartsenegal.wifi.radius.net import Datagram

_ROOM = 4 * 1024 * 1024
_LARGEST = 4096 + 64
_TURN = 64


class Boxes:
    """A letter box for each worker."""

    def __init__(self, workers: int) -> None:
        self._pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(workers)]
        for inside, outside in self._pairs:
            for end in (inside, outside):
                end.setblocking(False)
            outside.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ROOM)

    def inside(self, worker: int) -> socket.socket:
        """Where that worker reads."""
        return self._pairs[worker][0]

    def put(self, worker: int, data: bytes, peer: bytes) -> bool:
        """Hand a datagram on; False when the box is full, and the gateway has to ask again."""
        try:
            self._pairs[worker][1].send(bytes([len(peer)]) + peer + data)
        except OSError:
            return False
        return True

    def take(self, worker: int) -> list[Datagram]:
        """What was handed to that worker, a batch at most."""
        found: list[Datagram] = []
        while len(found) < _TURN:
            try:
                letter = self._pairs[worker][0].recv(_LARGEST)
            except BlockingIOError:
                break
            end = 1 + letter[0]
            found.append((letter[end:], letter[1:end]))
        return found
