"""What goes to a home server and what comes back (RFC 2865 §2.3): packets only, no sockets, no clock.

A home server learns what its own user's login needs, and grants no more than entry: the place, the plan and
the session are ours, so neither VLAN, nor rates, nor Class of a foreign server reaches a gateway.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.radius.codec import Discard, Packet
from smartsenegal.wifi.radius.eap.keys import MICROSOFT, RECV_KEY, SEND_KEY, decrypt_key, encrypt_key

PROXIES_AT_MOST = 8
_MS_CHAP_RESPONSES = (1, 11, 25)  # Response, Challenge, CHAP2-Response (RFC 2548 §2.1, §2.3)
_MS_CHAP2_SUCCESS = 26
# By number: NAS-IP-Address, NAS-Port, Service-Type, Framed-MTU, NAS-Port-Type, Connect-Info, EAP-Key-Name,
# NAS-IPv6-Address.
_PASSED = frozenset({
    codec.USER_NAME, codec.CHAP_PASSWORD, codec.CHAP_CHALLENGE, codec.EAP_MESSAGE, codec.STATE,
    codec.CALLED_STATION, codec.CALLING_STATION, codec.NAS_IDENTIFIER, codec.PROXY_STATE,
    codec.CHARGEABLE_USER, codec.OPERATOR_NAME, 4, 5, 6, 12, 61, 77, 102, 95,
})  # fmt: skip


def loops(packet: Packet, mark: bytes) -> bool:
    """Whether a request went through us before, or through too many."""
    states = packet.every(codec.PROXY_STATE)
    return mark in states or len(states) > PROXIES_AT_MOST


def forwarded(
    packet: Packet, secret: bytes, home_secret: bytes, authenticator: bytes, mark: bytes, operator: str
) -> bytes:
    """The attributes for a home server, the password under its secret, our Proxy-State last.

    Chargeable-User-Identity is asked for (RFC 4372 §2.1), and Operator-Name tells whose network it is (RFC
    5580 §4.1), unless the gateway said so. Raises Discard: no room, or a password that is none.
    """
    body = b""
    for kind, whole in _attributes(packet):
        if kind in _PASSED or (kind == codec.VENDOR_SPECIFIC and _is_ms_chap(whole[2:])):
            body += whole
        elif kind == codec.USER_PASSWORD:
            clear = codec.reveal(whole[2:], secret, packet.authenticator)
            body += codec.attribute(kind, codec.hide(clear, home_secret, authenticator))
    if codec.CHAP_PASSWORD in packet.values and codec.CHAP_CHALLENGE not in packet.values:
        body += codec.attribute(codec.CHAP_CHALLENGE, packet.authenticator)
    if codec.CHARGEABLE_USER not in packet.values:
        body += codec.attribute(codec.CHARGEABLE_USER, b"\0")
    if codec.OPERATOR_NAME not in packet.values:
        body += codec.attribute(codec.OPERATOR_NAME, f"1{operator}")
    body += codec.attribute(codec.PROXY_STATE, mark)
    if len(body) > codec.LARGEST - codec.SMALLEST - 18:
        raise Discard("length")
    return body


def returned(reply: Packet, home_secret: bytes, authenticator: bytes, packet: Packet, secret: bytes) -> bytes:
    """The attributes of a home server's reply that may reach the gateway of `packet`, keys under its secret.

    `authenticator` is that of the request to the home server. A key that cannot be one is left out.
    """
    kinds = {codec.EAP_MESSAGE, codec.ERROR_CAUSE}
    if codec.EAP_MESSAGE not in reply.values:  # RFC 3579 §2.6.5
        kinds.add(codec.REPLY_MESSAGE)
    if reply.code == codec.ACCESS_CHALLENGE:
        kinds |= {codec.STATE, codec.SESSION_TIMEOUT}
    body = b"".join(whole for kind, whole in _attributes(reply) if kind in kinds)
    if reply.code == codec.ACCESS_ACCEPT:
        salt = secrets.randbits(16) | 0x8000
        for kind, value in _microsoft(reply):
            if kind in (SEND_KEY, RECV_KEY):
                try:
                    key = decrypt_key(value, home_secret, authenticator)
                except ValueError:
                    continue
                salt = (salt + 1) & 0xFFFF | 0x8000  # no salt twice in one packet
                body += _vendor(kind, encrypt_key(key, secret, packet.authenticator, salt))
            elif kind == _MS_CHAP2_SUCCESS:
                body += _vendor(kind, value)
    return body


def realm_of(packet: Packet) -> bytes:
    """What follows the last @ of User-Name, in lower case; b"" without one."""
    _, at, realm = packet.values.get(codec.USER_NAME, b"").rpartition(b"@")
    return realm.lower() if at else b""


def _attributes(packet: Packet) -> Iterator[tuple[int, bytes]]:
    raw, at = packet.raw, codec.SMALLEST
    while at < len(raw):
        end = at + raw[at + 1]
        yield raw[at], raw[at:end]
        at = end


def _is_ms_chap(value: bytes) -> bool:
    vendor = int.from_bytes(value[:4], "big")
    return vendor == MICROSOFT and len(value) > 4 and value[4] in _MS_CHAP_RESPONSES


def _microsoft(packet: Packet) -> Iterator[tuple[int, bytes]]:
    for value in packet.every(codec.VENDOR_SPECIFIC):
        at = 4
        while int.from_bytes(value[:4], "big") == MICROSOFT and at + 2 <= len(value):
            length = value[at + 1]
            if length < 2 or at + length > len(value):
                break
            yield value[at], value[at + 2 : at + length]
            at += length


def _vendor(kind: int, value: bytes) -> bytes:
    inner = MICROSOFT.to_bytes(4, "big") + bytes([kind, 2 + len(value)]) + value
    return codec.attribute(codec.VENDOR_SPECIFIC, inner)
