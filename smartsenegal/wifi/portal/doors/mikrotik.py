"""MikroTik RouterOS (HotSpot), by the page `login.html` that `network.contrib.mikrotik` writes.

Document: HotSpot customisation of the manufacturer's documentation (servlet `login`, variables
`link-login-only`, `link-orig`). The vendor signs nothing: the page must name a gateway of the site, and lead
back to the servlet of an address of a local network.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from smartsenegal.wifi.network.api import mac
from smartsenegal.wifi.portal.doors.base import Arrival, DoorRefused, Exit, Gateway, local_url, web_url


class MikroTik:
    kind = "mikrotik"
    tried = "the parameters of its documentation; never on a device"

    def claims(self, query: Mapping[str, str]) -> bool:
        return "nas" in query and "login" in query

    def read(self, query: Mapping[str, str], url: str, gateway: Gateway) -> Arrival | None:
        if not gateway.named(query.get("nas", "")):
            return None
        login = query.get("login", "")
        if not local_url(login) or urlsplit(login).path != "/login" or urlsplit(login).query:
            raise DoorRefused("the page of login is no servlet of a gateway")
        return Arrival(
            gateway.id, mac(query.get("mac", "")) or "", query.get("ip", "")[:45],
            web_url(query.get("dst", "")), {"login": login},
        )  # fmt: skip

    def leave(self, arrival: Arrival, gateway: Gateway, login: str, password: str, then: str) -> Exit:
        query = {"username": login, "password": password, "dst": then}
        return Exit(f"{arrival.back['login']}?{urlencode(query)}")


DOOR = MikroTik()
