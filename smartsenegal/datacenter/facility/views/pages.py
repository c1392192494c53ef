"""What is looked at: the datacentres, one of them, its parts, a rack."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from smartsenegal.datacenter.facility import presenting, queries
from smartsenegal.datacenter.facility.models import DataCenter, Device, Rack, Reservation
from smartsenegal.datacenter.facility.presenting import amount, count
from smartsenegal.datacenter.facility.rules import ledger
from smartsenegal.datacenter.facility.rules.graph import POWER, Plan
from smartsenegal.datacenter.facility.rules.words import CLAIM_STATES, FEEDS, SYSTEMS
from smartsenegal.datacenter.facility.views.base import (
    known,
    known_rack,
    manages,
    may_manage,
    page_of,
    page_of_rack,
    reader,
    show,
)
from smartsenegal.kernel.pages import principal
from smartsenegal.lib.dates import format_date, format_datetime
from smartsenegal.lib.text import plural

Cell = dict[str, Any]


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The datacentres that one may read."""
    by = reader(request)
    rows = [
        {
            "url": page_of(center),
            "cells": [
                {"text": center.site.name, "sub": center.site.code},
                {"text": center.site.territory.name},
                {"text": amount(center.power_watts), "numeric": True, "label": "Puissance annoncée"},
                {"text": center.design_claim or presenting.UNKNOWN, "label": "Niveau annoncé"},
            ],
        }
        for center in queries.centers(by)
    ]
    columns = [
        {"label": "Centre"}, {"label": "Commune"},
        {"label": "Puissance annoncée", "numeric": True}, {"label": "Niveau annoncé"},
    ]  # fmt: skip
    return show(request, "index", {"rows": rows, "columns": columns, "may_manage": may_manage(by)})


@login_required
@require_GET
def center(request: HttpRequest, code: str) -> HttpResponse:
    """A datacentre: its rooms, its racks with what is left in each."""
    found = known(request, code)
    racks, claims = list(queries.racks(found)), queries.all_claims(found)
    lost = queries.undeclared(found)
    context = {
        "center": found,
        "facts": _facts(found),
        "rooms": [
            {
                "room": room,
                "area": count(room.area_m2, "m²"),
                "floor": count(room.kg_per_m2, "kg/m²"),
                "racks": plural(sum(r.room_id == room.pk for r in racks), "baie", "baies"),
                "url": reverse("datacenter_facility:room", args=[code, room.code]),
            }
            for room in queries.rooms(found)
        ],
        "columns": [
            {"label": "Baie"}, {"label": "Place"}, {"label": "U libres", "numeric": True},
            {"label": "Puissance prise", "numeric": True}, {"label": "Puissance libre", "numeric": True},
            {"label": "Ce qui bloque"},
        ],
        "rows": [_rack_row(rack, claims.get(rack.pk, [])) for rack in racks],
        "undeclared": ", ".join(queries.load_code(rack) for rack in lost),
        "manages": manages(principal(request), found),
        "has_examples": found.components.filter(is_example=True).exists(),
    }  # fmt: skip
    return show(request, "center", context)


def _facts(found: DataCenter) -> list[dict[str, str]]:
    return [
        {"label": "Commune", "value": found.site.territory.name},
        {"label": "Puissance annoncée", "value": amount(found.power_watts)},
        {"label": "Niveau annoncé", "value": found.design_claim or presenting.UNKNOWN},
        {"label": "Certificat", "value": found.certificate or "Aucun certificat connu"},
        {"label": "Source", "value": found.source or presenting.UNKNOWN},
    ]


def _rack_row(rack: Rack, claims: list[ledger.Claim]) -> dict[str, Any]:
    found = ledger.ledger(queries.limits(rack), claims)
    taken = sum(of_state["watts"] for of_state in found.used.values())
    blocks = ", ".join(ledger.NAMES[name] for name in found.stranded)
    cells: list[Cell] = [
        {"text": rack.code, "sub": rack.room.name},
        {"text": f"Rangée {rack.row}, place {rack.place}" if rack.row else f"Place {rack.place}"},
        {"text": f"{found.free['units']} sur {rack.units}", "numeric": True, "label": "U libres"},
        {"text": amount(taken), "numeric": True, "label": "Prise"},
        {"text": amount(found.free["watts"]), "numeric": True, "label": "Libre"},
        {
            **({"chip": blocks.capitalize(), "tone": "amber"} if blocks else {"text": "Rien"}),
            "label": "Bloque",
        },
    ]
    return {"url": page_of_rack(rack), "cells": cells}


