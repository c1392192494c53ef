"""What is answered before Django: probes of phones, and first pages, from memory and without a database.

A probe bears the name of a vendor's host: its gateway led it here. It is answered as an open network would
once its device is on, and led to the portal of its site until then (never a page that looks like one).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.db import connections

from smartsenegal.wifi.portal import counting, places
from smartsenegal.wifi.portal.arrivals import first_page
from smartsenegal.wifi.portal.places import Place
from smartsenegal.wifi.portal.presenting import HEADERS
from smartsenegal.wifi.portal.queries import session_of_address
from smartsenegal.wifi.portal.rules import PROBE_HOSTS, PROBES, Plain

Application = Callable[
    [dict[str, Any], Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]
]
_FIRST = re.compile(r"^/wifi/([A-Za-z0-9_-]{1,120})/$")
_HTML = "text/html; charset=utf-8"


class Front:
    """An ASGI application before another."""

    def __init__(self, behind: Application) -> None:
        self._behind = behind
        self._looking: asyncio.Future[Any] | None = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "").partition(":")[0].lower()
        first = _FIRST.match(scope["path"]) if scope["method"] == "GET" else None
        if host not in PROBE_HOSTS and not first:
            return await self._behind(scope, receive, send)
        await self._know()
        if host in PROBE_HOSTS:
            return await _send(send, *await self._probed(scope, headers, host))
        assert first is not None
        place = places.at_hand().places.get(first[1])
        if place is None or not _as_it_should(scope, headers):
            return await self._behind(scope, receive, send)
        raw = scope["query_string"].decode("latin-1")
        body = first_page(place, raw, headers.get(b"accept-language", ""))
        return await _send(send, 200, {"Content-Type": _HTML, **HEADERS}, body)

    async def _know(self) -> None:
        """Have the sites looked at again in a thread when it is time; wait for the first look only."""
        if not places.stale():
            return
        counting.keep_flushing()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().run_in_executor(None, _look)
        if not places.at_hand().places:
            await asyncio.shield(self._looking)

    async def _probed(
        self, scope: dict[str, Any], headers: dict[bytes, str], host: str
    ) -> tuple[int, dict[str, str], bytes]:
        address = _address(scope, headers)
        place = places.at_hand().sent_from(address)
        if place is None:
            return 404, {"Content-Type": "text/plain; charset=utf-8"}, b"Aucun point Wi-Fi ici.\n"
        counting.count(place.hotspot, "probe")
        loop = asyncio.get_running_loop()
        plain = PROBES.get((host, scope["path"]))
        if plain and place.serves(address) and await loop.run_in_executor(None, _is_on, place, address):
            return _opened(plain)
        where = f"{settings.WIFI_PORTAL_URL.rstrip('/')}/{place.code}/"
        return 302, {"Location": where, "Cache-Control": "no-store"}, b""


def _opened(plain: Plain) -> tuple[int, dict[str, str], bytes]:
    kind = {"Content-Type": plain.type} if plain.type else {}
    return plain.status, {**kind, "Cache-Control": "no-store"}, plain.body


def _look() -> None:
    try:
        places.known()
    finally:
        connections.close_all()


def _is_on(place: Place, address: str) -> bool:
    try:
        return session_of_address(place, address) is not None
    finally:
        connections.close_all()


def _as_it_should(scope: dict[str, Any], headers: dict[bytes, str]) -> bool:
    """Whether a page may be given by this scheme; Django leads others to https."""
    scheme = headers.get(b"x-forwarded-proto") if settings.BEHIND_PROXY else scope.get("scheme")
    return not settings.SECURE_SSL_REDIRECT or scheme == "https"


def _address(scope: dict[str, Any], headers: dict[bytes, str]) -> str:
    forwarded = headers.get(b"x-forwarded-for", "") if settings.BEHIND_PROXY else ""
    return forwarded.rsplit(",", 1)[-1].strip() or str((scope.get("client") or ("",))[0])


async def _send(send: Any, status: int, headers: dict[str, str], body: bytes) -> None:
    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    if settings.SECURE_HSTS_SECONDS:
        pairs.append((b"strict-transport-security", b"max-age=%d" % settings.SECURE_HSTS_SECONDS))
    if status != 204:
        pairs.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
