"""The network as a graph of today, and what failures, works and past events do to it."""

import csv
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from django.db.models import Q
from django.utils import timezone

from smartsenegal.cable.network.api import Circuit, Link, Node, Step, Zone, links, nodes
from smartsenegal.cable.resilience.models import Failure, Work
from smartsenegal.cable.resilience.rules import Graph, Groups, Harm, Links, Nodes, pack, people, unpack
from smartsenegal.cable.resilience.rules.flow import UNLIMITED, Flow
from smartsenegal.kernel.sites.api import VITAL, Dependency
from smartsenegal.kernel.territory.api import Figure

# Nodes that are sites of the country: a landing is a way, and what is abroad is not ours.
COUNTED = ("core", "pop", "access")
REACHES = {"monde": "l’Internet mondial", "coeur": "le cœur du réseau national"}
EVENTS = Path(__file__).resolve().parent / "data" / "events.csv"


class Vertex(NamedTuple):
    """What failures need of a node."""

    pk: int
    code: str
    name: str
    role: str
    gives_internet: bool
    site_id: int | None
    is_example: bool


class Edge(NamedTuple):
    """What failures need of a link."""

    pk: int
    code: str
    name: str
    a_id: int
    b_id: int
    lit_gbps: int | None
    is_example: bool
    system: str | None  # code


class Part(Protocol):
    """A node or a link, whole or only what failures need of it."""

    @property
    def pk(self) -> Any: ...


@dataclass
class Study:
    """The network of a day, reached from the world or from the core; rows and their numbers in the graph."""

    nodes: list[Vertex]
    links: list[Edge]
    zones: list[Zone]
    people: dict[int, int]  # by key of node
    unknown: list[str]  # territories whose population is not known
    reach: str
    services: dict[int, int] = field(default_factory=dict)

    @cached_property
    def at(self) -> dict[int, int]:
        """Number of each node, by its key."""
        return {node.pk: number for number, node in enumerate(self.nodes)}

    @cached_property
    def of(self) -> dict[int, int]:
        """Number of each link, by its key."""
        return {link.pk: number for number, link in enumerate(self.links)}

    @cached_property
    def graph(self) -> Graph:
        """What `rules` asks."""
        weights = [
            pack(int(n.role in COUNTED), self.people.get(n.pk, 0), self.services.get(n.pk, 0))
            for n in self.nodes
        ]
        ends = [(self.at[x.a_id], self.at[x.b_id]) for x in self.links]
        return Graph(weights, ends, [k for k, n in enumerate(self.nodes) if self._is_gate(n)])

    def _is_gate(self, node: Vertex) -> bool:
        return node.gives_internet if self.reach == "monde" else node.role == "core"

    @cached_property
    def by_link(self) -> Links:
        """Failures of links."""
        return Links(self.graph)

    @cached_property
    def by_node(self) -> Nodes:
        """Failures of nodes."""
        return Nodes(self.graph)

    @cached_property
    def by_zone(self) -> Groups:
        """Failures of shared-risk zones."""
        return Groups(self.graph, [self.members(zone) for zone in self.zones])

    def members(self, zone: Zone) -> tuple[list[int], list[int]]:
        """Numbers of the links and nodes that a zone takes down."""
        links = [self.of[x.pk] for x in zone.links.all() if x.pk in self.of]
        return links, [self.at[n.pk] for n in zone.nodes.all() if n.pk in self.at]

    def numbers(self, links: Iterable[Part], nodes: Iterable[Part]) -> tuple[set[int], set[int]]:
        """Numbers of these rows; those that are not in service this day are left out."""
        return {self.of[x.pk] for x in links if x.pk in self.of}, {
            self.at[n.pk] for n in nodes if n.pk in self.at
        }

    def repair(self, parts: Iterable[Any]) -> tuple[int, int] | None:
        """Days of repair, least and most, of the zones that are among these or hold some of them: the
        longest; None when no zone says."""
        keys = {(type(part), part.pk) for part in parts}
        known = [
            (zone.repair_days_most, zone.repair_days_least or 0)
            for zone in self.zones
            if zone.repair_days_most is not None
            and (
                (type(zone), zone.pk) in keys
                or any((Edge, x.pk) in keys for x in zone.links.all())
                or any((Vertex, n.pk) in keys for n in zone.nodes.all())
            )
        ]
        if not known:
            return None
        most, least = max(known)
        return least, most

    def lost(self, links: Collection[int], nodes: Collection[int]) -> list[Vertex]:
        """Nodes that these failures cut off."""
        return [self.nodes[v] for v in self.graph.lost(links, nodes)]

    def harm(self, lost: Iterable[Part]) -> Harm:
        """What these nodes are worth together."""
        return unpack(sum(self.graph.weights[self.at[n.pk]] for n in lost))


