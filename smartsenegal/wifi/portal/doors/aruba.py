"""Aruba Instant, external captive portal with RADIUS.

Documents: Aruba Instant 8 user guide, "Captive Portal for Guest Access" (parameters of the redirect: cmd,
mac, essid, ip, apname, apmac, vcname, switchip, url); the form that pages of login in use send to
`/cgi-bin/login` of the access point. The vendor signs nothing: the gateway is the only one of its kind at
the site, or bears the name of the virtual controller; the form goes to an address of a local network, or to a
name that access points answer for themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

from smartsenegal.wifi.network.api import mac
from smartsenegal.wifi.portal.doors.base import Arrival, DoorRefused, Exit, Gateway, local, web_url

# Access points take these names for their own, and hold a certificate for the first.
NAMES = frozenset({"securelogin.arubanetworks.com", "instant.arubanetworks.com"})


class Aruba:
    kind = "aruba"
    tried = "a server of our own that takes the documented form; never on a device"

    def claims(self, query: Mapping[str, str]) -> bool:
        return "switchip" in query and "vcname" in query

    def read(self, query: Mapping[str, str], url: str, gateway: Gateway) -> Arrival | None:
        if not (gateway.alone or gateway.named(query.get("vcname", ""))):
            return None
        host = query.get("switchip", "").lower()
        if host not in NAMES and not local(host):
            raise DoorRefused("switchip is no address of an access point")
        return Arrival(
            gateway.id, mac(query.get("mac", "")) or "", query.get("ip", "")[:45],
            web_url(query.get("url", "")), {"host": host},
        )  # fmt: skip

    def leave(self, arrival: Arrival, gateway: Gateway, login: str, password: str, then: str) -> Exit:
        host = arrival.back["host"]
        scheme = "https" if host in NAMES else "http"
        named = f"[{host}]" if ":" in host else host
        fields = {"cmd": "authenticate", "user": login, "password": password, "url": then}
        return Exit(f"{scheme}://{named}/cgi-bin/login", fields)


DOOR = Aruba()
