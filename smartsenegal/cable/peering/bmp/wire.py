"""Messages of BMP (RFC 7854) and the BGP that they carry (RFC 4271, 4760, 6793, 7911), read. Pure.

Everything may come from a hostile or broken router: lengths are checked before they are used, and what does
not hold raises BadMessage.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address

VERSION = 3
ROUTES, STATISTICS, PEER_DOWN, PEER_UP, INITIATION, TERMINATION, MIRROR = range(7)
HEADER = struct.Struct(">BIB")
_PEER = struct.Struct(">BB8s16sI4sII")
LONGEST = 1 << 20  # of a message; BGP's own are 64 kB at most
_LOC_RIB = 3
V6, POST_POLICY, TWO_OCTETS, OUT = 0x80, 0x40, 0x20, 0x10
FAMILIES = {(1, 1): "ipv4", (2, 1): "ipv6"}
_BITS = {"ipv4": 32, "ipv6": 128}
TRANS = 23_456  # AS_TRANS: the true number is in a capability


class BadMessage(ValueError):
    """What came is no BMP."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Whose a message is: its address and instance, and from which table."""

    address: str
    distinguisher: bytes
    asn: int
    post_policy: bool
    two_octets: bool
    ours: bool  # neither of a Loc-RIB nor of what is sent out
    at: int

    @property
    def key(self) -> tuple[str, bytes]:
        return self.address, self.distinguisher


@dataclass(frozen=True, slots=True)
class Opened:
    """A session came up: AS of the neighbour, families that both know, those with identifiers of paths."""

    asn: int
    families: frozenset[str]
    add_path: frozenset[str]


@dataclass(frozen=True, slots=True)
class Closed:
    """A session went down: the reason of BMP, and code and subcode of the NOTIFICATION (0 without one)."""

    reason: int
    code: int = 0
    subcode: int = 0


@dataclass(slots=True)
class Update:
    """Prefixes announced with their origin (None: not one AS), and withdrawn, by family; as bytes: length,
    then the octets of the prefix, with the identifier of the path before them when there is one."""

    announced: list[tuple[str, bytes]] = field(default_factory=list)
    withdrawn: list[tuple[str, bytes]] = field(default_factory=list)
    origin: int | None = None
    empty_path: bool = False


