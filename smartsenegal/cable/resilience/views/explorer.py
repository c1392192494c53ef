"""The failure explorer: the worst failures, what one of them cuts on the map, and the effect of an edit."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from smartsenegal.cable.network.api import ROLES, Drawing, drawing
from smartsenegal.cable.pages import reader
from smartsenegal.cable.resilience import queries
from smartsenegal.cable.resilience.queries import Edge, Study, Vertex
from smartsenegal.cable.resilience.queries_touched import touched
from smartsenegal.cable.resilience.rules import Graph, Links, unpack
from smartsenegal.cable.resilience.views.base import HEADS, codes, figures, reach, show, told
from smartsenegal.lib.text import group_digits, plural

SHOWN = 40
KINDS = {
    "liaisons": ("Liaisons", "liaison"),
    "noeuds": ("Nœuds", "noeud"),
    "zones": ("Zones de risque", "zone"),
}
Ranked = Sequence[tuple[int, tuple[int, ...]]]


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The worst failures of one kind, alone and two by two."""
    reader(request)
    to = reach(request)
    what = request.GET.get("quoi", "")
    what = what if what in KINDS else "liaisons"
    found = queries.study(to)
    singles, pairs, count = _ranked(found, what)
    graph = found.graph
    context = {
        "what": what,
        "title": KINDS[what][0],
        "to": to,
        "reach": queries.REACHES[to],
        "tabs": [{"label": label, "key": key, "current": key == what} for key, (label, _) in KINDS.items()],
        "reaches": list(queries.REACHES.items()),
        "no_gate": not graph.gateways,
        "dark": [found.nodes[v].name for v in graph.dark if graph.weights[v]],
        "unknown": found.unknown,
        "singles": [_row(found, what, to, *each) for each in singles[:SHOWN]],
        "safe": count - len(singles),
        "count": count,
        "pairs": [_row(found, what, to, *each) for each in pairs],
        "columns": _columns(),
        "failing": queries.open_failures(),
        "events": queries.events(),
        "has_examples": any(x.is_example for x in found.links),
    }
    return show(request, "index", context)


def _columns() -> list[dict[str, Any]]:
    return [
        {"label": "Si l’on perd", "numeric": False},
        *({"label": label, "numeric": True} for label in HEADS),
        {"label": "Réparation", "numeric": False},
    ]


def _ranked(found: Study, what: str) -> tuple[Ranked, Ranked, int]:
    """Single failures that cut something, pairs that cut more than each alone, and how many elements there
    are."""
    if what == "liaisons":
        single, worst = found.by_link.single, found.by_link.worst(SHOWN)
        pairs: Ranked = [(w, (i, j)) for w, i, j in worst]
    elif what == "noeuds":
        # What is abroad fails too, but a landing that only fails itself cuts nobody.
        single = found.by_node.single
        pairs = [(found.by_node.pair(u, v), (u, v)) for _, u, v in found.by_node.worst(SHOWN)]
    else:
        single = found.by_zone.single
        pairs = [(w, (i, j)) for w, i, j in found.by_zone.pairs() if w > single[i] and w > single[j]][:SHOWN]
    ranked = sorted(((w, (i,)) for i, w in enumerate(single) if w), reverse=True)
    return ranked, sorted(pairs, reverse=True), len(single)


def _row(found: Study, what: str, to: str, weight: int, numbers: tuple[int, ...]) -> dict[str, Any]:
    of: dict[str, Sequence[Any]] = {"liaisons": found.links, "noeuds": found.nodes, "zones": found.zones}
    rows = [of[what][n] for n in numbers]
    query = urlencode([(KINDS[what][1], row.code) for row in rows] + [("vers", to)])
    return {
        "url": reverse("cable_resilience:failure") + f"?{query}",
        "cells": [
            {"text": " et ".join(row.name for row in rows)},
            *figures(unpack(weight)),
            {"text": _repair(found, rows), "label": "Réparation"},
        ],
    }


def _repair(found: Study, rows: Iterable[Any]) -> str:
    """Days that the zones of these rows say; « inconnue » otherwise."""
    days = found.repair(rows)
    return f"{days[0]} à {days[1]} jours" if days else "inconnue"


