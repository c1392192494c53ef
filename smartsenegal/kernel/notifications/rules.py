"""Lengths, costs and delays of messages. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

CHANNELS = [("sms", "SMS"), ("email", "Courriel"), ("page", "Page du site")]

QUEUED, SENDING, SENT, DELIVERED = "queued", "sending", "sent", "delivered"
FAILED, GIVEN_UP = "failed", "given_up"
STATES = [
    (QUEUED, "En attente"),
    (SENDING, "En cours d’envoi"),
    (SENT, "Envoyé"),
    (DELIVERED, "Reçu"),
    (FAILED, "Échec, nouvel essai prévu"),
    (GIVEN_UP, "Abandonné"),
]
FINAL = frozenset({SENT, DELIVERED, GIVEN_UP})

# 3GPP TS 23.038 § 6.2.1: default alphabet, and the extension table whose characters cost two septets.
_GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_EXTENDED = frozenset("^{}\\[~]|€\f")
# Characters of French typography with a plain equivalent in the default alphabet.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "«": '"', "»": '"', "“": '"', "”": '"', "–": "-", "—": "-",
                        "‑": "-", "…": "...", "\u00a0": " ", "\u202f": " "})  # fmt: skip

# Sizes of a lone message, and of one part of a longer one whose header takes six octets
# (3GPP TS 23.040 § 9.2.3.24.1).
_GSM7_SIZES = (160, 153)
_UCS2_SIZES = (70, 67)

DEMO_SECRET_LIFE = timedelta(minutes=15)
MAX_ATTEMPTS = 8
_CONFIRMATIONS = (timedelta(minutes=2), timedelta(minutes=30), timedelta(hours=6))
_FIRST_DELAY = 30
_LONGEST_DELAY = 3600


@dataclass(frozen=True)
class SmsSize:
    """How an SMS travels: its alphabet ("gsm7" or "ucs2"), its length in units of it, its segments."""

    encoding: str
    units: int
    segments: int


def sms_size(text: str) -> SmsSize:
    """Alphabet, length and number of billed segments of a text (3GPP TS 23.038 and 23.040).

    A character of two units (the euro sign in GSM 7-bit, an emoji in UCS-2) never spans two segments.
    """
    costs = _gsm7_costs(text)
    if costs is not None:
        return _size("gsm7", costs, *_GSM7_SIZES)
    return _size("ucs2", [2 if ord(c) > 0xFFFF else 1 for c in text], *_UCS2_SIZES)


def _gsm7_costs(text: str) -> list[int] | None:
    costs = [1 if c in _GSM7_BASIC else 2 if c in _GSM7_EXTENDED else 0 for c in text]
    return None if 0 in costs else costs


def _size(encoding: str, costs: list[int], alone: int, part: int) -> SmsSize:
    units = sum(costs)
    return SmsSize(encoding, units, 1 if units <= alone else _parts(costs, part))


def _parts(costs: Iterable[int], part: int) -> int:
    parts, used = 1, 0
    for cost in costs:
        if used + cost > part:
            parts, used = parts + 1, 0
        used += cost
    return parts


def economical(text: str) -> str:
    """The text as it is sent by SMS.

    Typographic signs are made plain only when the whole text then fits the 7-bit alphabet, which more
    than halves its price; a text that needs UCS-2 anyway (ç, ê, ŋ …) keeps its typography.
    """
    plain = text.translate(_PLAIN)
    return plain if _gsm7_costs(plain) is not None else text


def tariff_on(day: date, tariffs: Iterable[tuple[date, int]]) -> int | None:
    """Price of one segment on that day, in F CFA, from (first day, price) pairs; None when unknown."""
    started = [(start, price) for start, price in tariffs if start <= day]
    return max(started)[1] if started else None


def retry_delay(attempts: int) -> timedelta:
    """Wait after that many failed attempts: 30 s, doubled each time, never more than an hour."""
    return timedelta(seconds=min(_FIRST_DELAY * 2 ** (attempts - 1), _LONGEST_DELAY))


def confirmation_delay(asked: int) -> timedelta | None:
    """Wait before asking the carrier, for the nth time, whether a message arrived; None when we stop."""
    return _CONFIRMATIONS[asked] if asked < len(_CONFIRMATIONS) else None


def may_repeat(*, idempotent: bool, can_be_asked: bool, broken: int) -> bool:
    """Whether to send again after `broken` attempts of which nobody knows whether the message left.

    Always when the carrier compares references or can be asked; otherwise once, since a message that
    comes twice is better than a code or a deadline that never comes.
    """
    return idempotent or can_be_asked or broken <= 1


def exhausted(attempts: int) -> bool:
    """Whether a message that failed that many times is given up (after about an hour)."""
    return attempts >= MAX_ATTEMPTS
