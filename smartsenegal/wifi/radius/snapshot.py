"""What the server knows, in memory: gateways, plans, credentials, use of today, open sessions.

`loading` fills it and keeps it up to date. Readers never wait: each value is replaced whole. A million
credentials are two byte strings each, in one dictionary; the processes that answer share its pages.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from smartsenegal.wifi.access.api import CREDENTIAL_KINDS, Limits, Right, Rule, Use, Where
from smartsenegal.wifi.sessions.api import is_on

KINDS = tuple(kind for kind, _ in CREDENTIAL_KINDS)
CLOSED = ("", "expired", "used", "withdrawn", "blocked", "erased")
NONE = -(1 << 63)  # SQL NULL in a record
# id, holder, group, kind, closed, valid from and until (epoch µs), seconds and octets in all; then verifier
RECORD = struct.Struct(">qqihhqqqq")
PEERS_KEPT = 100_000
# A session not heard of for so long is forgotten here; a report brings it back.
FORGOTTEN_AFTER_US = 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Gateway:
    """A RADIUS client. `lenient`: it may send requests without Message-Authenticator (CVE-2024-3596)."""

    id: int
    code: str
    kind: str
    network: str
    secret: bytes = field(repr=False)
    lenient: bool
    interim_seconds: int
    hotspot: int | None


@dataclass(frozen=True, slots=True)
class Realm:
    """A realm and who answers for it; `methods` are the EAP methods it allows."""

    id: int
    kind: str
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Credential:
    """One credential, unpacked from its record."""

    id: int
    kind: str
    right: Right
    verifier: bytes


@dataclass(slots=True)
class Used:
    """What a holder used: the newest day known, and all the days before it together."""

    day: int
    seconds: int
    octets: int
    before_seconds: int = 0
    before_octets: int = 0


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that nothing ended."""

    holder: int | None
    device: bytes
    hotspot: int | None
    updated_us: int
    interim_seconds: int


