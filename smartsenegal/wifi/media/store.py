"""Bytes of packages on the centre's disk, each file under its SHA-256: written whole, or not at all."""

import hashlib
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

_BLOCK = 1024 * 1024


def _root() -> Path:
    return Path(settings.FILES_DIR) / "wifi-media"


def path_of(sha256: str) -> Path:
    """Where the bytes with this hash are."""
    return _root() / sha256[:2] / sha256


def incoming(upload: uuid.UUID) -> Path:
    """Where an upload is written until it is whole."""
    return _root() / "incoming" / str(upload)


def append(upload: uuid.UUID, offset: int, data: bytes) -> None:
    """Write a piece of an upload at its place, safe on the disk when this returns.

    What a crash left beyond `offset` is cut first: the row says how much is safe.
    """
    path = incoming(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o640)
    with os.fdopen(descriptor, "wb") as file:
        file.truncate(offset)
        file.seek(offset)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(upload: uuid.UUID, sha256: str) -> None:
    """Give an upload that is whole its lasting name."""
    kept = path_of(sha256)
    kept.parent.mkdir(parents=True, exist_ok=True)
    os.replace(incoming(upload), kept)
    descriptor = os.open(kept.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def drop(upload: uuid.UUID) -> None:
    """Forget an upload."""
    incoming(upload).unlink(missing_ok=True)


def quiet_since(moment: datetime) -> list[uuid.UUID]:
    """The uploads on the disk to which nothing was written since then."""
    names = [uuid.UUID(path.name) for path in (_root() / "incoming").glob("*")]
    return [name for name in names if is_quiet(name, moment)]


def is_quiet(upload: uuid.UUID, moment: datetime) -> bool:
    """Whether nothing was written to an upload since then, or nothing ever was."""
    try:
        return datetime.fromtimestamp(incoming(upload).stat().st_mtime, UTC) < moment
    except FileNotFoundError:
        return True
