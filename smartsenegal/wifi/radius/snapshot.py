"""What the server knows, in memory: gateways, plans, credentials, use of today, open sessions.

`loading` fills it and keeps it up to date. Readers never wait: each value is replaced whole. A million
credentials are packed (`packed`), so that the processes that answer share their pages; a session is one byte
string.
"""

from __future__ import annotations

import math
import struct
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from smartsenegal.wifi.access.api import CREDENTIAL_KINDS, Limits, Right, Rule, Use, Where, ticket_device
from smartsenegal.wifi.radius.packed import Packed
from smartsenegal.wifi.sessions.api import is_on

KINDS = tuple(kind for kind, _ in CREDENTIAL_KINDS)
CLOSED = ("", "expired", "used", "withdrawn", "blocked", "erased")
NONE = -(1 << 63)  # SQL NULL in a record
# id, holder, group, kind, closed, valid from and until (epoch µs), seconds and octets in all, hotspot (-1:
# any); then verifier
RECORD = struct.Struct(">qqihhqqqqi")
SESSION = struct.Struct(
    ">qiiq"
)  # holder, hotspot (-1: none), seconds between reports, last heard of; then device
PEERS_KEPT = 100_000
# As long as a session of TLS may be resumed, and more.
CHANGES_KEPT_SECONDS = 9 * 3600.0
_EPOCH = time.time() - time.monotonic()
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
    former: bytes = field(default=b"", repr=False)  # the secret it had, good until `former_until` (epoch)
    former_until: float = 0.0
    peer: str = ""  # over RadSec, the name in its certificate, lower case; it has no network then
    since: float = 0.0  # it is answered from then until `until` (epoch)
    until: float = math.inf

    def is_answered(self) -> bool:
        """Whether it is answered at this moment: that of a kit only while its event lasts."""
        return self.until == math.inf or self.since <= time.time() < self.until


@dataclass(frozen=True, slots=True)
class Realm:
    """A realm and who answers for it; `methods` are the EAP methods it allows."""

    id: int
    kind: str
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """A server that answers for a realm of others; those of lower rank are asked first."""

    id: int
    realm: int
    rank: int
    address: str
    port: int
    transport: str
    secret: bytes = field(repr=False)


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

    def packed(self) -> bytes:
        """As it is kept: 300,000 of them take 70 MB instead of 200."""
        holder = NONE if self.holder is None else self.holder
        hotspot = -1 if self.hotspot is None else self.hotspot
        return SESSION.pack(holder, hotspot, self.interim_seconds, self.updated_us) + self.device

    @classmethod
    def read(cls, packed: bytes) -> OpenSession:
        """The session that `packed` gave."""
        holder, hotspot, interim_seconds, updated_us = SESSION.unpack_from(packed)
        return cls(
            None if holder == NONE else holder,
            packed[SESSION.size :],
            None if hotspot < 0 else hotspot,
            updated_us,
            interim_seconds,
        )


