"""A review of the national portal: a mark and a comment on a démarche, as its back office keeps them. Pure.

That model names the mark, the comment and the average; the names of the fields are ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from smartsenegal.lib.text import TextRefused, clean
from smartsenegal.onestop.procedures.rules.reviews import LONGEST_COMMENT


@dataclass(frozen=True)
class ReviewRow:
    """One review, read."""

    id: str
    procedure: str
    mark: int
    comment: str
    given_on: date


def review_of(row: Mapping[str, Any]) -> tuple[ReviewRow | None, list[tuple[str, str]]]:
    """What a row says, or its faults: the field and the French sentence that mends it."""
    faults: list[tuple[str, str]] = []
    name = str(row.get("id") or "").strip()
    if not 0 < len(name) <= 100:
        faults.append(
            ("id", "Chaque avis a un « id » de 100 caractères au plus : il évite de l’importer deux fois.")
        )
    mark = _whole(row.get("note"))
    if mark not in range(1, 6):
        faults.append(("note", "La « note » est un nombre entier de 1 à 5."))
    comment = ""
    try:
        comment = clean(str(row.get("commentaire") or ""), LONGEST_COMMENT, multiline=True)
    except TextRefused as refused:
        faults.append(("commentaire", str(refused)))
    day = _day(row.get("date"))
    if day is None:
        faults.append(("date", "La « date » s’écrit 2026-11-24."))
    if faults or mark is None or day is None:
        return None, faults
    return ReviewRow(name, str(row.get("demarche") or "").replace("\x00", ""), mark, comment, day), []


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
