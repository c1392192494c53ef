"""What devices of the site ask of its cache: pages, and files by ranges. An ASGI application for granian."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from smartsenegal.wifi.media import pages
from smartsenegal.wifi.media.cache.store import BLOCK, BadBlock, Store
from smartsenegal.wifi.media.manifest import Entry, Manifest
from smartsenegal.wifi.media.rules import Span, begins
from smartsenegal.wifi.media.serving import answer

STYLE = Path(__file__).resolve().parent.parent / "static" / "media" / "site.css"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; frame-ancestors 'none'"
)
# One viewing is asked for by many ranges: those of a device within this time are the same one.
SAME_VIEWING = 30 * 60
_SHOWN_FOR = 2.0

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Viewings:
    """Tells a new viewing from the next range of one. Devices are hashed under a key never written."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._key, self._clock = secrets.token_bytes(32), clock
        self._seen: dict[bytes, float] = {}

    def is_new(self, device: str, code: str) -> bool:
        """Whether this device opens this package, and did not within half an hour."""
        now = self._clock()
        for mark in [m for m, at in list(self._seen.items())[:64] if now - at > SAME_VIEWING]:
            del self._seen[mark]
        mark = hashlib.blake2b(f"{device} {code}".encode(), key=self._key, digest_size=16).digest()
        last = self._seen.pop(mark, None)
        if last is not None and now - last <= SAME_VIEWING:
            self._seen[mark] = last
            return False
        self._seen[mark] = now
        return True


class Application:
    """The cache of a folder."""

    def __init__(self, store: Store, portal: str = "") -> None:
        self.store, self.portal = store, portal
        self.viewings = Viewings()
        self._shown: tuple[float, list[Manifest]] = (-1e9, [])

    def shown(self) -> list[Manifest]:
        """What is whole and verified, looked up every two seconds at most."""
        at, found = self._shown
        if time.monotonic() - at > _SHOWN_FOR:
            found = self.store.shown()
            self._shown = (time.monotonic(), found)
        return found

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["method"] not in ("GET", "HEAD"):
            await self._text(send, 405, "GET", {"Allow": "GET, HEAD"})
            return
        parts = [part for part in scope["path"].split("/") if part]
        body = scope["method"] == "GET"
        if len(parts) == 3 and parts[0] == "fichiers":
            await self._file(scope, send, parts[1], body)
        else:
            page, kind, status = await asyncio.to_thread(self._page, parts, scope)
            await self._text(send, status, page if body else "", {"Content-Type": kind})

    # --- pages --------------------------------------------------------------------------------

    def _page(self, parts: list[str], scope: dict[str, Any]) -> tuple[str, str, int]:
        html = "text/html; charset=utf-8"
        if parts == ["healthz"]:
            state = {"status": "ok", "packages": len(self.shown())}
            return json.dumps(state), "application/json", 200
        if parts == ["site.css"]:
            return STYLE.read_text(), "text/css; charset=utf-8", 200
        name = (self.store.get("wanted") or {}).get("name", "")
        query = parse_qs(scope["query_string"].decode("ascii", "replace"))
        shown = query.get("langue", [""])[0]
        spoken = "en" if shown == "en" else "fr"
        links = pages.Links(
            "/", lambda code: f"/{code}/", lambda e: f"/fichiers/{e.sha256}/{quote(e.name)}", "/site.css",
            self.portal,
        )  # fmt: skip
        if not parts:
            return (
                pages.index(name, self.shown(), links, shown=shown, spoken=spoken),
                html,
                200,
            )
        found = next((m for m in self.shown() if [m.code] == parts), None)
        if found is None:
            return pages.index(name, self.shown(), links), html, 404
        return pages.package(found, links, spoken=spoken), html, 200

    async def _text(self, send: Send, status: int, text: str, headers: dict[str, str]) -> None:
        data = text.encode()
        all_headers = {
            "Content-Length": str(len(data)),
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "max-age=86400" if "css" in headers.get("Content-Type", "") else "no-cache",
            **headers,
        }
        await _start(send, status, all_headers)
        await send({"type": "http.response.body", "body": data})

    # --- files --------------------------------------------------------------------------------

    async def _file(self, scope: dict[str, Any], send: Send, sha: str, body: bool) -> None:
        entry, of = self._entry(sha)
        if entry is None or of is None:
            await self._text(send, 404, "", {})
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        told = answer(sha, entry.size, entry.content_type, headers)
        span = told.span if body else None
        if span is None:
            await _start(send, told.status, told.headers)
            await send({"type": "http.response.body", "body": b""})
            return
        try:
            first = await asyncio.to_thread(self.store.block, sha, span.first // BLOCK)
        except (BadBlock, KeyError):
            self._shown = (-1e9, [])
            await self._text(send, 503, "", {"Retry-After": "600", "Cache-Control": "no-store"})
            return
        if entry.role == "main" and begins(None if told.status == 200 else span):
            await self._count(scope, of.code)
        await _start(send, told.status, told.headers)
        await self._blocks(send, sha, span, first)

    async def _blocks(self, send: Send, sha: str, span: Span, data: bytes) -> None:
        """The bytes asked for. A bad block ends the connection: no player takes what it got for whole."""
        at = span.first
        while True:
            number = at // BLOCK
            end = min((number + 1) * BLOCK, span.last + 1)
            piece = data[at - number * BLOCK : end - number * BLOCK]
            at = end
            more = at <= span.last
            await send({"type": "http.response.body", "body": piece, "more_body": more})
            if not more:
                return
            data = await asyncio.to_thread(self.store.block, sha, at // BLOCK)

    def _entry(self, sha: str) -> tuple[Entry | None, Manifest | None]:
        for manifest in self.shown():
            for entry in manifest.files:
                if entry.sha256 == sha:
                    return entry, manifest
        return None, None

    async def _count(self, scope: dict[str, Any], code: str) -> None:
        device = (scope.get("client") or ("",))[0]
        if self.viewings.is_new(device, code):
            await asyncio.to_thread(self.store.count, code, datetime.now(UTC).date())


async def _start(send: Send, status: int, headers: dict[str, str]) -> None:
    raw = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
