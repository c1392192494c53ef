"""A file over HTTP: ranges, validators, and headers that keep it from doing anything but be seen. No Django.

A file is named by its hash, so its strong tag is that hash and it may be kept for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from smartsenegal.wifi.media.rules import Span, Unsatisfiable, matches, span_of, still_same

BLOCK = 256 * 1024
# A page of a package runs nothing, calls nothing and belongs to no site.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:"


@dataclass(frozen=True)
class Answer:
    """Status, headers, and the bytes of the file to send (None: no body)."""

    status: int
    headers: dict[str, str]
    span: Span | None


def answer(sha256: str, size: int, content_type: str, headers: Mapping[str, str]) -> Answer:
    """What to answer to a GET with these headers (lower-case names); RFC 9110 §13.2.2 gives the order."""
    etag = f'"{sha256}"'
    base = {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Type": content_type + ("; charset=utf-8" if content_type.startswith("text/") else ""),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": SANDBOX,
    }
    if content_type == "application/pdf":
        # Browsers show no PDF in a sandbox.
        base["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
    if matches(headers.get("if-none-match", ""), etag):
        return Answer(304, {k: v for k, v in base.items() if k != "Content-Type"}, None)
    try:
        asked = headers.get("range", "") if still_same(headers.get("if-range", ""), etag) else ""
        span = span_of(asked, size)
    except Unsatisfiable:
        return Answer(416, {**base, "Content-Range": f"bytes */{size}", "Content-Length": "0"}, None)
    if span is None:
        return Answer(200, {**base, "Content-Length": str(size)}, Span(0, size - 1))
    part = {"Content-Range": f"bytes {span.first}-{span.last}/{size}", "Content-Length": str(len(span))}
    return Answer(206, {**base, **part}, span)


def blocks(path: Path, span: Span) -> Iterator[bytes]:
    """These bytes of a file, a block at a time; fewer when the file is shorter than was said."""
    with path.open("rb") as file:
        file.seek(span.first)
        left = len(span)
        while left > 0 and (data := file.read(min(BLOCK, left))):
            left -= len(data)
            yield data
