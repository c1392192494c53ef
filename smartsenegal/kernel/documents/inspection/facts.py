"""What an inspection finds. Plain data that crosses the process border as JSON."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Facts:
    """A file found sound: pixels of an image (0 for a PDF), pages of a PDF (1 for an image)."""

    pixels: int
    pages: int


@dataclass(frozen=True)
class Bounds:
    """The limits of `rules.Limits` that the content itself must respect."""

    max_pixels: int
    max_pages: int
    max_expanded: int


class Refused(Exception):
    """The file must not be kept; the only argument is a code of `rules.REFUSALS`."""

    @property
    def code(self) -> str:
        return str(self.args[0])


def bounds_from(request: dict[str, Any]) -> Bounds:
    return Bounds(int(request["max_pixels"]), int(request["max_pages"]), int(request["max_expanded"]))
