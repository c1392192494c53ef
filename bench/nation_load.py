"""The gateways of the nation: each an address of its own, its secret, its sockets; every reply is verified."""

from __future__ import annotations

import gc
import os
import select
import socket
import time
from array import array
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from hashlib import md5
from heapq import heappop, heappush
from itertools import count
from random import Random

from bench import nation
from bench.load import percentile
from bench.nation import Ledger, Report, Visit
from bench.radius_load import PASSWORD
from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.sessions.rules import ON

SERVER = "127.0.0.1"
# RFC 5080 §2.2.1: ask again after two seconds, five times.
PATIENCE, TRIES = 2.0, 5
TWICE = 0.02  # of the packets are sent twice, octet for octet
DARK = 60  # seconds a gateway takes to start
ROOM = 512  # requests in flight, of all gateways


def address_of(hotspot: int) -> str:
    """The address of the gateway of a hotspot (numbered from 0)."""
    return f"127.0.1.{hotspot + 1}"


def secret_of(hotspot: int) -> bytes:
    return f"bench-secret-of-gateway-{hotspot}".encode()


def point_of(hotspot: int, point: int) -> str:
    """The base address of an access point, 12 hexadecimal digits."""
    return f"0200{hotspot:04x}{point:04x}"


@dataclass(slots=True, eq=False)
class Asked:
    """A request that waits for its answer, and who wants it."""

    packet: bytes
    code: int
    since: float
    then: Callable[[bytes], None] | None
    tries: int = 1


@dataclass
class Door:
    """What one kind of request got: answers that were right, wrong, or never came; latencies in ms."""

    right: int = 0
    wrong: int = 0
    lost: int = 0
    asked_again: int = 0
    latencies: array[float] = field(default_factory=lambda: array("d"))

    @property
    def p99(self) -> float:
        return percentile(self.latencies, 0.99)


class Line:
    """A socket of a gateway to one port of the server: 256 requests at once at most (RFC 2865 §3)."""

    def __init__(self, hotspot: int, port: int, door: Door) -> None:
        self.secret = secret_of(hotspot)
        self.door = door
        self.waits: dict[int, Asked] = {}
        self._former: dict[int, bytes] = {}
        self._last = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address_of(hotspot), 0))
        self.socket.connect((SERVER, port))
        self.socket.setblocking(False)

    def identifier(self) -> int | None:
        """One that is free; None when all are in flight."""
        for step in range(1, 257):
            if (found := (self._last + step) & 255) not in self.waits:
                self._last = found
                return found
        return None

    def send(self, packet: bytes) -> None:
        try:
            self.socket.send(packet)
        except OSError:  # no room: it is asked again, as when a network loses it
            self.door.asked_again += 1

    def take(self, reply: bytes) -> Asked | None:
        """The request that a reply answers; None for another answer to a packet that was sent twice."""
        asked = self.waits.get(reply[1])
        if asked is not None and self._proven(reply, asked.packet):
            del self.waits[reply[1]]
            self._former[reply[1]] = asked.packet
            good = reply[0] == asked.code
            self.door.right, self.door.wrong = self.door.right + good, self.door.wrong + (not good)
            return asked
        former = self._former.get(reply[1])
        if former is None or not self._proven(reply, former):
            self.door.wrong += 1
        return None

    def _proven(self, reply: bytes, packet: bytes) -> bool:
        whole = reply[:4] + packet[4:20] + reply[20:] + self.secret
        return md5(whole, usedforsecurity=False).digest() == reply[4:20]


class Gateway:
    """The gateway of a hotspot: who is on, and the number of its last session, from one at each start."""

    def __init__(self, hotspot: int, port: int, logins: Door, reports: Door) -> None:
        self.hotspot = hotspot
        self.access = Line(hotspot, port, logins)
        self.accounting = Line(hotspot, port + 1, reports)
        self.on: set[Visit] = set()
        self.number = 0
        self.starts_at = 0.0
        self.named = codec.attribute(codec.NAS_IP_ADDRESS, socket.inet_aton(address_of(hotspot)))


