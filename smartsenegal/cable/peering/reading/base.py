"""What a router told of its sessions, whatever it runs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address

from smartsenegal.cable.peering.rules.differences import Count
from smartsenegal.cable.peering.rules.rpki import Route


class BadState(ValueError):
    """What was given is not what the router says; the French sentence names the spot."""


@dataclass
class Heard:
    """One session as a router told it. `routes` is None when its routes were not told, and what was known of
    them stands if they are to be told `later`; they can be gone through once. `accepted` says whether they
    are those that its filters let in. `fault` is the router's own words."""

    address: str
    asn: int
    state: str
    since: datetime | None = None
    counts: dict[str, Count] = field(default_factory=dict)
    fault: str = ""
    routes: Iterable[Route] | None = None
    accepted: bool = True
    later: bool = False


def address_of(text: str) -> str:
    """An address in its shortest form, without the zone of a link. Raises BadState."""
    try:
        return str(ip_address(text.strip().partition("%")[0]))
    except ValueError:
        raise BadState(f"« {text[:60]} » n’est pas une adresse.") from None
