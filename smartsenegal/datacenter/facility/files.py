"""Parts, racks and devices as CSV files: read with their faults, written without loss. Pure.

Rack and device exports of NetBox are read too: their columns stand for ours, the others are passed over.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from smartsenegal.datacenter.facility.rules.feeds import CODE
from smartsenegal.datacenter.facility.rules.words import FEEDS, ISOLATIONS, KINDS, PATHS, PHASES
from smartsenegal.lib.refusals import Fault
from smartsenegal.lib.sheets import quoted, unquoted
from smartsenegal.lib.text import TextRefused, clean, typography

LINES_AT_MOST = 5_000
FAULTS_AT_MOST = 200
Row = Mapping[str, Any]


class _Wrong(ValueError):
    pass


def _text(at_most: int, required: str = "") -> Callable[[str], str]:
    def read(cell: str) -> str:
        try:
            found = clean(cell, at_most)
        except TextRefused as refused:
            raise _Wrong(str(refused)) from None
        if required and not found:
            raise _Wrong(required)
        return found

    return read


def _code(cell: str) -> str:
    if not CODE.fullmatch(cell.upper()):
        raise _Wrong("Un code a des lettres sans accent, des chiffres et des tirets.")
    return cell.upper()


def _codes(cell: str) -> tuple[str, ...]:
    return tuple(_code(each) for each in cell.split())


def _number(most: int, default: int | None = None) -> Callable[[str], int | None]:
    def read(cell: str) -> int | None:
        whole = cell.removesuffix(".0")
        if not whole:
            return default
        if not (whole.isascii() and whole.isdigit()) or int(whole[:15]) > most:
            raise _Wrong(f"Écrivez un nombre entier, de 0 à {most}.")
        return int(whole)

    return read


def _hours(cell: str) -> float | None:
    if not cell:
        return None
    try:
        found = float(cell.replace(",", "."))
    except ValueError:
        raise _Wrong("Écrivez un nombre d’heures.") from None
    if not 0 < found < 1e9:
        raise _Wrong("Écrivez un nombre d’heures plus grand que zéro.")
    return found


def _share(cell: str) -> float:
    try:
        found = float(cell.replace(",", ".") or 0)
    except ValueError:
        raise _Wrong("Écrivez une part, de 0 à 1.") from None
    if not 0 <= found <= 1:
        raise _Wrong("Écrivez une part, de 0 à 1.")
    return found


def _among(known: list[tuple[str, str]], default: str = "") -> Callable[[str], str]:
    codes = [code for code, _ in known]

    def read(cell: str) -> str:
        if cell and cell not in codes:
            raise _Wrong(
                f"« {cell[:40]} » est inconnu. Choisissez parmi : {', '.join(c for c in codes if c)}."
            )
        return cell or default

    return read


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        raise _Wrong("Écrivez un jour comme 2026-11-26.") from None


def _yes(cell: str) -> bool:
    if cell.lower() not in ("", "oui", "non"):
        raise _Wrong("Écrivez oui ou non.")
    return cell.lower() == "oui"


@dataclass(frozen=True)
class Table:
    """One kind of file: column → (field, reader), those it must have, those of NetBox that it knows."""

    columns: Mapping[str, tuple[str, Callable[[str], Any]]]
    required: tuple[str, ...]
    key: tuple[str, ...]
    netbox: Mapping[str, str]


PARTS = Table(
    {
        "code": ("code", _code),
        "nom": ("name", _text(120, "Indiquez le nom de la pièce.")),
        "nature": ("kind", _among(KINDS)),
        "voie": ("path", _among(PATHS)),
        "alimentee_par": ("feeds", _text(2_000)),
        "capacite": ("capacity", _number(10**12)),
        "consommation_w": ("draw_watts", _number(10**9, 0)),
        "secours_retenu": ("carried", _number(10**12)),
        "triphase": ("three_phase", _yes),
        "isolement": ("isolation", _among(ISOLATIONS, "neighbours")),
        "compartiment": ("compartment", _text(60)),
        "entretien_h": ("work_hours", _hours),
        "entre_pannes_h": ("mtbf_hours", _hours),
        "reparation_h": ("mttr_hours", _hours),
        "cause_commune": ("common_cause", _text(40)),
        "beta": ("beta", _share),
        "hypotheses_du": ("assumed_on", _day),
        "hypotheses_de": ("assumed_from", _text(300)),
        "exemple": ("is_example", _yes),
        "source": ("source", _text(300)),
    },
    ("code", "nom", "nature"),
    ("code",),
    {},
)
RACKS = Table(
    {
        "salle": ("room", _text(40, "Indiquez le code de la salle.")),
        "code": ("code", _text(40, "Indiquez le code de la baie.")),
        "rangee": ("row", _text(20)),
        "place": ("place", _number(999, 1)),
        "hauteur_u": ("units", _number(100, 42)),
        "charge_kg": ("max_kg", _number(100_000)),
        "puissance_w": ("max_watts", _number(10**6)),
        "ports": ("ports", _number(10_000)),
        "voie_a": ("feed_a", lambda cell: _code(cell) if cell else ""),
        "phase_a": ("phase_a", _among(PHASES)),
        "voie_b": ("feed_b", lambda cell: _code(cell) if cell else ""),
        "phase_b": ("phase_b", _among(PHASES)),
        "froid": ("cooling", _codes),
        "reseau": ("network", _codes),
        "exemple": ("is_example", _yes),
    },
    ("salle", "code"),
    ("room", "code"),
    {"location": "salle", "name": "code", "u_height": "hauteur_u", "max_weight": "charge_kg"},
)
DEVICES = Table(
    {
        "salle": ("room", _text(40, "Indiquez le code de la salle.")),
        "baie": ("rack", _text(40, "Indiquez le code de la baie.")),
        "nom": ("name", _text(80, "Indiquez le nom de l’équipement.")),
        "u": ("first", _number(100)),
        "hauteur_u": ("units", _number(100)),
        "puissance_w": ("watts", _number(10**6, 0)),
        "poids_kg": ("kg", _number(100_000, 0)),
        "ports": ("ports", _number(10_000, 0)),
        "voies": ("feeds", _among(FEEDS, "AB")),
        "modele": ("model", _text(80)),
        "numero_serie": ("serial", _text(80)),
        "installe_le": ("installed_on", _day),
        "exemple": ("is_example", _yes),
    },
    ("salle", "baie", "nom", "u", "hauteur_u"),
    ("room", "rack", "name"),
    {
        "location": "salle", "rack": "baie", "name": "nom", "position": "u", "u_height": "hauteur_u",
        "device_type": "modele", "serial": "numero_serie",
    },
)  # fmt: skip
TABLES = {"pieces": PARTS, "baies": RACKS, "equipements": DEVICES}


def read(kind: str, text: str) -> tuple[list[tuple[int, Row]], list[Fault]]:
    """Rows of a file with their line numbers, only with the fields its columns give, and its faults."""
    table = TABLES[kind]
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        return [], [Fault(1, "", "Ce fichier n’est pas un texte.")]
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = _names(table, next(found, []))
        if faults := _head_faults(table, names):
            return [], faults
        return _lines(table, found, names)
    except csv.Error as error:
        return [], [Fault(found.line_num, "", f"Ce fichier CSV est mal formé ({error}).")]


def _names(table: Table, cells: list[str]) -> list[str]:
    """Our names of the columns; "" for those of NetBox that are passed over."""
    given = [cell.strip().lower() for cell in cells]
    if "name" not in given or not table.netbox:
        return given
    return [table.netbox.get(name, name if name in table.columns else "") for name in given]


def _head_faults(table: Table, names: list[str]) -> list[Fault]:
    missing = [Fault(1, name, "Cette colonne manque.") for name in table.required if name not in names]
    unknown = [
        Fault(1, name, "Cette colonne est inconnue.") for name in names if name and name not in table.columns
    ]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    return missing + unknown + [Fault(1, name, "Cette colonne est là deux fois.") for name in twice]


def _lines(table: Table, found: Any, names: list[str]) -> tuple[list[tuple[int, Row]], list[Fault]]:
    rows: list[tuple[int, Row]] = []
    faults: list[Fault] = []
    seen: dict[tuple[Any, ...], int] = {}
    line = found.line_num + 1
    for cells in found:
        if any(cell.strip() for cell in cells):
            if len(rows) >= LINES_AT_MOST or len(faults) >= FAULTS_AT_MOST:
                told = "La lecture s’arrête ici : le fichier est trop long ou trop faux."
                faults.append(Fault(line, "", typography(told)))
                break
            row, wrong = _row(table, line, names, cells)
            key = tuple(row.get(field) for field in table.key)
            if not wrong and (before := seen.setdefault(key, line)) != line:
                wrong = [Fault(line, "", typography(f"Cette ligne dit la même chose que la ligne {before}."))]
            faults += wrong
            if not wrong:
                rows.append((line, row))
        line = found.line_num + 1
    return rows, faults


def _row(table: Table, line: int, names: list[str], cells: list[str]) -> tuple[Row, list[Fault]]:
    if len(cells) > len(names):
        return {}, [Fault(line, "", "Cette ligne a plus de cellules que de colonnes.")]
    values, faults = {}, []
    for name, cell in zip(names, cells + [""] * (len(names) - len(cells)), strict=True):
        if not name:
            continue
        field, reader = table.columns[name]
        try:
            values[field] = reader(unquoted(cell.strip()))
            if name in table.required and values[field] in (None, ""):
                raise _Wrong("Remplissez cette cellule.")
        except _Wrong as wrong:
            faults.append(Fault(line, name, typography(str(wrong))))
    return values, faults


def column_of(kind: str, field: str) -> str:
    """The column that gives a field; "" when none does."""
    return next((name for name, (of, _) in TABLES[kind].columns.items() if of == field), "")


def write(kind: str, rows: Iterable[Row]) -> str:
    """The file that `read` gives these rows back from."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = TABLES[kind].columns
    writer.writerow(columns)
    for row in rows:
        writer.writerow([quoted(cell(row.get(field))) for field, _ in columns.values()])
    return out.getvalue()


def cell(value: Any) -> str:
    """A value as the file has it; "" for what is not known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, tuple):
        return " ".join(value)
    text = str(value)
    # A spreadsheet would run what begins so.
    return f" {text}" if text[:1] in ("=", "+", "-", "@") else text
