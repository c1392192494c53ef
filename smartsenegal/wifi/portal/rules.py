"""What a phone is answered that asks whether it is online, and what the portal says of a session. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

# Who asks again before these many seconds is answered that it must wait: codes to one phone, and to all.
CODE_MINUTES = 10
CODE_LENGTH = 6
TRIES_AT_MOST = 5
CODES_A_QUARTER, CODES_A_DAY = 3, 10
# Codes asked for in a minute: by one device, at one site, in all. Each costs the operator an SMS: who asks
# for codes to numbers of others is stopped here rather than by the bill.
CODES_OF_DEVICE, CODES_AT_SITE, CODES_IN_ALL = 4, 120, 1_200
# Most gateways sign nothing: anybody in the world can write their redirect, for as many devices as they like.
# From one address that is not the site's, in a minute: codes, and entries by one tap (of one process, whose
# memory counts them: they are asked for by thousands).
CODES_FROM_OUTSIDE, TAPS_FROM_OUTSIDE = 30, 300
# Codes sent in a day: see DAY_BOUNDS. They are settings, since what a site needs depends on who comes there.
DAY_BOUNDS = [
    ("outside", "Codes par jour, d’une adresse qui n’est pas du lieu"),
    ("site", "Codes par jour, à un lieu"),
]
BOUND_PROPOSED = (
    "Proposition de la plateforme : aucun texte ne fixe ce nombre. À régler d’après le prix d’un SMS et"
    " l’affluence."
)
# Guesses of vouchers let through in a minute (see access.secrets): of one device, at one site, in all.
GUESSES_OF_DEVICE, GUESSES_AT_SITE, GUESSES_IN_ALL = 10, 600, 10_000
# Without a nearer end (a plan, a voucher), who came in is asked again after so long.
ENTRY_SECONDS = 24 * 3600
# With fewer places left than this (or a quarter of all), each that is given is held at once.
NEAR_PLACES = 50


@dataclass(frozen=True, slots=True)
class DayBound:
    """How many codes are sent in a day at most, since when, and who says so."""

    at_most: int
    basis: str = BOUND_PROPOSED
    confirmed: bool = False
    since: date | None = None


# A gateway whose address is not declared makes each of its devices an outsider: 200 leaves such a site alive.
DEFAULT_BOUNDS = {"outside": DayBound(200), "site": DayBound(5_000)}


@dataclass(frozen=True)
class Plain:
    """An answer to a probe: status, type, body."""

    status: int
    type: str
    body: bytes


_APPLE = b"<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"
_FIREFOX = b'<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>'
_NOTHING = Plain(204, "", b"")
# Host and path → what an open network answers, octet for octet (domains/wifi, § 2).
PROBES: Mapping[tuple[str, str], Plain] = {
    ("captive.apple.com", "/hotspot-detect.html"): Plain(200, "text/html", _APPLE),
    ("captive.apple.com", "/"): Plain(200, "text/html", _APPLE),
    ("www.apple.com", "/library/test/success.html"): Plain(200, "text/html", _APPLE),
    ("connectivitycheck.gstatic.com", "/generate_204"): _NOTHING,
    ("connectivitycheck.android.com", "/generate_204"): _NOTHING,
    ("clients3.google.com", "/generate_204"): _NOTHING,
    ("www.gstatic.com", "/generate_204"): _NOTHING,
    ("www.google.com", "/gen_204"): _NOTHING,
    ("www.msftconnecttest.com", "/connecttest.txt"): Plain(200, "text/plain", b"Microsoft Connect Test"),
    ("www.msftncsi.com", "/ncsi.txt"): Plain(200, "text/plain", b"Microsoft NCSI"),
    ("detectportal.firefox.com", "/success.txt"): Plain(200, "text/plain", b"success\n"),
    ("detectportal.firefox.com", "/canonical.html"): Plain(200, "text/html", _FIREFOX),
    ("network-test.debian.org", "/nm"): Plain(200, "text/plain", b"NetworkManager is online\n"),
    ("nmcheck.gnome.org", "/check_network_status.txt"): Plain(
        200, "text/plain", b"NetworkManager is online\n"
    ),
}
PROBE_HOSTS = frozenset(host for host, _ in PROBES)


@dataclass(frozen=True)
class Left:
    """What a session has left: seconds, octets; None is "no limit"."""

    seconds: int | None
    octets: int | None


def capport(portal_url: str, venue_url: str, left: Left | None) -> dict[str, object]:
    """The answer of the API of RFC 8908 §5: `left` is None for a device that is not let in.

    A device that nobody knows is told no more than that it is captive, and where the portal is.
    """
    if left is None:
        return {"captive": True, "user-portal-url": portal_url, "venue-info-url": venue_url}
    told: dict[str, object] = {"captive": False, "user-portal-url": portal_url, "venue-info-url": venue_url}
    told["can-extend-session"] = True
    if left.seconds is not None:
        told["seconds-remaining"] = left.seconds
    if left.octets is not None:
        told["bytes-remaining"] = left.octets
    return told


def duration(seconds: int) -> tuple[int, int]:
    """Hours and minutes; what is left counts as a minute at least."""
    minutes = max(1, seconds // 60)
    return minutes // 60, minutes % 60


def volume(octets: int) -> str:
    """A volume in Mo or Go, as people read it."""
    if octets >= 1_000_000_000:
        return f"{octets / 1e9:.1f}".replace(".", ",") + " Go"
    return f"{max(1, octets // 1_000_000)} Mo"
