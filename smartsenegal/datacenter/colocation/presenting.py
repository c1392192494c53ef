"""How leases, visits, requests and the ledger of rooms are told."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from smartsenegal.datacenter.colocation import queries, rules
from smartsenegal.datacenter.colocation.models import Cross, Hands, Lease, Reading, Visit
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.facility.rules import ledger
from smartsenegal.lib.dates import format_date, format_datetime
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import NBSP

TONES = {rules.HELD: "amber", rules.SIGNED: "green", rules.EXPIRED: "red"}
_NAMES = {"units": "Place", "watts": "Puissance", "kg": "Poids", "ports": "Ports"}
UNKNOWN = "Non connu"


def money(amount: int | None) -> str:
    """`12 000 F CFA`; `Non connu` for None."""
    return UNKNOWN if amount is None else format_fcfa(amount)


def spelt(dimension: str, value: int | None) -> str:
    """An amount in its unit."""
    if dimension == "watts":
        return facility.amount(value)
    return facility.count(value, {"units": "U", "kg": "kg", "ports": "ports"}[dimension])


def book(stands: Iterable[rules.Stand], measured: int | None) -> list[dict[str, str]]:
    """The ledger of some racks, a line for each dimension; what is measured stands beside."""
    found = rules.total(stands)
    return [
        {
            "name": _NAMES[name],
            "most": spelt(name, found.most[name]),
            "free": spelt(name, found.free[name]),
            "measured": facility.amount(measured) if name == "watts" else "",
            **{state: spelt(name, used[name]) for state, used in found.used.items()},
        }
        for name in ledger.DIMENSIONS
    ]


def rack_row(stand: rules.Stand, reading: Reading | None, url: str) -> dict[str, Any]:
    """A rack of the table: what it would still take, and what it draws."""
    free = rules.free_ranges(stand.limits.units, stand.claims)
    longest = max(free, key=len, default=range(0))
    let = sum(c.watts for c in stand.claims if not c.within)
    cells: list[dict[str, Any]] = [
        {"text": stand.code, "sub": stand.room},
        {"text": rules.spot(longest) if longest else "Aucune", "sub": f"{len(longest)} U d’un seul tenant"},
        {"text": facility.amount(rules.sellable(stand)), "numeric": True, "label": "Louable en secours"},
        {"text": facility.amount(let), "numeric": True, "label": "Prise ou retenue"},
    ]
    drawn = {"text": facility.amount(reading.watts if reading else None), "numeric": True, "label": "Mesuré"}
    if reading:
        drawn["sub"] = format_datetime(reading.read_at)
    if reading and reading.watts > let:
        drawn |= {"chip": "Dépasse ce qui est pris", "tone": "red"}
    return {"url": url, "cells": [*cells, drawn]}


def lease_chip(lease: Lease) -> tuple[str, str]:
    """The state of a lease, and its tone."""
    state = queries.state(lease)
    return rules.STATES[state], TONES.get(state, "neutral")


def lease_row(lease: Lease, url: str, *, customer: bool) -> dict[str, Any]:
    """A lease of a table; `customer` tells whose it is."""
    words, tone = lease_chip(lease)
    cells: list[dict[str, Any]] = [{"text": str(lease), "sub": lease.purpose}]
    if customer:
        cells.append({"text": lease.customer.name})
    cells += [
        {"text": queries.spot(lease), "sub": queries.center_of(lease).site.name},
        {"chip": words, "tone": tone, "sub": _until(lease)},
        {"text": money(lease.monthly) if lease.signed_at else "", "numeric": True, "label": "Par mois"},
    ]
    return {"url": url, "cells": cells}


def _until(lease: Lease) -> str:
    until = lease.reservation.expires_at
    if queries.state(lease) == rules.HELD and until:
        return f"jusqu’au {format_datetime(until)}"
    return ""


def lease_facts(lease: Lease, monthly: int | None) -> list[dict[str, str]]:
    """What a lease says."""
    held = lease.reservation
    ends = f"au {format_date(lease.ends_on)}" if lease.ends_on else "sans terme"
    return [
        {"label": "Client", "value": lease.customer.name},
        {"label": "Place", "value": queries.spot(lease) + (", baie entière" if lease.whole else "")},
        {
            "label": "Puissance",
            "value": f"{facility.amount(held.watts)}, {held.get_feeds_display().replace('Voie', 'voie')}",
        },
        {"label": "Poids", "value": facility.count(held.kg, "kg")},
        {"label": "Ports", "value": f"1 à {held.ports}" if held.ports else "Aucun"},
        {"label": "Durée", "value": f"du {format_date(lease.starts_on)} {ends}"},
        {"label": "Loyer mensuel", "value": money(monthly)},
    ]


def visit_state(visit: Visit, now: datetime) -> tuple[str, str]:
    """Where a visit stands, and its tone."""
    if visit.closed_at:
        return "Refusée ou annulée", "neutral"
    if visit.out_at:
        return "Sorti", "neutral"
    if visit.in_at:
        # Their name is not erased before their going out is noted: whoever forgot it must see it.
        return ("À l’intérieur", "green") if visit.ends_at >= now else ("Sortie à noter", "red")
    if visit.ends_at < now:
        return "Passée sans personne", "neutral"
    return ("Accordée", "blue") if visit.approved_at else ("À décider", "amber")


def visit_row(visit: Visit, url: str, now: datetime, *, who: str) -> dict[str, Any]:
    """A visit of a table; nothing of the visitor is told there."""
    words, tone = visit_state(visit, now)
    return {
        "url": url,
        "cells": [
            {"text": str(visit), "sub": visit.purpose},
            {"text": who},
            {"text": format_datetime(visit.starts_at), "sub": f"au {format_datetime(visit.ends_at)}"},
            {"chip": words, "tone": tone, "sub": visit.reason},
        ],
    }


def hands_state(work: Hands) -> tuple[str, str]:
    """Where a request for hands stands, and its tone."""
    if work.done_at:
        return "Fait", "green"
    if work.declined_at:
        return "Décliné", "neutral"
    return ("Pris en charge", "blue") if work.taken_at else ("À faire", "amber")


def hands_entry(work: Hands) -> dict[str, Any]:
    """A request for hands, as both sides read it."""
    words, tone = hands_state(work)
    told = f"{work.minutes}{NBSP}min, {money(work.amount)}" if work.done_at else ""
    return {
        "number": str(work), "text": work.text, "state": words, "tone": tone, "answer": work.answer,
        "told": told, "where": queries.spot(work.lease), "id": work.pk, "who": work.lease.customer.name,
        "open": not (work.done_at or work.declined_at), "taken": bool(work.taken_at),
    }  # fmt: skip


def cross_entry(cross: Cross) -> dict[str, Any]:
    """A cross-connect, as both sides read it."""
    far = cross.carrier.name if cross.carrier else f"{cross.other}, port {cross.other_port}"
    if cross.installed_at:
        words, tone = "Posé", "green"
    else:
        words, tone = ("À poser", "blue") if cross.accepted_at else ("Attend l’accord d’en face", "amber")
    return {
        "number": str(cross), "near": f"{cross.lease}, port {cross.port}", "far": far, "id": cross.pk,
        "medium": cross.get_medium_display(), "state": words, "tone": tone,
        "monthly": money(cross.monthly) if cross.installed_at else "",
        "installed": bool(cross.installed_at), "accepted": bool(cross.accepted_at),
        "who": cross.lease.customer.name,
    }  # fmt: skip


def by_room(stands: Iterable[rules.Stand]) -> Mapping[str, list[rules.Stand]]:
    """Racks by the code of their room, in their order."""
    found: dict[str, list[rules.Stand]] = {}
    for stand in stands:
        found.setdefault(stand.room, []).append(stand)
    return found
