"""A file that is two things at once: what another reader would find in it."""

import re
import struct
from mmap import mmap

from smartsenegal.kernel.documents.inspection.facts import Refused

_ZIP_END = b"PK\x05\x06"
_ZIP_END_SIZE = 22
_ZIP_COMMENT = 65_535
# Long enough that compressed data does not hold them by chance in a file of a few megabytes.
_SCRIPTS = re.compile(rb"<script[\s>]|<\?php\s|<!doctype html|<svg[\s>]", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|\?php)", re.IGNORECASE)
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"MZ", b"\x7fELF", b"PK\x03\x04")
# Readers of PDF accept a header anywhere in the first kilobyte.
_PDF_WINDOW = 1024


def refuse_strays(data: mmap, *, is_pdf: bool) -> None:
    """Raises Refused("polyglot") for a file that is also an archive, a web page or a PDF."""
    if _is_zip(data):
        raise Refused("polyglot")
    if is_pdf:
        return
    if data.find(b"%PDF-", 0, _PDF_WINDOW) >= 0 or _SCRIPTS.search(data):
        raise Refused("polyglot")


def _is_zip(data: mmap) -> bool:
    """Whether an archive reader would open it: it looks for the end record from the end of the file."""
    start = max(0, len(data) - _ZIP_END_SIZE - _ZIP_COMMENT)
    at = data.rfind(_ZIP_END, start)
    while at >= 0:
        if _is_end_record(data, at):
            return True
        at = data.rfind(_ZIP_END, start, at)
    return False


def _is_end_record(data: mmap, at: int) -> bool:
    if at + _ZIP_END_SIZE > len(data):
        return False
    size, _, comment = struct.unpack("<IIH", data[at + 12 : at + _ZIP_END_SIZE])
    return bool(at + _ZIP_END_SIZE + comment <= len(data) and size <= at)


def refuse_tail(data: mmap, end: int) -> None:
    """Raises Refused("polyglot") when what follows an image is a page, a program or an archive.

    Phones do append things to their photos (a preview, a moving picture): those stay.
    """
    tail = data[end : end + 65_536]
    stripped = tail.lstrip(b"\x00 \r\n\t")
    if stripped.startswith(_ARCHIVES) or _MARKUP.search(tail) or b"%PDF-" in tail:
        raise Refused("polyglot")
