"""The pages of the portal, made to be small: one file, style and reading aloud inside, no script needed."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe

from smartsenegal.wifi.network.api import LANGUAGES
from smartsenegal.wifi.portal import words
from smartsenegal.wifi.portal.doors.base import Exit
from smartsenegal.wifi.portal.places import Place

_CSS = (Path(__file__).parent / "data" / "portal.css").read_text(encoding="utf-8").replace("\n", "")
STYLE = mark_safe(f"<style>{_CSS}</style>")  # noqa: S308 - our own file
_HASH = b64encode(sha256(_CSS.encode()).digest()).decode()
# Reads the page aloud where the phone has a voice of its language. Its button stays hidden elsewhere.
_JS = (Path(__file__).parent / "data" / "portal.js").read_text(encoding="utf-8").replace("\n", "")
SCRIPT = mark_safe(f"<script>{_JS}</script>")  # noqa: S308 - our own file
_JS_HASH = b64encode(sha256(_JS.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; script-src 'sha256-{_JS_HASH}';"
    f" style-src 'sha256-{_HASH}'; img-src data:; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    # What is in the address is for this device alone.
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
STATE = "STATE-OF-THE-VISIT"
UNTIL, NUMBER, MINUTES = "UNTIL-WHEN-HELD", "NUMBER-IN-LINE", "MINUTES-TO-WAIT"
TO = "WHERE-IT-GOES"
# Who may go in although the site is full has one of these: staff, rescue.
WAYS_OF_PRIORITY = ("voucher", "account")
_PAGES_KEPT = 2_000


def base_of(place: Place) -> str:
    """The address under which the pages of a site stand."""
    return f"/wifi/{place.code}/"


def language_of(place: Place | None, asked: str, accepted: str) -> str:
    """The language of a page: the one asked for, else the first the browser speaks and the site offers."""
    offered = place.languages if place else words.LANGUAGES
    spoken = [part.split(";")[0].strip()[:2].lower() for part in accepted[:200].split(",")]
    found = next((code for code in (asked, *spoken) if code in offered), None)
    return found or ("fr" if "fr" in offered or not offered else offered[0])


def page(name: str, place: Place | None, language: str, status: int = 200, **values: Any) -> HttpResponse:
    """One page of the portal."""
    return answer(_rendered(name, place, language, values).encode(), status)


def answer(body: bytes, status: int = 200) -> HttpResponse:
    return HttpResponse(body, status=status, headers=HEADERS)


def first(place: Place, language: str, state: str, held_until: float | None = None) -> bytes:
    """The first page: drawn once for a site as it is and a language, its state put in.

    `held_until` (epoch seconds): a place is held for the device until then.
    """
    drawn = _first(place, language, bool(state), held_until is not None).replace(
        STATE.encode(), state.encode()
    )
    if held_until is None:
        return drawn
    return drawn.replace(UNTIL.encode(), datetime.fromtimestamp(held_until, UTC).strftime("%H h %M").encode())


@lru_cache(maxsize=_PAGES_KEPT)
def _first(place: Place, language: str, arrived: bool, held: bool) -> bytes:
    values = {"arrived": arrived, "state": STATE if arrived else "", "ways": place.ways}
    if held:
        values["told"] = words.say("your_turn", language)
        values["until"] = UNTIL
    return _rendered("first", place, language, values).encode()


def going(place: Place, language: str, leaving: Exit, wait: int) -> HttpResponse:
    """The page that leads a device to its gateway, drawn once as the first page is.

    A gateway that wants a form gets it by a button, or by itself where scripts run.
    """
    to = leaving.url
    if leaving.fields:
        response = page("handing", place, language, to=to, fields=leaving.fields)
        # Chromium follows this rule through the redirects that answer a form: they are the gateway's.
        response["Content-Security-Policy"] = POLICY.replace("form-action 'self'", "form-action http: https:")
        return response
    return answer(_going(place, language, wait).replace(TO.encode(), escape(to).encode()))


@lru_cache(maxsize=_PAGES_KEPT)
def _going(place: Place, language: str, wait: int) -> bytes:
    return _rendered("going", place, language, {"to": TO, "wait": wait}).encode()


@lru_cache(maxsize=_PAGES_KEPT)
def outcome(place: Place, language: str, told: str) -> bytes:
    """That a device is on, or that it left: `told` is the word."""
    return _rendered("outcome", place, language, {"said": words.say(told, language)}).encode()


def line(
    place: Place, language: str, state: str, number: int, minutes: tuple[int, int] | None, look: int
) -> bytes:
    """The page of a device in line, drawn once as the first page is."""
    told = f"{minutes[0]}–{minutes[1]} min" if minutes else ""
    drawn = _line(place, language, bool(told), look).replace(STATE.encode(), state.encode())
    return drawn.replace(NUMBER.encode(), b"%d" % number).replace(MINUTES.encode(), told.encode())


@lru_cache(maxsize=_PAGES_KEPT)
def _line(place: Place, language: str, timed: bool, look: int) -> bytes:
    ways = tuple(way for way in place.ways if way in WAYS_OF_PRIORITY)
    values = {
        "arrived": True, "state": STATE, "number": NUMBER, "minutes": MINUTES if timed else "", "look": look,
        "ways": ways,
    }  # fmt: skip
    return _rendered("line", place, language, values).encode()


def _rendered(name: str, place: Place | None, language: str, values: dict[str, Any]) -> str:
    given = {
        "place": place,
        "base": base_of(place) if place else "",
        "language": language,
        "words": words.all_of(language),
        "style": STYLE,
        "script": SCRIPT,
        "demo": settings.DEMO,
        "services": f"{settings.PUBLIC_URL}/demarches/",
        "data": f"{settings.PUBLIC_URL}/vos-donnees",
        "only_voucher": ("voucher",),
        "tongues": _tongues(place, language, values.get("state", ""))
        if name in ("first", "line") and place
        else [],
        "local": _local_content(place),
        **values,
    }
    return render_to_string(f"portal/{name}.html", given)


def _local_content(place: Place | None) -> list[dict[str, str]]:
    """What can be seen before login on the site itself, where its module is there."""
    if place is None:
        return []
    try:
        return [{"label": "Films et cours d’ici", "url": reverse("wifi_media:site", args=[place.code])}]
    except NoReverseMatch:
        return []


def _tongues(place: Place, language: str, state: str) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "name": name,
            "current": code == language,
            "url": f"{base_of(place)}?{urlencode({'l': code} | ({'e': state} if state else {}))}",
        }
        for code, name in LANGUAGES
        if code in place.languages
    ]