class Sender:
    """Plays a part of the day on a server. `epoch`: the moment (epoch seconds) of second 0 of that day."""

    def __init__(self, port: int, epoch: float, minute: int) -> None:
        self.ledger, self.logins, self.reports = Ledger(), Door(), Door()
        self.late: list[
            float
        ] = []  # how much later than due a packet left, in real ms, while a pace was kept
        self._epoch = epoch
        self.clock = 0.0
        self._random = Random(minute)
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._flying = 0
        self._again: deque[tuple[float, Line, int, Asked]] = deque()
        self.gateways = [Gateway(n, port, self.logins, self.reports) for n in range(nation.HOTSPOTS)]
        self._lines: dict[int, Line] = {}
        self._poll = select.epoll()
        for line in (line for g in self.gateways for line in (g.access, g.accounting)):
            self._lines[line.socket.fileno()] = line
            self._poll.register(line.socket, select.EPOLLIN)
        self._from = minute * 60.0
        self._those_on(minute)
        self._at(self._from, partial(self._minute, minute))

    def close(self) -> None:
        self._poll.close()
        for line in self._lines.values():
            line.socket.close()

    def forget_latencies(self) -> None:
        """What came before is not to be measured."""
        del self.logins.latencies[:], self.reports.latencies[:]

    def restart(self, hotspot: int, at: float) -> None:
        """Have a gateway lose its power at that moment of the day."""
        self._at(at, partial(self._cut, self.gateways[hotspot]))

    def run(self, until: float, pace: float = 0.0) -> float:
        """Play until that moment of the day, so many times as fast as it was, or as fast as it goes: the real
        seconds until every answer came."""
        began, base, heap = time.perf_counter(), self.clock, self._heap
        gc.disable()  # nothing here makes cycles, and a collection would hold up the sender
        while self._flying or (heap and heap[0][0] < until):
            now = time.perf_counter()
            limit = min(until, base + (now - began) * pace) if pace else until
            while heap and heap[0][0] < limit and self._flying < ROOM:
                self.clock, _, act = heappop(heap)
                if pace:
                    self.late.append((limit - self.clock) / pace * 1000)
                act()
            self._receive(0.001 if pace or self._flying >= ROOM else 0.0)
            self._ask_again(time.perf_counter())
        gc.enable()
        self.clock = until
        return time.perf_counter() - began

    # --- people -------------------------------------------------------------------------

    def _at(self, moment: float, act: Callable[[], None]) -> None:
        heappush(self._heap, (moment, next(self._order), act))

    def _those_on(self, minute: int) -> None:
        """Those who came before and are still there log in first; of their reports until now, only the first."""
        for earlier in range(max(0, minute - nation.LONGEST // 60), minute):
            for visit in nation.visits_of(earlier):
                if visit.ends > self._from:
                    self._at(visit.begins, partial(self._log_in, visit))

    def _minute(self, minute: int) -> None:
        for visit in nation.visits_of(minute):
            self._at(visit.begins, partial(self._log_in, visit))
        if (minute + 1) * 60 < nation.DAY:
            self._at((minute + 1) * 60.0, partial(self._minute, minute + 1))

    def _log_in(self, visit: Visit) -> None:
        gateway = self.gateways[visit.hotspot]
        if self.clock < gateway.starts_at:
            visit.begins = gateway.starts_at + self._random.uniform(5, 120)
            self._at(visit.begins, partial(self._log_in, visit))
            return
        if (identifier := gateway.access.identifier()) is None:
            self._at(self.clock + 0.1, partial(self._log_in, visit))
            return
        authenticator = os.urandom(16)
        hidden = codec.hide(PASSWORD.encode(), gateway.access.secret, authenticator)
        body = self._who(gateway, visit) + codec.attribute(codec.USER_PASSWORD, hidden)
        packet = codec.request(codec.ACCESS_REQUEST, identifier, gateway.access.secret, body, authenticator)
        gateway.on.add(visit)
        self._ask(gateway.access, packet, codec.ACCESS_ACCEPT, partial(self._let_in, gateway, visit))

    def _who(self, gateway: Gateway, visit: Visit) -> bytes:
        user, called = visit.user, point_of(visit.hotspot, visit.point).upper()
        mac = f"02-01-00-{user >> 16 & 255:02X}-{user >> 8 & 255:02X}-{user & 255:02X}"
        return (
            codec.attribute(codec.USER_NAME, f"user{user}")
            + gateway.named
            + codec.attribute(codec.CALLING_STATION, mac)
            + codec.attribute(
                codec.CALLED_STATION, "-".join(called[at : at + 2] for at in range(0, 12, 2)) + ":Smart Wifi"
            )
        )

    def _let_in(self, gateway: Gateway, visit: Visit, reply: bytes) -> None:
        if visit.cut:
            return
        gateway.number += 1
        visit.head = (
            self._who(gateway, visit)
            + codec.attribute(codec.SESSION_ID, f"{gateway.number:08x}")
            + codec.attribute(codec.CLASS, codec.read(reply).values[codec.CLASS])
            + codec.attribute(codec.FRAMED_IP_ADDRESS, 0x0A000000 + visit.user)
        )
        for leaves, report in nation.reports(visit):
            if leaves >= self._from or report.at == visit.begins:
                self._at(leaves, partial(self._report, gateway, visit, report))

    def _report(self, gateway: Gateway, visit: Visit, report: Report) -> None:
        if visit.cut:
            return
        line = gateway.accounting
        if (identifier := line.identifier()) is None:
            self._at(self.clock + 0.1, partial(self._report, gateway, visit, report))
            return
        body = visit.head + report.attributes(self._epoch)
        packet = codec.request(codec.ACCOUNTING_REQUEST, identifier, line.secret, body)
        self.ledger.note(visit, report)
        if visit.stopped:
            gateway.on.discard(visit)
        self._ask(line, packet, codec.ACCOUNTING_RESPONSE, None)

    # --- a gateway that restarts -----------------------------------------------------------

    def _cut(self, gateway: Gateway) -> None:
        gateway.starts_at = self.clock + DARK
        for visit in gateway.on:
            self.ledger.cut(visit)
            back = visit.again(gateway.starts_at + self._random.uniform(5, 120), self.clock)
            self._at(back.begins, partial(self._log_in, back))
        gateway.on, gateway.number = set(), 0
        self._at(gateway.starts_at, partial(self._switched_on, gateway))

    def _switched_on(self, gateway: Gateway) -> None:
        line = gateway.accounting
        identifier = line.identifier()
        assert identifier is not None, "it has been dark for a minute"
        body = gateway.named + codec.attribute(codec.SESSION_ID, "0")
        body += Report(ON, self.clock, 0, 0, 0).attributes(self._epoch)
        self.ledger.events += 1
        packet = codec.request(codec.ACCOUNTING_REQUEST, identifier, line.secret, body)
        self._ask(line, packet, codec.ACCOUNTING_RESPONSE, None)

    # --- packets ----------------------------------------------------------------------------

    def _ask(self, line: Line, packet: bytes, code: int, then: Callable[[bytes], None] | None) -> None:
        now = time.perf_counter()
        asked = line.waits[packet[1]] = Asked(packet, code, now, then)
        self._flying += 1
        line.send(packet)
        self._again.append((now + PATIENCE, line, packet[1], asked))
        if self._random.random() < TWICE:
            self._at(self.clock + 2, partial(line.send, packet))

    def _receive(self, seconds: float) -> None:
        for number, _ in self._poll.poll(seconds):
            line = self._lines[number]
            while True:
                try:
                    reply = line.socket.recv(4096)
                except (BlockingIOError, ConnectionError):
                    break
                if (asked := line.take(reply)) is None:
                    continue
                self._flying -= 1
                line.door.latencies.append((time.perf_counter() - asked.since) * 1000)
                if asked.then is not None and reply[0] == asked.code:
                    asked.then(reply)

    def _ask_again(self, now: float) -> None:
        while self._again and self._again[0][0] <= now:
            _, line, identifier, asked = self._again.popleft()
            if line.waits.get(identifier) is not asked:
                continue
            if asked.tries > TRIES:
                del line.waits[identifier]
                self._flying -= 1
                line.door.lost += 1
                continue
            asked.tries += 1
            line.door.asked_again += 1
            line.send(asked.packet)
            self._again.append((now + PATIENCE, line, identifier, asked))
