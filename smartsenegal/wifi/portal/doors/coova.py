"""CoovaChilli (UAM).

Document: `src/redir.c` and `www/hotspotlogin.cgi` of coova/coova-chilli. The redirect ends by `md`, the MD5
of the address before it and of the UAM secret. The password goes back hidden under MD5(challenge, secret), so
that only who knows the secret reads it on the way; the gateway then asks RADIUS by PAP.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import md5
from urllib.parse import urlencode

from smartsenegal.wifi.network.api import mac
from smartsenegal.wifi.portal.doors.base import Arrival, DoorRefused, Exit, Gateway, local, web_url

_MD = re.compile(r"^(.*)[&?]md=([0-9A-Fa-f]{32})$", re.S)
_CHALLENGE = re.compile(r"^[0-9a-fA-F]{32}$")


# What `res` of a redirect says of what was asked.
OUTCOMES = {"success": "in", "already": "in", "logoff": "out"}


@dataclass(frozen=True)
class Outcome:
    """What became of a device: "in" or "out"; where it leaves."""

    state: str
    logoff_url: str


class CoovaChilli:
    kind = "coova"
    tried = "bytes made as src/redir.c makes them; never on a device"

    def claims(self, query: Mapping[str, str]) -> bool:
        return "uamip" in query and "res" in query

    def outcome(self, query: Mapping[str, str], url: str, gateway: Gateway) -> Outcome | None:
        """How a login or a way out ended, as the gateway's redirect tells it; None for another redirect.

        Raises DoorRefused when it names this gateway and cannot be its.
        """
        if query.get("res") not in OUTCOMES or not gateway.named(query.get("nasid", "")):
            return None
        _check(url, gateway.secret)
        host, port = _address(query)
        return Outcome(OUTCOMES[query["res"]], f"http://{_bracketed(host)}:{port}/logoff")

    def read(self, query: Mapping[str, str], url: str, gateway: Gateway) -> Arrival | None:
        if not gateway.named(query.get("nasid", "")):
            return None
        _check(url, gateway.secret)
        host, port = _address(query)
        challenge = query.get("challenge", "")
        if not _CHALLENGE.match(challenge):
            raise DoorRefused("there is no challenge of 16 octets")
        back = {"host": host, "port": port, "challenge": challenge}
        return Arrival(
            gateway.id, mac(query.get("mac", "")) or "", query.get("ip", "")[:45],
            web_url(query.get("userurl", "")), back,
        )  # fmt: skip

    def leave(self, arrival: Arrival, gateway: Gateway, login: str, password: str, then: str) -> Exit:
        key = md5(bytes.fromhex(arrival.back["challenge"]) + gateway.secret, usedforsecurity=False).digest()
        query = {"username": login, "password": hidden(password, key), "userurl": then}
        host = _bracketed(arrival.back["host"])
        return Exit(f"http://{host}:{arrival.back['port']}/logon?{urlencode(query)}")


def _address(query: Mapping[str, str]) -> tuple[str, str]:
    host, port = query.get("uamip", ""), query.get("uamport", "")
    if not local(host) or not (port.isdecimal() and 0 < int(port[:6]) < 65_536):
        raise DoorRefused("uamip and uamport are no address of a gateway")
    return host, port


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _check(url: str, secret: bytes) -> None:
    found = _MD.match(url)
    if found is None:
        raise DoorRefused("the redirect is not signed")
    wanted = md5(found[1].encode() + secret, usedforsecurity=False).hexdigest()
    if not hmac.compare_digest(wanted, found[2].lower()):
        raise DoorRefused("the signature of the redirect is another gateway's")


def hidden(password: str, key: bytes) -> str:
    """The password XORed with the key (16 octets, repeated), filled with zeros, in hexadecimal."""
    given = password.encode()
    given = given.ljust(max(1, -(-len(given) // len(key))) * len(key), b"\0")
    return bytes(a ^ key[n % len(key)] for n, a in enumerate(given)).hex()


DOOR = CoovaChilli()
