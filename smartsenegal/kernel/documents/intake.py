"""An upload on its way in: counted, sniffed and inspected before anything of it is kept."""

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Protocol

from smartsenegal.kernel.documents import rules, storage
from smartsenegal.kernel.documents.errors import UploadRefused
from smartsenegal.kernel.documents.inspection import parent
from smartsenegal.kernel.documents.inspection.facts import Bounds, Facts, Refused

BLOCK = storage.BLOCK


class Readable(Protocol):
    """What an upload comes from: an open binary file, or Django's uploaded file."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Incoming:
    """A file found acceptable, still in clear on `descriptor`."""

    descriptor: int
    filename: str
    media_type: str
    size: int
    sha256: str
    facts: Facts

    def fields(self) -> dict[str, Any]:
        """What its row keeps of it."""
        return {
            "filename": self.filename,
            "media_type": self.media_type,
            "size": self.size,
            "sha256": self.sha256,
            "pixels": self.facts.pixels,
            "pages": self.facts.pages,
        }

    def chunks(self) -> Iterator[bytes]:
        """Its bytes from the start, block by block."""
        return _blocks(self.descriptor)


@contextlib.contextmanager
def receive(stream: Readable, filename: str, declared: str, limits: rules.Limits) -> Iterator[Incoming]:
    """The upload, checked. Raises UploadRefused. Memory does not grow with the file."""
    with _on_disk(stream, filename, limits) as descriptor:
        size, sha256 = _measure(descriptor, filename, limits)
        media_type = _recognise(os.pread(descriptor, rules.HEAD_BYTES, 0), filename, declared, limits)
        facts = _inspect(descriptor, filename, media_type, limits)
        name = rules.clean_filename(filename, media_type)
        yield Incoming(descriptor, name, media_type, size, sha256, facts)


def refused(code: str, filename: str, limits: rules.Limits, media_type: str = "") -> UploadRefused:
    return UploadRefused(rules.refusal(code, filename, limits, media_type), code)


@contextlib.contextmanager
def _on_disk(stream: Readable, filename: str, limits: rules.Limits) -> Iterator[int]:
    """A descriptor to read the upload from as often as needed: the upload's own file, or a nameless copy."""
    own = _own_descriptor(stream)
    if own is not None:
        yield own
        return
    with contextlib.ExitStack() as stack:
        try:
            copy = stack.enter_context(storage.spool())
            _copy(stream, copy, limits.max_bytes + 1)
        except OSError as error:
            raise no_room(error, filename, limits) from error
        yield copy.fileno()


def no_room(error: OSError, filename: str, limits: rules.Limits) -> Exception:
    """The refusal for a full disk; any other error as it is."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return refused("disk_full", filename, limits) if full else error


def _own_descriptor(stream: Readable) -> int | None:
    try:
        descriptor: int = stream.fileno()  # type: ignore[attr-defined]
        return descriptor if stat.S_ISREG(os.fstat(descriptor).st_mode) else None
    except (AttributeError, OSError, ValueError):
        return None


def _copy(stream: Readable, copy: IO[bytes], at_most: int) -> None:
    left = at_most
    while left and (chunk := stream.read(min(BLOCK, left))):
        copy.write(chunk)
        left -= len(chunk)
    copy.flush()


def _measure(descriptor: int, filename: str, limits: rules.Limits) -> tuple[int, str]:
    size = os.fstat(descriptor).st_size
    if size == 0:
        raise refused("empty", filename, limits)
    if size > limits.max_bytes:
        raise refused("too_big", filename, limits)
    digest = hashlib.sha256()
    for chunk in _blocks(descriptor):
        digest.update(chunk)
    return size, digest.hexdigest()


def _blocks(descriptor: int) -> Iterator[bytes]:
    at = 0
    while chunk := os.pread(descriptor, BLOCK, at):
        yield chunk
        at += len(chunk)


def _recognise(head: bytes, filename: str, declared: str, limits: rules.Limits) -> str:
    media_type = rules.sniff(head)
    if media_type == "image/heif":
        raise refused("heif", filename, limits)
    if media_type is None:
        raise refused("polyglot" if b"%PDF-" in head[:1024] else "unknown_type", filename, limits)
    if media_type not in limits.media_types:
        raise refused("not_allowed", filename, limits, media_type)
    if rules.is_disguised(filename, declared, media_type):
        raise refused("disguised", filename, limits, "") from None
    return media_type


def _inspect(descriptor: int, filename: str, media_type: str, limits: rules.Limits) -> Facts:
    bounds = Bounds(limits.max_pixels, limits.max_pages, limits.max_expanded)
    try:
        return parent.inspect(descriptor, media_type, bounds)
    except Refused as error:
        raise refused(error.code, filename, limits, media_type) from error
