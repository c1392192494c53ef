"""Answers at rest: JSON sealed under the installation's keys, bound to the row it belongs to."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from smartsenegal.kernel.vault import keyring
from smartsenegal.lib.crypto import Keyring


def place_of_action(case_id: UUID | str, sequence: int) -> str:
    """Where the sealed part of an action belongs: it opens nowhere else."""
    return f"case:{case_id}:{sequence}"


def seal_json(data: Mapping[str, Any], place: str) -> bytes:
    """The sealed bytes of `data`; nothing at all for no data."""
    if not data:
        return b""
    clear = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return keyring().seal_field(clear, place.encode())


def open_json(blob: bytes, place: str, ring: Keyring | None = None) -> dict[str, Any]:
    """What `seal_json` sealed for that place; `ring` is the installation's, for who opens many.

    Raises lib.crypto.DecryptionFailed for bytes altered or moved from another row, KeyringRefused for an
    unknown key.
    """
    if not blob:
        return {}
    opened: dict[str, Any] = json.loads((ring or keyring()).open_field(blob, place.encode()))
    return opened
