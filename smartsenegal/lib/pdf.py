"""Acts as PDF, set by typst; `sign` and `verify` are those of `pades`.

One file is both PDF/A-2a (ISO 19005-2, for archives) and PDF/UA-1 (ISO 14289-1, for screen readers).
"""

import json
import re
import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from smartsenegal.lib.authority import Authority
from smartsenegal.lib.trust import Trust

if TYPE_CHECKING:
    from smartsenegal.lib.pades import PdfVerdict

__all__ = ["RenderRefused", "render", "sign", "unprintable", "verify"]

FONTS = Path(__file__).parent / "fonts"
STANDARDS = ("a-2a", "ua-1")

# Libertinus and the others come with typst: they lend the letters that Inter lacks (Greek, Arabic, symbols).
_FAMILIES = ("Inter", "Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern Math")
_MAIN = """\
#set document(title: sys.inputs.title)
#set text(lang: sys.inputs.language, font: ({families}))
#include "{template}"
"""
_DATA = "#let data = json(bytes(sys.inputs.data))\n"
_MISSING = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed', re.DOTALL)


def sign(pdf: bytes, authority: Authority, *, reason: str, name: str, location: str) -> bytes:
    """As `pades.sign`, whose libraries (13 MB) are read at the first signature of a process."""
    from smartsenegal.lib import pades

    return pades.sign(pdf, authority, reason=reason, name=name, location=location)


def verify(pdf: bytes, trust: Trust) -> "PdfVerdict":
    """As `pades.verify`."""
    from smartsenegal.lib import pades

    return pades.verify(pdf, trust)


class RenderRefused(Exception):
    """The template cannot be set: its fault, or a letter of `characters` that no typeface has."""

    def __init__(self, message: str, characters: str = "") -> None:
        super().__init__(message)
        self.characters = characters


def render(
    source: str | Path,
    data: Mapping[str, Any],
    *,
    title: str,
    language: str = "fr",
    files: Mapping[str, bytes] | None = None,
    created_at: datetime | None = None,
) -> bytes:
    """The PDF of a typst template, given as text or as a file (whose folder it may then import from).

    The template reads `data` by `#import "/data.typ": data`; a text in it is shown as it is, never run as
    markup. `files` are images and the like, named from the root: `#image("/seal.svg", alt: "…")`, where
    PDF/UA wants the `alt`. The same input and `created_at` give the same bytes. Raises RenderRefused, or
    TypeError for data that JSON cannot hold: write dates and amounts in French before.
    """
    with tempfile.TemporaryDirectory() as empty:
        compiler = typst.Compiler(
            _project(source, files or {}),
            root=str(source.parent) if isinstance(source, Path) else empty,
            font_paths=_fonts(),
            sys_inputs={
                "title": title,
                "language": language,
                "data": json.dumps(data, ensure_ascii=False),
            },
        )
        return _compile(compiler, created_at)


def _project(source: str | Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    families = ", ".join(f'"{family}"' for family in _FAMILIES)
    if isinstance(source, Path):
        template, sources = source.name, {}
    else:
        template, sources = "template.typ", {"template.typ": source.encode()}
    main = _MAIN.format(families=families, template=template)
    return {**files, **sources, "data.typ": _DATA.encode(), "main.typ": main.encode()}


def _compile(compiler: Any, created_at: datetime | None) -> bytes:
    try:
        return bytes(compiler.compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=created_at))
    except typst.TypstError as error:
        missing = _MISSING.search(error.message)
        details = "; ".join([error.message, *error.hints])
        raise RenderRefused(details, missing["text"] if missing else "") from None


@lru_cache(maxsize=1)
def _fonts() -> Any:
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


def unprintable(text: str) -> str:
    """The characters of a text that no typeface of ours has, each once: acts cannot show them."""
    missing, left = "", text
    while left:
        try:
            render('#import "/data.typ": data\n#data.text', {"text": left}, title="-")
        except RenderRefused as refusal:
            if not refusal.characters:
                raise
            missing += refusal.characters
            left = "".join(c for c in left if c not in refusal.characters)
        else:
            break
    return missing