class Cursor:
    """Octets read one after the other; never beyond their end."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    @property
    def left(self) -> int:
        return len(self.data) - self.at

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise BadMessage("a length goes beyond its message")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, octets: int) -> int:
        return int.from_bytes(self.take(octets), "big")

    def part(self, octets: int) -> "Cursor":
        return Cursor(self.take(octets))


def peer_of(cursor: Cursor) -> Peer:
    """The header of a peer."""
    kind, flags, distinguisher, address, asn, _id, at, _micro = _PEER.unpack(cursor.take(_PEER.size))
    told = ip_address(address if flags & V6 else address[12:])
    ours = kind != _LOC_RIB and not flags & OUT
    return Peer(str(told), distinguisher, asn, bool(flags & POST_POLICY), bool(flags & TWO_OCTETS), ours, at)


def opened(cursor: Cursor) -> Opened:
    """What a Peer Up tells: both OPEN messages."""
    cursor.take(16 + 2 + 2)
    _, sent, sends = _open(cursor)
    asn, received, receives = _open(cursor)
    # We (the router) may receive identifiers of paths, and the neighbour sends them.
    add_path = {f for f in sent & received if sends.get(f, 0) & 1 and receives.get(f, 0) & 2}
    return Opened(asn, frozenset(sent & received), frozenset(add_path))


def _open(cursor: Cursor) -> tuple[int, set[str], dict[str, int]]:
    message = _message(cursor, 1)
    message.take(1)
    asn = message.number(2)
    message.take(2 + 4)
    length, long = message.number(1), 1
    if length == 255 and message.left >= 3 and message.data[message.at] == 255:  # RFC 9072
        message.take(1)
        length, long = message.number(2), 2
    parameters = message.part(length)
    families: set[str] = set()
    paths: dict[str, int] = {}
    while parameters.left:
        kind, value = parameters.number(1), parameters.part(parameters.number(long))
        while kind == 2 and value.left:
            code, content = value.number(1), value.part(value.number(1))
            asn = _capability(code, content, families, paths) or asn
    return asn, families or {"ipv4"}, paths


def _capability(code: int, content: Cursor, families: set[str], paths: dict[str, int]) -> int:
    """Take a capability in; the AS of four octets when it is that one, else 0."""
    if code == 65:
        return content.number(4)
    if code == 1:
        afi, _, safi = content.number(2), content.number(1), content.number(1)
        families.update(filter(None, [FAMILIES.get((afi, safi))]))
    if code == 69:
        while content.left:
            family, how = FAMILIES.get((content.number(2), content.number(1))), content.number(1)
            if family:
                paths[family] = how
    return 0


def _message(cursor: Cursor, kind: int) -> Cursor:
    """The body of the next message of BGP, which must be of this kind."""
    cursor.take(16)
    length, found = cursor.number(2), cursor.number(1)
    if found != kind or length < 19:
        raise BadMessage("another message of BGP was expected")
    return cursor.part(length - 19)


def closed(cursor: Cursor) -> Closed:
    """What a Peer Down tells."""
    reason = cursor.number(1)
    if reason not in (1, 3):
        return Closed(reason)
    message = _message(cursor, 3)
    return Closed(reason, message.number(1), message.number(1))


def statistics(cursor: Cursor) -> dict[int, int]:
    """Counters and gauges by type (RFC 7854, 4.8); those by family are left out."""
    found = {}
    for _ in range(cursor.number(4)):
        kind, value = cursor.number(2), cursor.part(cursor.number(2))
        if value.left in (4, 8):
            found[kind] = value.number(value.left)
    return found


def update(cursor: Cursor, two_octets: bool, add_path: frozenset[str]) -> Update:
    """What an UPDATE announces and withdraws."""
    message, found = _message(cursor, 2), Update()
    found.withdrawn += _prefixes(message.part(message.number(2)), "ipv4", add_path)
    attributes = message.part(message.number(2))
    found.announced += _prefixes(message, "ipv4", add_path)
    while attributes.left:
        flags, kind = attributes.number(1), attributes.number(1)
        value = attributes.part(attributes.number(2 if flags & 0x10 else 1))
        if kind == 2:
            found.origin, found.empty_path = _origin(value, 2 if two_octets else 4)
        elif kind == 14:
            family = FAMILIES.get((value.number(2), value.number(1)))
            value.take(value.number(1) + 1)
            found.announced += _prefixes(value, family, add_path) if family else []
        elif kind == 15:
            family = FAMILIES.get((value.number(2), value.number(1)))
            found.withdrawn += _prefixes(value, family, add_path) if family else []
    return found


def _origin(value: Cursor, octets: int) -> tuple[int | None, bool]:
    """The AS a path ends with (None: a set), and whether the path is empty."""
    origin, empty = None, True
    while value.left:
        kind, count = value.number(1), value.number(1)
        members = value.take(count * octets)
        if count:
            empty = False
            origin = int.from_bytes(members[-octets:], "big") if kind == 2 else None
    return origin, empty


def _prefixes(value: Cursor, family: str, add_path: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    while value.left:
        path = value.take(4) if family in add_path else b""
        length = value.number(1)
        if length > _BITS[family]:
            raise BadMessage("a prefix is longer than its family")
        yield family, path + bytes([length]) + value.take((length + 7) // 8)


def numbers(family: str, prefix: bytes, add_path: bool) -> tuple[int, int, int]:
    """A prefix as version, address and length; bits beyond the length are cleared."""
    prefix = prefix[4:] if add_path else prefix
    size, length = _BITS[family], prefix[0]
    address = int.from_bytes(prefix[1:].ljust(size // 8, b"\0"), "big")
    return (4 if size == 32 else 6), address >> (size - length) << (size - length), length
