"""What a reader is shown instead of the file: one page as a picture, a sentence written across it.

PDF pages are drawn by typst (its renderer is memory-safe), and so is the watermark.
"""

import io
import os
from mmap import mmap
from pathlib import Path

import typst
from PIL import Image, ImageOps

from smartsenegal import lib
from smartsenegal.kernel.documents.inspection.facts import Bounds, Refused
from smartsenegal.kernel.documents.inspection.images import open_image

FONTS = Path(lib.__file__ or "").parent / "fonts"
LONGEST_SIDE = 1800  # pixels: an A4 page at about 150 dpi
_POINTS = 900
_QUALITY = 82

_PAGE = """
#let words = sys.inputs.words.replace(" ", sym.space.nobreak)
#let slope = 24deg
#let watermark = layout(size => {
  let line = text(size: calc.max(8pt, calc.min(size.width, size.height) * 0.024), fill: rgb(20, 40, 30, 105),
    font: ("Inter", "Libertinus Serif"), weight: 600, stroke: 0.25pt + rgb(255, 255, 255, 130), lang: "fr",
    words)
  let once = measure(line).width * 1.12
  let step = calc.max(size.height / 9, 40pt)
  block(width: size.width, height: size.height, for row in range(0, 16) {
    let back = once * (1 - calc.rem(row, 3) / 3)
    place(top + left, dx: -back * calc.cos(slope), dy: row * step + back * calc.sin(slope),
      rotate(-slope, origin: left + horizon,
        box(width: 6 * once, stack(dir: ltr, ..range(6).map(_ => box(width: once, line))))))
  })
})
#set page(width: auto, height: auto, margin: 0pt, fill: white, foreground: if words != "" { watermark })
#image(sys.inputs.source, format: sys.inputs.format, WHERE)
"""


def render_page(data: mmap, media_type: str, page: int, words: str, bounds: Bounds) -> bytes:
    """JPEG of one page (from 1) or of the image, `words` written across it; raises Refused."""
    Image.MAX_IMAGE_PIXELS = bounds.max_pixels
    if media_type == "application/pdf":
        return _draw(bytes(data), "pdf", f"page: {page}, width: {_POINTS}pt", words)
    picture, width, height = _shrunk(data)
    scale = _POINTS / max(width, height)
    return _draw(picture, "png", f"width: {width * scale:.2f}pt", words)


def _shrunk(data: mmap) -> tuple[bytes, int, int]:
    """The image upright, no larger than it will be shown, as PNG, and its size in pixels."""
    try:
        with open_image(data, "JPEG", "PNG", "WEBP") as image:
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            flat = Image.new("RGB", upright.size, "white")
            flat.paste(upright, mask=upright.getchannel("A") if upright.mode in ("RGBA", "LA") else None)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refused("unreadable") from error
    out = io.BytesIO()
    flat.save(out, "PNG", compress_level=1)
    return out.getvalue(), flat.width, flat.height


def _draw(source: bytes, kind: str, where: str, words: str) -> bytes:
    """Nothing touches the disk: the source is handed over as a memory file."""
    with os.fdopen(os.memfd_create("page"), "wb") as memory:
        memory.write(source)
        memory.flush()
        drawn = _compile(_PAGE.replace("WHERE", where), f"/{memory.fileno()}", kind, words)
    out = io.BytesIO()
    with Image.open(io.BytesIO(drawn), formats=["PNG"]) as image:
        image.convert("RGB").save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def _compile(template: str, source: str, kind: str, words: str) -> bytes:
    try:
        drawn: bytes = typst.compile(  # type: ignore[call-overload]
            template.encode(),
            root="/proc/self/fd",
            format="png",
            ppi=72.0 * LONGEST_SIDE / _POINTS,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            sys_inputs={"source": source, "format": kind, "words": words},
        )
    except RuntimeError as error:
        raise Refused("unreadable") from error
    return drawn
