"""Where encrypted files lie: plain files below `settings.FILES_DIR`, in two levels of folders.

A file takes its name only once it is whole and on the disk (write, fsync, rename, fsync of the folder), so
a name found is a file complete.
"""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

BLOCK = 64 * 1024


def _root() -> Path:
    return Path(settings.FILES_DIR)


def path_of(name: str) -> Path:
    """Place of the file of that name, whether it is there or not."""
    return _root() / name[:2] / name[2:4] / name


def _incoming() -> Path:
    directory = _root() / "tmp"
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return directory


def spool() -> IO[bytes]:
    """A nameless file for what comes in: it vanishes with the process, whatever happens."""
    return tempfile.TemporaryFile(dir=_incoming())


def write(chunks: Iterable[bytes]) -> str:
    """Keep the chunks durably; returns the new file's name. Raises OSError (disk full), leaving nothing."""
    name = secrets.token_hex(16)
    temporary = _incoming() / name
    try:
        with temporary.open("xb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        _settle(temporary, path_of(name))
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    return name


def _settle(temporary: Path, final: Path) -> None:
    fresh = not final.parent.exists()
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary.rename(final)
    _sync(final.parent)
    if fresh:
        _sync(final.parent.parent)
        _sync(_root())


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(name: str) -> Iterator[bytes]:
    """The file's bytes, block by block. Raises FileNotFoundError."""
    with path_of(name).open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def size_of(name: str) -> int | None:
    """Size in bytes, or None when there is no such file."""
    try:
        return path_of(name).stat().st_size
    except FileNotFoundError:
        return None


def remove(name: str) -> None:
    """Delete the file; nothing happens when it is gone already."""
    path_of(name).unlink(missing_ok=True)


def older_than(limit: float) -> Iterator[tuple[str, Path]]:
    """(name, place) of every file last written before `limit` (Unix seconds), half-written ones included."""
    for directory in [_root() / "tmp", *_root().glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]")]:
        for place in directory.iterdir() if directory.is_dir() else ():
            with contextlib.suppress(FileNotFoundError):
                if place.is_file() and place.stat().st_mtime < limit:
                    yield place.name, place
