"""Between an outcome of EAP and the attributes of RADIUS (RFC 2865, 3579, 2548, 4372). Knows no codec.

Attributes go in and out as (type, value) pairs, those of READ being enough; the server adds Proxy-State,
Message-Authenticator and, to an accept, what the plan gives.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from smartsenegal.wifi.radius.eap import keys
from smartsenegal.wifi.radius.eap.authenticator import Authenticator
from smartsenegal.wifi.radius.eap.methods.base import everybody
from smartsenegal.wifi.radius.eap.results import Admits, Challenge, Failure, Outcome, Success

USER_NAME, STATE, VENDOR_SPECIFIC, EAP_MESSAGE, CUI, ERROR_CAUSE = 1, 24, 26, 79, 89, 101
FRAMED_MTU, OPERATOR_NAME = 12, 126
READ = (USER_NAME, FRAMED_MTU, STATE, EAP_MESSAGE, CUI, OPERATOR_NAME)
"""The attributes of an Access-Request that `answer` reads, each as often as it comes."""

ACCEPT, REJECT, CHALLENGE = 2, 3, 11

_PIECE = 253
_INVALID_EAP_IGNORED = 202
_WORKER = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """A RADIUS reply: its code, its attributes in order, and the outcome they say."""

    code: int
    attributes: list[tuple[int, bytes]]
    outcome: Outcome


def split(eap: bytes) -> list[tuple[int, bytes]]:
    """An EAP packet as EAP-Message attributes of at most 253 octets, in order (RFC 3579, section 3.1)."""
    return [(EAP_MESSAGE, eap[at : at + _PIECE]) for at in range(0, len(eap), _PIECE)]


def worker_of(attributes: Iterable[tuple[int, bytes]]) -> int | None:
    """The number of the worker that began the conversation of an Access-Request; None at its beginning."""
    state = next((value for kind, value in attributes if kind == STATE), b"")
    return int.from_bytes(state[:_WORKER], "big") if len(state) > _WORKER else None


def answer(
    authenticator: Authenticator,
    attributes: Iterable[tuple[int, bytes]],
    *,
    worker: int,
    secret: bytes,
    request_authenticator: bytes,
    now: float,
    gateway: int = 0,
    admits: Admits = everybody,
) -> Answer | None:
    """The reply to an Access-Request that holds EAP-Message; None: it is none, or a packet to drop silently.

    The caller has checked its Message-Authenticator, which RFC 3579 requires, and sends the same octets again
    for the same packet sent again. `secret` is what is shared with the client, number `gateway`; `admits` is
    asked, once it is proven who it is, whether a plan lets them in. Raises nothing on what the packet holds.
    """
    held: dict[int, list[bytes]] = {}
    for kind, value in attributes:
        held.setdefault(kind, []).append(value)
    if EAP_MESSAGE not in held or len(held.get(STATE, ())) > 1:
        return None
    state = held[STATE][0] if STATE in held else None
    if state is not None and int.from_bytes(state[:_WORKER], "big") != worker:
        return None  # another worker's: the NAS sends it again, or the caller hands it on by `worker_of`
    mtu = held.get(FRAMED_MTU, [b""])[0]
    outcome = authenticator.step(
        None if state is None else state[_WORKER:],
        b"".join(held[EAP_MESSAGE]),
        held.get(USER_NAME, [b""])[0].decode("utf-8", "replace"),
        now,
        mtu=int.from_bytes(mtu, "big") if len(mtu) == 4 else None,
        operator=held.get(OPERATOR_NAME, [b""])[0].decode("utf-8", "replace"),
        gateway=gateway,
        admits=admits,
    )
    return Answer(*_said(outcome, worker, secret, request_authenticator, CUI in held), outcome)


def _said(
    outcome: Outcome, worker: int, secret: bytes, request_authenticator: bytes, wants_cui: bool
) -> tuple[int, list[tuple[int, bytes]]]:
    message = split(outcome.eap)
    if isinstance(outcome, Challenge):
        state = (STATE, worker.to_bytes(_WORKER, "big") + outcome.state)
        ignored = [(ERROR_CAUSE, _INVALID_EAP_IGNORED.to_bytes(4, "big"))] if outcome.ignored else []
        return CHALLENGE, [*message, state, *ignored]
    if isinstance(outcome, Failure):
        return REJECT, message
    return ACCEPT, [*message, *_granted(outcome, secret, request_authenticator, wants_cui)]


def _granted(
    success: Success, secret: bytes, request_authenticator: bytes, wants_cui: bool
) -> list[tuple[int, bytes]]:
    mppe = keys.mppe_attributes(success.msk, secret, request_authenticator)
    granted = [(VENDOR_SPECIFIC, value) for value in mppe]
    # RFC 4372, section 2.2: told only to who asked for it.
    if wants_cui and success.cui:
        granted.append((CUI, success.cui.encode()))
    return granted
