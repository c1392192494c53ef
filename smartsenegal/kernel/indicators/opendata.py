"""Published series as files and as their dictionary: plain rows and texts, written as they are read."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from smartsenegal.kernel.indicators import queries, registry, rules
from smartsenegal.kernel.indicators.queries import PublicRow
from smartsenegal.kernel.indicators.registry import Series

# What anyone may do with these files, until the administration chooses another licence.
LICENCE = "Creative Commons Attribution 4.0 International (CC BY 4.0)"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/deed.fr"
# Rows whose codes are named by one reading.
NAMED_TOGETHER = 500


@dataclass(frozen=True)
class Column:
    """One column of a file, as the dictionary describes it."""

    name: str
    label: str
    kind: str


def columns(shown: Series) -> list[Column]:
    """The columns of a series' CSV, in their order."""
    dims = [Column(name, label, "code") for name, label in shown.dims.items()]
    delays = [
        Column("mediane_minutes", "Durée que la moitié des demandes ne dépasse pas", "minutes"),
        Column("neuf_sur_dix_minutes", "Durée que neuf demandes sur dix ne dépassent pas", "minutes"),
    ]
    return [
        Column("mois", "Mois entier", "AAAA-MM"),
        *dims,
        Column("valeur", shown.unit.capitalize(), "nombre"),
        *(delays if shown.is_histogram else ()),
        Column("masquee", "Nombre trop petit pour être publié", "oui ou non"),
        # Behind the others: who reads columns by their rank finds the same as before.
        *(Column(f"{name}_libelle", f"{label}, en français", "texte") for name, label in shown.dims.items()),
    ]


class Echo:
    """A file for `csv.writer` that gives each line back."""

    def write(self, line: str) -> str:
        return line


def as_csv(shown: Series) -> Iterator[str]:
    """RFC 4180; a suppressed value is empty and its column `masquee` says so."""
    writer = csv.writer(Echo())
    yield writer.writerow([column.name for column in columns(shown)])
    for row, labels in _named(shown):
        cells, words = [list(map(rules.csv_cell, texts)) for texts in (row.dims, labels)]
        yield writer.writerow([f"{row.month:%Y-%m}", *cells, *_values(shown, row), *words])


def _named(shown: Series) -> Iterator[tuple[PublicRow, list[str]]]:
    """The rows that are published, each with the French names of its codes: one reading of names for many."""
    rows = iter(queries.public_rows(shown))
    while part := list(islice(rows, NAMED_TOGETHER)):
        names = [
            registry.labels_of(dim, {row.dims[rank] for row in part}) for rank, dim in enumerate(shown.dims)
        ]
        for row in part:
            yield row, [known.get(code, code) for known, code in zip(names, row.dims, strict=True)]


def _values(shown: Series, row: PublicRow) -> list[Any]:
    delays = [_blank(row.median), _blank(row.ninth)] if shown.is_histogram else []
    return [_blank(row.value), *delays, "oui" if row.value is None else "non"]


def _blank(value: int | None) -> int | str:
    return "" if value is None else value


def as_json(shown: Series) -> Iterator[str]:
    """`{"name", "label", "unit", "about", "licence", …, "rows": [{"month", "dims", "labels", "value"}]}`."""
    head = json.dumps(_described(shown), ensure_ascii=False)
    yield head[:-1] + f', "smallest_shown": {rules.SMALLEST_SHOWN}, "rows": ['
    for rank, (row, labels) in enumerate(_named(shown)):
        yield ("," if rank else "") + json.dumps(_item(shown, row, labels), ensure_ascii=False)
    yield "]}"


def _item(shown: Series, row: PublicRow, labels: list[str]) -> dict[str, Any]:
    dims = dict(zip(shown.dims, row.dims, strict=True))
    named = dict(zip(shown.dims, labels, strict=True))
    item: dict[str, Any] = {
        "month": f"{row.month:%Y-%m}",
        "dims": dims,
        "labels": named,
        "value": row.value,
    }
    if shown.is_histogram:
        item |= {"median_minutes": row.median, "ninth_decile_minutes": row.ninth}
    return item


def _described(shown: Series) -> dict[str, Any]:
    return {
        "name": shown.name,
        "label": shown.label,
        "unit": shown.unit,
        "about": shown.about,
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
    }


# --- the dictionary -------------------------------------------------------------------------


def dictionary() -> list[dict[str, Any]]:
    """What every published series and each of its columns mean."""
    return [
        {
            **_described(shown),
            "columns": [vars(column) for column in columns(shown)],
            "smallest_shown": rules.SMALLEST_SHOWN,
        }
        for shown in registry.published()
    ]


def dictionary_csv() -> Iterator[str]:
    """The same, a line a column."""
    writer = csv.writer(Echo())
    yield writer.writerow(["serie", "titre", "colonne", "sens", "nature"])
    for shown in registry.published():
        for column in columns(shown):
            yield writer.writerow([shown.name, shown.label, column.name, column.label, column.kind])