def study(reach: str = "monde") -> Study:
    """The network in service today. A fixed number of queries, and no row more than what failures need."""
    day = timezone.localdate()
    nodes = [
        Vertex(*row)
        for row in Node.objects.on(day).filter(state="active").order_by("pk").values_list(*Vertex._fields)
    ]
    known = {n.pk for n in nodes}
    links = [
        Edge(*row)
        for row in Link.objects.on(day)
        .filter(state="active")
        .order_by("code")
        .values_list(*Edge._fields[:-1], "system__code")
    ]
    zones = Zone.objects.on(day).exclude(state="retired").prefetch_related("links", "nodes").order_by("name")
    counted, unknown = people.of_nodes(*_served(day))
    return Study(
        nodes,
        [x for x in links if x.a_id in known and x.b_id in known],
        list(zones),
        counted,
        unknown,
        reach,
        _services(nodes),
    )


def _served(day: date) -> tuple[dict[str, int], dict[str, str], dict[str, int]]:
    """Node and path of each served territory, and the newest figure of its population."""
    serving = Node.objects.on(day).filter(state="active", served__isnull=False)
    rows = list(serving.values_list("pk", "served__territory_id", "served__territory__path"))
    served = {code: pk for pk, code, _ in rows}
    figures = Figure.objects.filter(name="population", territory__in=served)
    newest: dict[str, int] = {}
    for code, value in figures.order_by("-year", "source").values_list("territory_id", "value"):
        newest.setdefault(code, int(value))
    return served, {code: path for _, code, path in rows}, newest


def _services(nodes: Sequence[Vertex]) -> dict[int, int]:
    """Of each node, how many places cannot work without its place, directly or through others."""
    needs = vital_needs()
    return {n.pk: len(needing(n.site_id, needs)) for n in nodes if n.site_id and n.site_id in needs}


def vital_needs() -> dict[int, set[int]]:
    """Of each place that others cannot work without, those others (keys)."""
    needs: dict[int, set[int]] = {}
    for site, on in Dependency.objects.filter(criticality=VITAL).values_list("site_id", "depends_on_id"):
        needs.setdefault(on, set()).add(site)
    return needs


def needing(site: int, needs: dict[int, set[int]]) -> set[int]:
    """Places that stop with this one, directly or through others."""
    found, path = set[int](), [site]
    while path:
        new = needs.get(path.pop(), set()) - found - {site}
        found |= new
        path += new
    return found


def lost_now(failures: Iterable[Failure], found: Study | None = None) -> list[Vertex]:
    """Nodes that these failures cut off together."""
    found = found or study()
    links, nodes = set[int](), set[int]()
    for failure in failures:
        more = found.numbers(failure.links.all(), failure.nodes.all())
        links |= more[0]
        nodes |= more[1]
    return found.lost(links, nodes)


def circuits_cut(links: Iterable[Part], nodes: Iterable[Part]) -> tuple[list[Circuit], list[Circuit]]:
    """Circuits of which every known path is cut, and those that live on one path."""
    cut = Step.objects.filter(Q(link__in=[x.pk for x in links]) | Q(node__in=[n.pk for n in nodes]))
    broken: dict[int, set[int]] = {}
    for circuit, path in cut.values_list("circuit_id", "path"):
        broken.setdefault(circuit, set()).add(path)
    paths: dict[int, set[int]] = {}
    for circuit, path in Step.objects.filter(circuit__in=broken).values_list("circuit_id", "path"):
        paths.setdefault(circuit, set()).add(path)
    found = Circuit.objects.filter(pk__in=broken).select_related("a", "b").order_by("priority", "code")
    dead = [c for c in found if broken[c.pk] == paths[c.pk]]
    return dead, [c for c in found if broken[c.pk] != paths[c.pk]]


def drawn() -> tuple[list[Node], list[Link]]:
    """Nodes and links in service today, as the map wants them."""
    day = timezone.localdate()
    return list(nodes().on(day).filter(state="active")), list(links().on(day).filter(state="active"))  # type: ignore[attr-defined]


# --- capacity ------------------------------------------------------------------------------------

# Links × sources of demands: beyond, a page would wait too long for all its failures.
LARGEST = 4_000


@dataclass(frozen=True)
class Capacity:
    """What part of all circuits is carried at once (1 is all of it; None when it is too large for a page):
    whole, and after the loss of each link, the worst first."""

    whole: float | None
    after: list[tuple[float, Edge]]
    circuits: int
    unsized: int  # circuits whose size is not known: left out
    unlimited: int  # links whose lit capacity is not known: taken as without limit


