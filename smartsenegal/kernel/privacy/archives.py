"""The archive of a person's data: a ZIP made as it is written, encrypted on its way to the disk.

Its manifest lists the SHA-256 of every file and is signed by the installation's seal key (Ed25519), so that
anyone holding the public keys can tell that nothing was changed.
"""

import contextlib
import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit.api import Holder, Item
from smartsenegal.lib import crypto

MANIFEST = "sceau.json"
READ_ME = """Vos données sur Smart Sénégal
=============================

Cette archive contient tout ce que la plateforme garde sur vous, module par module.
sceau.json donne l’empreinte SHA-256 de chaque fichier ; sceau.sig en est la signature Ed25519, faite avec
la clé nommée dans sceau.json. Les clés publiques sont à l’adresse /verifier/.
Gardez cette archive en lieu sûr : elle contient vos pièces.
"""
_BLOCK = 64 * 1024


class _Pipe:
    """A file that is written from one end and emptied from the other."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits elsewhere."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def zipped(account_id: str, holders: Iterable[Holder], now: datetime) -> Iterator[bytes]:
    """The bytes of the archive, made as they are asked for: memory does not grow with what is held."""
    pipe = _Pipe()
    files: list[dict[str, Any]] = []
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for item in _items(account_id, holders):
            yield from _written(archive, pipe, item, files)
        seal = _manifest(account_id, files, now)
        for item in (Item(MANIFEST, [seal]), Item("sceau.sig", [_signed(seal)])):
            yield from _written(archive, pipe, item, [])
    yield pipe.taken()


def _items(account_id: str, holders: Iterable[Holder]) -> Iterator[Item]:
    yield Item("LISEZ-MOI.txt", [READ_ME.encode()])
    for holder in holders:
        yield from holder.export(account_id)


def _written(
    archive: zipfile.ZipFile, pipe: _Pipe, item: Item, files: list[dict[str, Any]]
) -> Iterator[bytes]:
    digest, size = hashlib.sha256(), 0
    with archive.open(_safe(item.path), "w", force_zip64=True) as member:
        for chunk in item.chunks:
            member.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            yield pipe.taken()
    yield pipe.taken()
    files.append({"chemin": _safe(item.path), "octets": size, "sha256": digest.hexdigest()})


def _safe(path: str) -> str:
    """A path that stays inside the archive, whatever a file was called."""
    parts = [part.replace("\\", "_") for part in path.split("/") if part not in ("", ".", "..")]
    return "/".join(parts)


def _manifest(account_id: str, files: list[dict[str, Any]], now: datetime) -> bytes:
    told = {
        "compte": account_id,
        "fait_le": now.isoformat(),
        "cle": vault.authority().seal_kid,
        "fichiers": files,
    }
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def _signed(manifest: bytes) -> bytes:
    return vault.authority().seal_key.sign(manifest).hex().encode()


# --- on the disk ----------------------------------------------------------------------------


def path_of(request_id: UUID | str) -> Path:
    """Place of the encrypted archive of a request, whether it is there or not."""
    return Path(settings.FILES_DIR) / "archives" / f"{request_id}.zip.sealed"


def keep(request_id: UUID | str, chunks: Iterable[bytes]) -> crypto.Wrapped:
    """Encrypt the archive to its place, durably; returns its sealed key. Raises OSError, leaving nothing."""
    key = crypto.random_key()
    final = path_of(request_id)
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = final.with_suffix(".part")
    try:
        with temporary.open("wb") as file:
            for block in crypto.encrypt_stream((c for c in chunks if c), key):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(final)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    return vault.keyring().wrap(key)


def clear_chunks(request_id: UUID | str, wrapped: crypto.Wrapped) -> Iterator[bytes]:
    """Clear bytes of an archive. Raises FileNotFoundError, crypto.DecryptionFailed."""
    return crypto.decrypt_stream(_blocks(path_of(request_id)), vault.keyring().unwrap(wrapped))


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def remove(request_id: UUID | str) -> None:
    """Delete the file of an archive; nothing happens when it is gone already."""
    path_of(request_id).unlink(missing_ok=True)
