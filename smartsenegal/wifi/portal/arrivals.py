"""The first page, from memory: the same for Django's views and for what answers before them."""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict

from smartsenegal.wifi.access.api import REFUSALS
from smartsenegal.wifi.portal import counting, lines, places, presenting, words
from smartsenegal.wifi.portal.doors import coova, registry, wispr
from smartsenegal.wifi.portal.doors.base import Arrival
from smartsenegal.wifi.portal.doors.coova import Outcome
from smartsenegal.wifi.portal.places import Place
from smartsenegal.wifi.portal.visits import open_visit, seal_visit

QUERY_AT_MOST = 6_000


def first_page(place: Place, raw: str, accepted: str) -> bytes:
    """The first page of a site for an address' query and the languages a browser accepts; no database."""
    query = QueryDict(raw if len(raw) <= QUERY_AT_MOST else "", mutable=False)
    arrival = arrived(place, query, raw)
    language = presenting.language_of(place, query.get("l", ""), accepted)
    counting.count(place.hotspot, "portal")
    if arrival is None and "res" in query and (ended := _outcome(place, query, raw)):
        return outcome_page(place, language, ended)
    if arrival is None:
        return presenting.first(place, language, "")
    stands = lines.stand(places.at_hand(), place, arrival, time.time())
    if isinstance(stands, lines.Waiting):
        return in_line(place, language, arrival, stands)
    # A place that is held serves once: who lets it go stands behind the others.
    until = stands.until if stands else None
    state = seal_visit(place.hotspot, replace(arrival, asked=0))
    return presenting.first(place, language, state, until) + _smart(place, arrival, query, state)


def _smart(place: Place, arrival: Arrival, query: QueryDict, state: str) -> bytes:
    """What a smart client reads of the first page (WISPr), by a gateway that takes what it gives.

    A gateway that refused a login comes back with `res=failed`.
    """
    gateway = place.gateway(arrival.gateway)
    if gateway is None or gateway.kind != coova.DOOR.kind:
        return b""
    if query.get("res") == "failed":
        return wispr.replied(wispr.REJECTED, query.get("reply", "")[:253] or REFUSALS["secret"]).encode()
    login = f"{portal_url(place)}wispr/?{urlencode({'e': state})}"
    return wispr.redirect(login, f"cc=SN,network={place.ssid}", place.name).encode()


def _outcome(place: Place, query: QueryDict, raw: str) -> Outcome | None:
    return registry.outcome(
        {name: query.get(name, "") for name in query}, f"{portal_url(place)}?{raw}", place.gateways
    )


def outcome_page(place: Place, language: str, ended: Outcome) -> bytes:
    """That a device is on, or off, for who reads and for a smart client."""
    told = "online" if ended.state == "in" else "left"
    said = wispr.logged_off()
    if ended.state == "in":
        said = wispr.replied(wispr.LOGGED_IN, words.say("online", "fr").text, ended.logoff_url)
    return presenting.outcome(place, language, told) + said.encode()


def portal_url(place: Place) -> str:
    """The address of a site's portal, as gateways and clients know it."""
    return f"{settings.WIFI_PORTAL_URL.rstrip('/')}/{place.code}/"


def stand_in_line(place: Place, language: str, arrival: Arrival) -> bytes:
    """The page of a device that was told the site is full; the first page, should it be so no more."""
    stands = lines.stand(places.at_hand(), place, arrival, time.time(), full=True)
    if isinstance(stands, lines.Waiting):
        return in_line(place, language, arrival, stands)
    return presenting.first(place, language, seal_visit(place.hotspot, arrival))


def in_line(place: Place, language: str, arrival: Arrival, stands: lines.Waiting) -> bytes:
    """The page of a device that waits: its number, how long, its ticket sealed in the address it looks at."""
    if not arrival.asked:
        counting.count(place.hotspot, "queued")
    state = seal_visit(place.hotspot, replace(arrival, asked=stands.asked_us))
    return presenting.line(place, language, state, stands.number, stands.minutes, stands.look_seconds)


def arrived(place: Place, query: QueryDict, raw: str) -> Arrival | None:
    """The device that one of the site's gateways sent; None when none did."""
    if "e" in query:
        return open_visit(place.hotspot, query.get("e", ""))
    told = {name: query.get(name, "") for name in query}
    return registry.read(told, f"{portal_url(place)}?{raw}", place.gateways)
