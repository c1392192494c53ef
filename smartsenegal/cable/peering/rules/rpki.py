"""Whether the origin of a route is authorised: RFC 6811 over a table of ROA payloads. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

VALID, INVALID, UNKNOWN = "valid", "invalid", "unknown"
STATES = {VALID: "valide", INVALID: "invalide", UNKNOWN: "sans ROA"}
BITS = {4: 32, 6: 128}
EXAMPLES = 20
LARGEST_ASN = (1 << 32) - 1

Network = IPv4Network | IPv6Network
# A route: its family (4 or 6), the address of its prefix as a number, its length, and the AS that it says it
# comes from (None: a set of several, RFC 6472).
Route = tuple[int, int, int, int | None]


class BadRoa(ValueError):
    """A payload that cannot be; the French sentence says why."""


@dataclass(frozen=True, slots=True)
class Roa:
    """A validated payload: this AS may announce this prefix, down to a length."""

    prefix: str
    longest: int
    asn: int


@dataclass
class Table:
    """Payloads, by family, length of prefix, then its bits."""

    count: int = 0
    _held: dict[int, dict[int, dict[int, list[tuple[int, int]]]]] = field(
        default_factory=lambda: {4: {}, 6: {}}
    )

    @classmethod
    def of(cls, roas: Iterable[Roa]) -> "Table":
        """The table of these payloads, each once. Raises BadRoa."""
        table = cls()
        for roa in set(roas):
            network = checked(roa)
            bits = int(network.network_address) >> (network.max_prefixlen - network.prefixlen)
            lengths = table._held[network.version].setdefault(network.prefixlen, {})
            lengths.setdefault(bits, []).append((roa.longest, roa.asn))
            table.count += 1
        return table

    def state(self, prefix: str, origin: int | None) -> str:
        """VALID when a payload covers the prefix, is long enough and names its origin; INVALID when some
        cover it and none does; UNKNOWN when none covers it. AS 0 authorises nobody (RFC 7607)."""
        return self.state_of(*route(prefix, origin))

    def state_of(self, version: int, address: int, length: int, origin: int | None) -> str:
        """The same of a prefix in numbers."""
        size, covered = BITS[version], False
        for short, held in self._held[version].items():
            if short > length:
                continue
            for longest, asn in held.get(address >> (size - short), ()):
                covered = True
                if asn == origin and asn and length <= longest:
                    return VALID
        return INVALID if covered else UNKNOWN


def checked(roa: Roa) -> Network:
    """The prefix of a payload. Raises BadRoa for a prefix, a length or an AS that cannot be."""
    try:
        network = ip_network(roa.prefix)
    except ValueError:
        raise BadRoa(f"« {roa.prefix[:50]} » n’est pas un préfixe.") from None
    if not network.prefixlen <= roa.longest <= network.max_prefixlen:
        raise BadRoa(f"La longueur {roa.longest} ne va pas avec {network}.")
    if not 0 <= roa.asn <= LARGEST_ASN:
        raise BadRoa(f"« {roa.asn} » n’est pas un numéro d’AS.")
    return network


@dataclass
class Verdict:
    """How many routes are in each state, and the first invalid ones."""

    valid: int = 0
    invalid: int = 0
    unknown: int = 0
    examples: list[tuple[str, int | None]] = field(default_factory=list)


def route(prefix: str, origin: int | None) -> Route:
    """A route from its prefix as text. Raises ValueError."""
    network = ip_network(prefix)
    return network.version, int(network.network_address), network.prefixlen, origin


def prefix_of(found: Route) -> str:
    """The prefix of a route as text."""
    version, address, length, _ = found
    return f"{IPv4Address(address) if version == 4 else IPv6Address(address)}/{length}"


def verdict(table: Table, routes: Iterable[Route]) -> Verdict:
    """The states of these routes."""
    counts = dict.fromkeys(STATES, 0)
    examples: list[tuple[str, int | None]] = []
    for found in routes:
        state = table.state_of(*found)
        counts[state] += 1
        if state == INVALID and len(examples) < EXAMPLES:
            examples.append((prefix_of(found), found[3]))
    return Verdict(**counts, examples=examples)
