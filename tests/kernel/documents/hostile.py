"""Real files, good and hostile, made on the spot."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator

from PIL import Image
from pypdf import PdfWriter
from pypdf.actions import JavaScript
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject


def noise(width: int, height: int) -> Image.Image:
    source = random.Random(width * height)
    return Image.frombytes("RGB", (width, height), source.randbytes(width * height * 3))


def image(kind: str, width: int = 64, height: int = 48, **options: object) -> bytes:
    out = io.BytesIO()
    noise(width, height).save(out, kind, **options)
    return out.getvalue()


def pdf(pages: int = 1, writer: PdfWriter | None = None) -> bytes:
    writer = writer or PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_with_catalogue(**entries: object) -> bytes:
    writer = PdfWriter()
    for key, value in entries.items():
        writer.root_object[NameObject(f"/{key}")] = value
    return pdf(writer=writer)


def action(kind: str, **entries: object) -> DictionaryObject:
    made = DictionaryObject({NameObject("/S"): NameObject(f"/{kind}")})
    for key, value in entries.items():
        made[NameObject(f"/{key}")] = value
    return made


def pdf_with_javascript() -> bytes:
    writer = PdfWriter()
    writer.add_open_action(JavaScript("app.alert('bonjour')"))
    return pdf(writer=writer)


def pdf_with_masked_javascript() -> bytes:
    """The names are written with #-escapes and the action is reached through an object of its own."""
    plain = pdf_with_catalogue(OpenAction=action("JavaScript", JS=TextStringObject("app.alert(1)")))
    return _rewritten(plain.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS"))


def _rewritten(body: bytes) -> bytes:
    """The same objects with a cross-reference table that is right again."""
    body = body[: body.rindex(b"xref\n0")]
    offsets = {}
    for number in range(1, 50):
        at = body.find(b"\n%d 0 obj" % number)
        if at >= 0:
            offsets[number] = at + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (max(offsets) + 1)
    for number in range(1, max(offsets) + 1):
        table += b"%010d 00000 n \n" % offsets[number]
    root = body[: body.index(b"/Catalog")].rfind(b" 0 obj")
    catalogue = int(body[:root].rsplit(b"\n", 1)[1])
    trailer = b"trailer\n<< /Size %d /Root %d 0 R >>\n" % (max(offsets) + 1, catalogue)
    return body + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(body)


def pdf_with_launch() -> bytes:
    return pdf_with_catalogue(OpenAction=action("Launch", F=TextStringObject("cmd.exe")))


def pdf_with_attachment() -> bytes:
    writer = PdfWriter()
    writer.add_attachment("virus.exe", b"MZ" + bytes(200))
    return pdf(writer=writer)


def pdf_encrypted(password: str = "secret") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_with_stream(raw: bytes, **entries: object) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    stream = StreamObject()
    stream.set_data(raw)
    for key, value in entries.items():
        stream[NameObject(f"/{key}")] = value
    writer._add_object(stream)
    return pdf(0, writer)


def deflated_zeros(megabytes: int, times: int = 1) -> bytes:
    """Zeros that inflate to that many megabytes; deflated again `times` - 1 times."""
    squeeze = zlib.compressobj(9)
    data = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(megabytes)) + squeeze.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, data: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def archive(names: tuple[str, ...] = ("a.txt",)) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x" * 50)
    return out.getvalue()


def long_jpeg(size: int) -> Iterator[bytes]:
    """A sound JPEG of about `size` bytes (comments make it long), block by block."""
    base = image("JPEG")
    yield base[:2]
    comment = b"\xff\xfe" + struct.pack(">H", 65_535) + bytes(65_533)
    for _ in range(size // len(comment)):
        yield comment
    yield base[2:]


class Stream:
    """Something that can only be read forward."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks = chunks
        self.left = b""

    def read(self, size: int) -> bytes:
        while len(self.left) < size:
            chunk = next(self.chunks, None)
            if chunk is None:
                break
            self.left += chunk
        taken, self.left = self.left[:size], self.left[size:]
        return taken
