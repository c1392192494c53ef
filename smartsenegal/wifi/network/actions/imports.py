"""Hotspots from a file: all of them, or none."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import transaction

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.refusals import Fault
from smartsenegal.wifi.network import queries
from smartsenegal.wifi.network.actions.hotspots import add_hotspot, change_hotspot
from smartsenegal.wifi.network.errors import ImportRefused, NetworkRefused
from smartsenegal.wifi.network.files import COLUMNS, Row

NAMED = Path(__file__).resolve().parent.parent / "data" / "named.csv"


@transaction.atomic
def import_hotspots(by: Principal, text: str) -> queries.Preview:
    """Add and correct the hotspots of a CSV file (`files.COLUMNS`); returns what was done.

    Raises ImportRefused with every fault of the file, and writes nothing; PermissionRefused for a place that
    `by` does not manage. Hotspots that the file leaves out are left as they are.
    """
    preview = queries.preview(by, text)
    if preview.faults:
        raise ImportRefused(preview.faults)
    faults = []
    for line, row in (*preview.added, *preview.changed):
        try:
            _write(by, row, preview)
        except NetworkRefused as refused:
            column = COLUMNS.get(refused.field, ("",))[0]
            faults.append(Fault(line, column, refused.sentence))
    if faults:
        raise ImportRefused(faults)
    detail = {"added": len(preview.added), "changed": len(preview.changed)}
    audit.record(by.actor, "wifi.hotspots_imported", "wifi_hotspot:import", detail)
    return preview


def _write(by: Principal, row: Row, preview: queries.Preview) -> None:
    values: dict[str, Any] = asdict(row)
    code, place = values.pop("code"), preview.places[values.pop("commune")]
    for name in ("languages", "kinds_of_access"):
        values[name] = list(values[name])
    known = preview.known.get(code)
    if known is None:
        add_hotspot(by, code=code, place=place, **values)
    else:
        change_hotspot(by, known, **values)


def load_named(by: Principal) -> int:
    """Add the hotspots that the press and the programme name, where they are missing; returns how many.

    Their file says what is to be confirmed: no rate, no equipment and no position is invented.
    """
    text = NAMED.read_text("utf-8")
    preview = queries.preview(by, text)
    for _, row in preview.added:
        _write(by, row, preview)
    return len(preview.added)
