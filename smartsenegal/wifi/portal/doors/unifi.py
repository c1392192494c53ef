"""UniFi Network, external portal.

Documents: "External Hotspot API for Authorization Clients" (help.ui.com) for the redirect
(`/guest/s/<site>/?ap=…&id=…&t=…&url=…&ssid=…`) and the order of calls; the Network API (9.1.105 and above)
for `GET …/integration/v1/sites`, `GET …/sites/{id}/clients` and `POST …/clients/{id}/actions` with their
bounds. It asks no RADIUS server for a guest: the portal tells the controller, by a key made there. What a
guest used stands in its `access.authorization.usage`, in the page of one client rather than in the list; `rx`
is what it downloads, as in the limits.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from smartsenegal.wifi.network.api import Limits, mac
from smartsenegal.wifi.portal.doors.base import Arrival, DoorRefused, Exit, Gateway, web_url

if TYPE_CHECKING:
    import httpx  # loaded by the process that calls alone: it weighs ten megabytes

# An agent types the address: whatever answers there neither fills the memory nor holds a thread.
LARGEST_ANSWER = 4_000_000
ANSWER_SECONDS = 15.0
_BASE = "/proxy/network/integration/v1"
_PAGE = 200
_PAGES_AT_MOST = 100
# For the pages of single clients, at one controller and turn: those that are left are asked the next minute.
USAGE_SECONDS = 15.0
LARGEST_USE = 1 << 50
MINUTES, MEGABYTES, KBPS = (1, 1_000_000), (1, 1_048_576), (2, 100_000)


@dataclass(frozen=True)
class Used:
    """What a guest used since it was let in: octets from and to the device."""

    octets_in: int = 0
    octets_out: int = 0


class ControllerAway(Exception):
    """The controller did not do what it was asked; the message is for the log."""


class UniFi:
    kind = "unifi"
    tried = "a server of our own that speaks the documented API; never on a device"

    def claims(self, query: Mapping[str, str]) -> bool:
        return "ap" in query and "id" in query and "site" in query

    def read(self, query: Mapping[str, str], url: str, gateway: Gateway) -> Arrival | None:
        if not gateway.alone or not gateway.controller:
            return None
        device, site = mac(query["id"]), query["site"]
        if device is None or not (0 < len(site) <= 40 and site.isascii() and site.isalnum()):
            raise DoorRefused("the redirect names no device of a site")
        return Arrival(gateway.id, device, "", web_url(query.get("url", "")), {"site": site})

    def leave(self, arrival: Arrival, gateway: Gateway, login: str, password: str, then: str) -> Exit:
        return Exit(then)


class Controller:
    """The API of one controller. Every call raises ControllerAway when it fails."""

    def __init__(self, url: str, key: str, transport: httpx.BaseTransport | None = None) -> None:
        import httpx

        self._client = httpx.Client(
            base_url=url.rstrip("/") + _BASE, timeout=httpx.Timeout(5, connect=3), transport=transport,
            headers={"X-API-KEY": key, "Accept": "application/json", "Accept-Encoding": "identity"},
            trust_env=False,
        )  # fmt: skip

    def __enter__(self) -> Controller:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def authorise(self, site: str, device: str, limits: Limits) -> Used | None:
        """Let a device in (12 hexadecimal digits), within these limits; what it had used before, if known."""
        order: dict[str, Any] = {"action": "AUTHORIZE_GUEST_ACCESS"}
        bounded = (
            ("timeLimitMinutes", limits.seconds and limits.seconds // 60, MINUTES),
            ("dataUsageLimitMBytes", limits.octets and limits.octets // 1_000_000, MEGABYTES),
            ("rxRateLimitKbps", limits.down_kbps, KBPS),
            ("txRateLimitKbps", limits.up_kbps, KBPS),
        )
        order |= {name: min(max(n, low), high) for name, n, (low, high) in bounded if n is not None}
        return _used(self._act(site, device, order).get("revokedAuthorization"))

    def put_out(self, site: str, device: str) -> Used | None:
        """End the session of a device; what it had used, if the controller says."""
        order = {"action": "UNAUTHORIZE_GUEST_ACCESS"}
        return _used(self._act(site, device, order).get("revokedAuthorization"))

    def devices_on(self, site: str, ours: Collection[str] = ()) -> dict[str, Used | None]:
        """The devices that are there and let in; what `ours` used, as far as it is known in USAGE_SECONDS."""
        until, found = time.monotonic() + USAGE_SECONDS, dict[str, Used | None]()
        where = self._site(site)
        clients = list(self._let_in(where).items())
        random.shuffle(clients)  # so that the last of many are asked too, at another turn
        for device, client in clients:
            found[device] = _used(_of(client, "access", "authorization"))
            if found[device] is None and device in ours and time.monotonic() < until:
                found[device] = self._usage(where, client)
        return found

    def _usage(self, where: str, client: Mapping[str, Any]) -> Used | None:
        try:
            told = self._ask("GET", f"/sites/{where}/clients/{quote(str(client['id']), safe='')}")
        except (ControllerAway, KeyError):  # it left meanwhile, or this version has no such page
            return None
        return _used(_of(told, "access", "authorization"))

    def _let_in(self, where: str) -> dict[str, dict[str, Any]]:
        found = {}
        for page in range(_PAGES_AT_MOST):
            told = self._get(f"/sites/{where}/clients", offset=page * _PAGE, limit=_PAGE)
            for each in told["data"]:
                if each.get("access", {}).get("authorized", True) and (
                    device := mac(each.get("macAddress", ""))
                ):
                    found[device] = each
            if (page + 1) * _PAGE >= int(told.get("totalCount", 0)):
                break
        return found

    def _act(self, site: str, device: str, order: Mapping[str, Any]) -> dict[str, Any]:
        where = self._site(site)
        spelt = ":".join(device[n : n + 2] for n in range(0, 12, 2))
        told = self._get(f"/sites/{where}/clients", filter=f"macAddress.eq('{spelt}')")
        if not told["data"]:
            raise ControllerAway("the controller does not see the device")
        done = self._ask("POST", f"/sites/{where}/clients/{told['data'][0]['id']}/actions", json=dict(order))
        return done if isinstance(done, dict) else {}

    def _site(self, name: str) -> str:
        told = self._get("/sites", filter=f"internalReference.eq('{name}')")
        if not told["data"]:
            raise ControllerAway("the controller has no such site")
        return str(told["data"][0]["id"])

    def _get(self, path: str, **query: Any) -> dict[str, Any]:
        found = self._ask("GET", path, params=query)
        if not isinstance(found, dict) or not isinstance(found.get("data"), list):
            raise ControllerAway("the answer of the controller is not that of its document")
        return found

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        import httpx

        try:
            return json.loads(self._heard(method, path, more))
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            raise ControllerAway(f"{method} {path}: {error}") from error

    def _heard(self, method: str, path: str, more: Mapping[str, Any]) -> bytes:
        """The octets of an answer: so many at most, in so much time, and as they are (no compression)."""
        until, body = time.monotonic() + ANSWER_SECONDS, bytearray()
        with self._client.stream(method, path, **more) as answer:
            answer.raise_for_status()
            if answer.headers.get("Content-Encoding", "identity") != "identity":
                raise ValueError("the answer is compressed, and was not to be")
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > LARGEST_ANSWER or time.monotonic() > until:
                    raise ValueError("the answer is too long")
        return bytes(body)


def _of(told: Any, *names: str) -> Any:
    for name in names:
        told = told.get(name) if isinstance(told, dict) else None
    return told


def _used(authorization: Any) -> Used | None:
    """What an authorisation was used for; None when it does not say."""
    down, up = (_of(authorization, "usage", name) for name in ("rxBytes", "txBytes"))
    if not all(type(n) is int and 0 <= n <= LARGEST_USE for n in (down, up)):
        return None
    return Used(up, down)


DOOR = UniFi()
