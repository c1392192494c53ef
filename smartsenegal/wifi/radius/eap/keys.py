"""Keys for the access point: from the TLS session to the two attributes of Microsoft (RFC 2548)."""

import hashlib
import hmac
import secrets
from collections.abc import Callable

MSK_SIZE = 64
MICROSOFT = 311
SEND_KEY, RECV_KEY = 16, 17

_TLS13_LABEL = b"EXPORTER_EAP_TLS_Key_Material"
_TLS12_LABELS = {13: b"client EAP encryption", 21: b"ttls keying material", 25: b"client EAP encryption"}

Exporter = Callable[[bytes, int, bytes | None], bytes]


def master_session_key(export: Exporter, kind: int, tls13: bool) -> bytes:
    """The MSK of an EAP type, 64 octets: RFC 5216 §2.3 and RFC 5281 §8 before TLS 1.3; RFC 9427 §2.1 with it.

    `export` is the exporter of RFC 5705 (label, octets, context).
    """
    if tls13:
        return export(_TLS13_LABEL, 2 * MSK_SIZE, bytes([kind]))[:MSK_SIZE]
    return export(_TLS12_LABELS[kind], 2 * MSK_SIZE, None)[:MSK_SIZE]


def mppe_attributes(msk: bytes, secret: bytes, request_authenticator: bytes) -> tuple[bytes, bytes]:
    """Values of two Vendor-Specific attributes (26): MS-MPPE-Recv-Key, then MS-MPPE-Send-Key.

    The first 32 octets of the MSK are what the access point receives with, the next 32 what it sends with
    (RFC 2548, sections 2.4.2 and 2.4.3).
    """
    salt = secrets.randbits(16) | 0x8000
    return (
        _vendor(RECV_KEY, encrypt_key(msk[:32], secret, request_authenticator, salt)),
        # Section 2.4.2: no salt twice in one packet.
        _vendor(SEND_KEY, encrypt_key(msk[32:64], secret, request_authenticator, salt ^ 1)),
    )


def _vendor(kind: int, value: bytes) -> bytes:
    return MICROSOFT.to_bytes(4, "big") + bytes([kind, 2 + len(value)]) + value


def encrypt_key(key: bytes, secret: bytes, request_authenticator: bytes, salt: int) -> bytes:
    """The salt and the key under the shared secret (RFC 2548, §2.4.2). The salt has its highest bit set."""
    head = salt.to_bytes(2, "big")
    clear = bytes([len(key)]) + key
    clear += bytes(-len(clear) % 16)
    sealed, chain = b"", request_authenticator + head
    for at in range(0, len(clear), 16):
        chain = _xor(clear[at : at + 16], _md5(secret + chain))
        sealed += chain
    return head + sealed


def decrypt_key(value: bytes, secret: bytes, request_authenticator: bytes) -> bytes:
    """The key that `encrypt_key` sealed. Raises ValueError when it cannot be one."""
    head, sealed = value[:2], value[2:]
    if len(head) < 2 or not head[0] & 0x80 or not sealed or len(sealed) % 16:
        raise ValueError("this is no key of RFC 2548")
    clear, chain = b"", request_authenticator + head
    for at in range(0, len(sealed), 16):
        clear += _xor(sealed[at : at + 16], _md5(secret + chain))
        chain = sealed[at : at + 16]
    if clear[0] > len(clear) - 1 or any(clear[1 + clear[0] :]):
        raise ValueError("the secret or the authenticator is another one")
    return clear[1 : 1 + clear[0]]


def chargeable_identity(key: bytes, identity: str, operator: str) -> str:
    """Chargeable-User-Identity (RFC 4372): the same for a person at one operator, and unlike at another.

    So a visited site can count and block one of our people without knowing who it is, and two sites cannot
    compare their lists. 32 hexadecimal characters.
    """
    return hmac.digest(key, f"{operator}\0{identity}".encode(), "sha256")[:16].hex()


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
