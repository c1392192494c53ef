"""How the inventory is told in French, and how it is drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from smartsenegal.cable.network.models import Link, Node
from smartsenegal.cable.network.queries import position
from smartsenegal.lib.text import group_digits, plural

UNKNOWN = "inconnu"
TONES = {"planned": "blue", "building": "amber", "active": "green", "retired": "neutral"}
# Longitude of the western edge of the maps: Praia is in sight.
WEST = -24.4


def gbps(value: Decimal | int | None) -> str:
    """`100 Gbit/s`, `16 Tbit/s`; « inconnu » for what is not known."""
    if value is None:
        return UNKNOWN
    if value >= 1_000 and value % 100 == 0:
        return f"{float(value) / 1000:g}".replace(".", ",") + "\u00a0Tbit/s"
    if value == int(value):
        return f"{group_digits(int(value))}\u00a0Gbit/s"
    return f"{float(value):g}".replace(".", ",") + "\u00a0Gbit/s"


def kilometres(value: Decimal | int | None) -> str:
    """`720 km`; « inconnue » for what is not known."""
    if value is None:
        return "inconnue"
    if value == int(value):
        return f"{group_digits(int(value))}\u00a0km"
    return f"{float(value):g}".replace(".", ",") + "\u00a0km"


def count(value: int | None) -> str:
    """The number, or « inconnu »."""
    return UNKNOWN if value is None else group_digits(value)


@dataclass
class Drawing:
    """What `regions_map` draws, and what the map says in words."""

    lines: list[tuple[list[tuple[float, float]], str]] = field(default_factory=list)
    marks: list[tuple[float, float, str]] = field(default_factory=list)
    names: list[tuple[float, float, str]] = field(default_factory=list)
    label: str = ""
    notes: list[str] = field(default_factory=list)
    west: float = WEST


def drawing(
    nodes: Iterable[Node],
    links: Iterable[Link],
    tones: Mapping[str, str] | None = None,
    named: Iterable[str] = (),
) -> Drawing:
    """Nodes and links on the map. `tones` gives the tone of some by `node:<code>` and `link:<code>`; others
    have that of their state. Links with an end that is nowhere are told in a note."""
    tones, named = tones or {}, set(named)
    found, at, hidden = Drawing(), dict[int, tuple[float, float]](), 0
    nodes = list(nodes)
    for node in nodes:
        if p := position(node):
            at[node.pk] = (float(p.longitude), float(p.latitude))
            found.marks.append((*at[node.pk], tones.get(f"node:{node.code}", TONES[node.state])))
            if node.code in named:
                found.names.append((*at[node.pk], node.name))
    links = list(links)
    for link in links:
        if link.a_id in at and link.b_id in at:
            line = [at[link.a_id], *((x, y) for x, y in link.line), at[link.b_id]]
            found.lines.append((line, tones.get(f"link:{link.code}", TONES[link.state])))
        else:
            hidden += 1
    found.label = (
        f"Carte du réseau : {plural(len(found.marks), 'nœud', 'nœuds')}, "
        f"{plural(len(found.lines), 'liaison', 'liaisons')}."
    )
    if hidden:
        found.notes.append(
            plural(hidden, "liaison n’est pas dessinée", "liaisons ne sont pas dessinées")
            + " : une de leurs extrémités n’a pas de position connue."
        )
    return found


def facts(pairs: Iterable[tuple[str, Any]]) -> list[dict[str, str]]:
    """Pairs as a page lists them."""
    return [{"label": label, "value": str(value)} for label, value in pairs]
