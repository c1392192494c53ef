"""What could be alarmed of, as it is now: failures, sessions, routers, collection, authorised origins."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from smartsenegal.cable.capacity.api import customers
from smartsenegal.cable.collection import api as collection
from smartsenegal.cable.network.api import circuits_through
from smartsenegal.cable.noc.reach import Hit, hits_of, reached
from smartsenegal.cable.peering import api as peering
from smartsenegal.cable.resilience.api import Work, circuits_cut, open_failures
from smartsenegal.lib.text import plural


@dataclass(frozen=True)
class Condition:
    """One thing to watch. `holds` is None when it is not known, or between two thresholds. `circuits` are the
    keys of those that carry it and `node` where it stands, by which works explain it."""

    cause: str
    subject: str
    holds: bool | None
    title: str
    sentence: str = ""
    link: str = ""
    hits: list[Hit] = field(default_factory=list)
    circuits: frozenset[int] = frozenset()
    node: int | None = None
    since: datetime | None = None  # when it is known better than by when it was seen


def conditions(now: datetime, followed: Collection[str] = ()) -> list[Condition]:
    """All of them, but of ports only those that have a gap or whose alarm is followed (by subject)."""
    rows = peering.rows(now)
    ports = {subject.removeprefix("port:") for subject in followed if subject.startswith("port:")}
    return [*_failures(), *_sessions(rows), *_routers(rows, now), *_collection(now, ports), *_roas()]


# --- failures ----------------------------------------------------------------------------------


def _failures() -> Iterator[Condition]:
    """Failures that are declared. No works explain one: its circuits are not looked at."""
    found = open_failures()
    effects = customers.Effects()
    together = reached(found, effects).cut if len(found) > 1 else []
    for each in found:
        alone = reached([each], effects)
        own = {hit.code for hit in (*alone.cut, *alone.weak)}
        # What it cuts, and what it cuts with those that last.
        more = [hit for hit in together if hit.code in own and hit not in alone.cut]
        parts = ", ".join(part.name for part in (*each.links.all(), *each.nodes.all()))
        yield Condition(
            "network_cut", f"failure:{each.pk}", True, each.reason, f"Coupé : {parts}.",
            reverse("cable_resilience:declared_failure", args=[each.pk]), [*alone.cut, *more],
            since=each.began_at,
        )  # fmt: skip


# --- sessions ----------------------------------------------------------------------------------


def _sessions(rows: list[peering.Row]) -> Iterator[Condition]:
    up = {row.session.pk for row in rows if row.session and row.up and row.session.role == peering.UPSTREAM}
    for row in rows:
        if row.session is None:
            continue
        said = {d.code: d.sentence for d in row.differences}
        red = {d.code for d in row.differences if d.tone == "red"}
        yield _of(row, "session_down", _known(row, not row.up), _down(row, said, up))
        yield _of(row, "prefixes_over", _known(row, peering.OVER in said), said.get(peering.OVER, ""))
        yield _of(row, "prefixes_near", _near(row), said.get(peering.NEARLY, ""))
        checked = row.observed is not None and row.observed.rpki is not None
        invalid = _known(row, peering.INVALID in red) if checked else _known(row, None)
        yield _of(row, "routes_invalid", invalid, said.get(peering.INVALID, ""))
        wrong = [said[code] for code in peering.WRONG if code in said]
        yield _of(row, "session_differs", _known(row, bool(wrong)), " ".join(wrong))


def _known(row: peering.Row, holds: bool | None) -> bool | None:
    """Whether something holds of a session: never of one that is stopped, unknown of a silent router's."""
    assert row.session is not None
    if row.session.stopped:
        return False
    return holds if row.heard else None


def _of(row: peering.Row, cause: str, holds: bool | None, sentence: str) -> Condition:
    meant = row.session
    assert meant is not None
    circuits = [meant.circuit] if meant.circuit else []
    return Condition(
        cause, f"session:{meant.code}", holds, f"{meant.peer} (AS{meant.asn})", sentence,
        reverse("cable_peering:session", args=[meant.code]), hits_of(circuits),
        frozenset(c.pk for c in circuits), row.router.equipment.node_id,
    )  # fmt: skip


