"""What accounting events say of sessions: the naive fold, the key of a session, who is on. Pure.

`fold` is the reference: the SQL of `actions` must give the same for any events in any order, repeated or not.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b

START, STOP, INTERIM, ON, OFF = 1, 2, 3, 7, 8  # RFC 2866 §5.1
EVENT_KINDS = [
    (START, "Début"),
    (STOP, "Fin"),
    (INTERIM, "En cours"),
    (ON, "Passerelle allumée"),
    (OFF, "Passerelle éteinte"),
]
DISCONNECT, LIMITS = "disconnect", "limits"
ORDER_KINDS = [(DISCONNECT, "Déconnecter"), (LIMITS, "Changer le débit ou le temps")]
ORDER_STATES = [
    ("pending", "En attente"),
    ("done", "Fait"),
    ("refused", "Refusé par la passerelle"),
    ("unanswered", "Sans réponse de la passerelle"),
    ("moot", "Sans objet : la connexion était finie"),
]
# Acct-Terminate-Cause of a session that its gateway's restart ended (RFC 2866 §5.10: NAS Reboot).
NAS_REBOOT = 11
# What tells sessions of one gateway and number apart, in their keys.
ENTRY_OCTETS = 8
# A device not heard of for this many reports is off (RFC 2869 §2.1 lets a report be lost).
REPORTS_LOST = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """One accounting event, what the fold needs of it. Times are epoch microseconds."""

    kind: int
    nas: int
    session: bytes
    happened_us: int
    seconds: int = 0
    octets_in: int = 0
    octets_out: int = 0
    cause: int | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A session: totals are those of the largest report, whatever came last."""

    nas: int
    started_us: int
    updated_us: int
    ended_us: int | None = None
    cause: int | None = None
    seconds: int = 0
    octets_in: int = 0
    octets_out: int = 0


def session_key(nas: int, nas_session: str, entry: bytes) -> bytes:
    """The 16 octets that name a session: eight of its gateway and number, eight of `entry`.

    `entry` is what the Class of its Access-Accept said (8 octets) when the gateway sends it back, else the
    device: a gateway that restarts counts its sessions from one again.
    """
    own = entry if len(entry) == ENTRY_OCTETS else blake2b(entry, digest_size=ENTRY_OCTETS).digest()
    return session_family(nas, nas_session.encode()) + own


def session_family(nas: int, nas_session: bytes) -> bytes:
    """What the keys of all sessions begin with that a gateway gave this number."""
    return blake2b(b"%d\0%s" % (nas, nas_session), digest_size=8).digest()


def device_of(day_key: bytes, address: str) -> bytes:
    """The 16 octets under which a device is known on the day of that key. `address`: 12 hexadecimal digits,
    or what else the gateway calls it."""
    return hmac.digest(day_key, address.encode(), "sha256")[:16]


def fold(events: Iterable[Heard]) -> dict[bytes, State]:
    """Sessions by key, from their events in any order.

    - Totals only grow. The start is the earliest moment a report gives: its own less the duration it counts.
    - A Stop ends. A report that happened after the end reopens (the Stop was another's, or early).
    - Accounting-On and -Off end every session of their gateway last heard of before them.
    """
    sessions: dict[bytes, State] = {}
    reboots: dict[int, list[int]] = {}
    for event in events:
        if event.kind in (ON, OFF):
            reboots.setdefault(event.nas, []).append(event.happened_us)
        else:
            sessions[event.session] = _grown(sessions.get(event.session), event)
    return {key: _rebooted(state, reboots.get(state.nas, [])) for key, state in sessions.items()}


def _grown(state: State | None, event: Heard) -> State:
    began = event.happened_us - event.seconds * 1_000_000
    ended = event.happened_us if event.kind == STOP else None
    if state is None:
        return State(
            event.nas, began, event.happened_us, ended, event.cause if ended else None,
            event.seconds, event.octets_in, event.octets_out,
        )  # fmt: skip
    updated = max(state.updated_us, event.happened_us)
    end = max((e for e in (state.ended_us, ended) if e is not None), default=None)
    return replace(
        state,
        started_us=min(state.started_us, began),
        updated_us=updated,
        ended_us=end,
        cause=event.cause if ended is not None and ended == end else state.cause,
        seconds=max(state.seconds, event.seconds),
        octets_in=max(state.octets_in, event.octets_in),
        octets_out=max(state.octets_out, event.octets_out),
    )


def _rebooted(state: State, reboots: list[int]) -> State:
    if state.ended_us is not None and state.updated_us > state.ended_us:
        state = replace(state, ended_us=None, cause=None)
    after = [at for at in reboots if at >= state.updated_us]
    if state.ended_us is None and after:
        return replace(state, ended_us=min(after), cause=NAS_REBOOT)
    return state


def is_on(updated_us: int, ended_us: int | None, interim_seconds: int, now_us: int) -> bool:
    """Whether a session counts as on: not ended, and heard of within three reports.

    Asked at each login, so that a session whose Stop was lost blocks nobody.
    """
    quiet_us = interim_seconds * REPORTS_LOST * 1_000_000
    return ended_us is None and now_us - updated_us <= quiet_us
