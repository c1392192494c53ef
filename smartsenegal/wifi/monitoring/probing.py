"""Echo requests to gateways (ICMP, RFC 792; ICMPv6, RFC 4443 §4.1): how long they take, how many are lost.

An unprivileged ICMP socket where the system allows it (net.ipv4.ping_group_range), a raw one for root.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

COUNT = 5
GAP_SECONDS = 0.2
WAIT_SECONDS = 1.0
TOKEN = 12  # octets by which a reply is known to be ours, whatever identifier the system writes
_HEADER = struct.Struct("!BBHHH")  # type, code, checksum, identifier, sequence
_ECHO = {socket.AF_INET: (8, 0), socket.AF_INET6: (128, 129)}  # request, reply


@dataclass(frozen=True, slots=True)
class Echo:
    """What came back: the share that did not, and the median round trip; None when nothing did."""

    loss: float
    rtt_ms: float | None


async def ping(
    addresses: Iterable[str], count: int = COUNT, gap: float = GAP_SECONDS, wait: float = WAIT_SECONDS
) -> dict[str, Echo]:
    """Ask each address `count` times; the whole takes `count * gap + wait` seconds, however many they are.

    Addresses of a family that this machine may not ask in (no socket allowed) are left out.
    """
    wanted = set(addresses)
    found: dict[str, Echo] = {}
    for family in _ECHO:
        version = 4 if family == socket.AF_INET else 6
        of_family = sorted(a for a in wanted if ip_address(a).version == version)
        if of_family and (opened := _open(family)) is not None:
            with opened:
                found |= await _Round(opened, family, of_family).run(count, gap, wait)
    return found


def _open(family: socket.AddressFamily) -> socket.socket | None:
    protocol = socket.IPPROTO_ICMP if family == socket.AF_INET else socket.IPPROTO_ICMPV6
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        with contextlib.suppress(OSError):
            opened = socket.socket(family, kind, protocol)
            opened.setblocking(False)
            return opened
    return None


class _Round:
    """One round of questions over one socket."""

    def __init__(self, opened: socket.socket, family: socket.AddressFamily, addresses: list[str]) -> None:
        self._socket = opened
        self._family = family
        self._addresses = addresses
        self._asked: dict[bytes, tuple[str, float]] = {}
        self._times: dict[str, list[float]] = {address: [] for address in addresses}

    async def run(self, count: int, gap: float, wait: float) -> dict[str, Echo]:
        listening = asyncio.create_task(self._listen())
        for sequence in range(count):
            for address in self._addresses:
                await self._ask(address, sequence)
            await asyncio.sleep(gap)
        await asyncio.sleep(wait)
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening
        return {address: _echo(times, count) for address, times in self._times.items()}

    async def _ask(self, address: str, sequence: int) -> None:
        token = secrets.token_bytes(TOKEN)
        request = _request(_ECHO[self._family][0], sequence, token)
        self._asked[token] = (address, time.monotonic())
        # No route, no buffer: a question that cannot leave is one that is lost.
        with contextlib.suppress(OSError):
            await asyncio.get_running_loop().sock_sendto(self._socket, request, (address, 0))

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                data, peer = await loop.sock_recvfrom(self._socket, 2048)
            except OSError:  # an earlier question was refused on its way
                await asyncio.sleep(0.01)
                continue
            self._take(data, str(peer[0]), time.monotonic())

    def _take(self, data: bytes, peer: str, now: float) -> None:
        """Count a reply once, if it is one of ours and comes from whom was asked."""
        if self._family == socket.AF_INET and data[:1] and data[0] >> 4 == 4:
            data = data[(data[0] & 15) * 4 :]  # a raw socket gives the IP header too
        if len(data) < _HEADER.size + TOKEN or data[0] != _ECHO[self._family][1]:
            return
        asked = self._asked.get(data[_HEADER.size : _HEADER.size + TOKEN])
        if asked is not None and asked[0] == peer.partition("%")[0]:
            del self._asked[data[_HEADER.size : _HEADER.size + TOKEN]]
            self._times[asked[0]].append((now - asked[1]) * 1000)


def _request(kind: int, sequence: int, token: bytes) -> bytes:
    bare = _HEADER.pack(kind, 0, 0, 0, sequence) + token
    return _HEADER.pack(kind, 0, checksum(bare), 0, sequence) + token


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _echo(times: list[float], count: int) -> Echo:
    ranked = sorted(times)
    return Echo(1 - len(ranked) / count, ranked[len(ranked) // 2] if ranked else None)