@login_required
@require_GET
def failure(request: HttpRequest) -> HttpResponse:
    """What the links, nodes and zones of the address cut together, on the map and in words."""
    reader(request)
    to = reach(request)
    found = queries.study(to)
    links = {x for x in found.links if x.code in codes(request, "liaison")}
    nodes = {n for n in found.nodes if n.code in codes(request, "noeud")}
    zones = [z for z in found.zones if z.code in codes(request, "zone")]
    for zone in zones:
        more = found.members(zone)
        links |= {found.links[i] for i in more[0]}
        nodes |= {found.nodes[v] for v in more[1]}
    lost = found.lost(*found.numbers(links, nodes))
    dead, weakened = queries.circuits_cut(links, nodes)
    roles = dict(ROLES)
    parts: list[Any] = [*links, *nodes]
    failing = [*zones, *sorted(parts, key=lambda row: row.name)]
    context = {
        "to": to,
        "reach": queries.REACHES[to],
        "title": " et ".join(row.name for row in (zones or failing)) or "Rien n’est coupé",
        "failing": failing,
        "told": told(found.harm(lost)),
        "harm": bool(lost),
        "lost": [
            {
                "node": n,
                "role": roles[n.role],
                "people": group_digits(found.people[n.pk]) if n.pk in found.people else "",
            }
            for n in lost
        ],
        "touched": touched(lost),
        "dead": dead,
        "weakened": weakened,
        "repair": _repair(found, failing),
        "map": draw(found, links, lost),
        "declare": urlencode([("liaison", x.code) for x in links] + [("noeud", n.code) for n in nodes]),
        "nothing": not failing,
    }
    return show(request, "failure", context)


def _people(found: Study, node: Vertex) -> str:
    return group_digits(found.people[node.pk]) if node.pk in found.people else ""


def draw(found: Study, links: Iterable[Edge], lost: Iterable[Vertex]) -> Drawing:
    """The network with what is cut in red and what is dark in red too."""
    dark = {n.pk for n in lost}
    cut = {x.code for x in links} | {x.code for x in found.links if {x.a_id, x.b_id} & dark}
    tones = {f"link:{code}": "red" for code in cut}
    tones |= {f"node:{n.code}": "red" for n in found.nodes if n.pk in dark}
    return drawing(*queries.drawn(), tones)


@login_required
@require_GET
def effect(request: HttpRequest) -> HttpResponse:
    """What a link changes: the weak points without it and with it. A link that stands (`sans`), or one that
    does not yet (`de`, `a`)."""
    reader(request)
    to = reach(request)
    found = queries.study(to)
    code = (codes(request, "sans") or [""])[0]
    ends = [(codes(request, name) or [""])[0] for name in ("de", "a")]
    at = {n.code: v for v, n in enumerate(found.nodes)}
    now, context = found.graph, dict[str, Any]()
    standing = next((x for x in found.links if x.code == code), None)
    if standing:
        without = now.without_links([found.of[standing.pk]])
        context = {"link": standing, "rows": _compared(without, now), "heads": ("Sans elle", "Avec elle")}
    elif ends[0] in at and ends[1] in at and ends[0] != ends[1]:
        more = Graph(now.weights, [*now.links, (at[ends[0]], at[ends[1]])], now.gateways)
        context = {"rows": _compared(now, more), "heads": ("Aujourd’hui", "Avec cette liaison")}
    elif any(ends):
        context = {"fault": "Donnez les codes de deux nœuds en service, différents."}
    elif code:
        context = {"absent": code}
    context |= {
        "to": to,
        "reach": queries.REACHES[to],
        # In Python: as a template two thousand nodes cost half a second.
        "options": format_html_join(
            "", '<option value="{}">{}</option>', ((n.code, n.name) for n in found.nodes)
        ),
        "given": ends,
    }
    return show(request, "effect", context)


def _compared(before: Graph, after: Graph) -> list[dict[str, str]]:
    left, right = _weak(before), _weak(after)
    return [{"label": label, "before": left[label], "after": right[label]} for label in left]


def _weak(graph: Graph) -> dict[str, str]:
    links = Links(graph)
    bridges = [w for w in links.single if w]
    cuts = list(links.cuts())
    off = unpack(sum(graph.weights[v] for v in graph.dark))
    return {
        "Coupé dès aujourd’hui": told(off),
        "Liaisons dont la perte coupe quelqu’un": plural(len(bridges), "liaison", "liaisons"),
        "Ce que coupe la pire d’entre elles": told(unpack(max(bridges, default=0))),
        "Paires de liaisons qui coupent ensemble": plural(len(cuts), "paire", "paires"),
        "Ce que coupe la pire paire": told(unpack(max((w for w, *_ in cuts), default=0))),
    }
