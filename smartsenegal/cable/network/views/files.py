"""The inventory as files: taken out, and brought in after a look at what it would change."""

import json

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from smartsenegal.cable.network import actions, files, queries
from smartsenegal.cable.network.actions.imports import Outcome, look
from smartsenegal.cable.network.errors import ImportRefused
from smartsenegal.cable.network.forms import ImportForm
from smartsenegal.cable.network.views.base import KINDS, show
from smartsenegal.cable.pages import manager, reader
from smartsenegal.kernel.pages import data_of
from smartsenegal.lib.text import plural

ROWS_SHOWN = 60


@login_required
@require_GET
def export_csv(request: HttpRequest, kind: str) -> HttpResponse:
    """A kind of the inventory as CSV, which the import takes back without a change."""
    reader(request)
    if kind not in KINDS:
        raise Http404
    of = KINDS[kind][0]
    return _attached(files.write(of, queries.rows(of)), "text/csv; charset=utf-8", f"{kind}.csv")


@login_required
@require_GET
def export_geojson(request: HttpRequest) -> HttpResponse:
    """Nodes and links as GeoJSON (RFC 7946)."""
    reader(request)
    text = json.dumps(queries.geojson(), ensure_ascii=False, indent=1)
    return _attached(text, "application/geo+json", "reseau.geojson")


def _attached(text: str, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@login_required
def import_file(request: HttpRequest) -> HttpResponse:
    """Look at a file: its faults by line and column, or what it would change; then bring it in."""
    by = manager(request)
    form = ImportForm(data_of(request), request.FILES or None)
    if not form.is_valid():
        return show(request, "import", {"form": form, "columns": _columns()})
    kind, text = form.cleaned_data["kind"], form.cleaned_data["text"]
    found = look(by, kind, text)
    if not found.faults and "confirm" in request.POST:
        try:
            actions.import_inventory(by, kind, text)
        except ImportRefused as refused:
            found = Outcome(faults=refused.faults)
        else:
            return redirect("cable_network:index")
    return show(request, "preview", {**_preview(found), "kind": kind, "text": text, "found": found})


def _preview(found: Outcome) -> dict[str, object]:
    rows = [(name or code, code, "Nouveau", "green", "") for _, _, code, name in found.added]
    rows += [
        (name or code, code, "Modifié", "amber", ", ".join(columns))
        for _, _, code, name, columns in found.changed
    ]
    more = len(rows) - ROWS_SHOWN
    return {
        "rows": rows[:ROWS_SHOWN],
        "more": plural(more, "autre ligne", "autres lignes") if more > 0 else "",
        "told": ", ".join(
            (
                plural(len(found.added), "ligne à ajouter", "lignes à ajouter"),
                plural(len(found.changed), "à modifier", "à modifier"),
                plural(found.same, "déjà pareille", "déjà pareilles"),
            )
        ),
    }


def _columns() -> list[dict[str, object]]:
    return [
        {
            "label": label,
            "required": [c.name for c in columns if c.required],
            "optional": [c.name for c in columns if not c.required],
        }
        for label, columns in files.KINDS.values()
    ]