def capacity(found: Study) -> Capacity:
    """The circuits in service today over what is lit, each free to take any way."""
    circuits = list(Circuit.objects.on(timezone.localdate()).filter(state="active"))
    sized = [c for c in circuits if c.gbps and c.a_id in found.at and c.b_id in found.at]
    demands = [(found.at[c.a_id], found.at[c.b_id], float(c.gbps)) for c in sized]
    sizes = [UNLIMITED if x.lit_gbps is None else float(x.lit_gbps) for x in found.links]
    ends = [(found.at[x.a_id], found.at[x.b_id]) for x in found.links]
    whole, after = None, list[tuple[float, Edge]]()
    if len({a for a, *_ in demands}) * len(ends) <= LARGEST:
        links = [(a, b, size) for (a, b), size in zip(ends, sizes, strict=True)]
        flow = Flow(len(found.nodes), links, demands)
        whole = flow.carried()
        after = sorted(zip(flow.singles(), found.links, strict=True), key=lambda each: each[0])
    return Capacity(whole, after, len(sized), len(circuits) - len(sized), sizes.count(UNLIMITED))


# --- failures and works ------------------------------------------------------------------------


def open_failures() -> list[Failure]:
    """Failures that last, the newest first."""
    found = Failure.objects.filter(ended_at=None).prefetch_related("links", "nodes")
    return list(found.order_by("-began_at"))


def work(pk: int) -> Work | None:
    """Works, cancelled or not, or None."""
    return Work.objects.filter(pk=pk).first()


def failure(pk: int) -> Failure | None:
    """A failure, or None."""
    return Failure.objects.prefetch_related("links", "nodes").filter(pk=pk).first()


def ended_failures(limit: int = 50) -> list[Failure]:
    """Failures that were repaired, the newest first."""
    found = Failure.objects.exclude(ended_at=None).prefetch_related("links", "nodes")
    return list(found.order_by("-began_at")[:limit])


def works(now: datetime) -> list[Work]:
    """Works that run or are to come, the next first."""
    found = Work.objects.filter(ends_at__gt=now, cancelled_at=None).prefetch_related("links", "nodes")
    return list(found.order_by("starts_at", "pk"))


@dataclass(frozen=True)
class Residual:
    """What works risk: what is cut while they run (with those at the same time), and which single failure
    of a link or of a zone would then cut the most."""

    at_once: list[Work]
    cut: Harm
    worst: Harm
    culprit: str


def residual(found: Study, work: Work, others: Sequence[Work]) -> Residual:
    """The risk that is left during works, those that overlap counted with them."""
    at_once = [o for o in others if o.pk != work.pk and _overlap(o, work)]
    away = [found.numbers(w.links.all(), w.nodes.all()) for w in (work, *at_once)]
    links, nodes = set().union(*(x for x, _ in away)), set().union(*(n for _, n in away))
    cut = found.harm(found.lost(links, nodes))
    left = found.graph.without(links, nodes)
    singles = [(weight, found.links[i].name) for i, weight in enumerate(Links(left).single) if weight]
    zones = Groups(left, [found.members(z) for z in found.zones]).single
    singles += [(weight, found.zones[i].name) for i, weight in enumerate(zones) if weight]
    weight, culprit = max(singles, key=lambda each: each[0], default=(0, ""))
    return Residual(at_once, cut, unpack(weight), culprit)


def _overlap(a: Work, b: Work) -> bool:
    return a.starts_at < b.ends_at and b.starts_at < a.ends_at


# --- past events -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Event:
    """Something that happened to cables of the region, as the press told it."""

    code: str
    name: str
    day: date
    cables: tuple[str, ...]  # codes of systems
    elsewhere: tuple[str, ...]  # names of cables that were cut and do not come to Senegal
    repaired: tuple[tuple[str, str], ...]  # what was announced
    note: str
    source: str


def events() -> list[Event]:
    """The events of the file, the newest first."""
    with EVENTS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [
        Event(
            row["code"],
            row["nom"],
            date.fromisoformat(row["jour"]),
            tuple(row["cables"].split()),
            tuple(filter(None, row["ailleurs"].split("|"))),
            tuple((what.partition("=")[0], what.partition("=")[2]) for what in row["reparations"].split("|")),
            row["note"],
            row["source"],
        )
        for row in sorted(rows, key=lambda row: row["jour"], reverse=True)
    ]


def event(code: str) -> Event | None:
    """An event, or None."""
    return next((each for each in events() if each.code == code), None)
