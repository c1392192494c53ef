"""A plan and what happened, on paper."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings

from smartsenegal.lib import pdf
from smartsenegal.lib.dates import format_datetime
from smartsenegal.lib.text import group_digits, typography
from smartsenegal.wifi.planner import presenting, queries, reality, rules
from smartsenegal.wifi.planner.models import Plan
from smartsenegal.wifi.planner.reality import Measured

TEMPLATE = Path(__file__).parent / "templates_typst" / "reality.typ"


def basis(plan: Plan, found: Measured, now: datetime) -> str:
    """What the measures rest on, in one sentence."""
    until = min(plan.ends_at, now)
    minutes = max(0, int((until - plan.starts_at).total_seconds() // 60))
    text = (
        f"Mesuré du {format_datetime(plan.starts_at)} au {format_datetime(until)} : "
        f"{group_digits(found.sessions)} connexions, débit compté dans {group_digits(found.minutes)} "
        f"minutes sur {group_digits(minutes)}."
    )
    return typography(text + (" L’événement n’est pas fini." if now < plan.ends_at else ""))


def render(plan: Plan, now: datetime) -> bytes:
    """The plan, and beside it what was measured up to now (PDF/A, PDF/UA)."""
    need, held = rules.thawed(plan.result)
    found = queries.measured(plan, now)
    told = plan.result.get("measures") or {}
    rows = presenting.reality_rows(reality.compare(need, held, found))
    data = {
        "name": plan.name,
        "when": typography(f"Du {format_datetime(plan.starts_at)} au {format_datetime(plan.ends_at)}"),
        "places": ", ".join(hotspot.site.name for hotspot in plan.hotspots.all()),
        "specimen": bool(settings.DEMO),
        "verdict": presenting.verdict(need, held, plan.result["points"])["title"],
        "basis": basis(plan, found, now) if plan.starts_at <= now else "",
        "reality": [[row["label"], row["foreseen"], row["measured"], row["said"]] for row in rows],
        "need": [_cells(row) for row in presenting.need_rows(need)],
        "held": [_cells(row) for row in presenting.held_rows(held)],
        "version": plan.rules_version,
        "measured": [
            [row["label"], presenting.span(row["low"], row["high"]), row["source"]]
            for row in told.get("rows", ())
        ],
        "measured_at": told.get("place", ""),
    }
    title = typography(f"Plan et réalité : {plan.name}")
    return pdf.render(TEMPLATE, data, title=title, created_at=now.replace(microsecond=0))


def _cells(row: dict[str, str]) -> list[str]:
    return [row["label"], row["low"], row["likely"], row["high"]]
