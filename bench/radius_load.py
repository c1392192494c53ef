"""Load on a RADIUS server: packets made beforehand, many in flight, every reply's authenticator verified."""

from __future__ import annotations

import os
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import md5

from OpenSSL import SSL

from bench.load import percentile
from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.radius.eap.avps import USER_NAME, USER_PASSWORD, Avp
from smartsenegal.wifi.radius.net import bind, open_port

SECRET = b"bench-secret-of-the-loopback"
PASSWORD = "ndar-teranga-7"
SOCKETS, IN_FLIGHT, PATIENCE = 8, 32, 2.0


@dataclass
class Run:
    """What a load did: answers of the code that was awaited, others, packets without answer, latencies (ms)."""

    seconds: float = 0.0
    right: int = 0
    wrong: int = 0
    lost: int = 0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.right / self.seconds

    @property
    def p99(self) -> float:
        return percentile(self.latencies, 0.99)


def access_requests(count: int, users: int) -> list[list[bytes]]:
    """Logins by PAP, all signed, for each socket; the users are `user0` and following, in a scattered order."""

    def one(number: int, identifier: int) -> bytes:
        authenticator = os.urandom(16)
        name = f"user{number * 7919 % users}"
        body = codec.attribute(codec.USER_NAME, name) + codec.attribute(
            codec.USER_PASSWORD, codec.hide(PASSWORD.encode(), SECRET, authenticator)
        )
        body += _place(number)
        return codec.request(codec.ACCESS_REQUEST, identifier, SECRET, body, authenticator)

    return _shared_out(count, one)


def starts(count: int) -> list[list[bytes]]:
    """Accounting starts, each of a session of its own."""
    run = os.urandom(3).hex()

    def one(number: int, identifier: int) -> bytes:
        body = codec.attribute(codec.STATUS_TYPE, 1) + codec.attribute(codec.SESSION_ID, f"{run}{number:08x}")
        body += codec.attribute(codec.USER_NAME, f"user{number % 100_000}") + _place(number)
        return codec.request(codec.ACCOUNTING_REQUEST, identifier, SECRET, body)

    return _shared_out(count, one)


def _place(number: int) -> bytes:
    mac = f"02-00-00-{number >> 16 & 255:02X}-{number >> 8 & 255:02X}-{number & 255:02X}"
    return (
        codec.attribute(codec.NAS_IP_ADDRESS, 0x7F000001)
        + codec.attribute(codec.CALLING_STATION, mac)
        + codec.attribute(codec.CALLED_STATION, "02-00-00-00-00-00:Smart Wifi")
    )


def _shared_out(count: int, one: Callable[[int, int], bytes]) -> list[list[bytes]]:
    each = count // SOCKETS
    return [[one(line * each + n, n & 255) for n in range(each)] for line in range(SOCKETS)]


class _Line:
    """A socket of the sender, what it has to send and what it waits for."""

    def __init__(self, port: int, packets: Sequence[bytes]) -> None:
        self.port = open_port(bind("127.0.0.1", 0))
        self.peer = (
            struct.pack("=H", socket.AF_INET) + port.to_bytes(2, "big") + bytes((127, 0, 0, 1)) + bytes(8)
        )
        self.left = deque(packets)
        self.waits: dict[int, tuple[bytes, float]] = {}

    def fill(self, room: int) -> None:
        now = time.perf_counter()
        sent = []
        while self.left and room > 0 and self.left[0][1] not in self.waits:
            packet = self.left.popleft()
            self.waits[packet[1]] = (packet[4:20], now)
            sent.append((packet, self.peer))
            room -= 1
        if sent:
            self.port.send(sent)

    def take(self, run: Run, code: int) -> int:
        found = self.port.receive(0)
        now = time.perf_counter()
        for reply, _ in found:
            known = self.waits.pop(reply[1], None)
            if known is None:
                continue
            whole = reply[:4] + known[0] + reply[20:] + SECRET
            good = reply[0] == code and md5(whole, usedforsecurity=False).digest() == reply[4:20]
            run.right, run.wrong = run.right + good, run.wrong + (not good)
            run.latencies.append((now - known[1]) * 1000)
        return len(found)


def drive(port: int, packets: Sequence[Sequence[bytes]], code: int, rate: float = 0.0) -> Run:
    """Send all, IN_FLIGHT a socket, or so many a second; what gets no answer in two seconds is lost."""
    lines = [_Line(port, mine) for mine in packets]
    run, began = Run(), time.perf_counter()
    heard = began
    sent = 0
    while any(line.left or line.waits for line in lines):
        now = time.perf_counter()
        due = int((now - began) * rate) - sent if rate else 1 << 30
        for line in lines:
            room = min(IN_FLIGHT - len(line.waits), due)
            before = len(line.left)
            line.fill(room)
            done = before - len(line.left)
            due, sent = due - done, sent + done
        if sum(line.take(run, code) for line in lines):
            heard = time.perf_counter()
        elif time.perf_counter() - heard > PATIENCE:
            for line in lines:
                run.lost += len(line.waits)
                line.waits.clear()
            heard = time.perf_counter()
        else:
            time.sleep(0.0002)
    run.seconds = time.perf_counter() - began
    for line in lines:
        line.port.socket.close()
    return run


