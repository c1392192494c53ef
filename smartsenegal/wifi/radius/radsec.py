"""RADIUS over TLS (RFC 6614): one process, all connections, on TCP 2083.

A gateway is known by the name in its certificate (§2.3, subjectAltName); the secret is "radsec" for everybody
and protects nothing, TLS does. Logins go through the same door as those by UDP; reports too, with a writer of
their own in a thread: what is handed from process to process could be lost between the commit and the answer,
and a slow disk may stop neither handshakes nor logins. Who asks for RADIUS/1.1 gets it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from smartsenegal.kernel.rates import network_of
from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.radius.accounting import AccountingDoor
from smartsenegal.wifi.radius.codec import Discard
from smartsenegal.wifi.radius.counters import Counters
from smartsenegal.wifi.radius.doors import AuthDoor
from smartsenegal.wifi.radius.loading import RADSEC_SECRET
from smartsenegal.wifi.radius.net import Datagram
from smartsenegal.wifi.radius.radius11 import TOKEN, negotiated, received, sent, token_of
from smartsenegal.wifi.radius.snapshot import Gateway, Snapshot
from smartsenegal.wifi.radius.writing import Writer

CONNECTIONS_AT_MOST = 4096
HALF_OPEN_AT_MOST = 256
# Of these, from one network: who opens connections and says nothing keeps nobody else out.
HALF_OPEN_OF_ONE = 16
# Connections of one gateway at once: some open one a worker (RFC 6613 §2.6.1). The oldest gives way.
CONNECTIONS_OF_ONE = 16
HANDSHAKE_SECONDS = 10.0
# RFC 3539 §3.4.1: a gateway that lives says so every half minute; one that does not is not kept for ever.
IDLE_SECONDS = 600.0
# Between the head of a packet and its end.
PACKET_SECONDS = 30.0
# What may wait for a gateway that reads slowly; beyond, its connection ends.
UNREAD_AT_MOST = 256 * 1024
REPORTS_AT_MOST = 4096
BATCH = 1000
TURN_SECONDS = 0.005
TEND_SECONDS = 0.2
# Octets of what stands for a peer here: four for the connection, then the token of a request by RADIUS/1.1. A
# socket address has more.
KEY = 8

log = logging.getLogger(__name__)


class Connection:
    """One gateway that is connected, `marks` being those of its certificate; `modern` when it speaks
    RADIUS/1.1."""

    __slots__ = ("_authenticator", "marks", "modern", "name", "ordered", "writer")

    def __init__(
        self, name: str, writer: asyncio.StreamWriter, modern: bool = False, marks: tuple[str, ...] = ()
    ) -> None:
        self.name = name
        self.marks = marks
        self.writer = writer
        self.modern = modern
        self.ordered: dict[bytes, bytes] = {}  # our own requests, by identifier or token
        self._authenticator = secrets.token_bytes(16 - KEY)

    def authenticator(self, key: bytes) -> bytes:
        """What stands for the authenticator of a request by RADIUS/1.1."""
        return self._authenticator + key

    def send(self, reply: bytes) -> None:
        """Send, or end the connection of who does not read."""
        if self.writer.is_closing():
            return
        if self.writer.transport.get_write_buffer_size() > UNREAD_AT_MOST:
            self.writer.transport.abort()
            return
        self.writer.write(reply)


class Connections:
    """Who is connected, by the key that stands for a peer in the doors."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._open: dict[bytes, Connection] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: Connection) -> bytes:
        """Its key from here on. Of too many of one gateway, the oldest ends: it may be one that hangs."""
        same = [half for half, known in self._open.items() if known.name == connection.name]
        if len(same) >= CONNECTIONS_OF_ONE:
            self._open.pop(same[0]).writer.transport.abort()
        self._next += 1
        half = self._next.to_bytes(KEY - TOKEN, "big")
        self._open[half] = connection
        return half + bytes(TOKEN)

    def remove(self, key: bytes) -> None:
        self._open.pop(key[:-TOKEN], None)

    def gateway_of(self, key: bytes) -> Gateway:
        """The gateway as it is now. Raises Discard once it was retired, bears another name or its certificate
        was revoked, and outside of its dates."""
        connection = self._open.get(key[:-TOKEN])
        found = self._snapshot.named.get(connection.name) if connection else None
        if found is None:
            raise Discard("stranger")
        if not found.is_answered():
            raise Discard("dates")
        revoked = self._snapshot.revoked
        if revoked and connection and any((found.id, mark) in revoked for mark in connection.marks):
            raise Discard("revoked")
        return found

    def of(self, gateway: int) -> Connection | None:
        """The latest connection of a gateway, None while it has none that is answered."""
        known = self._snapshot.gateways.get(gateway)
        name = known.peer if known else ""
        for half in reversed(self._open) if name else ():
            if self._open[half].name == name:
                with contextlib.suppress(Discard):
                    self.gateway_of(half + bytes(TOKEN))
                    return self._open[half]
        return None

    def deliver(self, reply: bytes, key: bytes) -> None:
        """Send a reply; one for a connection that ended is lost, as its request was given up."""
        connection = self._open.get(key[:-TOKEN])
        if connection is None:
            return
        if connection.modern:
            reply = sent(reply, key[-TOKEN:], RADSEC_SECRET, connection.authenticator(key))
        connection.send(reply)