class Snapshot:
    """One copy, of one process. Days are days since 1970 (UTC)."""

    def __init__(self) -> None:
        self.gateways: dict[int, Gateway] = {}
        self.hotspots: dict[int, int | None] = {}  # clients at most
        self.shut: frozenset[int] = frozenset()  # hotspots whose site is suspended or closed
        self.zones: dict[int, int] = {}  # hotspot
        self.access_points: dict[str, int] = {}  # zone, by MAC address
        self.realms: dict[str, Realm] = {}
        self.home_servers: dict[int, Home] = {}
        self.homes: dict[bytes, tuple[Home, ...]] = {}  # in the order to ask them, by realm
        self.plans: dict[int, Limits] = {}
        self.rules: dict[int, Rule] = {}
        self.credentials = Packed()
        self.sealed: dict[int, bytes] = {}
        self.usage: dict[int, Used] = {}
        self.sessions: dict[bytes, bytes] = {}
        self.of_holder: dict[int, tuple[bytes, ...]] = {}
        self.clients: dict[int, int] = {}
        self.day_keys: dict[int, bytes] = {}
        self.largest_credential = 0
        self.changed: dict[bytes, float] = {}  # when (`steady`) a credential was seen to change its secret
        # Places promised in the line of a hotspot, and until when that count is good (epoch µs).
        self.lines: dict[int, tuple[int, int]] = {}
        # Tokens for which a place is held: for which device, until when (epoch µs).
        self.seats: dict[int, tuple[bytes, int]] = {}
        self.named: dict[str, Gateway] = {}  # over RadSec, by the name in their certificate
        self.revoked: frozenset[tuple[int, str]] = frozenset()  # gateway, fingerprint or serial number
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
            if gateway.peer:
                continue
            net = ip_network(gateway.network)
            number = int(net.network_address) >> (net.max_prefixlen - net.prefixlen)
            tables[net.version, net.prefixlen][number] = gateway
        ordered = sorted(tables.items(), key=lambda item: -item[0][1])
        self._networks = [(version, prefix, known) for (version, prefix), known in ordered]
        self._peers = {}
        self.named = {gateway.peer: gateway for gateway in self.gateways.values() if gateway.peer}

    def index_homes(self) -> None:
        """To be called after `realms` or `home_servers` changed."""
        ordered = sorted(self.home_servers.values(), key=lambda home: (home.rank, home.id))
        found = {
            name.encode(): tuple(home for home in ordered if home.realm == realm.id)
            for name, realm in self.realms.items()
            if realm.kind == "proxy"
        }
        self.homes = {name: homes for name, homes in found.items() if homes}

    # --- places and plans -----------------------------------------------------------

    def where(self, gateway: Gateway, called: str | None) -> Where:
        """Where a device asks from: its access point says, else its gateway. `called`: the MAC it called.

        A gateway of a site speaks for its own access points only: whoever has one could else use what is kept
        for another site, or fill it.
        """
        zone = self.access_points.get(called) if called else None
        hotspot = self.zones.get(zone) if zone is not None else gateway.hotspot
        if gateway.hotspot not in (None, hotspot):
            zone, hotspot = None, gateway.hotspot
        if hotspot is None:
            return Where(zone=zone)
        at_most, clients = self.hotspots.get(hotspot), self.clients.get(hotspot, 0)
        return Where(hotspot, zone, at_most, clients, hotspot in self.shut, self._claimed(hotspot))

    def _claimed(self, hotspot: int) -> int:
        claimed, until_us = self.lines.get(hotspot, (0, 0))
        return claimed if claimed and until_us > time.time() * 1e6 else 0

    def is_seated(self, credential: int, address: str | None, now_us: int) -> bool:
        """Whether a place is held for this token, in the device of this address (12 hexadecimal digits)."""
        device, until_us = self.seats.get(credential, (b"", 0))
        return until_us > now_us and address is not None and device == ticket_device(address)

    def forget_seats(self, now_us: int) -> None:
        """Forget the places that are held no more."""
        for credential in [key for key, (_, until_us) in list(self.seats.items()) if until_us <= now_us]:
            del self.seats[credential]

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

    def fill_credentials(
        self, opened: Iterable[tuple[bytes, bytes]], closed: Iterable[tuple[bytes, bytes]]
    ) -> None:
        """Take all there are instead of what was known: one open record a login, and the closed ones."""
        self.credentials.fill(opened)
        for key, record in closed:
            old = self.credentials.get(key)
            if old is None or (_is_closed(old) and old[:8] < record[:8]):
                self.credentials[key] = record
        numbers = (int.from_bytes(record[:8], "big") for _, record in self.credentials.items())
        self.largest_credential = max(numbers, default=0)

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
            # Afterwards: who was proven by the old secret was so before that moment.
            if old is not None and (number != old_number or old[RECORD.size :] != record[RECORD.size :]):
                self.changed[key] = steady()
            self.largest_credential = max(self.largest_credential, number)
        if moved:
            self._forget_old_logins(moved)

    def forget_changes(self) -> None:
        """Forget the changes that are older than any session of TLS."""
        since = steady() - CHANGES_KEPT_SECONDS
        for key in [key for key, at in list(self.changed.items()) if at < since]:
            del self.changed[key]

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
        found = (OpenSession.read(packed) for key in known if (packed := self.sessions.get(key)))
        return frozenset(s.device for s in found if is_on(s.updated_us, None, s.interim_seconds, now_us))

    def nonce_of(self, holder: int, family: bytes, devices: Iterable[bytes]) -> bytes | None:
        """What tells a session that goes on from others of the same gateway and number (`family`); None when
        this holder has none on one of these devices."""
        for key in self.of_holder.get(holder, ()):
            packed = self.sessions.get(key) if key.startswith(family) else None
            if packed and OpenSession.read(packed).device in devices:
                return key[len(family) :]
        return None

    def take_session(self, key: bytes, session: OpenSession | None) -> None:
        """A session as it is now; None once it ended."""
        packed = self.sessions.pop(key, None)
        old = OpenSession.read(packed) if packed else None
        if old and old.holder is not None:
            self._leave(old.holder, key)
        if session:
            self.sessions[key] = session.packed()
            if session.holder is not None:
                self.of_holder[session.holder] = (*self.of_holder.get(session.holder, ()), key)
        # Until the next count of all, which also leaves out those that fell silent.
        for each, change in ((old, -1), (session, 1)):
            if each and each.hotspot is not None:
                self.clients[each.hotspot] = max(0, self.clients.get(each.hotspot, 0) + change)

    def _leave(self, holder: int, key: bytes) -> None:
        keys = tuple(known for known in self.of_holder.get(holder, ()) if known != key)
        if keys:
            self.of_holder[holder] = keys
        else:
            self.of_holder.pop(holder, None)

    def count_clients(self, now_us: int) -> None:
        """Count who is on at each hotspot, and forget sessions nobody has heard of for a day."""
        counts: defaultdict[int, int] = defaultdict(int)
        for key, packed in list(self.sessions.items()):
            _, hotspot, interim_seconds, updated_us = SESSION.unpack_from(packed)
            if is_on(updated_us, None, interim_seconds, now_us):
                if hotspot >= 0:
                    counts[hotspot] += 1
            elif now_us - updated_us > FORGOTTEN_AFTER_US:
                self.take_session(key, None)
        self.clients = dict(counts)


def steady() -> float:
    """Epoch seconds that no one who sets the clock moves, for the life of this process and those it forks."""
    return _EPOCH + time.monotonic()


def _is_closed(record: bytes) -> bool:
    return bool(RECORD.unpack_from(record)[4])


def key_of(realm: int, login: str) -> bytes:
    """Under which a credential is kept."""
    return realm.to_bytes(8, "big") + login.encode("utf-8", "replace")


def unpack(record: bytes) -> Credential:
    """The credential in a record."""
    number, holder, group, kind, closed, since, until, seconds, octets, hotspot = RECORD.unpack_from(record)
    right = Right(
        holder,
        None if group < 0 else group,
        None if since == NONE else since / 1e6,
        None if until == NONE else until / 1e6,
        None if seconds == NONE else seconds,
        None if octets == NONE else octets,
        CLOSED[closed],
        None if hotspot < 0 else hotspot,
    )
    return Credential(number, KINDS[kind], right, record[RECORD.size :])