# --- supplicants ------------------------------------------------------------------------


class Supplicant:
    """A device that logs in by EAP-TTLS with PAP (TLS 1.2); given the session of a former login, resumes it."""

    def __init__(self, context: SSL.Context, name: str, former: SSL.Session | None = None) -> None:
        self.name = name
        self.tls = SSL.Connection(context, None)
        if former is not None:
            self.tls.set_session(former)
        self.tls.set_connect_state()
        self.state = b""
        self._message = b""
        self._said = self._done = False

    def first(self) -> bytes:
        return _response(1, 1, b"anonymous")

    def answer(self, request: bytes) -> bytes:
        """The response to an EAP request."""
        identifier, kind = request[1], request[4]
        if kind != 21:
            return _response(identifier, 3, b"\x15")  # a Nak: EAP-TTLS
        flags, body = request[5], request[6:]
        self._message += body[4:] if flags & 0x80 else body
        if flags & 0x40:
            return _response(identifier, 21, b"\0")
        if self._message:
            self.tls.bio_write(self._message)
            self._message = b""
        return _response(identifier, 21, b"\0" + self._speak())

    def _speak(self) -> bytes:
        if not self._done:
            try:
                self.tls.do_handshake()
                self._done = True
            except SSL.WantReadError:
                return self._outgoing()
            if self.tls.session_reused() if hasattr(self.tls, "session_reused") else False:
                return self._outgoing()
        octets = self._outgoing()
        if octets:
            return octets
        padded = PASSWORD.encode() + bytes(-len(PASSWORD) % 16)
        inside = Avp(USER_NAME, self.name.encode()).encode() + Avp(USER_PASSWORD, padded).encode()
        self.tls.send(inside)
        return self._outgoing()

    def _outgoing(self) -> bytes:
        octets = b""
        while True:
            try:
                octets += self.tls.bio_read(65_536)
            except SSL.WantReadError:
                return octets


def client_context() -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_max_proto_version(SSL.TLS1_2_VERSION)
    context.set_session_cache_mode(SSL.SESS_CACHE_CLIENT)
    return context


def log_in(
    port: int, count: int, context: SSL.Context, sessions: Sequence[SSL.Session] = (), together: int = 16
) -> tuple[Run, list[SSL.Session]]:
    """So many logins, sixteen at once; the sessions they may resume."""
    run: Run = Run()
    kept: list[SSL.Session] = []
    waiting: Iterator[int] = iter(range(count))
    flying: dict[int, tuple[Supplicant, bytes, float]] = {}
    number = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.connect(("127.0.0.1", port))
        line.settimeout(PATIENCE)

        def send(device: Supplicant, eap: bytes, since: float) -> None:
            nonlocal number
            number = (number + 1) % 256
            while number in flying:
                number = (number + 1) % 256
            packet, authenticator = _carried(number, device, eap)
            flying[number] = (device, authenticator, since)
            line.send(packet)

        def begin() -> None:
            if (turn := next(waiting, None)) is not None:
                former = sessions[turn % len(sessions)] if sessions else None
                device = Supplicant(context, f"user{turn}", former)
                send(device, device.first(), time.perf_counter())

        began = time.perf_counter()
        for _ in range(together):
            begin()
        while flying:
            try:
                reply = codec.read(line.recv(4096))
            except TimeoutError:
                run.lost += len(flying)
                flying.clear()
                for _ in range(together):
                    begin()
                continue
            known = flying.pop(reply.identifier, None)
            if known is None or not codec.answered_by_secret(reply, known[1], SECRET):
                run.wrong += 1
                continue
            device, _, since = known
            if reply.code == codec.ACCESS_CHALLENGE:
                device.state = reply.values[codec.STATE]
                send(device, device.answer(b"".join(reply.every(codec.EAP_MESSAGE))), since)
                continue
            run.right, run.wrong = run.right + (reply.code == 2), run.wrong + (reply.code != 2)
            run.latencies.append((time.perf_counter() - since) * 1000)
            if reply.code == codec.ACCESS_ACCEPT and (session := device.tls.get_session()):
                kept.append(session)
            begin()
        run.seconds = time.perf_counter() - began
    return run, kept


def _carried(number: int, device: Supplicant, eap: bytes) -> tuple[bytes, bytes]:
    authenticator = os.urandom(16)
    body = codec.attribute(codec.USER_NAME, "anonymous")
    for at in range(0, len(eap), 253):
        body += codec.attribute(codec.EAP_MESSAGE, eap[at : at + 253])
    if device.state:
        body += codec.attribute(codec.STATE, device.state)
    return codec.request(codec.ACCESS_REQUEST, number, SECRET, body, authenticator), authenticator


def _response(identifier: int, kind: int, data: bytes) -> bytes:
    return bytes([2, identifier]) + (5 + len(data)).to_bytes(2, "big") + bytes([kind]) + data
