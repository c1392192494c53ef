"""Photos and images: whole, of a size that can be opened, and nothing else than images."""

import re
import struct
import zlib
from mmap import mmap
from typing import IO, cast

from PIL import Image

from smartsenegal.kernel.documents.inspection.facts import Bounds, Facts, Refused
from smartsenegal.kernel.documents.inspection.strays import refuse_strays, refuse_tail

BLOCK = 65_536


def inspect_image(data: mmap, media_type: str, bounds: Bounds) -> Facts:
    """Facts of an image; raises Refused. Structure first (in constant memory), then a true decoding."""
    refuse_strays(data, is_pdf=False)
    width, height = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}[media_type](data, bounds)
    if not width or not height:
        raise Refused("unreadable")
    _decode(data, media_type, bounds)
    return Facts(pixels=width * height, pages=1)


def open_image(data: mmap, *formats: str) -> Image.Image:
    """The image, read as one of these formats of Pillow and no other. Raises as `Image.open`."""
    return Image.open(cast(IO[bytes], data), formats=formats)


def _decode(data: mmap, media_type: str, bounds: Bounds) -> None:
    """Decode once: an image no viewer could open is of no use to an officer. PNG was inflated already."""
    if media_type == "image/png":
        return
    Image.MAX_IMAGE_PIXELS = bounds.max_pixels
    try:
        with open_image(data, media_type.removeprefix("image/").upper()) as image:
            image.draft("L", (image.width // 8, image.height // 8))  # JPEG: an eighth of the points
            image.load()
    except Image.DecompressionBombError as error:
        raise Refused("pixels") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise Refused("truncated" if "truncated" in str(error) else "unreadable") from error


def _check_pixels(width: int, height: int, bounds: Bounds) -> tuple[int, int]:
    if width * height > bounds.max_pixels:
        raise Refused("pixels")
    return width, height


# --- JPEG (ITU-T T.81, annex B) -------------------------------------------------

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_MARKER_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _jpeg(data: mmap, bounds: Bounds) -> tuple[int, int]:
    size = (0, 0)
    at = 2
    while True:
        at, marker = _next_marker(data, at)
        if marker == 0xD9:
            refuse_tail(data, at)
            return size
        if marker in _ALONE:
            continue
        length = _u16(data, at)
        if length < 2:
            raise Refused("unreadable")
        if marker in _FRAMES and size == (0, 0):
            size = _check_pixels(_u16(data, at + 5), _u16(data, at + 3), bounds)
        at += length
        if marker == 0xDA:
            found = _MARKER_AFTER_SCAN.search(data, at)
            if found is None:
                raise Refused("truncated")
            at = found.start()


def _next_marker(data: mmap, at: int) -> tuple[int, int]:
    while at + 1 < len(data) and data[at] == 0xFF and data[at + 1] == 0xFF:
        at += 1
    if at + 2 > len(data):
        raise Refused("truncated")
    if data[at] != 0xFF:
        raise Refused("unreadable")
    return at + 2, data[at + 1]


def _u16(data: mmap, at: int) -> int:
    if at + 2 > len(data):
        raise Refused("truncated")
    return int.from_bytes(data[at : at + 2], "big")


# --- PNG (W3C PNG, third edition) ------------------------------------------------

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Adam7: first column, first row, steps.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def _png(data: mmap, bounds: Bounds) -> tuple[int, int]:
    size, inflater = (0, 0), _Inflater(0)
    at = 8
    while True:
        kind, start, length = _chunk(data, at)
        if kind == b"IHDR" and at == 8:
            size, inflater = _png_header(data, start, length, bounds)
        elif at == 8:
            raise Refused("unreadable")
        elif kind == b"IDAT":
            inflater.feed(data, start, length)
        at = start + length + 4
        if kind == b"IEND":
            inflater.finish()
            if at != len(data) and data[at:].strip(b"\x00 \r\n\t"):
                raise Refused("polyglot")
            return size


def _chunk(data: mmap, at: int) -> tuple[bytes, int, int]:
    if at + 12 > len(data):
        raise Refused("truncated")
    length, kind = struct.unpack(">I4s", data[at : at + 8])
    if at + 12 + length > len(data):
        raise Refused("truncated")
    checksum = zlib.crc32(kind)
    for start in range(at + 8, at + 8 + length, BLOCK):
        checksum = zlib.crc32(data[start : min(start + BLOCK, at + 8 + length)], checksum)
    if checksum != int.from_bytes(data[at + 8 + length : at + 12 + length], "big"):
        raise Refused("unreadable")
    return kind, at + 8, length


def _png_header(data: mmap, start: int, length: int, bounds: Bounds) -> tuple[tuple[int, int], "_Inflater"]:
    if length != 13:
        raise Refused("unreadable")
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", data[start : start + 13])
    if colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16) or interlace not in (0, 1):
        raise Refused("unreadable")
    size = _check_pixels(width, height, bounds)
    bits = depth * _CHANNELS[colour]
    return size, _Inflater(_raw_size(width, height, bits, interlace))


def _raw_size(width: int, height: int, bits: int, interlace: int) -> int:
    """Bytes of the image once inflated: each line has one byte more, its filter."""
    passes = _PASSES if interlace else ((0, 0, 1, 1),)
    total = 0
    for column, row, step_x, step_y in passes:
        across, down = -(-(width - column) // step_x), -(-(height - row) // step_y)
        if across > 0 and down > 0:
            total += down * (1 + (across * bits + 7) // 8)
    return total


class _Inflater:
    """Counts what the image data gives, block by block: never more than was announced."""

    def __init__(self, expected: int) -> None:
        self.expected = expected
        self.produced = 0
        self.stream = zlib.decompressobj()

    def feed(self, data: mmap, start: int, length: int) -> None:
        for begin in range(start, start + length, BLOCK):
            block = data[begin : min(begin + BLOCK, start + length)]
            while block and not self.stream.eof:
                try:
                    self.produced += len(self.stream.decompress(block, BLOCK))
                except zlib.error as error:
                    raise Refused("unreadable") from error
                if self.produced > self.expected:
                    raise Refused("bomb")
                block = self.stream.unconsumed_tail

    def finish(self) -> None:
        if self.produced < self.expected:
            raise Refused("truncated")


# --- WebP (RFC 9649) ----------------------------------------------------------------


def _webp(data: mmap, bounds: Bounds) -> tuple[int, int]:
    announced = int.from_bytes(data[4:8], "little") + 8
    if announced > len(data):
        raise Refused("truncated")
    if data[announced:].strip(b"\x00"):
        raise Refused("polyglot")
    Image.MAX_IMAGE_PIXELS = bounds.max_pixels
    try:
        with open_image(data, "WEBP") as image:
            return _check_pixels(image.width, image.height, bounds)
    except Image.DecompressionBombError as error:
        raise Refused("pixels") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise Refused("unreadable") from error
