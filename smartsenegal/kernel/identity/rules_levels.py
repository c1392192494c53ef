"""How surely a person is known, and how they signed in, as services ask and are told. Pure.

`acr` is a level of assurance (OpenID Connect Core 1.0, sections 2 and 3.1.2.1), `amr` the ways of signing in
(RFC 8176).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from smartsenegal.kernel.identity.rules import ASSURANCE

LEVELS = [code for code, _ in ASSURANCE]
_MOST = 10  # levels that one request may name


def acr_wanted(text: str) -> list[str]:
    """The levels that a request names, in its order of preference."""
    return text.split()[:_MOST]


def acr_met(wanted: Sequence[str], held: str) -> str:
    """The first of the levels asked for that the person holds; "" when they hold none.

    Who was seen at a desk holds the levels below too.
    """
    reached = LEVELS[: LEVELS.index(held) + 1]
    return next((level for level in wanted if level in reached), "")


def acr_to_reach(wanted: Sequence[str]) -> str:
    """The lowest of the levels asked for; "" when we know none of them."""
    return next((level for level in LEVELS if level in wanted), "")


def amr_of(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """How somebody signed in, from what allauth noted of it: "pwd", "sms", "otp", "pop" (a key or a passkey).

    "mfa" is there when a second factor followed the first.
    """
    known = list(records)
    found = {way for record in known if (way := _way(record))}
    factors = {record.get("method") == "mfa" for record in known if _way(record)}
    return sorted(found) + (["mfa"] if len(factors) == 2 else [])


def _way(record: Mapping[str, Any]) -> str:
    """The name of a way of signing in; "" for one that has none (an e-mail link that chose a password)."""
    method, kind = record.get("method"), record.get("type")
    if method == "mfa":
        return "pop" if kind == "webauthn" else "otp"
    if method == "code":
        return "sms" if record.get("phone") else "otp"
    return "pwd" if method == "password" else ""
