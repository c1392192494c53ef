"""What a checker needs to know, and nothing secret: the root certificate and the public keys of the seals.

A checker downloads this once (`Trust.to_json`) and verifies acts and seals without network from then on.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FORMAT = "smartsenegal-trust-1"


class TrustRefused(ValueError):
    """The text is no trust bundle; `str(error)` is the French sentence to show."""


@dataclass(frozen=True)
class SealKey:
    """A public key of seals (Ed25519, RFC 8032) and the time when seals may be made with it."""

    kid: str
    public: bytes
    not_before: datetime
    not_after: datetime

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether this key signed the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def was_valid(self, moment: datetime) -> bool:
        """Whether a seal made at that moment may bear this key."""
        return self.not_before <= moment <= self.not_after


@dataclass(frozen=True)
class Trust:
    """The authority's root certificate (PEM) and the seal keys by `kid`, past ones included."""

    root: str
    seal_keys: Mapping[str, SealKey]

    def root_certificate(self) -> x509.Certificate:
        """The root certificate, parsed."""
        return x509.load_pem_x509_certificate(self.root.encode())

    def fingerprint(self) -> str:
        """SHA-256 of the root certificate, to compare by eye with the one the authority publishes."""
        digest = hashlib.sha256(self.root_certificate().public_bytes(Encoding.DER)).hexdigest().upper()
        return ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))

    def to_json(self) -> str:
        """The bundle as it is downloaded: JSON, keys in base64, times in ISO 8601."""
        keys = [_key_to_plain(key) for key in sorted(self.seal_keys.values(), key=lambda k: k.not_before)]
        return json.dumps({"format": FORMAT, "root": self.root, "seal_keys": keys}, indent=2)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The bundle read back. Raises TrustRefused when it is damaged or of another format."""
        try:
            plain = json.loads(text)
            if plain["format"] != FORMAT:
                raise TrustRefused(
                    "Ce fichier de confiance est d’un autre format\u00a0: téléchargez-le à nouveau."
                )
            keys = [_key_from_plain(key) for key in plain["seal_keys"]]
            trust = cls(str(plain["root"]), {key.kid: key for key in keys})
            trust.root_certificate()
        except (KeyError, TypeError, ValueError, RecursionError):
            raise TrustRefused(
                "Ce fichier de confiance est abîmé ou d’un autre format\u00a0: téléchargez-le à nouveau."
            ) from None
        return trust


def kid_of(public: bytes) -> str:
    """Name of a seal key: the first 8 hexadecimal characters of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:8]


def raw_public(key: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _key_to_plain(key: SealKey) -> dict[str, str]:
    return {
        "kid": key.kid,
        "algorithm": "Ed25519",
        "public": base64.b64encode(key.public).decode(),
        "not_before": key.not_before.isoformat(),
        "not_after": key.not_after.isoformat(),
    }


def _key_from_plain(plain: Mapping[str, Any]) -> SealKey:
    public = base64.b64decode(plain["public"], validate=True)
    if plain["algorithm"] != "Ed25519" or len(public) != 32 or plain["kid"] != kid_of(public):
        raise ValueError("damaged key")
    return SealKey(plain["kid"], public, _moment(plain["not_before"]), _moment(plain["not_after"]))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone")
    return moment.astimezone(UTC)
