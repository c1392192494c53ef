"""RADIUS packets (RFC 2865, 2866, 2869, 3579, 5176): read, checked, answered, as bytes.

Whatever comes in, reading raises nothing but `Discard`.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from hashlib import md5
from ipaddress import IPv4Address, IPv6Address

ACCESS_REQUEST, ACCESS_ACCEPT, ACCESS_REJECT, ACCESS_CHALLENGE = 1, 2, 3, 11
ACCOUNTING_REQUEST, ACCOUNTING_RESPONSE, STATUS_SERVER = 4, 5, 12
DISCONNECT_REQUEST, DISCONNECT_ACK, DISCONNECT_NAK = 40, 41, 42
COA_REQUEST, COA_ACK, COA_NAK = 43, 44, 45
ANSWERS_TO_ORDERS = frozenset({DISCONNECT_ACK, DISCONNECT_NAK, COA_ACK, COA_NAK})

USER_NAME, USER_PASSWORD, CHAP_PASSWORD = 1, 2, 3
NAS_IP_ADDRESS, FRAMED_IP_ADDRESS, REPLY_MESSAGE = 4, 8, 18
STATE, CLASS, VENDOR_SPECIFIC, SESSION_TIMEOUT, IDLE_TIMEOUT = 24, 25, 26, 27, 28
CALLED_STATION, CALLING_STATION, NAS_IDENTIFIER, PROXY_STATE = 30, 31, 32, 33
STATUS_TYPE, DELAY_TIME, INPUT_OCTETS, OUTPUT_OCTETS, SESSION_ID = 40, 41, 42, 43, 44
SESSION_TIME, TERMINATE_CAUSE, INPUT_GIGAWORDS, OUTPUT_GIGAWORDS = 46, 49, 52, 53
EVENT_TIMESTAMP, CHAP_CHALLENGE, EAP_MESSAGE, MESSAGE_AUTHENTICATOR = 55, 60, 79, 80
INTERIM_INTERVAL, CHARGEABLE_USER = 85, 89
FRAMED_INTERFACE, FRAMED_IPV6_PREFIX, ERROR_CAUSE, OPERATOR_NAME, FRAMED_IPV6 = 96, 97, 101, 126, 168

SMALLEST, LARGEST = 20, 4096  # RFC 2865 §3
LONGEST_PASSWORD = 128  # RFC 2865 §5.2
_NO_AUTHENTICATOR = bytes(16)


class Discard(Exception):
    """A packet that must get no answer; the message is the cause, one word, to be counted."""


class Packet:
    """A packet that was read. `values`: the first value of each attribute; `proxy`: all Proxy-States, whole.

    `raw` is the packet without padding; `signed_at` where the value of Message-Authenticator begins, 0 when
    there is none.
    """

    __slots__ = ("authenticator", "code", "identifier", "proxy", "raw", "signed_at", "values")

    def __init__(self, raw: bytes, values: dict[int, bytes], proxy: bytes, signed_at: int) -> None:
        self.raw = raw
        self.code = raw[0]
        self.identifier = raw[1]
        self.authenticator = raw[4:20]
        self.values = values
        self.proxy = proxy
        self.signed_at = signed_at

    def text(self, kind: int) -> str:
        """A value as text, "" when there is none; octets that are no UTF-8, and NULs, are replaced."""
        value = self.values.get(kind)
        return value.decode("utf-8", "replace").replace("\0", "\ufffd") if value else ""

    def number(self, kind: int) -> int | None:
        """A value of four octets; None when there is none, or of another length."""
        value = self.values.get(kind)
        return int.from_bytes(value, "big") if value is not None and len(value) == 4 else None

    def every(self, kind: int) -> list[bytes]:
        """All values of an attribute, in order."""
        raw, found, at, end = self.raw, [], SMALLEST, len(self.raw)
        while at < end:
            if raw[at] == kind:
                found.append(raw[at + 2 : at + raw[at + 1]])
            at += raw[at + 1]
        return found

    def attributes(self) -> Iterator[tuple[int, bytes]]:
        """Each attribute and its value, in order."""
        raw, at, end = self.raw, SMALLEST, len(self.raw)
        while at < end:
            yield raw[at], raw[at + 2 : at + raw[at + 1]]
            at += raw[at + 1]

    def octets(self, low: int, high: int) -> int:
        """A counter of octets with its gigawords (RFC 2869 §5.1); 0 when there is none."""
        return (self.number(low) or 0) + ((self.number(high) or 0) << 32)

    def address(self) -> str | None:
        """The device's IPv4 address, else its IPv6 one (RFC 6911, RFC 3162); None when unknown."""
        four = self.values.get(FRAMED_IP_ADDRESS, b"")
        if len(four) == 4 and four not in (b"\xff\xff\xff\xff", b"\xff\xff\xff\xfe"):
            return str(IPv4Address(four))
        six = self.values.get(FRAMED_IPV6, b"")
        if len(six) == 16:
            return str(IPv6Address(six))
        prefix, interface = self.values.get(FRAMED_IPV6_PREFIX, b""), self.values.get(FRAMED_INTERFACE, b"")
        if 2 <= len(prefix) <= 18 and prefix[1] <= 64 and len(interface) == 8:
            return str(IPv6Address(prefix[2:10].ljust(8, b"\0") + interface))
        return None


