"""Hypotheses of the demonstration: orders of magnitude that nobody published, each marked as an example."""

import csv
from datetime import date
from pathlib import Path

from smartsenegal.cable.optics import actions, queries
from smartsenegal.cable.optics.models import Assumptions, Deduction, Format
from smartsenegal.kernel.identity.api import Principal

DATA = Path(__file__).resolve().parent / "data"


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def load_examples(by: Principal) -> int:
    """Add modulations and the hypotheses of links where there are none; returns rows added. Nothing that
    somebody changed is overwritten. Raises PermissionRefused."""
    return _formats(by) + _lines(by)


def _formats(by: Principal) -> int:
    if Format.objects.exists():
        return 0
    rows = _rows("formats")
    for row in rows:
        actions.add_format(
            by, name=row["nom"], gbaud=float(row["gbaud"]), gbps=int(row["gbps"]), is_example=True,
            required_db=float(row["exige_db"]), valid_from=date.fromisoformat(row["depuis"]),
        )  # fmt: skip
    return len(rows)


def _lines(by: Principal) -> int:
    added = 0
    for row in _rows("lines"):
        link = queries.link(row.pop("liaison"))
        if link is None or Assumptions.objects.filter(link=link).exists():
            continue
        actions.suppose(by, link, is_example=True, **{name: _number(text) for name, text in row.items()})
        added += 1
        for each in _rows("deductions"):
            if each["liaison"] == link.code and not Deduction.objects.filter(name=each["nom"]).exists():
                actions.deduct(by, link, name=each["nom"], decibels=float(each["db"]), stage=each["etape"])
                added += 1
    return added


def _number(text: str) -> float:
    return int(text) if text.isdigit() else float(text)
