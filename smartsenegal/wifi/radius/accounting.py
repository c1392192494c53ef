"""Accounting: what came is written, then answered (RFC 2866 §4.1): into PostgreSQL, else into a file.

A batch is what the socket held. While one is being committed the next waits in the system's buffer: the
slower the disk, the larger the batch. When neither PostgreSQL nor the disk takes it, nobody is answered and
gateways ask again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from smartsenegal.wifi.access.api import installation_key, login_of_mac
from smartsenegal.wifi.network.api import mac as mac_of
from smartsenegal.wifi.radius import classes, codec
from smartsenegal.wifi.radius.codec import Discard, Packet
from smartsenegal.wifi.radius.counters import Counters
from smartsenegal.wifi.radius.doors import Answered, gateway_of, under_its_secret
from smartsenegal.wifi.radius.net import Datagram
from smartsenegal.wifi.radius.snapshot import Gateway, Snapshot
from smartsenegal.wifi.radius.writing import Writer
from smartsenegal.wifi.sessions.api import INTERIM, OFF, ON, START, STOP, device_of, session_key

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
# A gateway's clock is believed between these; else the time of receipt counts.
EARLIEST_US, LATEST_US = 7 * DAY_US, 300 * SECOND_US
# A petabyte: more than a day of 100 Gbit/s. A gateway that says more lies, and sums must stay within 64 bits.
LARGEST = 1 << 50
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\ufffd"})

log = logging.getLogger(__name__)


class AccountingDoor:
    """Takes batches of datagrams, has them written, gives what to answer."""

    def __init__(
        self,
        snapshot: Snapshot,
        writer: Writer,
        counters: Counters,
        whose: Callable[[bytes], Gateway] | None = None,
    ) -> None:
        self._whose = whose or partial(gateway_of, snapshot)
        self._snapshot = snapshot
        self._writer = writer
        self._count = counters.add
        self._answered = Answered()
        self._class_key = installation_key("class")

    def handle(self, batch: list[Datagram]) -> list[Datagram]:
        """The answers to a batch, once all that they acknowledge is durable."""
        now_us = time.time_ns() // 1000
        ready: list[Datagram] = []
        waiting: dict[bytes, tuple[bytes, bytes]] = {}
        lines = []
        for data, peer in batch:
            request = peer + data
            if (known := self._answered.get(request)) is not None:
                self._count("repeated")
                ready.append((known, peer))
                continue
            if request in waiting:
                continue
            try:
                reply, line = self._take(data, peer, now_us)
            except Discard as why:
                self._count(f"dropped {why}")
                continue
            except Exception:  # a fault of ours stops no other request
                self._count("dropped fault")
                log.exception("a report could not be read")
                continue
            if line is None:
                ready.append((reply, peer))
            else:
                lines.append(line)
                waiting[request] = (reply, peer)
        if lines and self._write(lines):
            for request, (reply, peer) in waiting.items():
                self._answered.keep(request, reply, time.monotonic())
                ready.append((reply, peer))
        return ready

    def _write(self, lines: list[str]) -> bool:
        where = self._writer.write(lines)
        self._count(where or "silent", len(lines))
        return bool(where)

    def _take(self, data: bytes, peer: bytes, now_us: int) -> tuple[bytes, str | None]:
        """The answer to a packet and the line to write first; no line for a Status-Server."""
        packet = codec.read(data)
        gateway = self._whose(peer)
        if packet.code == codec.STATUS_SERVER:
            if (found := under_its_secret(packet, gateway, codec.signed)) is None:
                raise Discard("signature")
            self._count("status")
            return codec.answer(codec.ACCOUNTING_RESPONSE, packet, found.secret), None
        if packet.code != codec.ACCOUNTING_REQUEST:
            raise Discard("code")
        if (found := under_its_secret(packet, gateway, codec.sealed_by_secret)) is None:
            raise Discard("signature")
        line = self._line(packet, found, now_us)
        # Unsigned: RFC 2869 §5.14 gives accounting no Message-Authenticator.
        return codec.answer(codec.ACCOUNTING_RESPONSE, packet, found.secret, sign=False), line

    def _line(self, packet: Packet, gateway: Gateway, now_us: int) -> str:
        """One event as COPY's text format has it, in the order of `writing.COLUMNS`. Raises Discard."""
        kind = packet.number(codec.STATUS_TYPE)
        if kind not in (START, STOP, INTERIM, ON, OFF):
            raise Discard("status-type")
        nas_session = packet.text(codec.SESSION_ID)
        if kind in (ON, OFF):
            return self._words(packet, gateway, now_us, kind, nas_session, b"", None, "")
        if not nas_session:
            raise Discard("session")
        entry = classes.decode(self._class_key, packet.every(codec.CLASS))
        calling = packet.text(codec.CALLING_STATION)
        address = mac_of(calling) or calling.lower()
        nonce = entry.nonce if entry else login_of_mac(address).encode()
        key = session_key(gateway.id, nas_session, nonce)
        return self._words(packet, gateway, now_us, kind, nas_session, key, entry, address)

    def _words(
        self, packet: Packet, gateway: Gateway, now_us: int, kind: int, nas_session: str, key: bytes,
        entry: classes.Entry | None, address: str,
    ) -> str:  # fmt: skip
        day = datetime.fromtimestamp(now_us / SECOND_US, UTC).date()
        cause = packet.number(codec.TERMINATE_CAUSE) if kind == STOP else None
        return "\t".join(
            (
                day.isoformat(), str(now_us), str(happened(packet, now_us)), str(kind), str(gateway.id),
                f"\\\\x{key.hex()}", nas_session.translate(_ESCAPES),
                *((str(entry.credential), str(entry.holder), str(entry.plan)) if entry else ("\\N",) * 3),
                packet.text(codec.CALLED_STATION).translate(_ESCAPES),
                f"\\\\x{self._device(address, now_us).hex()}", address.translate(_ESCAPES),
                packet.address() or "\\N", str(packet.number(codec.SESSION_TIME) or 0),
                str(min(packet.octets(codec.INPUT_OCTETS, codec.INPUT_GIGAWORDS), LARGEST)),
                str(min(packet.octets(codec.OUTPUT_OCTETS, codec.OUTPUT_GIGAWORDS), LARGEST)),
                str(cause) if cause is not None and cause < 1 << 15 else "\\N",
            )
        )  # fmt: skip

    def _device(self, address: str, now_us: int) -> bytes:
        key = self._snapshot.day_keys.get(now_us // DAY_US)
        return device_of(key, address) if key and address else b""


def happened(packet: Packet, now_us: int) -> int:
    """When it happened (epoch µs): what the gateway says (RFC 2869 §5.3), else the receipt less its delay."""
    said = packet.number(codec.EVENT_TIMESTAMP)
    if said is not None and now_us - EARLIEST_US <= said * SECOND_US <= now_us + LATEST_US:
        return said * SECOND_US
    delay = packet.number(codec.DELAY_TIME) or 0
    return now_us - min(delay * SECOND_US, EARLIEST_US)