class Reports:
    """Accounting by RadSec: answered once it is durable."""

    def __init__(
        self,
        door: AccountingDoor,
        writer: Writer,
        counters: Counters,
        deliver: Callable[[bytes, bytes], None],
    ) -> None:
        self._door = door
        self._writer = writer
        self._counters = counters
        self._deliver = deliver
        self._waiting: asyncio.Queue[Datagram] = asyncio.Queue(REPORTS_AT_MOST)
        self._thread = ThreadPoolExecutor(1, "radsec-accounting")

    async def put(self, data: bytes, key: bytes) -> None:
        """Take a report. While the queue is full the caller waits, and its gateway's connection with it."""
        await self._waiting.put((data, key))

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch: list[Datagram] = []
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TEND_SECONDS):
                    batch.append(await self._waiting.get())
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            for reply, key in await loop.run_in_executor(self._thread, self._write, batch):
                self._deliver(reply, key)

    def close(self) -> None:
        """End the thread after what it is writing."""
        self._thread.shutdown()
        self._writer.close()
        self._counters.write()

    def _write(self, batch: list[Datagram]) -> list[Datagram]:
        answers = self._door.handle(batch) if batch else []
        self._writer.tend()
        self._counters.tend()
        return answers


class Reception:
    """Takes connections, shows who they are, gives their packets to the doors."""

    def __init__(
        self,
        listener: socket.socket,
        context: ssl.SSLContext,
        snapshot: Snapshot,
        connections: Connections,
        door: AuthDoor,
        reports: Reports,
        counters: Counters,
        answered: Callable[[bytes, Gateway, Connection], None] | None = None,
    ) -> None:
        listener.setblocking(False)
        self._answered = answered
        self._listener = listener
        self._context = context
        self._snapshot = snapshot
        self._connections = connections
        self._door = door
        self._reports = reports
        self._count = counters.add
        self._half_open: Counter[str] = Counter()  # by network
        self._conversing = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                client, peer = await loop.sock_accept(self._listener)
            except OSError as error:  # no descriptor is left, or the client went already
                log.warning("a connection could not be taken: %s", error)
                await asyncio.sleep(0.1)
                continue
            network = network_of(peer[0])
            if not self._has_room(network):
                self._count("dropped busy")
                client.close()
                continue
            self._half_open[network] += 1
            task = loop.create_task(self._serve(client, network))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _has_room(self, network: str) -> bool:
        return (
            self._half_open[network] < HALF_OPEN_OF_ONE
            and self._half_open.total() < HALF_OPEN_AT_MOST
            and len(self._connections) < CONNECTIONS_AT_MOST
        )

    async def _serve(self, client: socket.socket, network: str) -> None:
        try:
            opened = await self._handshake(client)
        finally:
            self._half_open[network] -= 1
            self._half_open += Counter()  # those of whom none is left are forgotten
        if opened is None:
            return
        reader, writer = opened
        try:
            name = known_name(writer.get_extra_info("peercert") or {}, self._snapshot)
            if not name:
                self._count("dropped stranger")
                return
            tls = writer.get_extra_info("ssl_object")
            await self._hear(reader, Connection(name, writer, negotiated(tls), marks_of(tls)))
        except (OSError, EOFError, TimeoutError):
            pass
        except Discard as why:
            self._count(f"dropped {why}")
        except Exception:  # a fault of ours ends no other connection
            self._count("dropped fault")
            log.exception("a connection ended")
        finally:
            writer.close()

    async def _handshake(
        self, client: socket.socket
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(2 * codec.LARGEST, loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        try:
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol, client, ssl=self._context, ssl_handshake_timeout=HANDSHAKE_SECONDS
            )
        except OSError as error:  # TLS, a silence, a reset
            self._count("dropped tls")
            log.info("no TLS with a client: %s", error)
            client.close()
            return None
        return reader, asyncio.StreamWriter(transport, protocol, reader, loop)

    async def _hear(self, reader: asyncio.StreamReader, connection: Connection) -> None:
        key = self._connections.add(connection)
        try:
            self._connections.gateway_of(key)  # a certificate that is revoked is told by an end, at once
            self._count("connected")
            while True:
                await self._take(await packet_from(reader), key, connection)
        finally:
            self._connections.remove(key)

    async def _take(self, data: bytes, key: bytes, connection: Connection) -> None:
        """Give a packet to its door. Raises Discard, by which the connection ends (RFC 6613 §2.6.4)."""
        codec.read(data)
        gateway = self._connections.gateway_of(key)
        if self._answered and data[0] in codec.ANSWERS_TO_ORDERS:
            self._answered(data, gateway, connection)
            return
        if connection.modern:
            key = key[:-TOKEN] + token_of(data)
            try:
                data = received(data, RADSEC_SECRET, connection.authenticator(key))
            except Discard as why:  # whole, but nothing to answer
                self._count(f"dropped {why}")
                return
        if data[0] == codec.ACCOUNTING_REQUEST:
            await self._reports.put(data, key)
            return
        if (reply := self._door.handle(data, key)) is not None:
            self._connections.deliver(reply, key)
        if self._door.waiting and not self._conversing:
            self._conversing = True
            asyncio.get_running_loop().call_soon(self._converse)

    def _converse(self) -> None:
        for reply, key in self._door.converse(TURN_SECONDS):
            self._connections.deliver(reply, key)
        self._conversing = self._door.waiting
        if self._conversing:
            asyncio.get_running_loop().call_soon(self._converse)


async def packet_from(reader: asyncio.StreamReader) -> bytes:
    """The next packet of a connection. Raises Discard for a length no packet has, TimeoutError, EOFError."""
    async with asyncio.timeout(IDLE_SECONDS):
        head = await reader.readexactly(4)
    length = head[2] << 8 | head[3]
    if not codec.SMALLEST <= length <= codec.LARGEST:
        raise Discard("length")
    async with asyncio.timeout(PACKET_SECONDS):
        return head + await reader.readexactly(length - 4)


def marks_of(tls: ssl.SSLObject) -> tuple[str, str]:
    """What names the certificate that the other end showed: its SHA-256 fingerprint, its serial number."""
    shown = x509.load_der_x509_certificate(tls.getpeercert(binary_form=True) or b"")
    return shown.fingerprint(hashes.SHA256()).hex(), f"{shown.serial_number:x}"


def known_name(certificate: dict[str, object], snapshot: Snapshot) -> str:
    """The name in a certificate, verified by TLS, that is a gateway's; "" when none is (RFC 6614 §2.3).

    Only the alternative names of the kinds DNS and URI count: the certificate of a device, which the same
    authority made, has neither.
    """
    names = certificate.get("subjectAltName", ())
    for kind, value in names if isinstance(names, tuple) else ():
        if kind in ("DNS", "URI") and value.lower() in snapshot.named:
            return str(value.lower())
    return ""
