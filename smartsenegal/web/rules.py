"""Decisions of the pages: tones, shades and words. No database, no clock, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any

TONES = ("neutral", "green", "red", "amber", "blue")
SOON_DAYS = 5
SHADES = 5
RADIUS = 14.0
NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Chip:
    """A word in a colour; `spoken` is the whole sentence for those who hear the page."""

    text: str
    tone: str
    spoken: str = ""


def due_chip(due: date | None, today: date, *, suspended: bool = False) -> Chip | None:
    """How urgent a legal delay is, in calendar days; None where the law sets no delay."""
    if suspended:
        return Chip("Suspendu", "blue", "Délai suspendu")
    if due is None:
        return None
    days = (due - today).days
    if days < 0:
        return Chip(f"{-days}{NO_BREAK}j de retard", "red", f"En retard de {_days(-days)}")
    if days == 0:
        return Chip("Aujourd’hui", "amber", "Échéance aujourd’hui")
    tone = "amber" if days <= SOON_DAYS else "green"
    return Chip(f"{days}{NO_BREAK}j", tone, f"Échéance dans {_days(days)}")


def _days(count: int) -> str:
    return f"{count}{NO_BREAK}jour" if count == 1 else f"{count}{NO_BREAK}jours"


def shade(value: float, least: float, largest: float) -> int:
    """Step of the map's scale: 0 for nothing, then from 1 (the least figure) to SHADES (the largest)."""
    if value <= 0:
        return 0
    if largest <= least:
        return SHADES // 2 + 1
    return 1 + round((SHADES - 1) * (value - least) / (largest - least))


def radius(value: float, largest: float) -> float:
    """Radius of a disc whose area tells the value; the largest is RADIUS, the least one can be seen."""
    return round(max(RADIUS / 5, RADIUS * sqrt(value / largest)), 1) if value > 0 else 0.0


def file_size(size: int) -> str:
    """French size of a file given in bytes, decimal units: `830 ko`, `2,4 Mo`."""
    if size < 1000:
        return f"{size}{NO_BREAK}octets" if size > 1 else f"{size}{NO_BREAK}octet"
    if size < 999_500:
        return f"{round(size / 1000)}{NO_BREAK}ko"
    return f"{size / 1_000_000:.1f}".replace(".0", "").replace(".", ",") + f"{NO_BREAK}Mo"


def safe_next(path: str) -> str:
    """A path of this site to go back to, or the home page: never another site's address."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path or "\n" in path or "\r" in path:
        return "/"
    return path


def merged_rail(house: list[dict[str, Any]], page: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rail of a page: the house's doors, with the page's counts and marks, then the page's own doors."""
    own = {entry["url"]: entry for entry in page}
    shown = [{**entry, **own.pop(entry["url"], {})} for entry in house]
    shown += [entry for entry in page if entry["url"] in own]
    if not any(entry.get("current") for entry in page):
        return shown
    return [{**entry, "current": bool(entry["url"] in marked(page))} for entry in shown]


def marked(page: list[dict[str, Any]]) -> set[str]:
    return {entry["url"] for entry in page if entry.get("current")}
