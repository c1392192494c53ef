"""Carries logins of other realms to their home servers, and what these answer back to the gateways.

A gateway always gets an answer: when no home server gives one in time it is a refusal, since silence would
have the gateway think that we are gone. A guest is accounted here and only here (eduroam forwards no
accounting): the Class that the gateway gets is ours, without a credential, its holder a keyed hash of the
realm and of who the home server says it is, good for one day.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass

from smartsenegal.wifi.access.api import Right, Where, installation_key
from smartsenegal.wifi.network import api as network
from smartsenegal.wifi.radius import codec, dae
from smartsenegal.wifi.radius.auth import CHALLENGE, Authoriser, Said, why_not
from smartsenegal.wifi.radius.codec import Discard, Packet
from smartsenegal.wifi.radius.doors import AuthDoor
from smartsenegal.wifi.radius.lines import Line
from smartsenegal.wifi.radius.relaying import forwarded, loops, realm_of, returned
from smartsenegal.wifi.radius.snapshot import Credential, Gateway, Home, Snapshot
from smartsenegal.wifi.sessions.api import device_of

# Before a gateway that asks three times at three seconds gives us up.
PATIENCE_SECONDS = 9.0
SENT_AT_MOST = 2
RELIABLE_SECONDS = 4.0
TEND_SECONDS = 0.2
UNDER_WAY_AT_MOST = 4096
STICKY_AT_MOST = 10_000
_DAY = 86_400

# One line a login, without a name: what a federation counts (F-Ticks).
ticks = logging.getLogger("smartsenegal.wifi.radius.ticks")


@dataclass(slots=True)
class Asked:
    """One request of a gateway that is with a home server. Times are steady."""

    door: AuthDoor
    request: bytes
    peer: bytes
    packet: Packet
    gateway: Gateway
    where: Where
    until: float
    left: list[Line]
    line: Line | None = None
    identifier: int = 0
    authenticator: bytes = b""
    tries: int = 0
    again_at: float = 0.0


class Relay:
    """The requests under way and the lines to every home server."""

    def __init__(
        self,
        snapshot: Snapshot,
        authoriser: Authoriser,
        context: ssl.SSLContext,
        operator: str,
        deliver: Callable[[bytes, bytes], None],
    ) -> None:
        self._snapshot = snapshot
        self._authoriser = authoriser
        self._context = context
        self._operator = operator
        self._deliver = deliver
        self._mark = installation_key("proxy-state")[:8]
        self._guest_key = installation_key("guest")
        self._lines: dict[Home, Line] = {}
        self._opening: dict[Home, asyncio.Task[None]] = {}
        self._under_way: dict[bytes, Asked] = {}
        self._sticky: dict[bytes, Line] = {}

    async def run(self) -> None:
        """Keep the lines open and the time of the requests, until cancelled."""
        try:
            while True:
                self._follow()
                self.tend(time.monotonic())
                await asyncio.sleep(TEND_SECONDS)
        finally:
            for home in list(self._lines):
                self._close(home)

    def take(self, door: AuthDoor, data: bytes, peer: bytes, packet: Packet, gateway: Gateway) -> Said | None:
        """Ask the home servers; the refusal when there is none to ask. Raises Discard."""
        request = peer + data
        if request in self._under_way:
            return None
        where = self._authoriser.where(packet, gateway)
        if loops(packet, self._mark):
            return self._refused(packet, gateway, where, "elsewhere")
        if where.shut:
            return self._refused(packet, gateway, where, "closed")
        if len(self._under_way) >= UNDER_WAY_AT_MOST:
            raise Discard("busy")
        now = time.monotonic()
        asked = Asked(
            door, request, peer, packet, gateway, where, now + PATIENCE_SECONDS, self._in_order(packet)
        )
        if not self._ask_next(asked, now):
            return self._refused(packet, gateway, where, "elsewhere")
        self._under_way[request] = asked
        return None

    def tend(self, now: float) -> None:
        """Send again, go on to the next server, give up."""
        for line in self._lines.values():
            line.tend(now)
        for asked in list(self._under_way.values()):
            if now < asked.again_at and now < asked.until:
                continue
            assert asked.line is not None
            if now < asked.until and asked.tries < SENT_AT_MOST and not asked.line.reliable:
                asked.line.again(asked.identifier)
                self._sent(asked, now)
                continue
            asked.line.give_up(asked.identifier, now)
            if now >= asked.until or not self._ask_next(asked, now):
                said = self._refused(asked.packet, asked.gateway, asked.where, "elsewhere")
                self._settle(asked, said)

    # --- which server ---------------------------------------------------------------------

    def _follow(self) -> None:
        """Open lines to servers that are new, close those of servers that are gone."""
        wanted = {home for homes in self._snapshot.homes.values() for home in homes}
        for home in set(self._lines) - wanted:
            self._close(home)
        for home in wanted - set(self._lines):
            line = self._lines[home] = Line(home, self._context)
            self._opening[home] = asyncio.get_running_loop().create_task(line.open())

    def _close(self, home: Home) -> None:
        self._opening.pop(home).cancel()
        self._lines.pop(home).close()

    def _in_order(self, packet: Packet) -> list[Line]:
        """The one that began the conversation, then the living by rank, then the dead."""
        realm = realm_of(packet)
        homes = self._snapshot.homes.get(realm, ())
        lines = [line for home in homes if (line := self._lines.get(home))]
        first = self._sticky.get(packet.values.get(codec.STATE, b""))
        return sorted(lines, key=lambda line: (line.dead, line is not first))

    def _ask_next(self, asked: Asked, now: float) -> bool:
        while asked.left:
            asked.line, asked.tries = asked.left.pop(0), 0
            secret = asked.line.home.secret

            def make(identifier: int, authenticator: bytes, secret: bytes = secret) -> bytes:
                asked.authenticator = authenticator
                body = forwarded(
                    asked.packet, asked.gateway.secret, secret, authenticator, self._mark, self._operator
                )
                return codec.request(codec.ACCESS_REQUEST, identifier, secret, body, authenticator)

            found = asked.line.send(make, lambda reply: self._hear(asked, reply), now)
            if found is not None:
                asked.identifier = found
                self._sent(asked, now)
                return True
        return False

    def _sent(self, asked: Asked, now: float) -> None:
        asked.tries += 1
        assert asked.line is not None
        asked.again_at = now + (RELIABLE_SECONDS if asked.line.reliable else dae.next_wait(0.0))

    # --- what it says ---------------------------------------------------------------------

    def _hear(self, asked: Asked, reply: Packet) -> None:
        if self._under_way.get(asked.request) is not asked or asked.line is None:
            return
        packet, gateway = asked.packet, asked.gateway
        body = returned(reply, asked.line.home.secret, asked.authenticator, packet, gateway.secret)
        cause = {codec.ACCESS_REJECT: "secret", codec.ACCESS_CHALLENGE: CHALLENGE}.get(reply.code, "")
        if reply.code == codec.ACCESS_CHALLENGE and (state := reply.values.get(codec.STATE)):
            if len(self._sticky) >= STICKY_AT_MOST:
                self._sticky.clear()  # conversations under way go on where the order says
            self._sticky[state] = asked.line
        if reply.code == codec.ACCESS_ACCEPT:
            verdict = self._admit(asked, reply)
            if isinstance(verdict, str):
                self._settle(asked, self._refused(packet, gateway, asked.where, verdict))
                return
            body += verdict
        answer = codec.answer(reply.code, packet, gateway.secret, body)
        self._settle(asked, (answer, cause, asked.where.hotspot))

    def _admit(self, asked: Asked, reply: Packet) -> bytes | str:
        """What the plan of the place gives a guest; the home server may only shorten it."""
        now = time.time()
        seconds = reply.number(codec.SESSION_TIMEOUT)
        right = Right(
            self._holder(asked.packet, reply, now), valid_until=None if seconds is None else now + seconds
        )
        guest = Credential(0, "guest", right, b"")
        return self._authoriser.admit(asked.packet, asked.gateway, guest, asked.where, now)

    def _holder(self, packet: Packet, reply: Packet, now: float) -> int:
        """Who it is today: by the home server's word (RFC 4372), else by the device."""
        who = reply.values.get(codec.CHARGEABLE_USER, b"").strip(b"\0")
        who = who or packet.values.get(codec.CALLING_STATION, b"")
        day = int(now) // _DAY
        key = self._snapshot.day_keys.get(day, self._guest_key)
        whole = b"guest\0%d\0%s\0%s" % (day, realm_of(packet), who)
        return int.from_bytes(hmac.digest(key, whole, "sha256")[:8], "big") >> 2

    def _refused(self, packet: Packet, gateway: Gateway, where: Where, cause: str) -> Said:
        reply = codec.answer(codec.ACCESS_REJECT, packet, gateway.secret, why_not(packet, cause))
        return reply, cause, where.hotspot

    def _settle(self, asked: Asked, said: Said) -> None:
        del self._under_way[asked.request]
        self._deliver(asked.door.keep(asked.request, said), asked.peer)
        if said[1] != CHALLENGE:
            self._tick(asked.packet, not said[1])

    def _tick(self, packet: Packet, accepted: bool) -> None:
        realm = realm_of(packet).decode("ascii", "replace")
        calling = packet.text(codec.CALLING_STATION)
        key = self._snapshot.day_keys.get(int(time.time()) // _DAY)
        device = device_of(key, network.mac(calling) or calling.lower()).hex() if key and calling else ""
        ticks.info(
            "F-TICKS/eduroam/1.0#REALM=%s#VISCOUNTRY=SN#VISINST=1%s#CSI=%s#RESULT=%s#",
            realm, self._operator, device, "OK" if accepted else "FAIL",
        )  # fmt: skip
