"""The catalogue as files of the national portal: JSON and CSV, out and in. No database here.

Out and in: procedures, themes, life events, administrations, texts and structures; `rules.portal` and
`rules.portal_shelves` say what they carry, `actions_portal` what becomes of them. Reviews go out once
they were read and published; those that come in are read here too before their words are shown.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from smartsenegal.kernel.sites.api import OPEN, Site
from smartsenegal.onestop.procedures.models import LifeEvent, Theme
from smartsenegal.onestop.procedures.rules.catalogue import Offer
from smartsenegal.onestop.procedures.rules.portal import row_of

Rows = list[dict[str, Any]]
COLLECTIONS = ("demarches", "themes", "evenements_de_vie", "services_administratifs", "textes", "structures",
               "avis")  # fmt: skip
LARGEST = 20_000_000
MOST_ROWS = 5_000
# Cells of a CSV that hold a list: its items as JSON.
_LISTS = ("sous_themes", "service_administratifs", "textes", "demarches", "faqs")


class PortalFileRefused(ValueError):
    """The text is no file of the portal; `str(error)` is the French sentence."""


# --- out ------------------------------------------------------------------------------------------


def bundle(
    offers: Sequence[Offer], themes: Sequence[Theme], events: Iterable[LifeEvent], sites: Iterable[Site],
    reviews: Rows, on: date,
) -> dict[str, Rows]:  # fmt: skip
    """Every collection, with the prices of that day."""
    titles = {t.slug: t.title for t in themes}
    return {
        "demarches": [row_of(o.definition, o.owner, titles, on) for o in offers],
        "themes": [_theme(t) for t in themes],
        "evenements_de_vie": [_event(e, offers) for e in events],
        "services_administratifs": _services(offers),
        "textes": _laws(offers),
        "structures": [_structure(s) for s in sites],
        "avis": reviews,
    }


def _theme(t: Theme) -> dict[str, Any]:
    return {"id": t.slug, "slug": t.slug, "libelle": t.title, "ordre": t.rank, "icon": t.icon}


def _event(event: LifeEvent, offers: Sequence[Offer]) -> dict[str, Any]:
    titles = {o.definition.code: o.definition.title for o in offers}
    codes = [str(step["code"]) for step in event.steps if step["code"] in titles]
    return {
        "id": event.slug,
        "slug": event.slug,
        "titre": event.title,
        "resume": event.summary,
        "icon": event.icon,
        "est_publie": True,
        "demarches": [{"id": code, "titre": titles[code]} for code in codes],
    }


def _services(offers: Sequence[Offer]) -> Rows:
    named = {o.definition.owner: o.owner for o in offers}
    return [{"id": code, "nom": name} for code, name in sorted(named.items())]


def _laws(offers: Sequence[Offer]) -> Rows:
    laws = dict.fromkeys(text for o in offers for text in o.definition.texts)
    return [{"nom": t.title, "description": t.reference, "url": t.url, "est_publie": True} for t in laws]


def _structure(site: Site) -> dict[str, Any]:
    return {
        "id": site.code,
        "libelle": site.name,
        "description": site.get_kind_display(),
        "collectivite_id": site.territory.code,
        "zone": site.territory.label,
        "localisation": site.address,
        "responsable": "",
        "contact_responsable": site.phone,
        "latitude": None if site.latitude is None else float(site.latitude),
        "longitude": None if site.longitude is None else float(site.longitude),
        "est_publie": site.state == OPEN,
    }


def to_json(data: Any) -> str:
    """Readable JSON."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def to_csv(rows: Rows) -> str:
    """The rows as CSV, one column a field; nothing in it is taken for a formula by a spreadsheet."""
    written = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(names)
    table.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return written.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if value is None or isinstance(value, bool):
        return {None: "", True: "oui", False: "non"}[value]
    text = str(value)
    return f"'{text}" if text[:1] in _FORMULA else text


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


# --- in -------------------------------------------------------------------------------------------


def read(text: str, suffix: str, name: str = "demarches") -> dict[str, list[Any]]:
    """The rows of each collection in a text, JSON or CSV; `name` is that of a bare list, or of a CSV file.

    Raises PortalFileRefused.
    """
    if len(text) > LARGEST:
        raise PortalFileRefused("Le fichier est trop grand. Partagez-le en plusieurs.")
    collection = name if name in COLLECTIONS else "demarches"
    found = {collection: _of_csv(text, collection)} if suffix == "csv" else _of_json(text, collection)
    if any(len(rows) > MOST_ROWS for rows in found.values()):
        raise PortalFileRefused(f"Le fichier dépasse {MOST_ROWS} lignes. Partagez-le en plusieurs.")
    return found


def _of_json(text: str, collection: str) -> dict[str, list[Any]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        at = f" (ligne {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise PortalFileRefused(f"Ce n’est pas du JSON{at}. Exportez-le de nouveau.") from error
    if isinstance(data, Mapping):
        found = {name: data[name] for name in COLLECTIONS if name in data}
        if not found and "results" in data:
            found = {collection: data["results"]}
    else:
        found = {collection: data}
    if not found or not all(isinstance(rows, list) for rows in found.values()):
        raise PortalFileRefused("Le fichier doit être une liste de démarches, ou un objet qui en a une.")
    return found


def _of_csv(text: str, collection: str) -> list[Any]:
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise PortalFileRefused("Ce n’est pas du CSV lisible. Exportez-le de nouveau.") from error
    column = _COLUMN[collection]
    if rows and column not in rows[0]:
        raise PortalFileRefused(f"Il manque la colonne « {column} ». Gardez la première ligne du fichier.")
    return [_row(row) for row in rows]


# What a CSV of each collection must tell.
_COLUMN = {"demarches": "titre", "themes": "libelle", "evenements_de_vie": "titre", "textes": "nom",
           "services_administratifs": "nom", "structures": "id"}  # fmt: skip


def _row(cells: Mapping[Any, Any]) -> dict[str, Any]:
    named = {k: v for k, v in cells.items() if isinstance(k, str) and isinstance(v, str)}
    return {name: _value(name, cell) for name, cell in named.items()}


def _value(name: str, cell: str) -> Any:
    if name not in _LISTS:
        return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA else cell
    if not cell.strip():
        return []
    if not cell.lstrip().startswith("["):
        return [{"nom": word.strip()} for word in cell.split("|")]
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return cell  # told as a fault of its field
