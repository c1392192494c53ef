"""Sessions, one session, one router, one point of exchange."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from smartsenegal.cable.pages import reader
from smartsenegal.cable.peering import presenting, queries
from smartsenegal.cable.peering.models import Router
from smartsenegal.cable.peering.queries import Row
from smartsenegal.cable.peering.rules.configuration import bird
from smartsenegal.cable.peering.rules.words import STATES
from smartsenegal.cable.peering.views.base import show
from smartsenegal.kernel.pages import found_or_404
from smartsenegal.lib.dates import format_date, format_datetime
from smartsenegal.lib.text import group_digits, plural

COLUMNS = [{"label": label} for label in ("Voisin", "État", "Préfixes", "Ce qui diffère", "Routeur")]


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every session, the gravest differences first; routers and points of exchange."""
    reader(request)
    now = timezone.now()
    found = queries.rows(now)
    context = {
        "columns": COLUMNS,
        "rows": [_line(row) for row in found],
        "wrong": sum(row.tone == "red" for row in found),
        "routers": [_router_line(r, now) for r in queries.routers()],
        "exchanges": queries.exchanges(),
        "has_examples": any(row.session and row.session.is_example for row in found),
    }
    return show(request, "index", context)


def _line(row: Row) -> dict[str, Any]:
    state = presenting.state(row)
    meant, real = row.session, row.observed
    asn = meant.asn if meant else real.asn if real else 0
    role = meant.get_role_display() if meant else "non prévue"
    return {
        "url": reverse("cable_peering:session", args=[meant.code]) if meant else "",
        "cells": [
            {
                "text": meant.peer if meant else row.address,
                "sub": f"AS{asn}, {row.address}, {role}" if meant else f"AS{asn}, {role}",
            },
            {**state, "label": "État"},
            {"text": presenting.prefixes(row), "label": "Préfixes"},
            {"text": presenting.told(row), "label": "Ce qui diffère"},
            {"text": row.router.code, "label": "Routeur"},
        ],
    }


def _router_line(router: Router, now: Any) -> dict[str, Any]:
    return {"row": router, "heard": queries.is_heard(router, now), "told": _heard(router)}


def _heard(router: Router) -> str:
    if router.lost_at:
        return f"ligne BMP perdue le {format_datetime(router.lost_at)}"
    if router.heard_at:
        return f"lu le {format_datetime(router.heard_at)} par {router.get_heard_by_display()}"
    return "jamais lu"


@login_required
@require_GET
def session(request: HttpRequest, code: str) -> HttpResponse:
    """One session: meant and real side by side, what differs, when it fell."""
    reader(request)
    found = found_or_404(queries.session(code))
    (row,) = queries.rows(timezone.now(), only=found)
    real = row.observed if row.heard else None
    context = {
        "session": found,
        "row": row,
        "state": presenting.state(row),
        "sides": presenting.sides(row),
        "since": presenting.since(real),
        "heard": _heard(found.router),
        "invalid": (real.rpki or {}).get("examples", []) if real else [],
        "changes": [
            {
                "at": format_datetime(c.at),
                "state": STATES.get(c.state, c.state),
                "fault": c.fault,
                "up": c.state == "established",
            }
            for c in queries.changes(found)
        ],
        "configuration": bird(queries.wanted(found)),
        "facts": _facts(found),
    }
    return show(request, "session", context)


def _facts(found: Any) -> list[dict[str, str]]:
    protections = [
        name for held, name in ((found.md5, "clé MD5"), (found.ttl_security, "TTL (GTSM)")) if held
    ]
    facts = [
        ("Rôle", found.get_role_display()),
        ("Routeur", f"{found.router.equipment.name} (AS{found.router.asn})"),
        ("Adresses", f"{found.local_address} vers {found.address}"),
        ("Protection", ", ".join(protections) or "aucune"),
        ("Circuit", found.circuit.name if found.circuit else "pas dit"),
        ("Pour qui", found.circuit.customer if found.circuit and found.circuit.customer else "pas dit"),
        ("Source", found.source or "pas dite"),
    ]
    if found.prefixes:
        facts.append(
            (
                "Préfixes du client",
                ", ".join(found.prefixes[:12]) + (" …" if len(found.prefixes) > 12 else ""),
            )
        )
    return [{"label": label, "value": value} for label, value in facts]


@login_required
@require_GET
def configuration(request: HttpRequest, code: str) -> HttpResponse:
    """The configuration of a session, as a file."""
    reader(request)
    found = found_or_404(queries.session(code))
    answer = HttpResponse(bird(queries.wanted(found)), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.code}.conf"'
    return answer


@login_required
@require_GET
def router(request: HttpRequest, code: str) -> HttpResponse:
    """One router, what it told and its sessions."""
    reader(request)
    found, now = found_or_404(queries.router(code)), timezone.now()
    rows = [_line(row) for row in queries.rows(now) if row.router.pk == found.pk]
    facts = [
        ("Équipement", found.equipment.name),
        ("Nœud", found.equipment.node.name),
        ("AS", str(found.asn)),
        ("Identifiant", found.router_id),
        ("Logiciel", found.get_software_display()),
        ("BMP", found.bmp_address or "non"),
        ("État", _heard(found)),
    ]
    context = {
        "router": found,
        "rows": rows,
        "columns": COLUMNS,
        "heard": queries.is_heard(found, now),
        "facts": [{"label": label, "value": value} for label, value in facts],
    }
    return show(request, "router", context)


@login_required
@require_GET
def exchange(request: HttpRequest, code: str) -> HttpResponse:
    """A point of exchange: its members, and which we meet."""
    reader(request)
    found = found_or_404(queries.exchange(code))
    met = queries.members(found, timezone.now())
    held = sum(bool(m.sessions) for m in met)
    rows = [
        {
            "asn": m.member.asn,
            "name": m.member.name or f"AS{m.member.asn}",
            "addresses": ", ".join(m.member.addresses),
            "policy": m.member.policy or "pas dite",
            "speed": "inconnu"
            if m.member.speed_mbps is None
            else f"{group_digits(m.member.speed_mbps)}\u00a0Mbit/s",
            "sessions": m.sessions,
            "up": m.up,
        }
        for m in met
    ]
    context = {
        "exchange": found,
        "rows": rows,
        "told": f"{plural(held, 'membre rencontré', 'membres rencontrés')} sur {len(met)}",
        "day": format_date(found.members_at) if found.members_at else "",
    }
    return show(request, "exchange", context)
