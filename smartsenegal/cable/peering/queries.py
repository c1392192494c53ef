"""Read sessions: what is meant beside what is real, routers, exchanges, authorised origins."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from django.db.models import QuerySet
from django.utils import timezone

from smartsenegal.cable.peering import files
from smartsenegal.cable.peering.models import Change, Exchange, Member, Observed, RoaSet, Router, Session
from smartsenegal.cable.peering.rules import differences as rules
from smartsenegal.cable.peering.rules.configuration import Wanted
from smartsenegal.cable.peering.rules.differences import Difference
from smartsenegal.cable.peering.rules.rpki import Table

# Beyond this nothing is said of the real state: BMP writes each minute, a script every five.
STALE = timedelta(minutes=15)
OLD_ROAS = timedelta(days=2)

_lock = Lock()
_table: tuple[int, Table] | None = None


@dataclass(frozen=True)
class Row:
    """One session: meant, real, and what differs. One of the two may be missing."""

    router: Router
    session: Session | None
    observed: Observed | None
    heard: bool
    differences: list[Difference] = field(default_factory=list)

    @property
    def address(self) -> str:
        found = self.session or self.observed
        assert found is not None
        return found.address

    @property
    def up(self) -> bool | None:
        """Whether it is established; None when that is not known."""
        if not self.heard:
            return None
        return self.observed is not None and self.observed.real.up

    @property
    def tone(self) -> str:
        """Of its gravest difference; green without one."""
        return self.differences[0].tone if self.differences else "green"


def is_heard(router: Router, now: datetime) -> bool:
    """Whether what a router told still says how it is; what is invented never grows old."""
    if router.is_example:
        return router.heard_at is not None
    return router.heard_at is not None and router.lost_at is None and now - router.heard_at <= STALE


def routers() -> QuerySet[Router]:
    """Routers with their equipment, by code."""
    return Router.objects.select_related("equipment__node")


def router(code: str) -> Router | None:
    """The router of an address."""
    return routers().filter(code=code).first()


def router_at(address: str) -> Router | None:
    """The router that connects from this address by BMP."""
    return Router.objects.filter(bmp_address=address).first()


def sessions() -> QuerySet[Session]:
    """Sessions that are meant, by neighbour."""
    return Session.objects.select_related("router__equipment__node", "circuit__a", "circuit__b", "exchange")


def session(code: str) -> Session | None:
    """The session of an address."""
    return sessions().filter(code=code).first()


def rows(now: datetime, only: Session | None = None) -> list[Row]:
    """Every session, meant or real, the gravest differences first. Three queries."""
    meant = sessions().filter(pk=only.pk) if only else sessions()
    seen = Observed.objects.select_related("router__equipment__node")
    if only:
        seen = seen.filter(router=only.router_id, address=only.address)
    left = {(o.router_id, o.address): o for o in seen}
    found = [_row(s.router, s, left.pop((s.router_id, s.address), None), now) for s in meant]
    if only is None:
        # What a silent router said of sessions that nobody meant says nothing any more.
        found += [_row(o.router, None, o, now) for o in left.values() if is_heard(o.router, now)]
    order = {"red": 0, "amber": 1, "blue": 2, "green": 3}
    return sorted(found, key=lambda row: order[row.tone])


def _row(of: Router, meant: Session | None, real: Observed | None, now: datetime) -> Row:
    heard = is_heard(of, now)
    found = rules.differences(meant.intended if meant else None, real.real if real else None, heard)
    return Row(of, meant, real, heard, found)


def changes(of: Session, limit: int = 20) -> list[Change]:
    """When it came up and went down, the latest first."""
    return list(Change.objects.filter(router=of.router_id, address=of.address).order_by("-at", "-pk")[:limit])


def wanted(of: Session) -> Wanted:
    """What the configuration of a session is made of."""
    split: dict[str, list[str]] = {"ipv4": [], "ipv6": []}
    for prefix in of.prefixes:
        split["ipv6" if ":" in prefix else "ipv4"].append(prefix)
    return Wanted(
        of.code, of.peer, of.router.asn, of.local_address, of.asn, of.address, of.role, of.limits, of.rpki,
        of.md5, of.ttl_security, split, of.stopped,
    )  # fmt: skip


# --- authorised origins ------------------------------------------------------------------------


def roa_set() -> RoaSet | None:
    """The payloads that count: the latest made."""
    return RoaSet.objects.defer("content").order_by("-made_at", "-pk").first()


def roa_table() -> Table | None:
    """The table of the payloads that count, kept in memory until others are brought; None without any."""
    global _table
    latest = roa_set()
    if latest is None:
        return None
    with _lock:
        if _table is None or _table[0] != latest.pk:
            content = RoaSet.objects.values_list("content", flat=True).get(pk=latest.pk)
            _table = latest.pk, Table.of(files.unpacked(bytes(content)))
        return _table[1]


def roas_are_old(found: RoaSet) -> bool:
    """Whether payloads are too old to judge by."""
    return timezone.now() - found.made_at > OLD_ROAS


# --- points of exchange ------------------------------------------------------------------------


def exchanges() -> QuerySet[Exchange]:
    """Points of exchange, by name."""
    return Exchange.objects.select_related("node")


def exchange(code: str) -> Exchange | None:
    """The point of exchange of an address."""
    return exchanges().filter(code=code).first()


@dataclass(frozen=True)
class Met:
    """A member, our sessions with it at the point of exchange, and whether one is up (None: not known)."""

    member: Member
    sessions: list[Session]
    up: bool | None


def members(of: Exchange, now: datetime) -> list[Met]:
    """The members of a point of exchange, those we have no session with last."""
    by_asn: dict[int, list[Row]] = {}
    for row in rows(now):
        if row.session and row.session.exchange_id == of.pk:
            by_asn.setdefault(row.session.asn, []).append(row)
    found = []
    for member in of.members.all():
        held = by_asn.get(member.asn, [])
        ups = [row.up for row in held]
        up = True if True in ups else None if None in ups else False
        found.append(Met(member, [row.session for row in held if row.session], up))
    return sorted(found, key=lambda met: not met.sessions)
