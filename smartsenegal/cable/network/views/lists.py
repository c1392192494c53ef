"""The network on a map, and each kind of the inventory as a list."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from smartsenegal.cable.network import presenting, queries, rules
from smartsenegal.cable.network.models import Dated, Link, Node
from smartsenegal.cable.network.views.base import KINDS, asked, show
from smartsenegal.cable.pages import reader
from smartsenegal.lib.text import plural

PAGE = 300
COLUMNS = {
    "cables": (
        ("Câble", False), ("Longueur", True), ("Paires", True), ("Allumé", True), ("Conception", True),
    ),
    "liaisons": (("Liaison", False), ("Entre", False), ("Longueur", True), ("Allumé", True)),
    "noeuds": (("Nœud", False), ("Rôle", False), ("Où", False)),
    "circuits": (("Circuit", False), ("Entre", False), ("Débit", True), ("Priorité", False)),
    "zones": (("Zone", False), ("Nature", False), ("Emporte", False), ("Réparation", False)),
}  # fmt: skip


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The map of the network in service today, and the cable systems."""
    reader(request)
    today = timezone.localdate()
    nodes, links = list(queries.nodes().on(today)), list(queries.links().on(today))  # type: ignore[attr-defined]
    systems = list(queries.systems())
    named = [n.code for n in nodes if n.role == "abroad"]
    context = {
        "map": presenting.drawing(nodes, links, named=named),
        "rows": [_row("cables", s) for s in systems],
        "columns": _columns("cables"),
        "counts": [
            {"label": many, "url": reverse("cable_network:list", args=[kind]), "count": queries.count(of)}
            for kind, (of, _, many, _) in KINDS.items()
            if kind in COLUMNS
        ],
        "has_examples": any(n.is_example for n in nodes) or any(x.is_example for x in links),
        "empty": not nodes,
    }
    return show(request, "index", context)


@login_required
@require_GET
def listed(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind of the inventory: searched, filtered by state."""
    reader(request)
    if kind not in COLUMNS:
        raise Http404
    of, _, many, _ = KINDS[kind]
    given = {name: asked(request, name) for name in ("q", "etat")}
    found = queries.search(of, given["q"], given["etat"])
    context = {
        "kind": kind,
        "title": many[:1].upper() + many[1:],
        "count": plural(len(found), KINDS[kind][1], many),
        "rows": [_row(kind, row) for row in found[:PAGE]],
        "left": max(0, len(found) - PAGE),
        "columns": _columns(kind),
        "given": given,
        "filtered": any(given.values()),
        "query": urlencode({k: v for k, v in given.items() if v}),
        "states": rules.STATES,
        "add_url": reverse(f"cable_network:add_{KINDS[kind][3]}"),
        "kinds": [
            {"label": KINDS[k][2], "url": reverse("cable_network:list", args=[k]), "current": k == kind}
            for k in COLUMNS
        ],
    }
    return show(request, "list", context)


def _columns(kind: str) -> list[dict[str, Any]]:
    return [{"label": label, "numeric": numeric} for label, numeric in (*COLUMNS[kind], ("État", False))]


def _row(kind: str, row: Any) -> dict[str, Any]:
    url = reverse(f"cable_network:{KINDS[kind][3]}", args=[row.code])
    first = {"text": row.name, "sub": row.code + (" · exemple inventé" if row.is_example else "")}
    labels = [label for label, _ in COLUMNS[kind][1:]]
    cells = [{**cell, "label": label} for cell, label in zip(_CELLS[kind](row), labels, strict=True)]
    return {"url": url, "cells": [first, *cells, chip(row)]}


def chip(row: Dated) -> dict[str, str]:
    """The cell of a row's state, as of today: what has ended is not in service."""
    if row.valid_until and row.valid_until <= timezone.localdate():
        return {"chip": "Terminé", "tone": "neutral"}
    return {"chip": dict(rules.STATES)[row.state], "tone": presenting.TONES[row.state]}


def _number(text: str) -> dict[str, Any]:
    return {"text": text, "numeric": True}


def where(node: Node) -> str:
    """Where a node is, in words."""
    return node.site.territory.label if node.site else node.country


def ends(link: Link) -> str:
    """`Dakar – Praia`."""
    return f"{link.a.name} – {link.b.name}"


def _takes(zone: Any) -> str:
    links, nodes = zone.links.all(), zone.nodes.all()
    told = [
        plural(len(links), "liaison", "liaisons") if links else "",
        plural(len(nodes), "nœud", "nœuds") if nodes else "",
    ]
    return ", ".join(filter(None, told)) or "Rien de déclaré"


def repair(zone: Any) -> str:
    """`28 à 56 jours`, or that it is not known."""
    if zone.repair_days_least is None:
        return "inconnue"
    return f"{zone.repair_days_least} à {zone.repair_days_most} jours"


_CELLS: dict[str, Any] = {
    "cables": lambda s: [
        _number(presenting.kilometres(s.length_km)),
        _number(presenting.count(s.fibre_pairs)),
        _number(presenting.gbps(s.lit_gbps)),
        _number(presenting.gbps(s.design_gbps)),
    ],
    "liaisons": lambda x: [
        {"text": ends(x), "sub": x.system.name if x.system else ""},
        _number(presenting.kilometres(x.length_km)),
        _number(presenting.gbps(x.lit_gbps)),
    ],
    "noeuds": lambda n: [{"text": n.get_role_display()}, {"text": where(n)}],
    "circuits": lambda c: [
        {"text": f"{c.a.name} – {c.b.name}", "sub": c.customer},
        _number(presenting.gbps(c.gbps)),
        {"text": c.get_priority_display()},
    ],
    "zones": lambda z: [{"text": z.get_kind_display()}, {"text": _takes(z)}, {"text": repair(z)}],
}
