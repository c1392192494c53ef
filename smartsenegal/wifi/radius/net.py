"""UDP sockets, many datagrams a system call (recvmmsg(2), sendmmsg(2)); one at a time elsewhere.

A peer is the octets of its socket address: they are a key of a dictionary, and nothing is parsed to answer.
"""

from __future__ import annotations

import ctypes
import os
import select
import socket
import struct
import time
from collections.abc import Sequence
from typing import Protocol

BATCH = 64
LARGEST_DATAGRAM = 4096 + 4  # a packet, and what tells that there was more
WANTED_BUFFER = 8 * 1024 * 1024
PATIENCE = 2.0
_ADDRESS = 28  # sockaddr_in6, the larger one
_SO_RCVBUFFORCE = 33
_MSG_DONTWAIT = 0x40

Datagram = tuple[bytes, bytes]
Socket = socket.socket


class Port(Protocol):
    """A socket that gives and takes datagrams by batches."""

    socket: socket.socket

    def receive(self, seconds: float) -> list[Datagram]:
        """What has come (data, peer), waiting that long at most for the first one."""
        ...

    def watch(self, other: Socket) -> None:
        """Wait no longer, from now on, when something comes to that socket."""
        ...

    def send(self, datagrams: Sequence[Datagram]) -> None:
        """Send each (data, peer). What the system does not take is lost, as on any network."""
        ...


def bind(host: str, port: int, shared: bool = True) -> socket.socket:
    """A UDP socket, which several processes may bind if `shared`; "::" takes IPv4 too. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_DGRAM)
    try:
        if family == socket.AF_INET6:
            found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        if shared:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:  # beyond the system's limit, for who may
            found.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, WANTED_BUFFER)
        except OSError:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WANTED_BUFFER)
        found.bind((host, port))
    except OSError:
        found.close()
        raise
    return found


def listen(host: str, port: int) -> socket.socket:
    """A TCP socket that takes connections; "::" takes those by IPv4 too. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server(
        (host, port), family=family, backlog=1024, dualstack_ipv6=family == socket.AF_INET6
    )


def require_free(host: str, port: int, seconds: float = PATIENCE) -> None:
    """Raises OSError when others have the port: a second server would share it, and get half of what comes.

    The children of a server that was killed leave within a second.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            bind(host, port, shared=False).close()
        except OSError:
            if time.monotonic() >= until:
                raise
            time.sleep(0.1)
        else:
            return


def open_port(found: socket.socket) -> Port:
    """The fast way where the C library has it, else the plain one."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "recvmmsg") and hasattr(libc, "sendmmsg"):
        return FastPort(found, libc)
    return PlainPort(found)


def address_of(peer: bytes) -> bytes:
    """The IP address in a peer: 4 or 16 octets."""
    return peer[8:24] if len(peer) == _ADDRESS else peer[4:8]


class _IoVector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class _Header(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("vectors", ctypes.c_void_p),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    ]


class _Message(ctypes.Structure):
    _anonymous_ = ("header",)
    _fields_ = [("header", _Header), ("length", ctypes.c_uint)]


class _Slots:
    """Room for a batch, laid out once; the structures keep pointing at the same buffers."""

    def __init__(self) -> None:
        self.data = ctypes.create_string_buffer(BATCH * LARGEST_DATAGRAM)
        self.names = ctypes.create_string_buffer(BATCH * _ADDRESS)
        self.vectors = (_IoVector * BATCH)()
        self.messages = (_Message * BATCH)()
        self.data_view = memoryview(self.data).cast("B")
        self.names_view = memoryview(self.names).cast("B")
        data, names = ctypes.addressof(self.data), ctypes.addressof(self.names)
        for slot in range(BATCH):
            self.vectors[slot].base = data + slot * LARGEST_DATAGRAM
            self.vectors[slot].length = LARGEST_DATAGRAM
            message = self.messages[slot]
            message.name = names + slot * _ADDRESS
            message.name_length = _ADDRESS
            message.vectors = ctypes.addressof(self.vectors) + slot * ctypes.sizeof(_IoVector)
            message.vector_count = 1
        # Lengths are read and written beside ctypes, which takes five times as long for each.
        self.lengths = memoryview(self.messages).cast("B").cast("I")
        self.sizes = memoryview(self.vectors).cast("B").cast("Q")


# Where they stand, in words of their size.
_LENGTH_AT, _LENGTH_EACH = _Message.length.offset // 4, ctypes.sizeof(_Message) // 4


