"""How the lines of the legal log are sealed, so that the server that writes them cannot read them. No Django.

- Lines go to an X25519 public key by HPKE (RFC 9180: DHKEM X25519, HKDF-SHA256, AES-256-GCM); the result is
  encrypted once more under a key of the day, which is destroyed when its time is over (crypto-shredding).
- The private key exists in clear during the ceremony and during an opening only. It is kept as two shares of
  one-time pad: each alone is random. Each share is sealed under its officer's words by Argon2id (RFC 9106).
- Batches are chained by SHA-256 over what they say of themselves and over the digest of what they hold: what
  was destroyed in time leaves the chain whole.
"""

from __future__ import annotations

import json
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

GENESIS = bytes(32)
SALT = 16
_NONCE = 12
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
# The second recommended choice of RFC 9106 §4 (64 MiB, three passes), for people's words.
_PASSES, _LANES, _KIBIBYTES = 3, 4, 64 * 1024


class SealBroken(ValueError):
    """The bytes were altered, or belong to another batch, another day or another key."""


class WordsRefused(ValueError):
    """The words of an officer open no share."""


@dataclass(frozen=True, slots=True)
class Share:
    """One half of a private key, under one officer's words."""

    salt: bytes
    sealed: bytes


def new_pair() -> tuple[bytes, bytes]:
    """A private key and its public key, 32 octets each."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def split(private: bytes, words: Sequence[str]) -> list[Share]:
    """A private key as two shares, each under the words of one officer."""
    first = secrets.token_bytes(len(private))
    halves = (first, bytes(a ^ b for a, b in zip(first, private, strict=True)))
    return [_lock(half, each, number) for number, (half, each) in enumerate(zip(halves, words, strict=True))]


def join(shares: Sequence[Share], words: Sequence[str]) -> bytes:
    """The private key. Raises WordsRefused when the words of either officer are not theirs."""
    first, second = (
        _unlock(share, each, number)
        for number, (share, each) in enumerate(zip(shares, words, strict=True))
    )  # fmt: skip
    return bytes(a ^ b for a, b in zip(first, second, strict=True))


def _lock(half: bytes, words: str, number: int) -> Share:
    salt = secrets.token_bytes(SALT)
    nonce = secrets.token_bytes(_NONCE)
    return Share(salt, nonce + AESGCM(_key_of(words, salt)).encrypt(nonce, half, b"share:%d" % number))


def _unlock(share: Share, words: str, number: int) -> bytes:
    key = _key_of(words, share.salt)
    try:
        return AESGCM(key).decrypt(share.sealed[:_NONCE], share.sealed[_NONCE:], b"share:%d" % number)
    except InvalidTag:
        raise WordsRefused("these words open no share") from None


def _key_of(words: str, salt: bytes) -> bytes:
    stretched = Argon2id(salt=salt, length=32, iterations=_PASSES, lanes=_LANES, memory_cost=_KIBIBYTES)
    return stretched.derive(" ".join(words.split()).encode())


def seal(lines: Sequence[dict[str, Any]], public: bytes, day_key: bytes, place: bytes) -> bytes:
    """Lines that only the private key opens, while the key of the day exists. `place` names the batch."""
    packed = zlib.compress(json.dumps(lines, separators=(",", ":")).encode())
    inner = _SUITE.encrypt(packed, X25519PublicKey.from_public_bytes(public), info=place)
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(day_key).encrypt(nonce, inner, place)


def unseal(sealed: bytes, private: bytes, day_key: bytes, place: bytes) -> list[dict[str, Any]]:
    """The lines. Raises SealBroken."""
    try:
        inner = AESGCM(day_key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
        packed = _SUITE.decrypt(inner, X25519PrivateKey.from_private_bytes(private), info=place)
    except (InvalidTag, ValueError) as broken:
        raise SealBroken(str(broken)) from None
    found: list[dict[str, Any]] = json.loads(zlib.decompress(packed))
    return found


def digest(sealed: bytes) -> bytes:
    """What the chain keeps of a batch's bytes."""
    return sha256(sealed).digest()


def link(previous: bytes, place: bytes, count: int, first_us: int, last_us: int, content: bytes) -> bytes:
    """The hash of a batch, over the one before it and all that it says."""
    told = b"%s|%d|%d|%d|" % (place, count, first_us, last_us)
    return sha256(previous + sha256(told).digest() + content).digest()


def place_of(number: int, day: str, key: int) -> bytes:
    """What names a batch: its number, its day, the key it is sealed to."""
    return b"wifi legal log v1|%d|%s|%d" % (number, day.encode(), key)


def place_of_day(day: date) -> bytes:
    """Where the key of a day belongs, for the vault."""
    return b"wifi_privacy.legal_day:" + day.isoformat().encode()