@login_required
@require_GET
def components(request: HttpRequest, code: str) -> HttpResponse:
    """The parts of a system, and how they hang together."""
    found = known(request, code)
    names = dict(SYSTEMS)
    system = request.GET.get("systeme", POWER)
    system = system if system in names else POWER
    parts, plan = list(queries.components(found)), queries.plan(found)
    carried = ledger.carried(plan)
    rows = [
        {
            "url": reverse("datacenter_facility:component", args=[code, part.code]),
            "cells": [
                {"text": part.code, "sub": part.name},
                {"text": part.get_kind_display(), "sub": part.get_path_display()},
                {"text": amount(part.capacity, system), "numeric": True, "label": "Capacité"},
                {"text": amount(carried[part.code].normal, system), "numeric": True, "label": "Porte"},
                {"text": amount(carried[part.code].failover, system), "numeric": True, "label": "En secours"},
                {"text": amount(carried[part.code].left, system), "numeric": True, "label": "Reste"},
            ],
        }
        for part in parts
        if part.system == system
    ]
    columns = [
        {"label": "Pièce"}, {"label": "Nature"}, {"label": "Capacité", "numeric": True},
        {"label": "Porte", "numeric": True}, {"label": "En secours", "numeric": True},
        {"label": "Reste en secours", "numeric": True},
    ]  # fmt: skip
    context = {
        "center": found,
        "systems": [(each, label, each == system) for each, label in SYSTEMS],
        "system": names[system],
        "rows": rows,
        "columns": columns,
        "diagram": _diagram(plan, parts, system),
        "manages": manages(principal(request), found),
        "has_examples": any(part.is_example for part in parts),
    }
    return show(request, "components", context)


def _diagram(plan: Plan, parts: list[Any], system: str) -> dict[str, object]:
    return presenting.diagram(plan, parts, system)


@login_required
@require_GET
def rack(request: HttpRequest, code: str, rack_id: int) -> HttpResponse:
    """A rack seen from the front, what is in it, and what is left."""
    found_center = known(request, code)
    found = known_rack(found_center, rack_id)
    claims = queries.claims(found)
    book = ledger.ledger(queries.limits(found), claims)
    may = manages(principal(request), found_center)
    context = {
        "center": found_center,
        "rack": found,
        "drawing": presenting.elevation(found.units, claims),
        "entries": [
            *(_held(code, each, may) for each in queries.reservations(found)),
            *(_standing(code, each, may) for each in queries.devices(found)),
        ],
        "ledger": _ledger(found, book),
        "longest": book.longest,
        "blocks": ", ".join(ledger.NAMES[name] for name in book.stranded),
        "facts": _rack_facts(found, claims),
        "manages": may,
    }
    return show(request, "rack", context)


def _held(code: str, each: Reservation, may: bool) -> dict[str, Any]:
    until = f"jusqu’au {format_datetime(each.expires_at)}" if each.expires_at else ""
    acts = []
    if may and not each.kept_by:
        named = ["release", "contract"] if each.state == "held" else ["release"]
        labels = {"release": "Libérer", "contract": "Mettre sous contrat"}
        acts = [
            (labels[name], reverse(f"datacenter_facility:{name}", args=[code, each.pk])) for name in named
        ]
    return _entry(each, each.holder, dict(CLAIM_STATES)[each.state], "amber", until, acts)


def _standing(code: str, each: Device, may: bool) -> dict[str, Any]:
    since = f"depuis le {format_date(each.installed_on)}" if each.installed_on else ""
    within = f", dans la place de {each.reservation.holder}" if each.reservation else ""
    sub = f"{each.model or 'Modèle non noté'}{within} {since}".strip()
    acts = [("Retirer", reverse("datacenter_facility:remove", args=[code, each.pk]))] if may else []
    return _entry(each, each.name, "Installé", "green", sub, acts)


def _entry(
    row: Device | Reservation, name: str, state: str, tone: str, sub: str, acts: list[tuple[str, str]]
) -> dict[str, Any]:
    claim = queries.claim_of(row)
    return {
        "spot": claim.spot, "name": name, "state": state, "tone": tone, "sub": sub, "acts": acts,
        "watts": amount(row.watts), "kg": count(row.kg, "kg"), "feeds": dict(FEEDS)[row.feeds],
    }  # fmt: skip


def _ledger(found: Rack, book: ledger.Ledger) -> list[dict[str, str]]:
    limits = queries.limits(found)
    spelt: dict[str, Callable[[int | None], str]] = {
        "units": lambda n: count(n, "U"), "watts": amount, "kg": lambda n: count(n, "kg"),
        "ports": lambda n: count(n, "ports"),
    }  # fmt: skip
    names = {"units": "Place", "watts": "Puissance", "kg": "Poids", "ports": "Ports"}
    return [
        {
            "name": names[name],
            "most": spelt[name](getattr(limits, name)),
            "free": spelt[name](book.free[name]),
            **{state: spelt[name](used[name]) for state, used in book.used.items()},
        }
        for name in ledger.DIMENSIONS
    ]


def _rack_facts(found: Rack, claims: list[ledger.Claim]) -> list[dict[str, str]]:
    facts = []
    for path, feed, phase in (
        ("A", found.feed_a, found.get_phase_a_display()),
        ("B", found.feed_b, found.get_phase_b_display()),
    ):
        normal, failover = ledger.on_path(claims, path)
        named = (
            f"{feed.code}, {phase}" if feed and feed.three_phase else feed.code if feed else "Non déclarée"
        )
        facts.append({"label": f"Voie {path}", "value": named})
        if feed:
            facts.append(
                {"label": f"Charge en {path}", "value": f"{amount(normal)}, {amount(failover)} en secours"}
            )
    cold = ", ".join(sorted(c.code for c in found.cooling.all()))
    joined = ", ".join(sorted(c.code for c in found.network.all()))
    return [
        *facts,
        {"label": "Refroidie par", "value": cold or "Non déclaré"},
        {"label": "Réseau", "value": joined or "Non déclaré"},
    ]
