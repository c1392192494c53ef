"""The ways to home servers: one line a server, by UDP or by RadSec, and whether it lives.

A server that let a request's time pass without any answer is dead: the others are asked first, and it is
asked by Status-Server every ten seconds (RFC 5997 §4). One that does not know Status-Server is tried again
after a minute all the same.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass

from smartsenegal.wifi.radius import codec, radius11
from smartsenegal.wifi.radius.codec import Discard, Packet
from smartsenegal.wifi.radius.radsec import packet_from
from smartsenegal.wifi.radius.snapshot import Home

IDENTIFIERS = 256
TOKENS = 1 << 8 * radius11.TOKEN
PROBE_SECONDS = 10.0
REVIVED_SECONDS = 60.0
CONNECT_SECONDS = 5.0
RECONNECT_SECONDS = 2.0
UNSENT_AT_MOST = 256 * 1024
_REPLIES = (codec.ACCESS_ACCEPT, codec.ACCESS_REJECT, codec.ACCESS_CHALLENGE)

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Sent:
    """One request on a line. `heard` is given the authentic reply."""

    data: bytes
    at: float
    heard: Callable[[Packet], None]


class Line:
    """One home server. `open` is to be run as a task; it ends when the line is closed."""

    def __init__(self, home: Home, context: ssl.SSLContext) -> None:
        self.home = home
        self.dead = False
        self._context = context
        self._sent: dict[int, Sent] = {}
        self._modern = False  # by RADIUS/1.1: a request is known by its token, not by an identifier
        self._next = 0
        self._heard_at = self._died_at = self._probed_at = 0.0
        self._datagrams: asyncio.DatagramTransport | None = None
        self._writer: asyncio.StreamWriter | None = None

    @property
    def reliable(self) -> bool:
        """Whether the transport itself sends again (RFC 6613 §2.6.1)."""
        return self.home.transport == "radsec"

    async def open(self) -> None:
        """Keep the way open."""
        if self.reliable:
            await self._stay_connected()
            return
        while True:
            try:
                loop = asyncio.get_running_loop()
                self._datagrams, _ = await loop.create_datagram_endpoint(
                    lambda: _Datagrams(self._hear), remote_addr=(self.home.address, self.home.port)
                )
                return
            except OSError as error:
                log.warning("no way to %s: %s", self.home.address, error)
                await asyncio.sleep(RECONNECT_SECONDS)

    def close(self) -> None:
        for transport in (self._datagrams, self._writer):
            if transport is not None:
                transport.close()

    def send(
        self, make: Callable[[int, bytes], bytes], heard: Callable[[Packet], None], now: float
    ) -> int | None:
        """Send what `make(identifier, authenticator)` gives; its number here, None when it cannot go."""
        number = self._free()
        if number is None or not self._is_open():
            return None
        data = make(number % IDENTIFIERS, secrets.token_bytes(16))
        self._sent[number] = Sent(data, now, heard)
        if self._modern:
            data = radius11.sent(data, number.to_bytes(radius11.TOKEN, "big"), self.home.secret, data[4:20])
        self._transmit(data)
        return number

    def again(self, identifier: int) -> None:
        """Send the same octets once more (RFC 5080 §2.2.1)."""
        if (sent := self._sent.get(identifier)) and self._is_open():
            self._transmit(sent.data)

    def give_up(self, identifier: int, now: float) -> None:
        """A request's time is over. Silence since it was sent means that nobody is there."""
        sent = self._sent.pop(identifier, None)
        if sent and self._heard_at < sent.at and not self.dead:
            log.warning("the home server %s does not answer", self.home.address)
            self.dead, self._died_at = True, now
            if self._writer is not None:  # a connection may be open to nobody: another one tells
                self._writer.transport.abort()

    def tend(self, now: float) -> None:
        """To be called now and then."""
        if self.dead and now - self._died_at > REVIVED_SECONDS:
            self.dead = False
        if self.dead and now - self._probed_at > PROBE_SECONDS:
            self._probed_at = now
            self.send(self._probe, lambda _: None, now)
        for identifier, sent in list(self._sent.items()):
            if now - sent.at > REVIVED_SECONDS:
                del self._sent[identifier]

    def _probe(self, identifier: int, authenticator: bytes) -> bytes:
        return codec.request(codec.STATUS_SERVER, identifier, self.home.secret, b"", authenticator)

    def _is_open(self) -> bool:
        if self.reliable:
            return self._writer is not None and not self._writer.is_closing()
        return self._datagrams is not None

    def _transmit(self, data: bytes) -> None:
        if self._writer is not None:
            if self._writer.transport.get_write_buffer_size() > UNSENT_AT_MOST:
                self._writer.transport.abort()
            else:
                self._writer.write(data)
        elif self._datagrams is not None:
            self._datagrams.sendto(data)

    def _free(self) -> int | None:
        if self._modern:  # RFC 9765 §4.2.1
            self._next = (self._next + 1) % TOKENS
            return self._next
        for shift in range(IDENTIFIERS):
            identifier = (self._next + shift) % IDENTIFIERS
            if identifier not in self._sent:
                self._next = (identifier + 1) % IDENTIFIERS
                return identifier
        return None

    def _hear(self, data: bytes) -> None:
        if len(data) < codec.SMALLEST:
            return
        number = int.from_bytes(radius11.token_of(data), "big") if self._modern else data[1]
        sent = self._sent.get(number)
        if sent is None:
            return
        try:
            if self._modern:
                data = radius11.heard(data, codec.read(sent.data), self.home.secret)
            reply = codec.read(data)
        except Discard:
            return
        if not codec.answered_by_secret(reply, sent.data[4:20], self.home.secret):
            return
        # CVE-2024-3596: by UDP whoever stands between could make an accept of a reject that is not signed.
        if reply.code not in _REPLIES or not (reply.signed_at or self.reliable):
            log.warning("the home server %s does not sign its answers", self.home.address)
            return
        del self._sent[number]
        self._heard_at, self.dead = time.monotonic(), False
        sent.heard(reply)

    # --- RadSec -------------------------------------------------------------------------

    async def _stay_connected(self) -> None:
        while True:
            try:
                await self._converse()
            except (OSError, EOFError, TimeoutError, Discard) as error:
                log.info("RadSec with %s: %s", self.home.address, error or type(error).__name__)
            finally:
                if self._writer is not None:
                    self._writer.close()
                self._writer = None
                self._sent.clear()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _converse(self) -> None:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, self._writer = await asyncio.open_connection(
                self.home.address, self.home.port, ssl=self._context, server_hostname=self.home.address
            )
        self._modern = radius11.negotiated(self._writer.get_extra_info("ssl_object"))
        if self._modern:
            self._next = secrets.randbelow(TOKENS)
        self.dead = False
        while True:
            self._hear(await packet_from(reader))


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, hear: Callable[[bytes], None]) -> None:
        self._hear = hear

    def datagram_received(self, data: bytes, _address: object) -> None:
        self._hear(data)
