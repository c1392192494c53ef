"""RADIUS/1.1 (RFC 9765): packets on a TLS connection that need neither secret nor MD5.

The doors and the relay know one kind of packet. What comes by RADIUS/1.1 is turned into it on the way in, and
what goes turned back on the way out: the identifier, the authenticators, the signatures and what is hidden by
MD5 never leave this process.
"""

from __future__ import annotations

import secrets
import ssl

from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.radius.codec import Discard, Packet
from smartsenegal.wifi.radius.eap.keys import (
    MICROSOFT,
    MSK_SIZE,
    RECV_KEY,
    SEND_KEY,
    decrypt_key,
    encrypt_key,
)

# In the order we prefer. Who names none of them speaks RADIUS as before (§3.3).
ALPN = ["radius/1.1", "radius/1.0"]
TOKEN = 4  # octets, after the code and the length

_RESERVED = bytes(12)
_RANDOM = (codec.ACCESS_REQUEST, codec.STATUS_SERVER)  # the authenticator of others is computed
_EXTENDED, _ORIGINAL_CODE = 241, b"\x04"  # RFC 7930 §4
_MICROSOFT = MICROSOFT.to_bytes(4, "big")


def negotiated(connection: ssl.SSLObject) -> bool:
    """Whether both ends agreed on RADIUS/1.1. Raises Discard when they did without TLS 1.3 (§3)."""
    if connection.selected_alpn_protocol() != ALPN[0]:
        return False
    if connection.version() != "TLSv1.3":
        raise Discard("tls")
    return True


def token_of(data: bytes) -> bytes:
    """The token of a packet (§4.1)."""
    return data[4 : 4 + TOKEN]


def received(data: bytes, secret: bytes, authenticator: bytes) -> bytes:
    """The request as the doors know it; `authenticator` stands for the one that it has not.

    Message-Authenticator and Original-Packet-Code say nothing here and are left out (§5.2, §5.5). Raises
    Discard for what is no packet, for a password that is none, and for CHAP without its challenge (§5.1.2).
    """
    packet = codec.read(data)
    if codec.CHAP_PASSWORD in packet.values and codec.CHAP_CHALLENGE not in packet.values:
        raise Discard("challenge")
    body = b""
    for kind, value in packet.attributes():
        if kind == codec.MESSAGE_AUTHENTICATOR or (kind == _EXTENDED and value[:1] == _ORIGINAL_CODE):
            continue
        if kind == codec.USER_PASSWORD:
            if not 1 <= len(value) <= codec.LONGEST_PASSWORD:
                raise Discard("password")
            value = codec.hide(value, secret, authenticator)
        body += codec.attribute(kind, value)
    mine = authenticator if packet.code in _RANDOM else None
    return codec.request(packet.code, data[7], secret, body, mine)


def sent(data: bytes, token: bytes, secret: bytes, authenticator: bytes) -> bytes:
    """A packet of ours as it goes out; `authenticator` is that of the request, or of the one it answers."""
    packet = codec.read(data)
    body = b""
    for kind, value in packet.attributes():
        if kind == codec.MESSAGE_AUTHENTICATOR:
            continue
        if kind == codec.USER_PASSWORD:
            value = codec.reveal(value, secret, authenticator) or b"\0"  # never without an octet (§5.1.1)
        elif kind == codec.VENDOR_SPECIFIC and _is_key(value):
            value = _vendor(value[4], decrypt_key(value[6:], secret, authenticator))
        body += codec.attribute(kind, value)
    length = codec.SMALLEST + len(body)
    return bytes((packet.code, 0, length >> 8, length & 255)) + token + _RESERVED + body


def heard(data: bytes, request: Packet, secret: bytes) -> bytes:
    """A reply to `request`, of ours before it was `sent`, as the relay knows it. Raises Discard.

    A key longer than any access point has is left out.
    """
    body, salt = b"", secrets.randbits(16) | 0x8000
    for kind, value in codec.read(data).attributes():
        if kind in (codec.MESSAGE_AUTHENTICATOR, codec.PROXY_STATE):  # those of the request are put back
            continue
        for one in _apart(value) if kind == codec.VENDOR_SPECIFIC else (value,):
            if kind == codec.VENDOR_SPECIFIC and _is_key(one):
                if len(one) > 6 + MSK_SIZE:
                    continue
                salt = (salt + 1) & 0xFFFF | 0x8000  # no salt twice in one packet
                one = _vendor(one[4], encrypt_key(one[6:], secret, request.authenticator, salt))
            body += codec.attribute(kind, one)
    return codec.answer(data[0], request, secret, body)


def _is_key(value: bytes) -> bool:
    """Whether it is what RFC 2548 hides by MD5, and RADIUS/1.1 does not (§5.1.4)."""
    return value[:4] == _MICROSOFT and len(value) > 6 and value[4] in (SEND_KEY, RECV_KEY)


def _apart(value: bytes) -> list[bytes]:
    """Microsoft's values that share an attribute, each in one of its own; any other attribute as it is."""
    found, at = [], 4
    while value[:4] == _MICROSOFT and at + 2 <= len(value) and 2 <= value[at + 1] <= len(value) - at:
        found.append(_MICROSOFT + value[at : at + value[at + 1]])
        at += value[at + 1]
    return found if at == len(value) else [value]


def _vendor(kind: int, value: bytes) -> bytes:
    return _MICROSOFT + bytes((kind, 2 + len(value))) + value