def read(data: bytes) -> Packet:
    """The packet in a datagram (RFC 2865 §3). Raises Discard: short, length, attribute, signed-twice."""
    size = len(data)
    if size < SMALLEST:
        raise Discard("short")
    length = data[2] << 8 | data[3]
    if length < SMALLEST or length > LARGEST:
        raise Discard("length")
    if size < length:
        raise Discard("short")
    if size > length:  # padding
        data = data[:length]
    values: dict[int, bytes] = {}
    proxy = b""
    signed_at = 0
    at = SMALLEST
    while at < length:
        # An attribute's length counts its own two octets: less than 2 would loop for ever.
        end = at + data[at + 1] if at + 1 < length else 0
        if end < at + 2 or end > length:
            raise Discard("attribute")
        kind = data[at]
        if kind == PROXY_STATE:
            proxy += data[at:end]
        elif kind not in values:
            values[kind] = data[at + 2 : end]
            if kind == MESSAGE_AUTHENTICATOR:
                if end - at != 18:
                    raise Discard("attribute")
                signed_at = at + 2
        elif kind == MESSAGE_AUTHENTICATOR:
            raise Discard("signed-twice")
        at = end
    return Packet(data, values, proxy, signed_at)


def signed(packet: Packet, secret: bytes, authenticator: bytes | None = None) -> bool:
    """Whether the Message-Authenticator is right (RFC 3579 §3.2); False when there is none.

    `authenticator`: what stands in the header while computing. For a reply, that of its request; for
    Accounting-, Disconnect- and CoA-Request, 16 zero octets (RFC 5176 §2.3); None for what the header has.
    """
    at = packet.signed_at
    if not at:
        return False
    raw = packet.raw
    head = raw[:20] if authenticator is None else raw[:4] + authenticator
    whole = head + raw[20:at] + _NO_AUTHENTICATOR + raw[at + 16 :]
    return hmac.compare_digest(hmac.digest(secret, whole, "md5"), raw[at : at + 16])


def sealed_by_secret(packet: Packet, secret: bytes) -> bool:
    """Whether the Request Authenticator of an Accounting-, Disconnect- or CoA-Request is right (RFC 2866 §3).

    A Message-Authenticator, when there is one, must be right too.
    """
    raw = packet.raw
    right = md5(raw[:4] + _NO_AUTHENTICATOR + raw[20:] + secret, usedforsecurity=False).digest()
    if not hmac.compare_digest(right, packet.authenticator):
        return False
    return not packet.signed_at or signed(packet, secret, _NO_AUTHENTICATOR)


def answered_by_secret(packet: Packet, request_authenticator: bytes, secret: bytes) -> bool:
    """Whether a reply comes from who has the secret (RFC 2865 §3); its signature too, when it has one."""
    raw = packet.raw
    right = md5(raw[:4] + request_authenticator + raw[20:] + secret, usedforsecurity=False).digest()
    if not hmac.compare_digest(right, packet.authenticator):
        return False
    return not packet.signed_at or signed(packet, secret, request_authenticator)