def _down(row: peering.Row, said: dict[str, str], up: set[int]) -> str:
    sentence = said.get(peering.DOWN) or said.get(peering.MISSING) or ""
    if row.session and row.session.role == peering.UPSTREAM and sentence:
        left = len(up - {row.session.pk})
        rest = plural(left, "autre transit tient", "autres transits tiennent")
        sentence += f" {rest}." if left else " Aucun autre transit ne tient."
    return sentence


def _near(row: peering.Row) -> bool | None:
    """Near a limit from 80 % of it on, until under 75 %: between the two an alarm stays as it is."""
    if row.session is None or row.session.stopped:
        return False
    if not row.up or row.observed is None:
        return None
    found: bool | None = False
    for family, limit in row.session.limits.items():
        count = row.observed.real.counts.get(family)
        most = count.most if count else None
        if limit is None or most is None:
            continue
        if peering.near(most, limit):
            return True
        if not peering.far(most, limit):
            found = None
    return found


# --- routers and collection --------------------------------------------------------------------


def _routers(rows: list[peering.Row], now: datetime) -> Iterator[Condition]:
    expected = {row.router.pk for row in rows if row.session and not row.session.stopped}
    for router in peering.routers():
        # One that nothing is expected of may say nothing.
        holds = router.pk in expected and not peering.is_heard(router, now)
        circuits = [c for c, _ in circuits_through(equipment=router.equipment)] if holds else []
        yield Condition(
            "router_silent", f"router:{router.code}", holds, router.equipment.name,
            "L’état de ses sessions n’est plus connu.", reverse("cable_peering:router", args=[router.code]),
            hits_of(circuits), frozenset(c.pk for c in circuits), router.equipment.node_id,
        )  # fmt: skip


def _collection(now: datetime, ports: set[str]) -> Iterator[Condition]:
    for agent in collection.agents():
        silent = collection.is_silent(agent)
        circuits = [c for c, _ in circuits_through(equipment=agent.equipment)] if silent else []
        yield Condition(
            "agent_silent", f"agent:{agent.code}", silent, agent.equipment.name, agent.fault,
            reverse("cable_collection:agent", args=[agent.code]), hits_of(circuits),
            frozenset(c.pk for c in circuits), agent.equipment.node_id,
        )  # fmt: skip
    for held, gap in collection.watched(now, ports):
        assert held.port is not None
        cause = gap.cause if gap else ""
        unknown = cause == collection.SILENT
        contract = held.port.contract
        for name, causes in (
            ("port_gap", (collection.GAP, collection.GONE)),
            ("port_down", (collection.DOWN,)),
        ):
            yield Condition(
                name, f"port:{held.port.code}", None if unknown else cause in causes,
                f"{held.port.code}, {contract.customer}", gap.sentence if gap else "",
                reverse("cable_collection:agent", args=[held.agent.code]),
                [Hit(contract.code, contract.name, contract.customer)], node=held.agent.equipment.node_id,
            )  # fmt: skip


def _roas() -> Iterator[Condition]:
    latest = peering.roa_set()
    if latest is not None:
        old = peering.roas_are_old(latest)
        told = "Les routes sont vérifiées avec des origines d’il y a plus de deux jours."
        yield Condition("roas_old", "roas", old, latest.source, told, reverse("cable_peering:roas"))


# --- works -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Excuse:
    """Works that run: their reason, the circuits that they touch and the nodes that they take."""

    reason: str
    circuits: frozenset[int]
    nodes: frozenset[int]

    @classmethod
    def of(cls, work: Work) -> "Excuse":
        dead, weak = circuits_cut(work.links.all(), work.nodes.all())
        return cls(
            work.reason, frozenset(c.pk for c in (*dead, *weak)), frozenset(n.pk for n in work.nodes.all())
        )

    def explains(self, condition: Condition) -> bool:
        """Whether these works are reason enough."""
        return bool(self.circuits & condition.circuits) or condition.node in self.nodes
