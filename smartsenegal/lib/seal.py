"""The offline seal of an act: its essential fields, signed, in a QR code that anyone checks without network.

    "SN1:" base45( COSE_Sign1( { 1: number, 2: issued at, 3: revocation reference, 4: { label: value } } ) )

Base45 (RFC 9285) suits the alphanumeric mode of QR codes; the signed structure is that of `cose`. Times are
seconds since 1970 and dates days since 1970 (CBOR tag 100, RFC 8943). A checker needs the bundle of `trust`,
and to know of revocations the signed list made here; the list holds fingerprints only and tells of no person.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import base45
import cbor2

from smartsenegal.lib import cose
from smartsenegal.lib.authority import Authority
from smartsenegal.lib.qr import ImageRefused, qr_png, qr_svg, read_qr
from smartsenegal.lib.text import NBSP
from smartsenegal.lib.trust import Trust

__all__ = [
    "ImageRefused",
    "RevocationList",
    "Seal",
    "SealRefused",
    "make_revocation_list",
    "make_seal",
    "open_revocation_list",
    "open_seal",
    "qr_png",
    "qr_svg",
    "read_qr",
]

PREFIX = "SN1:"
LARGEST = 900
"""Signed bytes a seal may hold: a QR code of 25 × 25 mm still reads from paper with a cheap phone."""

FieldValue = str | int | date

_SEAL_CONTEXT = b"smartsenegal seal 1"
_LIST_CONTEXT = b"smartsenegal revocations 1"
_NUMBER, _ISSUED_AT, _REVOCATION_REF, _FIELDS = 1, 2, 3, 4
_NEXT_UPDATE, _ENTRIES = 2, 3
_DAYS_TAG = 100
_EPOCH = date(1970, 1, 1)
_ENTRY_SIZE = 8

_DAMAGED = f"Ce sceau est abîmé ou incomplet{NBSP}: scannez-le à nouveau, bien à plat."
_FORGED = f"La signature de ce sceau est fausse{NBSP}: l’acte a été modifié ou fabriqué."
_NEWER = f"La signature est juste mais le format plus récent que ce lecteur{NBSP}: mettez-le à jour."
_UNKNOWN_KEY = (
    f"Ce sceau est signé par une clé inconnue{NBSP}: mettez à jour le fichier de confiance{NBSP}; "
    "si le refus demeure, l’acte est faux."
)


class SealRefused(ValueError):
    """The seal or the list is not genuine; `str(error)` is the French sentence to show."""


@dataclass(frozen=True)
class Seal:
    """What a genuine seal says; `kid` names the key that signed it."""

    number: str
    fields: Mapping[str, FieldValue]
    issued_at: datetime
    revocation_ref: str
    kid: str


# --- the seal ---------------------------------------------------------------------


def make_seal(
    fields: Mapping[str, FieldValue],
    *,
    number: str,
    revocation_ref: str,
    issued_at: datetime,
    authority: Authority,
) -> str:
    """The text of the QR code. `fields` are the labels and values a checker compares with the paper.

    Raises ValueError when the whole is larger than LARGEST bytes, TypeError for another kind of value.
    """
    payload = cbor2.dumps(
        {
            _NUMBER: number,
            _ISSUED_AT: _seconds(issued_at),
            _REVOCATION_REF: revocation_ref,
            _FIELDS: {label: _plain(value) for label, value in fields.items()},
        }
    )
    message = cose.sign1(payload, _SEAL_CONTEXT, authority.seal_key, authority.seal_kid)
    if len(message) > LARGEST:
        raise ValueError(f"The seal would hold {len(message)} bytes, more than {LARGEST}: keep fewer fields")
    return f"{PREFIX}{base45.b45encode(message).decode()}"


def open_seal(text: str, trust: Trust) -> Seal:
    """The genuine seal that a QR code holds. Raises SealRefused with the sentence to show.

    Whether the act was revoked since is another question: ask a RevocationList.
    """
    kid, payload = _open(_decode(text), _SEAL_CONTEXT, trust)
    seal = _parsed(kid, payload)
    if not trust.seal_keys[kid].was_valid(seal.issued_at):
        raise SealRefused(f"Ce sceau porte une date où sa clé n’était pas valable{NBSP}: l’acte est faux.")
    return seal


def _decode(text: str) -> bytes:
    text = text.strip("\r\n\t")
    if not text.startswith(PREFIX):
        raise SealRefused(f"Ce code n’est pas un sceau{NBSP}: scannez celui qui est imprimé sur l’acte.")
    # A form may have trimmed the spaces at the end, which are digits of base45.
    for padding in ("", " ", "  "):
        message = _bytes_of(text[len(PREFIX) :] + padding)
        if message is not None:
            return message
    raise SealRefused(_DAMAGED)


def _bytes_of(digits: str) -> bytes | None:
    if len(digits) > 2 * LARGEST:
        return None
    try:
        message = base45.b45decode(digits)
        cose.decode(message)
    except ValueError:
        return None
    return bytes(message) if base45.b45encode(message).decode() == digits else None


def _parsed(kid: str, payload: bytes) -> Seal:
    # The signature holds: a wrong shape would be our own fault, or a later version of the seal.
    try:
        plain: dict[int, Any] = cose.decode(payload)
        return Seal(
            number=_text(plain[_NUMBER]),
            fields={_text(label): _value(value) for label, value in plain[_FIELDS].items()},
            issued_at=_moment(plain[_ISSUED_AT]),
            revocation_ref=_text(plain[_REVOCATION_REF]),
            kid=kid,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise SealRefused(
            f"Ce sceau est d’une version plus récente{NBSP}: mettez à jour le lecteur."
        ) from None


def _open(message: bytes, context: bytes, trust: Trust) -> tuple[str, bytes]:
    def verify(kid: str, signature: bytes, signed: bytes) -> bool:
        if kid not in trust.seal_keys:
            raise SealRefused(_UNKNOWN_KEY)
        return trust.seal_keys[kid].verifies(signature, signed)

    try:
        return cose.open1(message, context, verify)
    except cose.CoseRefused:
        raise SealRefused(_FORGED) from None


def _plain(value: FieldValue) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return cbor2.CBORTag(_DAYS_TAG, (value - _EPOCH).days)
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise TypeError(f"A seal holds texts, integers and dates, not {value!r}")


def _value(value: Any) -> FieldValue:
    if isinstance(value, str | int | date) and not isinstance(value, bool | datetime):
        return value
    raise TypeError(f"Not a value of a seal: {value!r}")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"Not a text: {value!r}")
    return value


def _seconds(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError("A moment without time zone could be any hour: make it aware")
    return int(moment.timestamp())


def _moment(seconds: Any) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


# --- revocations ------------------------------------------------------------------


@dataclass(frozen=True)
class RevocationList:
    """Acts revoked when the list was made; another list is expected before `next_update`."""

    issued_at: datetime
    next_update: datetime
    _fingerprints: Sequence[bytes]

    def __len__(self) -> int:
        return len(self._fingerprints)

    def is_revoked(self, ref: str) -> bool:
        """Whether the act of that revocation reference is on the list."""
        wanted = _fingerprint(ref)
        place = bisect_left(self._fingerprints, wanted)
        return place < len(self._fingerprints) and self._fingerprints[place] == wanted

    def is_stale(self, now: datetime) -> bool:
        """Whether a newer list must exist: what was revoked since is unknown."""
        return now > self.next_update


def make_revocation_list(
    entries: Iterable[str], authority: Authority, issued_at: datetime, next_update: datetime
) -> bytes:
    """The signed list of the revocation references `entries`: 8 bytes each, 800 kB for 100,000 acts.

    Each entry is the first 64 bits of the SHA-256 of a reference, so that the list gives no reference away.
    """
    if next_update <= issued_at:
        raise ValueError("The next list must come after this one")
    packed = b"".join(sorted({_fingerprint(ref) for ref in entries}))
    payload = cbor2.dumps(
        {_NUMBER: _seconds(issued_at), _NEXT_UPDATE: _seconds(next_update), _ENTRIES: packed}
    )
    return cose.sign1(payload, _LIST_CONTEXT, authority.seal_key, authority.seal_kid)


def open_revocation_list(data: bytes, trust: Trust) -> RevocationList:
    """The genuine list. Raises SealRefused for one altered, cut, or signed by an unknown key."""
    kid, payload = _open(data, _LIST_CONTEXT, trust)
    try:
        plain: dict[int, Any] = cose.decode(payload)
        packed = bytes(plain[_ENTRIES])
        found = RevocationList(
            _moment(plain[_NUMBER]),
            _moment(plain[_NEXT_UPDATE]),
            [packed[i : i + _ENTRY_SIZE] for i in range(0, len(packed), _ENTRY_SIZE)],
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        raise SealRefused(
            f"Cette liste est d’une version plus récente{NBSP}: mettez à jour le lecteur."
        ) from None
    if not trust.seal_keys[kid].was_valid(found.issued_at):
        raise SealRefused(f"Cette liste porte une date où sa clé n’était pas valable{NBSP}: elle est fausse.")
    return found


def _fingerprint(ref: str) -> bytes:
    return hashlib.sha256(ref.encode()).digest()[:_ENTRY_SIZE]
