"""PDFs: whole, open, of a reasonable size once unpacked, and without programs or hidden files."""

import re
import zlib
from collections.abc import Iterator
from mmap import mmap
from typing import Any

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PdfReadError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from smartsenegal.kernel.documents.inspection.facts import Bounds, Facts, Refused
from smartsenegal.kernel.documents.inspection.strays import refuse_strays

_TAIL = 2048
_BLANK = b"\x00 \r\n\t\x0c"
_MAX_OBJECTS = 200_000
_MAX_DEPTH = 60
_MAX_STREAM = 160 * 1024 * 1024  # a page scanned at 600 dpi in colour, once inflated, is 105 MB
_BLOCK = 65_536

# ISO 32000-2 §12.6 (actions), §7.11.4 (embedded files), §13 (multimedia), §12.7.8 (XFA).
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"})
_ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Rendition",
     "/RichMediaExecute"}
)  # fmt: skip
_ACTIVE_SUBTYPES = frozenset({"/RichMedia", "/FileAttachment", "/Movie", "/Sound", "/Screen", "/3D"})
# Objects that the cross-reference table does not name are looked for in the bytes.
_HIDDEN = re.compile(rb"/(?:JavaScript|EmbeddedFiles?|RichMedia)\b|/S\s*/Launch\b")


def inspect_pdf(data: mmap, bounds: Bounds) -> Facts:
    """Facts of a PDF; raises Refused."""
    _check_ends(data)
    refuse_strays(data, is_pdf=True)
    if _HIDDEN.search(data):
        raise Refused("active")
    try:
        return _inspect(data, bounds)
    except LimitReachedError as error:
        raise Refused("bomb") from error
    except RecursionError as error:
        raise Refused("unreadable") from error
    except (PdfReadError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as error:
        raise Refused("unreadable") from error


def _inspect(data: mmap, bounds: Bounds) -> Facts:
    reader = PdfReader(data)  # type: ignore[arg-type]
    if reader.is_encrypted:
        raise Refused("encrypted")
    budget = bounds.max_expanded
    for thing in _objects(reader):
        _refuse_active(thing, 0)
        if isinstance(thing, StreamObject):
            budget -= _expanded(thing, min(budget, _MAX_STREAM))
            _check_image(thing, bounds)
    return Facts(pixels=0, pages=_count_pages(reader, bounds))


def _count_pages(reader: PdfReader, bounds: Bounds) -> int:
    pages = len(reader.pages)
    if pages > bounds.max_pages:
        raise Refused("pages")
    if pages == 0:
        raise Refused("no_page")
    return pages


def _check_ends(data: mmap) -> None:
    """A whole PDF begins at once, ends by its marker, and its last cross-reference is where it says."""
    if data[:5] != b"%PDF-":
        raise Refused("polyglot")
    end = data.rfind(b"%%EOF")
    start = data.rfind(b"startxref", max(0, end - _TAIL))
    if end < 0 or start < 0:
        raise Refused("truncated")
    rest = data[end + 5 :].strip(_BLANK)
    if rest:  # the beginning of a later revision cut short, or another file stuck behind
        raise Refused("truncated" if re.match(rb"\d+\s+\d+\s+obj\b|xref", rest) else "polyglot")
    place = data[start + 9 : end].split()
    if not place or not place[0].isdigit():
        raise Refused("unreadable")
    target = data[int(place[0]) : int(place[0]) + 32].lstrip(_BLANK)
    if not re.match(rb"xref|\d+\s+\d+\s+obj", target):
        raise Refused("truncated")


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Every object named by the cross-references, each once, those packed in object streams too."""
    numbers = {(n, g) for g, entries in reader.xref.items() for n in entries} | {
        (n, 0) for n in reader.xref_objStm
    }
    if len(numbers) > _MAX_OBJECTS:
        raise Refused("bomb")
    for number, generation in sorted(numbers):
        if number:
            yield reader.get_object(IndirectObject(number, generation, reader))
    yield reader.trailer


def _refuse_active(thing: Any, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise Refused("unreadable")
    if isinstance(thing, DictionaryObject):
        _refuse_active_dictionary(thing)
        for value in thing.values():
            _refuse_active(value, depth + 1)
    elif isinstance(thing, ArrayObject):
        for value in thing:
            _refuse_active(value, depth + 1)


def _refuse_active_dictionary(thing: DictionaryObject) -> None:
    action, subtype = thing.get("/S"), thing.get("/Subtype")
    if (
        _ACTIVE_KEYS & thing.keys()
        or (isinstance(action, NameObject) and action in _ACTIVE_ACTIONS)
        or (isinstance(subtype, NameObject) and subtype in _ACTIVE_SUBTYPES)
        or thing.get("/Type") == "/EmbeddedFile"
    ):
        raise Refused("active")


def _check_image(stream: StreamObject, bounds: Bounds) -> None:
    if stream.get("/Subtype") != "/Image":
        return
    width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
    if width * height > bounds.max_pixels:
        raise Refused("pixels")


def _expanded(stream: StreamObject, limit: int) -> int:
    """Bytes the Flate filters of a stream give, counted block by block; raises Refused past `limit`."""
    filters = stream.get("/Filter", ArrayObject())
    names = filters if isinstance(filters, ArrayObject) else [filters]
    flates = 0
    for name in names:
        if name not in ("/FlateDecode", "/Fl"):
            break
        flates += 1
    if flates > 2:  # nothing honest is deflated three times
        raise Refused("bomb")
    return _inflate(bytes(stream._data), flates, limit) if flates else len(stream._data)


def _inflate(raw: bytes, times: int, limit: int) -> int:
    inflaters = [zlib.decompressobj() for _ in range(times)]
    total = 0
    for block in _blocks(raw):
        for part in _through(block, inflaters):
            total += len(part)
            if total > limit:
                raise Refused("bomb")
    return total


def _blocks(raw: bytes) -> Iterator[bytes]:
    return (raw[i : i + _BLOCK] for i in range(0, len(raw), _BLOCK))


def _through(block: bytes, inflaters: list[Any]) -> Iterator[bytes]:
    if not inflaters:
        yield block
        return
    first, *rest = inflaters
    while block and not first.eof:
        try:
            part = first.decompress(block, _BLOCK)
        except zlib.error:
            return  # damaged data shows as a damaged page; it cannot grow
        yield from _through(part, rest)
        block = first.unconsumed_tail
