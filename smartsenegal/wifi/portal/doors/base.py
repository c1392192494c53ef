"""What every door gives: what a gateway's redirect says, and how a device goes back with its token.

Every parameter of a redirect comes from a stranger. A door reads it for one gateway that the site declares,
checks the vendor's signature where there is one, and leads back to nothing but an address of a local network
(RFC 1918, RFC 6598, RFC 4193): no redirect leads elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Protocol
from urllib.parse import urlsplit

LONGEST = 400
_LOCAL = [
    ip_network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
]


class DoorRefused(ValueError):
    """A redirect that no gateway of this site made; the message is for the log, not for the page."""


@dataclass(frozen=True)
class Gateway:
    """A gateway that a site declares, as a door needs it; `alone`: the site has no other of its kind.

    `controller` and `key`: address and key of the API of its controller, where it has one.
    """

    id: int
    kind: str
    code: str
    identifier: str
    network: str
    secret: bytes = field(repr=False)
    alone: bool = False
    controller: str = ""
    key: bytes = field(default=b"", repr=False)

    def named(self, name: str) -> bool:
        """Whether a redirect that gives this name may be its."""
        return name in (self.identifier, self.code)


@dataclass(frozen=True)
class Arrival:
    """A device that a gateway sent. `mac`: 12 hexadecimal digits or ""; `address`: its IP address there or
    ""; `origin`: the page it wanted; `back`: what the door needs to lead it back; `asked`: since when it
    stands in line (epoch microseconds), 0 when it does not."""

    gateway: int
    mac: str
    address: str
    origin: str
    back: Mapping[str, str]
    asked: int = 0


@dataclass(frozen=True)
class Exit:
    """Where a device goes with its token: an address to open, or (`fields`) a form to send by POST."""

    url: str
    fields: Mapping[str, str] = field(default_factory=dict)


class Door(Protocol):
    """One vendor. `tried` says what it was tried on."""

    kind: str
    tried: str

    def claims(self, query: Mapping[str, str]) -> bool:
        """Whether the parameters look like this vendor's."""
        ...

    def read(self, query: Mapping[str, str], url: str, gateway: Gateway) -> Arrival | None:
        """The device that was sent; None when another gateway sent it. `url` is the address as it came.

        Raises DoorRefused when the redirect names this gateway and cannot be its.
        """
        ...

    def leave(self, arrival: Arrival, gateway: Gateway, login: str, password: str, then: str) -> Exit:
        """How the device presents its token; `then` is the page it comes to afterwards."""
        ...


def local(host: str) -> bool:
    """Whether a host is an address of a local network."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address.version == net.version and address in net for net in _LOCAL)


def local_url(url: str) -> bool:
    """Whether an address leads into a local network, by http or https, and names nobody on the way."""
    if len(url) > LONGEST or any(ord(c) <= 32 or c == "\\" for c in url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and parts.username is None
        and (port is None or port > 0)
        and local(parts.hostname or "")
    )


def web_url(url: str) -> str:
    """The page a person wanted, to offer it again; "" when it is none that a browser opens."""
    fits = len(url) <= LONGEST and url.startswith(("http://", "https://")) and url.isprintable()
    return url if fits else ""
