"""The Class of an Access-Accept (RFC 2865 §5.25): by it an event names its credential, holder and plan.

A gateway gives it back as it is. It is sealed by a key of the installation, so that what another server gave,
or what a gateway made up, is not taken for ours.
"""

from __future__ import annotations

import hmac
import secrets
import struct
from collections.abc import Iterable
from dataclasses import dataclass

_BODY = struct.Struct(">4sqqi8s")
_MARK = b"SSW1"
_SEAL = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """What an Access-Accept gave. `nonce` tells this session from another with the same Acct-Session-Id."""

    credential: int
    holder: int
    plan: int
    nonce: bytes


def encode(key: bytes, entry: Entry) -> bytes:
    """The value of Class, 40 octets."""
    body = _BODY.pack(_MARK, entry.credential, entry.holder, entry.plan, entry.nonce)
    return body + hmac.digest(key, body, "sha256")[:_SEAL]


def decode(key: bytes, values: Iterable[bytes]) -> Entry | None:
    """The entry in the first of these values that is ours; None when none is."""
    for value in values:
        body, seal = value[:-_SEAL], value[-_SEAL:]
        if len(body) != _BODY.size or not body.startswith(_MARK):
            continue
        if hmac.compare_digest(hmac.digest(key, body, "sha256")[:_SEAL], seal):
            return Entry(*_BODY.unpack(body)[1:])
    return None


def nonce(
    key: bytes, gateway: int, nas_session: bytes, calling: bytes, credential: int, now: float
) -> bytes:  # fmt: skip
    """Eight octets for a session that begins; random when the gateway names none.

    The same for who asks twice within a minute, before the session is heard of. Not the same for ever: a
    gateway that restarts gives the same numbers to the same devices again. One that goes on keeps what it has
    (`Snapshot.nonce_of`), so that a new Class in the middle of it counts nothing twice.
    """
    if not nas_session:
        return secrets.token_bytes(8)
    whole = b"%d\0%d\0%s\0%s\0%d" % (gateway, credential, nas_session, calling, now // 60)
    return hmac.digest(key, whole, "sha256")[:8]
