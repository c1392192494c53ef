"""A cable, a node, a link: what is known of it, what is not, what passes through it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from smartsenegal.cable.network import presenting, queries
from smartsenegal.cable.network.models import Circuit, Dated, Link, Node, System
from smartsenegal.cable.network.presenting import count, facts, gbps, kilometres
from smartsenegal.cable.network.views.base import known, show
from smartsenegal.cable.network.views.lists import chip, ends, repair, where
from smartsenegal.cable.pages import reader
from smartsenegal.lib.dates import format_date


def dates(row: Dated) -> str:
    """The days on which a row holds."""
    told = [
        f"du {format_date(row.valid_from)}" if row.valid_from else "",
        f"jusqu’au {format_date(row.valid_until)} exclu" if row.valid_until else "",
    ]
    return " ".join(filter(None, told)) or "sans limite"


def page_of(request: HttpRequest, row: Any, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of one row: its state, its source, and whether it is an example."""
    return show(request, template, {"row": row, "chip": chip(row), "source": row.source, **context})


@login_required
@require_GET
def system(request: HttpRequest, code: str) -> HttpResponse:
    """A cable system with its links."""
    reader(request)
    found: System = known("systems", code)
    links = list(queries.links().filter(system=found))
    nodes = {n.pk: n for x in links for n in (x.a, x.b)}.values()
    context = {
        "facts": facts(
            (
                ("Nature", found.get_kind_display()),
                ("Exploitant", found.owner or presenting.UNKNOWN),
                ("Constructeur", found.supplier or presenting.UNKNOWN),
                ("Longueur", kilometres(found.length_km)),
                ("Paires de fibres", count(found.fibre_pairs)),
                ("Capacité allumée", gbps(found.lit_gbps)),
                ("Capacité de conception", gbps(found.design_gbps)),
                ("Durée de vie", f"{found.life_years} ans" if found.life_years else "inconnue"),
                ("Valable", dates(found)),
            )
        ),
        "links": [_link_row(x) for x in links],
        "map": presenting.drawing(nodes, links, named=[n.code for n in nodes]),
        "change_url": reverse("cable_network:change_system", args=[code]),
    }
    return page_of(request, found, "system", context)


def _link_row(link: Link) -> dict[str, Any]:
    return {
        "row": link,
        "ends": ends(link),
        "length": kilometres(link.length_km),
        "lit": gbps(link.lit_gbps),
        "chip": chip(link),
        "url": reverse("cable_network:link", args=[link.code]),
    }


@login_required
@require_GET
def node(request: HttpRequest, code: str) -> HttpResponse:
    """A node with its links, its equipment, whom it serves and the circuits that pass there."""
    reader(request)
    found: Node = known("nodes", code)
    at = queries.position(found)
    links = queries.links_of(found)
    context = {
        "facts": facts(
            (
                ("Rôle", found.get_role_display()),
                ("Où", where(found)),
                ("Position", _position(at)),
                ("Accès à l’Internet mondial", "oui" if found.gives_internet else "non"),
                ("Dessert", ", ".join(s.territory.label for s in queries.served(found)) or "personne"),
                ("Zones de risque", ", ".join(z.name for z in found.zones.all()) or "aucune déclarée"),
                ("Valable", dates(found)),
            )
        ),
        "links": [_link_row(x) for x in links],
        "equipment": [
            {"row": e, "chip": chip(e), "made": " ".join(filter(None, (e.make, e.model)))}
            for e in found.equipment.order_by("code")
        ],
        "circuits": circuit_rows(queries.circuits_through(node=found)),
        "map": presenting.drawing({n.pk: n for x in links for n in (x.a, x.b)}.values() or [found], links,
                                  named=[code]),
        "change_url": reverse("cable_network:change_node", args=[code]),
    }  # fmt: skip
    return page_of(request, found, "node", context)


def _position(at: queries.Position | None) -> str:
    if at is None:
        return "inconnue"
    if at.approximate:
        return f"approximative : celle de {at.approximate}"
    return f"{at.latitude:.5f} ; {at.longitude:.5f}".replace(".", ",")


def circuit_rows(found: list[tuple[Circuit, list[int]]]) -> list[dict[str, Any]]:
    """Circuits that pass through a component, as its page lists them."""
    return [
        {
            "row": circuit,
            "gbps": gbps(circuit.gbps),
            "paths": " et ".join({1: "nominal", 2: "secours"}[p] for p in paths),
            "chip": chip(circuit),
        }
        for circuit, paths in found
    ]


@login_required
@require_GET
def link(request: HttpRequest, code: str) -> HttpResponse:
    """A link with its spans, its wavelengths, its zones and the circuits that pass through it."""
    reader(request)
    found: Link = known("links", code)
    waves = found.wavelengths.order_by("pair", "frequency_thz", "code")
    context = {
        "facts": facts(
            (
                ("Entre", ends(found)),
                ("Câble", found.system.name if found.system else "aucun"),
                ("Longueur", kilometres(found.length_km)),
                ("Type de fibre", found.fibre_type or presenting.UNKNOWN),
                ("Paires de fibres", count(found.fibre_pairs)),
                ("Capacité allumée", gbps(found.lit_gbps)),
                ("Capacité de conception", gbps(found.design_gbps)),
                ("Valable", dates(found)),
            )
        ),
        "zones": [{"row": z, "repair": repair(z)} for z in found.zones.order_by("name")],
        "spans": [
            {"row": s, "length": kilometres(s.length_km),
             "loss": presenting.UNKNOWN if s.loss_db_per_km is None else f"{s.loss_db_per_km:n} dB/km"}
            for s in found.spans.all()
        ],
        "waves": [
            {"row": w, "pair": count(w.pair), "gbps": gbps(w.gbps),
             "thz": presenting.UNKNOWN if w.frequency_thz is None else f"{w.frequency_thz:n} THz"}
            for w in waves
        ],
        "circuits": circuit_rows(queries.circuits_through(link=found)),
        "map": presenting.drawing([found.a, found.b], [found], named=[found.a.code, found.b.code]),
        "change_url": reverse("cable_network:change_link", args=[code]),
    }  # fmt: skip
    return page_of(request, found, "link", context)
