"""The reference files of this module, as rows. Each names its source; see `docs/guides` to correct one."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from smartsenegal.kernel.territory import rules
from smartsenegal.kernel.territory.rules import COUNTRY, Place

DATA = Path(__file__).resolve().parent / "data"
COUNTRY_ROW = {"code": COUNTRY, "kind": "country", "name": "Sénégal", "source": "ISO 3166-1"}


def rows_of(file: Path) -> list[dict[str, str]]:
    """Rows of one CSV file (UTF-8, with a heading)."""
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def territories() -> list[dict[str, Any]]:
    """Fields of every territory, parents before children, without what an administrator has added."""
    rows = list(_read())
    known = {r["code"]: _place(r) for r in rows}
    labels = rules.labels(known.values())
    return [_completed(r, known, labels) for r in rows]


def figures() -> list[dict[str, str]]:
    """Rows territory, name, value, year, source."""
    return rows_of(DATA / "figures.csv")


def _read() -> Iterator[dict[str, Any]]:
    yield dict(COUNTRY_ROW)
    files = (("region", ""), ("departement", "region"), ("commune", "departement"), ("post", ""))
    for kind, parent in files:
        for row in rows_of(DATA / f"{kind}s.csv"):
            above = row.pop(parent) if parent else COUNTRY
            yield {**row, "kind": kind, "parent_id": above}


def _place(row: dict[str, Any]) -> Place:
    return Place(
        code=row["code"],
        kind=row["kind"],
        name=row["name"],
        parent=row.get("parent_id", ""),
        aliases=_split(row.get("aliases", "")),
        group_name=row.get("group_name", ""),
    )


def _split(words: str) -> list[str]:
    return [word for word in words.split("|") if word]


def _completed(row: dict[str, Any], known: dict[str, Place], labels: dict[str, str]) -> dict[str, Any]:
    place = known[row["code"]]
    path = [place.code]
    while above := known[path[0]].parent:
        path.insert(0, above)
    return {
        **row,
        "parent_id": place.parent or None,
        "path": "/".join(path),
        "aliases": list(place.aliases),
        "label": labels[place.code],
        "context": rules.context_words(place, known),
        "latitude": row.get("latitude") or None,
        "longitude": row.get("longitude") or None,
    }
