"""The list of hotspots as a CSV file: read with its faults, written without loss. Pure."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from smartsenegal.lib.refusals import Fault
from smartsenegal.lib.sheets import quoted, unquoted
from smartsenegal.lib.text import TextRefused, clean, typography
from smartsenegal.wifi.network import rules

LINES_AT_MOST = 2_000
FAULTS_AT_MOST = 200


@dataclass(frozen=True)
class Row:
    """One hotspot. `commune` is the code of its commune; None is "not known"."""

    code: str
    name: str
    commune: str
    ssid: str
    address: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    secure_ssid: str = ""
    mobile: bool = False
    uplink_down_kbps: int | None = None
    uplink_up_kbps: int | None = None
    clients_at_most: int | None = None
    pool: str = ""
    lease_seconds: int = 3600
    languages: tuple[str, ...] = ("fr", "wo", "ff", "en")
    kinds_of_access: tuple[str, ...] = ("click",)
    welcome: str = ""
    source: str = ""


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


# First words of addresses of pages.
_RESERVED = (
    "importer", "nouveau", "passerelles", "reseau", "acces", "direct", "donnees", "planification", "contenus",
)  # fmt: skip


def _code(cell: str) -> str:
    if cell in _RESERVED:
        raise _Wrong("Ce code est réservé : choisissez-en un autre.")
    if not cell or len(cell) > 120 or not all(c.isascii() and (c.isalnum() or c in "-_") for c in cell):
        raise _Wrong("Un code a des lettres sans accent, des chiffres et des tirets.")
    return cell


def _ssid(cell: str) -> str:
    if fault := rules.ssid_fault(cell):
        raise _Wrong(fault)
    return cell


def _secure(cell: str) -> str:
    return _ssid(cell) if cell else ""


def _pool(cell: str) -> str:
    if fault := rules.pool_fault(cell):
        raise _Wrong(fault)
    return cell


def _degrees(limit: int) -> Callable[[str], Decimal | None]:
    def read(cell: str) -> Decimal | None:
        if not cell:
            return None
        try:
            value = Decimal(cell.replace(",", "."))
        except InvalidOperation:
            raise _Wrong("Écrivez des degrés, comme 14.69370.") from None
        if not value.is_finite() or abs(value) > limit:
            raise _Wrong(f"Écrivez des degrés, de -{limit} à {limit}.")
        return value.quantize(Decimal("0.00001"))

    return read


def _number(least: int, largest: int) -> Callable[[str], int | None]:
    def read(cell: str) -> int | None:
        if not cell:
            return None
        if not (cell.isascii() and cell.isdigit()) or not least <= int(cell[:12]) <= largest:
            raise _Wrong(f"Écrivez un nombre entier, de {least} à {largest}.")
        return int(cell)

    return read


def _lease(cell: str) -> int:
    found = _number(300, 604_800)(cell)
    return 3600 if found is None else found


def _yes(cell: str) -> bool:
    if cell.lower() not in ("", "oui", "non"):
        raise _Wrong("Écrivez oui ou non.")
    return cell.lower() == "oui"


def _among(known: list[tuple[str, str]], default: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    codes = [code for code, _ in known]

    def read(cell: str) -> tuple[str, ...]:
        asked = cell.split()
        if unknown := [code for code in asked if code not in codes]:
            raise _Wrong(f"« {unknown[0]} » est inconnu. Choisissez parmi : {', '.join(codes)}.")
        return tuple(code for code in codes if code in asked) if asked else default

    return read


# Field of Row → name of the column, and how its cell is read. The order is that of the file.
COLUMNS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "code": ("code", _code),
    "name": ("nom", _text(200, "Indiquez le nom du point.")),
    "commune": ("commune", _text(120, "Indiquez le code de la commune.")),
    "address": ("adresse", _text(300)),
    "latitude": ("latitude", _degrees(90)),
    "longitude": ("longitude", _degrees(180)),
    "ssid": ("ssid", _ssid),
    "secure_ssid": ("ssid_securise", _secure),
    "mobile": ("mobile", _yes),
    "uplink_down_kbps": ("descendant_kbps", _number(64, 100_000_000)),
    "uplink_up_kbps": ("montant_kbps", _number(64, 100_000_000)),
    "clients_at_most": ("appareils_max", _number(1, 1_000_000)),
    "pool": ("plage", _pool),
    "lease_seconds": ("bail_s", _lease),
    "languages": ("langues", _among(rules.LANGUAGES, ("fr", "wo", "ff", "en"))),
    "kinds_of_access": ("acces", _among(rules.WAYS_IN, ("click",))),
    "welcome": ("accueil", _text(300)),
    "source": ("source", _text(300)),
}
REQUIRED = ("code", "nom", "commune", "ssid")
assert set(COLUMNS) == {f.name for f in fields(Row)}


def read(text: str) -> tuple[list[tuple[int, Row]], list[Fault], frozenset[str]]:
    """Rows of a file with their line numbers, its faults, and the fields that its columns give.

    Columns may stand in any order, separated by commas or semicolons; those that may be left out take what
    `Row` says.
    """
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        return [], [Fault(1, "", "Ce fichier n’est pas un texte.")], frozenset()
    first = text.partition("\n")[0]
    found = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    try:
        names = [name.strip().lower() for name in next(found, [])]
        if faults := _head_faults(names):
            return [], faults, frozenset()
        given = frozenset(name for name, (column, _) in COLUMNS.items() if column in names)
        return *_lines(found, names), given
    except csv.Error as error:
        told = f"Ce fichier CSV est mal formé ({error})."
        return [], [Fault(found.line_num, "", told)], frozenset()


def _head_faults(names: list[str]) -> list[Fault]:
    known = {column for column, _ in COLUMNS.values()}
    missing = [Fault(1, name, "Cette colonne manque.") for name in REQUIRED if name not in names]
    unknown = [Fault(1, name, "Cette colonne est inconnue.") for name in names if name not in known]
    twice = {name for name in names if names.count(name) > 1}
    return missing + unknown + [Fault(1, name, "Cette colonne est là deux fois.") for name in sorted(twice)]


def _lines(found: Any, names: list[str]) -> tuple[list[tuple[int, Row]], list[Fault]]:
    rows: list[tuple[int, Row]] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    line = found.line_num + 1
    for cells in found:
        if any(cell.strip() for cell in cells):
            if len(rows) >= LINES_AT_MOST or len(faults) >= FAULTS_AT_MOST:
                faults.append(
                    Fault(line, "", "La lecture s’arrête ici : le fichier est trop long ou trop faux.")
                )
                break
            row, wrong = _row(line, dict(zip(names, cells, strict=False)), len(cells) - len(names))
            if row and (before := seen.setdefault(row.code, line)) != line:
                wrong.append(Fault(line, "code", typography(f"Ce code est déjà à la ligne {before}.")))
            faults += wrong
            if row:
                rows.append((line, row))
        line = found.line_num + 1
    return rows, faults


def _row(line: int, cells: dict[str, str], too_many: int) -> tuple[Row | None, list[Fault]]:
    if too_many > 0:
        return None, [Fault(line, "", "Cette ligne a plus de cellules que de colonnes.")]
    values, faults = {}, []
    for field, (column, reader) in COLUMNS.items():
        try:
            values[field] = reader(unquoted(cells.get(column, "").strip()))
        except _Wrong as wrong:
            faults.append(Fault(line, column, typography(str(wrong))))
    if not faults and (values["latitude"] is None) != (values["longitude"] is None):
        faults.append(Fault(line, "longitude", "Donnez la latitude et la longitude, ou aucune des deux."))
    return (None if faults else Row(**values)), faults


def write(rows: Iterable[Row]) -> str:
    """The file that `read` gives these rows back from."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column for column, _ in COLUMNS.values()])
    for row in rows:
        values = asdict(row)
        writer.writerow([quoted(cell(values[field])) for field in COLUMNS])
    return out.getvalue()


def cell(value: Any) -> str:
    """A value of a row as the file has it; "" for what is not known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return " ".join(value) if isinstance(value, tuple) else str(value)
