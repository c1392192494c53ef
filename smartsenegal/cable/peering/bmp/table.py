"""What one router has told by BMP: its sessions, and the routes that each brought. Pure.

Routes are kept in memory only: a router that connects again tells everything again (RFC 7854, 3.3). Beyond
`KEPT` routes a session's are no longer kept, and its counts are those of the router's own statistics.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from smartsenegal.cable.peering.bmp import wire
from smartsenegal.cable.peering.bmp.wire import BadMessage, Cursor, Peer
from smartsenegal.cable.peering.reading.base import Heard
from smartsenegal.cable.peering.rules.differences import Count
from smartsenegal.cable.peering.rules.rpki import Route
from smartsenegal.cable.peering.rules.words import ESTABLISHED

KEPT = 1_200_000  # one table of the whole Internet
SESSIONS_AT_MOST = 5_000
# Of RFC 7854, 4.9, and of BGP's NOTIFICATION (RFC 4271, 4486): what is told of a session that fell.
_REASONS = {
    2: "le routeur a fermé la session",
    4: "le voisin a cessé de répondre",
    5: "la session n’est plus suivie",
}
_CODES = {
    1: "en-tête refusé",
    2: "ouverture refusée",
    3: "annonce refusée",
    4: "le voisin s’est tu (hold timer)",
    5: "ordre des messages refusé",
    6: "arrêt",
}
_CEASE = {
    1: "limite de préfixes dépassée",
    2: "arrêt demandé",
    3: "session supprimée",
    4: "remise à zéro demandée",
    5: "connexion refusée",
    6: "configuration changée",
    7: "deux connexions à la fois",
    8: "ressources épuisées",
}


Kept = dict[str, dict[bytes, int | None]]  # origin of each prefix, by family


def _empty() -> Kept:
    return {family: {} for family in wire.FAMILIES.values()}


def _size(kept: Kept) -> int:
    return sum(map(len, kept.values()))


@dataclass
class Session:
    """One session: how it is, and its routes before and after the filters of the router."""

    asn: int
    state: str = "down"
    since: int = 0
    fault: str = ""
    limit_passed: bool = False
    families: frozenset[str] = frozenset()
    add_path: frozenset[str] = frozenset()
    before: Kept = field(default_factory=_empty)
    after: Kept = field(default_factory=_empty)
    told_after: bool = False
    overflowed: bool = False
    statistics: dict[int, int] = field(default_factory=dict)

    def heard(self, address: str, routes: bool = True) -> Heard:
        """As every reader tells it; its routes, when they are wanted, are those let in if the router tells
        them."""
        up = self.state == ESTABLISHED
        kept = self.after if self.told_after else self.before
        known = up and not self.overflowed
        # What follows may be gone through in another thread: the routes are those of now.
        now = {family: list(held.items()) for family, held in kept.items()} if known and routes else None
        return Heard(
            address,
            self.asn,
            self.state,
            datetime.fromtimestamp(self.since, UTC) if self.since else None,
            {family: self._count(family) for family in self.families},
            "" if up else self.fault,
            None if now is None else _routes(now, self.add_path),
            self.told_after,
            known and not routes,
        )

    def _count(self, family: str) -> Count:
        if self.overflowed:
            # Type 7 is the routes of Adj-RIBs-In, of all families: told for the only one.
            only = self.statistics.get(7) if len(self.families) == 1 else None
            return Count(only, None, None, self.limit_passed)
        before, after = len(self.before[family]), len(self.after[family]) if self.told_after else None
        return Count(after if self.told_after and not before else before, after, None, self.limit_passed)


def _routes(kept: dict[str, list[tuple[bytes, int | None]]], add_path: frozenset[str]) -> Iterator[Route]:
    for family, held in kept.items():
        path = family in add_path
        for prefix, origin in held:
            yield (*wire.numbers(family, prefix, path), origin)


@dataclass
class Told:
    """All that a router told since it connected, in so many `messages`. `fresh` when something changed since
    it was last taken."""

    name: str = ""
    sessions: dict[tuple[str, bytes], Session] = field(default_factory=dict)
    messages: int = 0
    fresh: bool = True
    ended: bool = False

    def take(self, kind: int, body: bytes) -> None:
        """Take a message in. Raises BadMessage."""
        cursor = Cursor(body)
        self.messages += 1
        if kind == wire.INITIATION:
            self.name = _name(cursor)
        elif kind == wire.TERMINATION:
            self.ended = True
        elif kind in (wire.ROUTES, wire.STATISTICS, wire.PEER_DOWN, wire.PEER_UP):
            peer = wire.peer_of(cursor)
            if peer.ours:
                self._of_peer(kind, peer, cursor)
        # What is not known is passed over, as RFC 7854 asks.

    def _of_peer(self, kind: int, peer: Peer, cursor: Cursor) -> None:
        if peer.key not in self.sessions and len(self.sessions) >= SESSIONS_AT_MOST:
            raise BadMessage("a router has too many sessions")
        session = self.sessions.setdefault(peer.key, Session(peer.asn))
        if kind == wire.PEER_UP:
            self._up(peer, wire.opened(cursor))
        elif kind == wire.PEER_DOWN:
            _down(session, peer, wire.closed(cursor))
        elif kind == wire.STATISTICS:
            session.statistics = wire.statistics(cursor)
        else:
            _update(session, peer, wire.update(cursor, peer.two_octets, session.add_path))
        self.fresh = True

    def _up(self, peer: Peer, said: wire.Opened) -> None:
        before = self.sessions[peer.key]
        if before.state == ESTABLISHED and peer.post_policy:
            return  # a router that tells both tables says it for each
        self.sessions[peer.key] = Session(
            said.asn, ESTABLISHED, peer.at, families=said.families, add_path=said.add_path
        )

    @property
    def size(self) -> int:
        """How many routes are kept."""
        return sum(_size(s.before) + _size(s.after) for s in self.sessions.values())

    def heard(self, routes: bool = True) -> list[Heard]:
        """Its sessions as every reader tells them, with their routes if they are wanted; of two instances
        with one address, the one that is up."""
        found: dict[str, Heard] = {}
        for (address, _), session in sorted(self.sessions.items(), key=lambda s: s[1].state == ESTABLISHED):
            found[address] = session.heard(address, routes)
        return list(found.values())


def _name(cursor: Cursor) -> str:
    name = ""
    while cursor.left:
        kind, value = cursor.number(2), cursor.part(cursor.number(2))
        if kind == 2:
            name = value.data.decode(errors="replace")[:100]
    return name


def _down(session: Session, peer: Peer, said: wire.Closed) -> None:
    session.state, session.since = "down", peer.at
    session.before, session.after = _empty(), _empty()
    session.limit_passed = (said.code, said.subcode) == (6, 1)
    if said.code:
        who = "le voisin l’a fermée" if said.reason == 3 else "notre routeur l’a fermée"
        told = _CEASE.get(said.subcode) if said.code == 6 else None
        session.fault = f"{who} : {told or _CODES.get(said.code, f'code {said.code}')}"
    else:
        session.fault = _REASONS.get(said.reason, f"raison {said.reason}")


def _update(session: Session, peer: Peer, said: wire.Update) -> None:
    kept = session.after if peer.post_policy else session.before
    session.told_after |= peer.post_policy
    for family, prefix in said.withdrawn:
        kept[family].pop(prefix, None)
    if session.overflowed or _size(kept) + len(said.announced) > KEPT:
        session.overflowed = True
        session.before, session.after = _empty(), _empty()
        return
    origin = session.asn if said.empty_path else said.origin
    for family, prefix in said.announced:
        kept[family][prefix] = origin