class FastPort:
    """recvmmsg and sendmmsg through ctypes."""

    def __init__(self, found: socket.socket, libc: ctypes.CDLL) -> None:
        self.socket = found
        found.setblocking(False)
        self._receive, self._send = libc.recvmmsg, libc.sendmmsg
        self._in, self._out = _Slots(), _Slots()
        self._poll = select.poll()
        self._poll.register(found, select.POLLIN)
        self._name_length = 16 if found.family == socket.AF_INET else _ADDRESS
        for message in self._out.messages:
            message.name_length = self._name_length

    def receive(self, seconds: float) -> list[Datagram]:
        slots = self._in
        count = self._take()
        if count < 0:
            self._poll.poll(seconds * 1000)
            count = self._take()
        found = []
        lengths, data, names, name = slots.lengths, slots.data_view, slots.names_view, self._name_length
        for slot in range(max(count, 0)):
            at, peer = slot * LARGEST_DATAGRAM, slot * _ADDRESS
            length = lengths[slot * _LENGTH_EACH + _LENGTH_AT]
            found.append((data[at : at + length].tobytes(), names[peer : peer + name].tobytes()))
        return found

    def watch(self, other: Socket) -> None:
        self._poll.register(other, select.POLLIN)

    def _take(self) -> int:
        return int(self._receive(self.socket.fileno(), self._in.messages, BATCH, _MSG_DONTWAIT, None))

    def send(self, datagrams: Sequence[Datagram]) -> None:
        for at in range(0, len(datagrams), BATCH):
            self._send_batch(datagrams[at : at + BATCH])

    def _send_batch(self, datagrams: Sequence[Datagram]) -> None:
        slots = self._out
        room, names, sizes = slots.data_view, slots.names_view, slots.sizes
        for slot, (data, peer) in enumerate(datagrams):
            at, name = slot * LARGEST_DATAGRAM, slot * _ADDRESS
            room[at : at + len(data)] = data
            names[name : name + len(peer)] = peer
            sizes[2 * slot + 1] = len(data)
        done = 0
        while done < len(datagrams):
            start = ctypes.byref(slots.messages, done * ctypes.sizeof(_Message))
            sent = self._send(self.socket.fileno(), start, len(datagrams) - done, 0)
            if sent < 0:
                if ctypes.get_errno() == 11:  # EAGAIN: the card is full, wait a moment for room
                    select.select([], [self.socket], [], 0.05)
                sent = 1  # this one is lost; its sender asks again
            done += sent


class PlainPort:
    """One datagram a system call, with Python's own sockets."""

    def __init__(self, found: socket.socket) -> None:
        self.socket = found
        self._watched = [found]
        found.setblocking(False)

    def watch(self, other: Socket) -> None:
        self._watched.append(other)

    def receive(self, seconds: float) -> list[Datagram]:
        select.select(self._watched, [], [], seconds)
        found: list[Datagram] = []
        while len(found) < BATCH:
            try:
                data, address = self.socket.recvfrom(LARGEST_DATAGRAM)
            except (BlockingIOError, ConnectionError):
                break
            found.append((data, _packed(self.socket.family, address)))
        return found

    def send(self, datagrams: Sequence[Datagram]) -> None:
        for data, peer in datagrams:
            try:
                self.socket.sendto(data, unpacked(peer))
            except OSError:  # lost; its sender asks again
                continue


def _packed(family: int, address: tuple[str, int] | tuple[str, int, int, int]) -> bytes:
    port = address[1].to_bytes(2, "big")
    if family == socket.AF_INET:
        return struct.pack("=H", family) + port + socket.inet_aton(address[0]) + bytes(8)
    flow, scope = address[2:]  # type: ignore[misc]
    name = socket.inet_pton(socket.AF_INET6, address[0].partition("%")[0])
    return struct.pack("=H", family) + port + struct.pack(">I", flow) + name + struct.pack("=I", scope)


def unpacked(peer: bytes) -> tuple[str, int] | tuple[str, int, int, int]:
    """The address of a peer as Python's sockets take it."""
    port = int.from_bytes(peer[2:4], "big")
    if len(peer) != _ADDRESS:
        return socket.inet_ntoa(peer[4:8]), port
    scope = struct.unpack("=I", peer[24:28])[0]
    return socket.inet_ntop(socket.AF_INET6, peer[8:24]), port, int.from_bytes(peer[4:8], "big"), scope


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0))
