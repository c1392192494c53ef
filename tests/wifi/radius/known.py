"""A small network in memory, and packets to send to it."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from smartsenegal.wifi.access import api as access
from smartsenegal.wifi.access.api import Limits, Rule
from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.radius.codec import Packet
from smartsenegal.wifi.radius.snapshot import CLOSED, KINDS, NONE, RECORD, Gateway, Realm, Snapshot, key_of

SECRET = b"xyzzy5461"
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC).timestamp()
PHONE = "0A-1B-2C-3D-4E-5F"
DAY = int(NOON // 86_400)


def record(
    number: int,
    kind: str = "password",
    password: str | None = "secret",
    closed: str = "",
    octets: int = NONE,
    hotspot: int = -1,
) -> bytes:
    """A credential of holder 7, as the database gives it."""
    values = (number, 7, -1, KINDS.index(kind), CLOSED.index(closed), NONE, NONE, NONE, octets, hotspot)
    return RECORD.pack(*values) + (access.verifier(password) if password else b"")


def network(kind: str = "coova", lenient: bool = False, limits: Limits | None = None) -> Snapshot:
    """One gateway, one plan, and Awa who has a password."""
    known = Snapshot()
    known.gateways = {1: Gateway(1, "gw", kind, "127.0.0.0/8", SECRET, lenient, 300, 5)}
    known.index_gateways()
    known.hotspots = {5: None}
    known.realms = {"": Realm(1, "local", ()), "ucad.sn": Realm(2, "proxy", ())}
    known.plans = {3: limits or Limits(3, session_seconds=3600, down_kbps=2000, up_kbps=500)}
    known.rules = {1: Rule(plan=3, number=1)}
    known.day_keys = {DAY: b"k" * 32, DAY - 1: b"j" * 32}
    known.take_credentials([(key_of(1, "awa"), record(11))])
    return known


def access_request(
    name: str = "awa",
    password: str | None = "secret",
    extra: bytes = b"",
    identifier: int = 1,
    signed: bool = True,
) -> bytes:
    """An Access-Request by PAP."""
    authenticator = os.urandom(16)
    body = codec.attribute(codec.USER_NAME, name)
    if password is not None:
        body += codec.attribute(2, codec.hide(password.encode(), SECRET, authenticator))
    body += codec.attribute(codec.CALLING_STATION, PHONE) + extra
    if signed:
        return codec.request(codec.ACCESS_REQUEST, identifier, SECRET, body, authenticator)
    return bytes((1, identifier)) + (20 + len(body)).to_bytes(2, "big") + authenticator + body


def values(packet: Packet) -> dict[int, int | bytes]:
    return {k: int.from_bytes(v, "big") if len(v) == 4 else v for k, v in packet.values.items()}


def vendor(packet: Packet, number: int, kind: int) -> bytes | None:
    """The value of a vendor's attribute."""
    for value in packet.every(codec.VENDOR_SPECIFIC):
        if int.from_bytes(value[:4], "big") == number and value[4] == kind:
            return value[6 : 4 + value[5]]
    return None
