"""The inventory as CSV files, one a kind, as GeoJSON, and as NetBox exports it: read with faults, written
without loss. Pure."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from smartsenegal.cable.network import rules
from smartsenegal.lib.refusals import Fault
from smartsenegal.lib.sheets import quoted, unquoted
from smartsenegal.lib.text import TextRefused, clean, slug, typography

LINES_AT_MOST = 5_000
FAULTS_AT_MOST = 200
Row = dict[str, Any]


class _Wrong(ValueError):
    pass


@dataclass(frozen=True)
class Column:
    """A column of a file: its name, the field it fills, how its cell is read, and whether it may be left
    out."""

    name: str
    field: str
    read: Callable[[str], Any]
    required: bool = False


def _text(at_most: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        try:
            return clean(cell, at_most)
        except TextRefused as refused:
            raise _Wrong(str(refused)) from None

    return read


def _code(cell: str) -> str:
    if cell and (len(cell) > 60 or not all(c.isascii() and (c.isalnum() or c in "-_") for c in cell)):
        raise _Wrong("Un code a des lettres sans accent, des chiffres et des tirets, 60 au plus.")
    return cell


def _words(cell: str) -> list[str]:
    return cell.split()


def _whole(cell: str) -> int | None:
    if not cell:
        return None
    if not (cell.isascii() and cell.isdigit()) or int(cell[:12]) > 100_000_000:
        raise _Wrong("Écrivez un nombre entier, ou rien quand il n’est pas connu.")
    return int(cell)


def _decimal(places: int, least: float, most: float) -> Callable[[str], Decimal | None]:
    def read(cell: str) -> Decimal | None:
        if not cell:
            return None
        try:
            value = Decimal(cell.replace(",", "."))
        except InvalidOperation:
            raise _Wrong("Écrivez un nombre, ou rien quand il n’est pas connu.") from None
        if not value.is_finite() or not least <= value <= most:
            raise _Wrong(f"Écrivez un nombre de {least:g} à {most:g}.")
        return value.quantize(Decimal(1).scaleb(-places))

    return read


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        raise _Wrong("Écrivez la date comme 2026-11-24.") from None


def _yes(cell: str) -> bool:
    if cell.lower() not in ("", "oui", "non"):
        raise _Wrong("Écrivez oui ou non.")
    return cell.lower() == "oui"


def _among(known: Sequence[tuple[Any, str]], default: Any = "") -> Callable[[str], Any]:
    codes = {str(code): code for code, _ in known}

    def read(cell: str) -> Any:
        if not cell and default:
            return default
        if cell not in codes:
            raise _Wrong(f"« {cell} » est inconnu. Choisissez parmi : {', '.join(codes)}.")
        return codes[cell]

    return read


def _line(cell: str) -> list[list[float]]:
    try:
        return rules.points(cell.replace("|", "\n"))
    except rules.BadPoints as bad:
        raise _Wrong(str(bad)) from None


_CODE = Column("code", "code", _code, True)
_NAME = Column("nom", "name", _text(200), True)
_COMMON = (
    Column("etat", "state", _among(rules.STATES, "active")),
    Column("du", "valid_from", _day),
    Column("au", "valid_until", _day),
    Column("source", "source", _text(300)),
    Column("exemple", "is_example", _yes),
)
_CAPACITY = (
    Column("paires", "fibre_pairs", _whole),
    Column("allume_gbps", "lit_gbps", _whole),
    Column("conception_gbps", "design_gbps", _whole),
)
KINDS: dict[str, tuple[str, tuple[Column, ...]]] = {
    "nodes": ("Nœuds", (
        _CODE, _NAME,
        Column("role", "role", _among(rules.ROLES), True),
        Column("commune", "place", _text(120)),
        Column("pays", "country", _text(60)),
        Column("latitude", "latitude", _decimal(5, -90, 90)),
        Column("longitude", "longitude", _decimal(5, -180, 180)),
        Column("internet", "gives_internet", _yes),
        Column("dessert", "serves", _words),
        *_COMMON,
    )),
    "systems": ("Câbles", (
        _CODE, _NAME,
        Column("nature", "kind", _among(rules.KINDS_OF_SYSTEM), True),
        Column("exploitant", "owner", _text(200)),
        Column("constructeur", "supplier", _text(200)),
        Column("longueur_km", "length_km", _whole),
        *_CAPACITY,
        Column("vie_ans", "life_years", _whole),
        Column("note", "note", _text(1000)),
        *_COMMON,
    )),
    "links": ("Liaisons", (
        _CODE, _NAME,
        Column("cable", "system", _code),
        Column("de", "a", _code, True),
        Column("a", "b", _code, True),
        Column("longueur_km", "length_km", _decimal(2, 0, 100_000)),
        Column("fibre", "fibre_type", _text(60)),
        *_CAPACITY,
        Column("trace", "line", _line),
        *_COMMON,
    )),
    "zones": ("Zones de risque", (
        _CODE, _NAME,
        Column("nature", "kind", _among(rules.KINDS_OF_ZONE), True),
        Column("liaisons", "links", _words),
        Column("noeuds", "nodes", _words),
        Column("reparation_min_j", "repair_days_least", _whole),
        Column("reparation_max_j", "repair_days_most", _whole),
        *_COMMON,
    )),
    "equipment": ("Équipements", (
        _CODE, _NAME,
        Column("noeud", "node", _code, True),
        Column("nature", "kind", _among(rules.KINDS_OF_EQUIPMENT), True),
        Column("marque", "make", _text(60)),
        Column("modele", "model", _text(80)),
        Column("serie", "serial", _text(80)),
        *_COMMON,
    )),
    "circuits": ("Circuits", (
        _CODE, _NAME,
        Column("de", "a", _code, True),
        Column("a", "b", _code, True),
        Column("pour", "customer", _text(200)),
        Column("gbps", "gbps", _decimal(3, 0, 1_000_000)),
        Column("priorite", "priority", _among(rules.PRIORITIES, 3)),
        Column("chemin", "path", _words),
        Column("secours", "spare", _words),
        *_COMMON,
    )),
}  # fmt: skip

# --- NetBox ------------------------------------------------------------------------------------
# Its exports head a column by the field's name or by its label; either is taken, and others are left.
_STATUS = {
    "active": "active",
    "planned": "planned",
    "staging": "planned",
    "staged": "planned",
    "provisioning": "building",
    "decommissioning": "retired",
    "decommissioned": "retired",
    "deprovisioning": "retired",
    "retired": "retired",
}
NETBOX: dict[str, tuple[str, str, dict[str, tuple[str, ...]]]] = {
    "netbox-sites": ("NetBox : sites", "nodes", {
        "code": ("slug",), "name": ("name",), "state": ("status",), "latitude": ("latitude",),
        "longitude": ("longitude",), "place": ("region", "facility"),
    }),
    "netbox-devices": ("NetBox : équipements", "equipment", {
        "name": ("name",), "state": ("status",), "node": ("site",), "model": ("device_type", "type"),
        "make": ("manufacturer",), "serial": ("serial", "serial number"),
    }),
    "netbox-circuits": ("NetBox : circuits", "circuits", {
        "code": ("cid", "circuit id"), "state": ("status",), "customer": ("tenant",),
        "a": ("termination_a", "side a"), "b": ("termination_z", "side z"),
        "valid_from": ("install_date", "installed", "install date"),
        "valid_until": ("termination_date", "terminates", "termination date"),
        "kbps": ("commit_rate", "commit rate (kbps)"),
    }),
}  # fmt: skip
GEOJSON = "geojson"
CHOICES = [
    *((key, label) for key, (label, _) in KINDS.items()),
    (GEOJSON, "GeoJSON : nœuds et liaisons"),
    *((key, label) for key, (label, *_) in NETBOX.items()),
]


@dataclass(frozen=True)
class Read:
    """What a file holds: (kind, line, fields given) in the order to write them, and its faults."""

    rows: list[tuple[str, int, Row]]
    faults: list[Fault]


def read(kind: str, text: str) -> Read:
    """The rows of a file of one of CHOICES, whatever is in it."""
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        return Read([], [Fault(1, "", "Ce fichier n’est pas un texte.")])
    if kind == GEOJSON:
        return _once(_read_geojson(text))
    first = text.partition("\n")[0]
    found = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    try:
        names = [name.strip().lower() for name in next(found, [])]
        if kind in NETBOX:
            return _once(_read_netbox(kind, found, names))
        if faults := _head_faults(kind, names):
            return Read([], faults)
        return _once(_read_lines(kind, found, names))
    except csv.Error as error:
        return Read([], [Fault(found.line_num, "", f"Ce fichier CSV est mal formé ({error}).")])


def _once(found: Read) -> Read:
    """A code stands once a kind."""
    seen: dict[tuple[str, str], int] = {}
    faults = list(found.faults)
    for kind, line, row in found.rows:
        before = seen.setdefault((kind, row["code"]), line)
        if before != line:
            faults.append(Fault(line, "code", typography(f"Ce code est déjà à la ligne {before}.")))
    return Read(found.rows, faults)


def _head_faults(kind: str, names: Sequence[str]) -> list[Fault]:
    columns = KINDS[kind][1]
    known = {column.name for column in columns}
    missing = [c.name for c in columns if c.required and c.name not in names]
    twice = sorted({name for name in names if names.count(name) > 1})
    return [
        *(Fault(1, name, "Cette colonne manque.") for name in missing),
        *(Fault(1, name, "Cette colonne est inconnue.") for name in names if name not in known),
        *(Fault(1, name, "Cette colonne est là deux fois.") for name in twice),
    ]


def _lines(found: Any, names: Sequence[str], faults: list[Fault]) -> Iterable[tuple[int, dict[str, str]]]:
    line, count = found.line_num + 1, 0
    for cells in found:
        if any(cell.strip() for cell in cells):
            count += 1
            if count > LINES_AT_MOST or len(faults) >= FAULTS_AT_MOST:
                told = "La lecture s’arrête ici : le fichier est trop long ou trop faux."
                faults.append(Fault(line, "", typography(told)))
                return
            if len(cells) > len(names):
                faults.append(Fault(line, "", "Cette ligne a plus de cellules que de colonnes."))
            else:
                yield line, {n: unquoted(cell.strip()) for n, cell in zip(names, cells, strict=False)}
        line = found.line_num + 1


def _read_lines(kind: str, found: Any, names: Sequence[str]) -> Read:
    rows, faults = list[tuple[str, int, Row]](), list[Fault]()
    for line, cells in _lines(found, names, faults):
        row, wrong = _row(kind, line, cells)
        faults += wrong
        if not wrong:
            rows.append((kind, line, row))
    return Read(rows, faults)


def _row(kind: str, line: int, cells: Mapping[str, str]) -> tuple[Row, list[Fault]]:
    row, faults = Row(), list[Fault]()
    for column in KINDS[kind][1]:
        if column.name not in cells:
            continue
        try:
            row[column.field] = column.read(cells[column.name])
            if column.required and row[column.field] == "":
                raise _Wrong("Cette cellule est vide.")
        except _Wrong as wrong:
            faults.append(Fault(line, column.name, typography(str(wrong))))
    return row, faults


def _read_netbox(kind: str, found: Any, names: Sequence[str]) -> Read:
    _, to, aliases = NETBOX[kind]
    at = {field: next((n for n in those if n in names), "") for field, those in aliases.items()}
    needed = {"nodes": ("name", "code"), "equipment": ("name", "node"), "circuits": ("code", "a", "b")}[to]
    if missing := [aliases[field][0] for field in needed if not at[field]]:
        return Read([], [Fault(1, name, "Cette colonne manque.") for name in missing])
    rows, faults = list[tuple[str, int, Row]](), list[Fault]()
    for line, cells in _lines(found, names, faults):
        given = {field: cells.get(name, "") for field, name in at.items() if name}
        row, wrong = _row(to, line, _ours(to, given))
        faults += wrong
        if not wrong:
            rows.append((to, line, row))
    return Read(rows, faults)


def _ours(to: str, given: Mapping[str, str]) -> dict[str, str]:
    """Cells of NetBox under our columns' names. A site becomes a point of presence: its role is to
    confirm."""
    cells = dict(given)
    cells["state"] = _STATUS.get(cells.get("state", "").lower(), "active")
    cells["source"] = "Export de NetBox"
    if to == "nodes":
        cells["role"] = "pop"
    if to == "equipment":
        cells |= {"code": slug(cells["name"])[:60], "node": slug(cells["node"]), "kind": "other"}
    if to == "circuits":
        kbps = cells.pop("kbps", "")
        cells |= {"name": cells["code"], "code": slug(cells["code"])[:60]}
        cells |= {end: slug(cells[end].partition(":")[0]) for end in ("a", "b")}
        if kbps.isascii() and kbps.isdigit():
            cells["gbps"] = str(Decimal(kbps) / 1_000_000)
    return {column.name: cells[column.field] for column in KINDS[to][1] if column.field in cells}


# --- GeoJSON (RFC 7946) ------------------------------------------------------------------------


def _read_geojson(text: str) -> Read:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return Read([], [Fault(1, "", "Ce fichier n’est pas du GeoJSON.")])
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        return Read([], [Fault(1, "", "Ce fichier n’est pas une collection GeoJSON (« features »).")])
    if len(features) > LINES_AT_MOST:
        return Read([], [Fault(1, "", f"Un fichier a {LINES_AT_MOST} objets au plus.")])
    rows, faults = list[tuple[str, int, Row]](), list[Fault]()
    for number, feature in enumerate(features, 1):
        kind, row, wrong = _feature(number, feature)
        faults += wrong
        if not wrong:
            rows.append((kind, number, row))
    rows.sort(key=lambda each: each[0] == "links")  # a link comes after its nodes
    return Read(rows, faults)


def _feature(number: int, feature: Any) -> tuple[str, Row, list[Fault]]:
    shape = feature.get("geometry") if isinstance(feature, dict) else None
    given = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(given, dict) or not (shape is None or isinstance(shape, dict)):
        return "", {}, [Fault(number, "", "Cet objet n’a pas de propriétés.")]
    kind = "links" if {"de", "a"} <= given.keys() else "nodes"
    wanted = "LineString" if kind == "links" else "Point"
    if shape is not None and shape.get("type") != wanted:
        return "", {}, [Fault(number, "geometry", f"Un « {wanted} » est attendu ici.")]
    columns = {column.name for column in KINDS[kind][1]}
    needed = [c.name for c in KINDS[kind][1] if c.required and c.name not in given]
    if needed:
        return "", {}, [Fault(number, name, "Cette propriété manque.") for name in needed]
    cells = {name: cell(value) for name, value in given.items() if name in columns}
    row, faults = _row(kind, number, cells)
    if shape is not None and not faults:
        faults = _take_shape(number, kind, shape.get("coordinates"), row)
    return kind, row, faults


def _take_shape(number: int, kind: str, coordinates: Any, row: Row) -> list[Fault]:
    points = coordinates if kind == "links" else [coordinates]
    is_list = isinstance(points, list) and len(points) <= rules.POINTS_AT_MOST
    if not is_list or not all(_is_point(point) for point in points):
        return [Fault(number, "geometry", "Ces coordonnées ne sont pas des points en degrés.")]
    if kind == "nodes":
        row["longitude"], row["latitude"] = (Decimal(str(round(c, 5))) for c in points[0][:2])
    else:
        # The ends are those of the nodes: between them stands the line.
        row["line"] = [[round(x, 5), round(y, 5)] for x, y, *_ in points[1:-1]]
    return []


def _is_point(point: Any) -> bool:
    numbers = isinstance(point, list) and len(point) >= 2 and all(
        isinstance(c, int | float) and not isinstance(c, bool) for c in point[:2]
    )  # fmt: skip
    return numbers and not rules.point_fault(point[0], point[1])


# --- writing -----------------------------------------------------------------------------------


def write(kind: str, rows: Iterable[Row]) -> str:
    """The CSV file that `read` gives these rows back from."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = KINDS[kind][1]
    writer.writerow([column.name for column in columns])
    for row in rows:
        writer.writerow([quoted(cell(row[column.field])) for column in columns])
    return out.getvalue()


def properties(kind: str, row: Row) -> dict[str, str]:
    """A row as the properties of a GeoJSON object: its cells, but for those that its geometry tells."""
    told = ("latitude", "longitude", "line")
    return {c.name: cell(row[c.field]) for c in KINDS[kind][1] if c.field not in told}


def cell(value: Any) -> str:
    """A value as a file has it; "" for what is not known."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        if value and isinstance(value[0], list):
            return rules.spelt_points(value).replace("\n", "|")
        return " ".join(map(str, value))
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)
