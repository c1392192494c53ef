"""Ranges of bytes, what a site keeps, when it may download, what may be told of small numbers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time

KINDS = [
    ("lesson", "Leçon"),
    ("film", "Film ou émission"),
    ("audio", "Son"),
    ("document", "Document"),
    ("information", "Information utile"),
]
ROLES = [("main", "Contenu"), ("captions", "Sous-titres"), ("poster", "Image")]
STATES = [("draft", "En préparation"), ("published", "Publié"), ("withdrawn", "Retiré")]
# What a browser plays or shows by itself, and the end of the name of each.
TYPES: Mapping[str, str] = {
    "video/mp4": "mp4",
    "audio/mpeg": "mp3",
    "application/pdf": "pdf",
    "text/html": "html",
    "text/vtt": "vtt",
    "image/jpeg": "jpg",
    "image/png": "png",
}
SAID: Mapping[str, str] = {
    "video/mp4": "Vidéo MP4",
    "audio/mpeg": "Son MP3",
    "application/pdf": "PDF",
    "text/html": "Page HTML",
    "text/vtt": "Sous-titres WebVTT",
    "image/jpeg": "Image JPEG",
    "image/png": "Image PNG",
}
TYPES_OF_ROLE: Mapping[str, frozenset[str]] = {
    "main": frozenset({"video/mp4", "audio/mpeg", "application/pdf", "text/html"}),
    "captions": frozenset({"text/vtt"}),
    "poster": frozenset({"image/jpeg", "image/png"}),
}
FILE_AT_MOST = 8 * 1024**3
SMALL = 10
_RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")


class Unsatisfiable(ValueError):
    """No byte of the file is in the range that was asked: 416 (RFC 9110 §15.5.17)."""


@dataclass(frozen=True)
class Span:
    """Bytes `first` to `last`, both included."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1


def span_of(header: str, size: int) -> Span | None:
    """The bytes that a Range header asks of a file (RFC 9110 §14.1.2); None when the whole file answers it.

    Several ranges, other units and malformed headers are ignored, as §14.2 allows: the whole file is sent.
    Raises Unsatisfiable.
    """
    found = _RANGE.match(header.strip().lower().replace(" ", "")) if header else None
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        length = int(found[2])
        if length == 0 or size == 0:
            raise Unsatisfiable
        return Span(max(0, size - length), size - 1)
    first = int(found[1])
    last = int(found[2]) if found[2] else size - 1
    if found[2] and last < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return Span(first, min(last, size - 1))


def still_same(if_range: str, etag: str) -> bool:
    """Whether a range may be sent: no If-Range, or that of the same strong tag (RFC 9110 §13.1.5)."""
    return not if_range or if_range.strip() == etag


def matches(if_none_match: str, etag: str) -> bool:
    """Whether the browser already has these bytes (RFC 9110 §13.1.2)."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in tags or "*" in tags


def in_window(moment: time, start: time, end: time) -> bool:
    """Whether one may download: from `start` to `end`, past midnight too; all day when they are equal."""
    if start == end:
        return True
    if start < end:
        return start <= moment < end
    return moment >= start or moment < end


@dataclass(frozen=True)
class Wanted:
    """A package that a site should hold. `files` gives the size in bytes of each by its SHA-256."""

    code: str
    files: Mapping[str, int]
    pinned: bool = False
    position: int = 0
    watched: int = 0


def kept(wanted: Iterable[Wanted], quota: int) -> list[Wanted]:
    """The packages that a site holds within `quota` bytes, the first to download first.

    Pinned ones before all others, then the most watched, then the order of who manages them; a file that two
    packages share counts once. A package that does not fit is left, and smaller ones after it may come.
    """
    chosen: list[Wanted] = []
    counted: set[str] = set()
    room = quota
    for one in sorted(wanted, key=lambda w: (not w.pinned, -w.watched, w.position, w.code)):
        more = sum(size for sha, size in one.files.items() if sha not in counted)
        if more <= room:
            chosen.append(one)
            counted |= one.files.keys()
            room -= more
    return chosen


def begins(span: Span | None) -> bool:
    """Whether this request begins a viewing: from the first byte, and more than a player's two-byte probe."""
    return span is None or (span.first == 0 and len(span) > 2)


def publishable(count: int) -> int | None:
    """A number for open data: None when so few that someone might be known by it."""
    return count if count == 0 or count >= SMALL else None


def sniffed(head: bytes) -> str | None:
    """The media type of a file by its first bytes (at least 512 where it has them); None for any other."""
    if head[4:8] == b"ftyp":
        return "video/mp4"
    if head.startswith(b"ID3") or (len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    for magic, kind in ((b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"),
                        (b"\x89PNG\r\n\x1a\n", "image/png")):  # fmt: skip
        if head.startswith(magic):
            return kind
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text.startswith((b"WEBVTT\n", b"WEBVTT\r", b"WEBVTT ")):
        return "text/vtt"
    if text.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "text/html"
    return None


def duration_said(seconds: int) -> str:
    """`1 h 05`, `12 min`, "" for what has none."""
    if seconds <= 0:
        return ""
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"{minutes}\u00a0min"
    return f"{minutes // 60}\u00a0h\u00a0{minutes % 60:02}"


def size_said(octets: int) -> str:
    """`3,4 Mo`: two significant figures at least, decimal units as phones count them."""
    for unit, step in (("To", 10**12), ("Go", 10**9), ("Mo", 10**6), ("ko", 10**3)):
        if octets >= step:
            value = octets / step
            return (f"{value:.0f}" if value >= 10 else f"{value:.1f}".replace(".", ",")) + f"\u00a0{unit}"
    return f"{octets}\u00a0o"


def languages_first(languages: Sequence[str], wanted: str) -> list[str]:
    """The languages of a list, each once, the wanted one first."""
    return sorted(dict.fromkeys(languages), key=lambda code: (code != wanted, languages.index(code)))
