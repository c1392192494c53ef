"""QR codes (ISO/IEC 18004), written by one library and read back by another."""

import io

import segno
import zxingcpp
from PIL import Image, UnidentifiedImageError

from smartsenegal.lib.text import NBSP

_QUIET_ZONE = 4
_MOST_PIXELS = 60_000_000


class ImageRefused(ValueError):
    """The bytes are no image that can be read; `str(error)` is the French sentence to show."""


def qr_svg(text: str, title: str = "Sceau de l’acte") -> str:
    """The code as an SVG element to place in a page or an act, sized by its container.

    Error level M or better at the same size; `title` is what a screen reader says.
    Raises ValueError when the text is too long for a QR code.
    """
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(
        out,
        kind="svg",
        border=_QUIET_ZONE,
        light="#fff",
        title=title,
        omitsize=True,
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    return out.getvalue().decode()


def qr_png(text: str, scale: int = 8) -> bytes:
    """The code as a PNG image, `scale` pixels a module. Raises ValueError when the text is too long."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="png", scale=scale, border=_QUIET_ZONE)
    return out.getvalue()


def read_qr(image: bytes) -> list[str]:
    """The texts of all QR codes found in a PNG, JPEG or WebP image, from a scan or a phone.

    Raises ImageRefused for what is no image, or one larger than 60 million pixels.
    """
    found = zxingcpp.read_barcodes(_decoded(image), formats=zxingcpp.BarcodeFormat.QRCode)
    return [str(code.text) for code in found]


def _decoded(image: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(image), formats=("PNG", "JPEG", "WEBP")) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise ImageRefused(
                    f"Cette image est trop grande{NBSP}: prenez une photo plus petite du code."
                )
            return opened.convert("L")
    except ImageRefused:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise ImageRefused(
            f"Cette image ne peut pas être lue{NBSP}: envoyez une photo JPEG ou PNG."
        ) from None