class Snapshot:
    """One copy, of one process. Days are days since 1970 (UTC)."""

    def __init__(self) -> None:
        self.gateways: dict[int, Gateway] = {}
        self.hotspots: dict[int, int | None] = {}  # clients at most
        self.zones: dict[int, int] = {}  # hotspot
        self.access_points: dict[str, int] = {}  # zone, by MAC address
        self.realms: dict[str, Realm] = {}
        self.plans: dict[int, Limits] = {}
        self.rules: dict[int, Rule] = {}
        self.credentials: dict[bytes, bytes] = {}
        self.sealed: dict[int, bytes] = {}
        self.usage: dict[int, Used] = {}
        self.sessions: dict[bytes, OpenSession] = {}
        self.of_holder: defaultdict[int, set[bytes]] = defaultdict(set)
        self.clients: dict[int, int] = {}
        self.day_keys: dict[int, bytes] = {}
        self.largest_credential = 0
        self._networks: list[tuple[int, int, dict[int, Gateway]]] = []
        self._peers: dict[bytes, Gateway | None] = {}
        self._rules_at: dict[int | None, tuple[Rule, ...]] = {}

    # --- gateways -----------------------------------------------------------------

    def gateway_of(self, address: bytes) -> Gateway | None:
        """The gateway that sends from an address (4 or 16 octets), by longest prefix; None for a stranger."""
        try:
            return self._peers[address]
        except KeyError:
            found = self._match(address)
            if len(self._peers) < PEERS_KEPT:
                self._peers[address] = found
            return found

    def _match(self, address: bytes) -> Gateway | None:
        if len(address) == 16 and address.startswith(b"\0" * 10 + b"\xff\xff"):  # IPv4 on an IPv6 socket
            address = address[12:]
        ip = ip_address(address)
        bits, number = ip.max_prefixlen, int(ip)
        for version, prefix, known in self._networks:
            if version == ip.version and (found := known.get(number >> (bits - prefix))):
                return found
        return None

    def index_gateways(self) -> None:
        """To be called after `gateways` changed."""
        tables: dict[tuple[int, int], dict[int, Gateway]] = defaultdict(dict)
        for gateway in self.gateways.values():
            net = ip_network(gateway.network)
            number = int(net.network_address) >> (net.max_prefixlen - net.prefixlen)
            tables[net.version, net.prefixlen][number] = gateway
        ordered = sorted(tables.items(), key=lambda item: -item[0][1])
        self._networks = [(version, prefix, known) for (version, prefix), known in ordered]
        self._peers = {}

    # --- places and plans -----------------------------------------------------------

    def where(self, gateway: Gateway, called: str | None) -> Where:
        """Where a device asks from: its access point says, else its gateway. `called`: the MAC it called."""
        zone = self.access_points.get(called) if called else None
        hotspot = self.zones.get(zone) if zone is not None else gateway.hotspot
        if hotspot is None:
            return Where(zone=zone)
        return Where(hotspot, zone, self.hotspots.get(hotspot), self.clients.get(hotspot, 0))

    def rules_at(self, hotspot: int | None) -> tuple[Rule, ...]:
        """The rules that can hold at a hotspot."""
        found = self._rules_at.get(hotspot)
        if found is None:
            found = self._rules_at[hotspot] = tuple(
                rule
                for rule in self.rules.values()
                if rule.hotspot in (None, hotspot)
                and (rule.zone is None or self.zones.get(rule.zone) == hotspot)
            )
        return found

    def index_rules(self) -> None:
        """To be called after `rules` or `zones` changed."""
        self._rules_at = {}

    # --- credentials ----------------------------------------------------------------

    def credential(self, realm: int, login: str) -> Credential | None:
        """The credential of that login (lower case) in a realm; None when there is none."""
        record = self.credentials.get(key_of(realm, login))
        return unpack(record) if record is not None else None

    def take_credentials(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Take records as they are now. An open one goes before a closed one of the same login."""
        moved = {}
        for key, record in rows:
            number, _, _, _, closed, *_ = RECORD.unpack_from(record)
            old = self.credentials.get(key)
            old_number, _, _, _, old_closed, *_ = RECORD.unpack_from(old) if old else (number, 0, 0, 0, 1)
            if number != old_number or old is None:
                if number <= self.largest_credential:  # it may have borne another login
                    moved[number] = key
                if closed and not old_closed:
                    continue
            self.credentials[key] = record
            self.largest_credential = max(self.largest_credential, number)
        if moved:
            self._forget_old_logins(moved)

    def _forget_old_logins(self, moved: Mapping[int, bytes]) -> None:
        stale = [
            key
            for key, record in self.credentials.items()
            if moved.get(int.from_bytes(record[:8], "big"), key) != key
        ]
        for key in stale:
            del self.credentials[key]

    # --- use ------------------------------------------------------------------------

    def use(self, holder: int, now_us: int) -> Use:
        """What a holder used today and in all, and the devices that are on now."""
        used = self.usage.get(holder)
        devices = self.devices(holder, now_us)
        if used is None:
            return Use(devices=devices)
        today = used.day == now_us // 86_400_000_000
        return Use(
            used.seconds if today else 0,
            used.octets if today else 0,
            used.before_seconds + used.seconds,
            used.before_octets + used.octets,
            devices,
        )

    def devices(self, holder: int, now_us: int) -> frozenset[bytes]:
        """The devices of a holder that are on."""
        known = self.of_holder.get(holder)
        if not known:
            return frozenset()
        found = (self.sessions.get(key) for key in tuple(known))
        return frozenset(
            s.device for s in found if s and is_on(s.updated_us, None, s.interim_seconds, now_us)
        )

    def take_session(self, key: bytes, session: OpenSession | None) -> None:
        """A session as it is now; None once it ended."""
        old = self.sessions.pop(key, None)
        if old and old.holder is not None:
            self._leave(old.holder, key)
        if session:
            self.sessions[key] = session
            if session.holder is not None:
                self.of_holder[session.holder].add(key)

    def _leave(self, holder: int, key: bytes) -> None:
        keys = self.of_holder.get(holder)
        if keys:
            keys.discard(key)
            if not keys:
                del self.of_holder[holder]

    def count_clients(self, now_us: int) -> None:
        """Count who is on at each hotspot, and forget sessions nobody has heard of for a day."""
        counts: defaultdict[int, int] = defaultdict(int)
        for key, session in list(self.sessions.items()):
            if is_on(session.updated_us, None, session.interim_seconds, now_us):
                if session.hotspot is not None:
                    counts[session.hotspot] += 1
            elif now_us - session.updated_us > FORGOTTEN_AFTER_US:
                self.take_session(key, None)
        self.clients = dict(counts)


def key_of(realm: int, login: str) -> bytes:
    """Under which a credential is kept."""
    return realm.to_bytes(8, "big") + login.encode("utf-8", "replace")


def unpack(record: bytes) -> Credential:
    """The credential in a record."""
    number, holder, group, kind, closed, since, until, seconds, octets = RECORD.unpack_from(record)
    right = Right(
        holder,
        None if group < 0 else group,
        None if since == NONE else since / 1e6,
        None if until == NONE else until / 1e6,
        None if seconds == NONE else seconds,
        None if octets == NONE else octets,
        CLOSED[closed],
    )
    return Credential(number, KINDS[kind], right, record[RECORD.size :])
