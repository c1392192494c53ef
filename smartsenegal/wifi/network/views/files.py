"""The list as files: taken out, and brought in after a look at what it would change."""

import json
from dataclasses import asdict

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from smartsenegal.kernel.pages import data_of
from smartsenegal.lib.text import plural, typography
from smartsenegal.wifi.network import actions, queries
from smartsenegal.wifi.network.errors import ImportRefused
from smartsenegal.wifi.network.files import COLUMNS, REQUIRED, Row, cell, write
from smartsenegal.wifi.network.forms import ImportForm
from smartsenegal.wifi.network.models import Hotspot
from smartsenegal.wifi.network.views.base import asked, manager, reader, show

ROWS_SHOWN = 50


def _asked(request: HttpRequest) -> list[Hotspot]:
    given = [asked(request, name) for name in ("q", "region", "etat")]
    return queries.hotspots(reader(request), *given)


@login_required
@require_GET
def export_csv(request: HttpRequest) -> HttpResponse:
    """The hotspots of the list as CSV, which the import takes back without a change."""
    text = write(queries.row_of(h) for h in _asked(request))
    return _attached(text, "text/csv; charset=utf-8", "points-wifi.csv")


@login_required
@require_GET
def export_geojson(request: HttpRequest) -> HttpResponse:
    """The hotspots of the list as GeoJSON (RFC 7946), with their zones, access points and radios."""
    text = json.dumps(queries.geojson(_asked(request)), ensure_ascii=False, indent=1)
    return _attached(text, "application/geo+json", "points-wifi.geojson")


def _attached(text: str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@login_required
def import_file(request: HttpRequest) -> HttpResponse:
    """Look at a file: its faults by line and column, or what it would change; then bring it in."""
    by = manager(request)
    form = ImportForm(data_of(request), request.FILES or None)
    context = {
        "form": form,
        "required": REQUIRED,
        "optional": [column for column, _ in COLUMNS.values() if column not in REQUIRED],
    }
    if not form.is_valid():
        return show(request, "import", context)
    text = form.cleaned_data["text"]
    found = queries.preview(by, text)
    if not found.faults and "confirm" in request.POST:
        try:
            actions.import_hotspots(by, text)
        except ImportRefused as refused:
            found = queries.Preview(faults=refused.faults)
        else:
            return redirect("wifi_network:index")
    shown = [("Nouveau", "green", row, "") for _, row in found.added]
    shown += [("Modifié", "amber", row, _changes(found, row)) for _, row in found.changed]
    context |= {
        "preview": found,
        "text": text,
        "rows": [_row(found, *each) for each in shown[:ROWS_SHOWN]],
        "more": plural(len(shown) - ROWS_SHOWN, "autre ligne", "autres lignes")
        if len(shown) > ROWS_SHOWN
        else "",
        "told": _told(found),
    }
    return show(request, "preview", context)


def _row(found: queries.Preview, words: str, tone: str, row: Row, changes: str) -> dict[str, object]:
    place = found.places.get(row.commune)
    return {
        "cells": [
            {"text": row.name, "sub": row.code},
            {"text": place.label if place else row.commune},
            {"text": row.ssid},
            {"chip": words, "tone": tone, "sub": changes},
        ]
    }


def _changes(found: queries.Preview, row: Row) -> str:
    """What a line changes, in the words of the file: `ssid : Ancien → Nouveau`."""
    before, after = asdict(queries.row_of(found.known[row.code])), asdict(row)
    told = [
        f"{column} : {cell(before[name]) or 'vide'} → {cell(after[name]) or 'vide'}"
        for name, (column, _) in COLUMNS.items()
        if name != "commune" and before[name] != after[name]
    ]
    return typography(" ; ".join(told))


def _told(found: queries.Preview) -> str:
    return ", ".join(
        (
            plural(len(found.added), "point à ajouter", "points à ajouter"),
            plural(len(found.changed), "à modifier", "à modifier"),
            plural(found.same, "déjà pareil", "déjà pareils"),
        )
    )
