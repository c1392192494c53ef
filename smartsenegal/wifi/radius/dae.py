"""Disconnect- and CoA-Requests (RFC 5176): what is asked of a gateway, and what its answer means.

A request names its session by as little as the kind of gateway needs: all that is named must match.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from smartsenegal.wifi.network import api as network
from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.radius.codec import Packet
from smartsenegal.wifi.radius.dictionary import own

# RFC 5080 §2.2.1. Its MRD would be 30 s; MRC alone ends it here: 2 + 4 + 8 + 16 s, and 16 s for the last.
FIRST_SECONDS, LONGEST_SECONDS, SENT_AT_MOST = 2.0, 16.0, 5
# RFC 5176 §3.5
UNSUPPORTED_ATTRIBUTE, UNSUPPORTED_EXTENSION, SESSION_NOT_FOUND = 401, 406, 503
# What names a session beside Acct-Session-Id. CoovaChilli ignores a request without User-Name.
NAMED_BY_USER = frozenset({"coova"})
_NAMED_BY_DEVICE = frozenset({"hostapd", "aruba", "unifi", "omada"})


@dataclass(frozen=True, slots=True)
class Target:
    """The gateway to ask: where it listens, its secret, its kind and its NAS-Identifier ("" when unknown)."""

    address: str
    port: int
    secret: bytes = field(repr=False)
    kind: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Session:
    """The session meant. `calling`: the device's 12 hexadecimal digits; `user` as the gateway knows it."""

    nas_session: str
    calling: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an order: a state of `sessions.rules.ORDER_STATES`, and the gateway's Error-Cause."""

    state: str
    error_cause: int | None = None


def attributes(
    kind: str, limits: Mapping[str, int | None], target: Target, session: Session, now: float
) -> bytes | Verdict:
    """The attributes of a request of that kind ("disconnect", "limits"); a verdict when none can be made."""
    body = b""
    if kind == "limits":
        given = network.attributes(target.kind, network.Limits(**limits))
        body = b"".join(own()[name].encode(value) for name, value in given)
        if not body:  # this kind of gateway knows no attribute for what is asked
            return Verdict("refused", UNSUPPORTED_ATTRIBUTE)
    if target.identifier:
        body += codec.attribute(codec.NAS_IDENTIFIER, target.identifier)
    if session.user and target.kind in NAMED_BY_USER:
        body += codec.attribute(codec.USER_NAME, session.user)
    if session.calling and target.kind in _NAMED_BY_DEVICE:
        body += codec.attribute(codec.CALLING_STATION, dashed(session.calling))
    body += codec.attribute(codec.SESSION_ID, session.nas_session)
    return body + codec.attribute(codec.EVENT_TIMESTAMP, int(now))


def request(kind: str, identifier: int, secret: bytes, body: bytes) -> bytes:
    """The packet, its Message-Authenticator first (RFC 5176 §2.3, §3.4)."""
    code = codec.DISCONNECT_REQUEST if kind == "disconnect" else codec.COA_REQUEST
    return codec.request(code, identifier, secret, body)


def verdict(reply: Packet, asked: bytes, secret: bytes) -> Verdict | None:
    """What an answer to the packet `asked` says; None when it is none, or not from who has the secret."""
    if reply.code not in (asked[0] + 1, asked[0] + 2) or reply.identifier != asked[1]:
        return None
    if not codec.answered_by_secret(reply, asked[4:20], secret):
        return None
    return meaning(reply)


def meaning(reply: Packet) -> Verdict:
    """What an authentic ACK or NAK says."""
    if reply.code in (codec.DISCONNECT_ACK, codec.COA_ACK):
        return Verdict("done")
    cause = reply.number(codec.ERROR_CAUSE)
    if cause == SESSION_NOT_FOUND:
        return Verdict("moot", cause)
    return Verdict("refused", cause if cause is not None and cause < 1 << 15 else None)


def next_wait(last: float) -> float:
    """Seconds to wait after the next sending; `last` is what was waited before it, 0 for the first one.

    Doubled up to the longest, one tenth more or less (RFC 5080 §2.2.1).
    """
    base = min(2 * last, LONGEST_SECONDS) if last else FIRST_SECONDS
    return base * random.uniform(0.9, 1.1)  # noqa: S311 - spreads sendings, guards nothing


def dashed(address: str) -> str:
    """An address of 12 hexadecimal digits as RFC 3580 §3.21 writes it; another text as it is."""
    if len(address) != 12:
        return address
    return "-".join(address[at : at + 2] for at in range(0, 12, 2)).upper()
