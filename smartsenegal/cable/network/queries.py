"""Read the inventory: lists, one row with what belongs to it, what passes through a component, files."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from smartsenegal.cable.network import files, rules
from smartsenegal.cable.network.models import (
    Circuit,
    Dated,
    Equipment,
    Link,
    Node,
    Served,
    Step,
    System,
    Zone,
)
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.territory import api as territory
from smartsenegal.lib.text import fold

READ = "cable.read"
MODELS: dict[str, type[Dated]] = {
    "nodes": Node,
    "systems": System,
    "links": Link,
    "zones": Zone,
    "equipment": Equipment,
    "circuits": Circuit,
}


def may_read(by: Principal) -> bool:
    """Whether `by` sees the transport network."""
    return by.may(READ)


@dataclass(frozen=True)
class Position:
    """Degrees, and whose they are: "" for the node itself, else the name of the territory they are of."""

    latitude: Decimal
    longitude: Decimal
    approximate: str = ""


def position(node: Node) -> Position | None:
    """Where a node is: its own position, else that of the nearest territory around its place that has one."""
    if node.latitude is not None and node.longitude is not None:
        return Position(node.latitude, node.longitude)
    at = node.site.territory if node.site else None
    while at is not None:
        if at.latitude is not None and at.longitude is not None:
            return Position(at.latitude, at.longitude, at.name)
        at = at.parent if at.kind == "commune" else None
    return None


def nodes() -> QuerySet[Node]:
    """Nodes with their places, by code."""
    found: QuerySet[Node] = Node.objects.select_related("site__territory__parent__parent")
    return found.order_by("code")


def links() -> QuerySet[Link]:
    """Links with their ends and systems, by code."""
    found: QuerySet[Link] = Link.objects.select_related(
        "system", "a__site__territory__parent", "b__site__territory__parent"
    )
    return found.order_by("code")


def systems() -> QuerySet[System]:
    """Cable systems by nature then name, with the count of their links."""
    found: QuerySet[System] = System.objects.annotate(count=Count("links"))
    return found.order_by("kind", "name")


def circuits() -> QuerySet[Circuit]:
    """Circuits with their ends, the vital ones first."""
    found: QuerySet[Circuit] = Circuit.objects.select_related("a", "b")
    return found.order_by("priority", "code")


def links_of(node: Node) -> list[Link]:
    """Links at a node, by code."""
    return list(links().filter(Q(a=node) | Q(b=node)))


def served(node: Node) -> list[Served]:
    """Territories whose people depend on a node."""
    return list(node.served.select_related("territory").order_by("territory_id"))


def count(kind: str) -> int:
    """How many rows a kind has."""
    return MODELS[kind].objects.count()


def zones() -> QuerySet[Zone]:
    """Zones of shared risk, with what they take down."""
    found: QuerySet[Zone] = Zone.objects.prefetch_related("links", "nodes")
    return found.order_by("name")


def find(kind: str, code: str) -> Any:
    """The row of a kind of MODELS with this code, with what its page shows, or None."""
    sets = {"nodes": nodes, "links": links, "systems": systems, "circuits": circuits, "zones": zones}
    found = sets[kind]() if kind in sets else Equipment.objects.select_related("node")
    return found.filter(code=code).first()


def search(kind: str, text: str = "", state: str = "") -> list[Any]:
    """Rows of the list of a kind, filtered by words of their names and codes, and by their state."""
    sets = {"links": links, "systems": systems, "circuits": circuits, "zones": zones, "nodes": nodes}
    found = sets[kind]().annotate(name_key=territory.Unaccented(F("name")))
    for word in fold(text).split()[:8]:
        found = found.filter(Q(name_key__contains=word) | Q(code__icontains=word))
    return list(found.filter(state=state) if state else found)


def circuits_through(
    *, link: Link | None = None, node: Node | None = None, equipment: Equipment | None = None
) -> list[tuple[Circuit, list[int]]]:
    """Circuits that pass through a component, with the numbers of their paths that do. Two queries."""
    found = Step.objects.filter(
        **{k: v for k, v in (("link", link), ("node", node), ("equipment", equipment)) if v is not None}
    )
    paths: dict[int, set[int]] = defaultdict(set)
    for circuit_id, path in found.values_list("circuit_id", "path"):
        paths[circuit_id].add(path)
    return [(c, sorted(paths[c.pk])) for c in circuits().filter(pk__in=paths)]


def steps(circuit: Circuit) -> dict[int, list[Step]]:
    """The steps of each path of a circuit, in order."""
    found: dict[int, list[Step]] = {1: [], 2: []}
    rows = circuit.steps.select_related("node__site__territory__parent", "link__a", "link__b", "wavelength",
                                        "equipment")  # fmt: skip
    for step in rows:
        found[step.path].append(step)
    return found


def words(circuit: Circuit, path: int) -> list[str]:
    """A path as the words that `rules.follow` takes."""
    return words_of(steps(circuit)[path])


def words_of(found: Iterable[Step]) -> list[str]:
    """These steps as the words that `rules.follow` takes; nodes follow from them."""
    told = []
    for step in found:
        if step.link:
            told.append(step.link.code + (f"@{step.wavelength.code}" if step.wavelength else ""))
        elif step.equipment:
            told.append(step.equipment.code)
    return told


def propose(a: Node, b: Node, day: date, avoid: Iterable[str] = ()) -> list[str]:
    """The shortest way over links in service that day, [] when there is none; a link without a known length
    counts as the straight line between its ends, or as 1 000 km."""
    found = {
        link.code: (link.a.code, link.b.code, float(link.length_km or _straight(link)))
        for link in links().on(day).filter(state="active")  # type: ignore[attr-defined]
    }
    return rules.shortest(a.code, b.code, found, set(avoid))


def _straight(link: Link) -> float:
    ends = [position(link.a), position(link.b)]
    if None in ends:
        return 1_000.0
    a, b = ((float(p.latitude), float(p.longitude)) for p in ends if p)
    return territory.distance_km(a, b)


def shared(circuit: Circuit) -> dict[str, list[str]]:
    """What both paths of a circuit pass through or risk together: names of links, nodes between, and
    zones."""
    both = steps(circuit)
    if not both[1] or not both[2]:
        return {}
    found: dict[str, list[str]] = {}
    for name in ("link", "node"):
        sets = [{getattr(s, name) for s in both[n] if getattr(s, name)} for n in (1, 2)]
        common = (sets[0] & sets[1]) - {circuit.a, circuit.b}
        found[name] = sorted(str(each) for each in common)
    zones_of = [
        set(
            Zone.objects.filter(Q(links__in=[s.link_id for s in both[n] if s.link_id])).values_list(
                "name", flat=True
            )
        )
        for n in (1, 2)
    ]
    found["zone"] = sorted(zones_of[0] & zones_of[1])
    return {name: those for name, those in found.items() if those}


# --- files -------------------------------------------------------------------------------------


def row_of(kind: str, found: Any) -> files.Row:
    """A row of the inventory as a line of its file."""
    columns = files.KINDS[kind][1]
    special = _SPECIAL.get(kind, {})
    return {
        c.field: special[c.field](found) if c.field in special else getattr(found, c.field) for c in columns
    }


_SPECIAL: dict[str, dict[str, Any]] = {
    "nodes": {
        "place": lambda n: n.site.territory_id if n.site else "",
        "serves": lambda n: sorted(s.territory_id for s in n.served.all()),
    },
    "links": {
        "system": lambda x: x.system.code if x.system else "",
        "a": lambda x: x.a.code,
        "b": lambda x: x.b.code,
    },
    "zones": {
        "links": lambda z: sorted(x.code for x in z.links.all()),
        "nodes": lambda z: sorted(n.code for n in z.nodes.all()),
    },
    "equipment": {"node": lambda e: e.node.code},
    "circuits": {
        "a": lambda c: c.a.code,
        "b": lambda c: c.b.code,
        "path": lambda c: words_of(s for s in c.steps.all() if s.path == 1),
        "spare": lambda c: words_of(s for s in c.steps.all() if s.path == 2),
    },
}


def rows(kind: str) -> list[files.Row]:
    """All rows of a kind as lines of its file, in a fixed number of queries."""
    sets: dict[str, Any] = {
        "nodes": nodes().prefetch_related("served"),
        "systems": System.objects.order_by("code"),
        "links": links(),
        "zones": Zone.objects.prefetch_related("links", "nodes").order_by("code"),
        "equipment": Equipment.objects.select_related("node").order_by("code"),
        "circuits": Circuit.objects.select_related("a", "b")
        .prefetch_related("steps__link", "steps__equipment", "steps__wavelength")
        .order_by("code"),
    }
    return [row_of(kind, found) for found in sets[kind]]


def geojson() -> dict[str, Any]:
    """Nodes and links as a GeoJSON collection (RFC 7946); a node without any known position has no
    geometry, nor has a link with such an end."""
    features: list[dict[str, Any]] = []
    at: dict[int, list[float]] = {}
    for node in nodes().prefetch_related("served"):
        p = position(node)
        if p is not None:
            at[node.pk] = [float(p.longitude), float(p.latitude)]
        own = p is not None and not p.approximate
        shape = {"type": "Point", "coordinates": at[node.pk]} if own else None
        features.append(_feature(node.code, shape, files.properties("nodes", row_of("nodes", node))))
    for link in links():
        ends = at.get(link.a_id), at.get(link.b_id)
        known = ends[0] is not None and ends[1] is not None
        shape = {"type": "LineString", "coordinates": [ends[0], *link.line, ends[1]]} if known else None
        features.append(_feature(link.code, shape, files.properties("links", row_of("links", link))))
    return {"type": "FeatureCollection", "features": features}


def _feature(code: str, shape: Any, properties: dict[str, str]) -> dict[str, Any]:
    return {"type": "Feature", "id": code, "geometry": shape, "properties": properties}
