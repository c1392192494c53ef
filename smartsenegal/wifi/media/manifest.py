"""What a package is, signed: COSE_Sign1 (RFC 9052) over canonical CBOR. Knows neither Django nor a database.

A cache shows nothing whose manifest it could not verify, and serves no byte of a file whose SHA-256 is not
the one that the manifest names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import cbor2

from smartsenegal.lib import cose
from smartsenegal.lib.trust import Trust
from smartsenegal.wifi.media.rules import ROLES, TYPES

CONTEXT = b"smartsenegal wifi package 1"
FORMAT = 1
_SHA = re.compile(r"^[0-9a-f]{64}$")
_CODE = re.compile(r"^[a-z0-9][a-z0-9-]{0,79}$")
_FIELDS = (
    "code",
    "revision",
    "title",
    "summary",
    "language",
    "kind",
    "duration_seconds",
    "licence",
    "made_at",
)


class ManifestRefused(ValueError):
    """The bytes are no manifest of this form, or their signature is not of a key that is trusted."""


@dataclass(frozen=True)
class Entry:
    """A file of a package; `language` is that of captions, "" for the rest."""

    role: str
    name: str
    language: str
    content_type: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """A package as it was published; `made_at` is ISO 8601 in UTC, durations are seconds (0: none)."""

    code: str
    revision: int
    title: str
    summary: str
    language: str
    kind: str
    duration_seconds: int
    licence: str
    made_at: str
    files: tuple[Entry, ...]

    @property
    def size(self) -> int:
        """Bytes of its files, each once."""
        return sum({entry.sha256: entry.size for entry in self.files}.values())

    def of_role(self, role: str) -> list[Entry]:
        """Files of this role, in order."""
        return [entry for entry in self.files if entry.role == role]

    @property
    def main(self) -> Entry:
        """The file that one watches or reads."""
        return self.of_role("main")[0]


def encode(manifest: Manifest) -> bytes:
    """The bytes to be signed: one manifest has one spelling."""
    plain = {name: getattr(manifest, name) for name in _FIELDS}
    plain |= {"format": FORMAT, "files": [asdict(entry) for entry in manifest.files]}
    return cbor2.dumps(plain, canonical=True)


def sign(manifest: Manifest, key: Any, kid: str) -> bytes:
    """The signed manifest, by the installation's seal key."""
    return cose.sign1(encode(manifest), CONTEXT, key, kid)


def verify(message: bytes, trust: Trust) -> Manifest:
    """The manifest of a signed message. Raises ManifestRefused."""
    return _opened(message, _verifier(trust))


def _opened(message: bytes, check: Callable[[str, bytes, bytes], bool]) -> Manifest:
    try:
        _, payload = cose.open1(message, CONTEXT, check)
        plain = cose.decode(payload)
        files = tuple(_entry(each) for each in plain["files"])
        manifest = Manifest(**{name: plain[name] for name in _FIELDS}, files=files)
        if plain["format"] != FORMAT or encode(manifest) != payload or not _sound(manifest):
            raise ManifestRefused("The manifest is of another form")
    except (cose.CoseRefused, KeyError, TypeError, AttributeError) as refused:
        raise ManifestRefused(str(refused)) from None
    return manifest


def _entry(plain: dict[str, Any]) -> Entry:
    return Entry(
        **{name: plain[name] for name in ("role", "name", "language", "content_type", "sha256", "size")}
    )


def _sound(manifest: Manifest) -> bool:
    texts = (manifest.title, manifest.summary, manifest.language, manifest.kind, manifest.licence)
    return (
        all(isinstance(text, str) for text in texts)
        and bool(_CODE.match(manifest.code))
        and isinstance(manifest.revision, int)
        and isinstance(manifest.duration_seconds, int)
        and len(manifest.of_role("main")) == 1
        and all(_sound_entry(entry) for entry in manifest.files)
    )


def _sound_entry(entry: Entry) -> bool:
    return (
        bool(_SHA.match(entry.sha256))
        and isinstance(entry.size, int)
        and entry.size > 0
        and entry.content_type in TYPES
        and entry.role in dict(ROLES)
        and isinstance(entry.name, str)
        and isinstance(entry.language, str)
    )


def _verifier(trust: Trust) -> Callable[[str, bytes, bytes], bool]:
    def check(kid: str, signature: bytes, message: bytes) -> bool:
        key = trust.seal_keys.get(kid)
        return key is not None and key.verifies(signature, message)

    return check


def plain(manifest: Manifest) -> dict[str, Any]:
    """The manifest as JSON takes it."""
    return {name: getattr(manifest, name) for name in _FIELDS} | {
        "files": [asdict(entry) for entry in manifest.files],
        "size": manifest.size,
    }


def from_plain(plain: dict[str, Any]) -> Manifest:
    """The manifest that `plain` gave; its signature is not known here."""
    return Manifest(
        **{name: plain[name] for name in _FIELDS}, files=tuple(_entry(each) for each in plain["files"])
    )