def answer(code: int, request: Packet, secret: bytes, attributes: bytes = b"", sign: bool = True) -> bytes:
    """A reply: Message-Authenticator first (CVE-2024-3596), then `attributes`, then the Proxy-States.

    Attributes that would make it larger than a packet may be are left out, never the Proxy-States.
    """
    room = LARGEST - SMALLEST - 18 - len(request.proxy)
    tail = (attributes if len(attributes) <= room else b"") + request.proxy
    length = SMALLEST + len(tail) + (18 if sign else 0)
    head = bytes((code, request.identifier, length >> 8, length & 255))
    if sign:
        bare = b"\x50\x12" + _NO_AUTHENTICATOR + tail
        signature = hmac.digest(secret, head + request.authenticator + bare, "md5")
        tail = b"\x50\x12" + signature + tail
    whole = head + request.authenticator + tail + secret
    return head + md5(whole, usedforsecurity=False).digest() + tail


def request(
    code: int, identifier: int, secret: bytes, attributes: bytes, authenticator: bytes | None = None
) -> bytes:
    """A request with its Message-Authenticator first. `authenticator` is random for Access-Request and
    Status-Server; None computes it over the packet, as the other requests do (RFC 2866 §3, RFC 5176 §2.3)."""
    length = SMALLEST + 18 + len(attributes)
    head = bytes((code, identifier, length >> 8, length & 255))
    tail = b"\x50\x12" + _NO_AUTHENTICATOR + attributes
    signature = hmac.digest(secret, head + (authenticator or _NO_AUTHENTICATOR) + tail, "md5")
    tail = b"\x50\x12" + signature + attributes
    if authenticator is None:
        whole = head + _NO_AUTHENTICATOR + tail + secret
        authenticator = md5(whole, usedforsecurity=False).digest()
    return head + authenticator + tail


def attribute(kind: int, value: bytes | int | str) -> bytes:
    """One attribute with its header; an integer takes four octets. Raises ValueError when it is too long."""
    if isinstance(value, int):
        value = value.to_bytes(4, "big")
    elif isinstance(value, str):
        value = value.encode()
    if len(value) > 253:
        raise ValueError(f"attribute {kind}: {len(value)} octets are too many")
    return bytes((kind, len(value) + 2)) + value


def reveal(hidden: bytes, secret: bytes, authenticator: bytes) -> bytes:
    """The password in a User-Password (RFC 2865 §5.2), without padding. Raises Discard if ill-formed."""
    if not hidden or len(hidden) % 16 or len(hidden) > LONGEST_PASSWORD:
        raise Discard("password")
    clear = b""
    previous = authenticator
    for at in range(0, len(hidden), 16):
        block = hidden[at : at + 16]
        clear += _xor(block, md5(secret + previous, usedforsecurity=False).digest())
        previous = block
    return clear.rstrip(b"\0")


def hide(password: bytes, secret: bytes, authenticator: bytes) -> bytes:
    """The value of a User-Password (RFC 2865 §5.2). Raises ValueError beyond 128 octets."""
    if len(password) > LONGEST_PASSWORD:
        raise ValueError("the password is too long for RADIUS")
    padded = password.ljust(max(16, -(-len(password) // 16) * 16), b"\0")
    hidden = b""
    previous = authenticator
    for at in range(0, len(padded), 16):
        previous = _xor(padded[at : at + 16], md5(secret + previous, usedforsecurity=False).digest())
        hidden += previous
    return hidden


def chap(packet: Packet, password: bytes) -> bool:
    """Whether the CHAP-Password answers the challenge with this password (RFC 2865 §2.2, RFC 1994 §4.1)."""
    given = packet.values.get(CHAP_PASSWORD, b"")
    if len(given) != 17:
        return False
    challenge = packet.values.get(CHAP_CHALLENGE) or packet.authenticator
    right = md5(given[:1] + password + challenge, usedforsecurity=False).digest()
    return hmac.compare_digest(right, given[1:])


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(16, "big")
