"""Parts, racks and devices as files: taken out, and brought in after a look at what they would change."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from smartsenegal.datacenter.facility import actions, files, queries
from smartsenegal.datacenter.facility.errors import ImportRefused
from smartsenegal.datacenter.facility.forms import ImportForm
from smartsenegal.datacenter.facility.views.base import known, managed, page_of, show
from smartsenegal.kernel.pages import data_of, principal
from smartsenegal.lib.text import plural

LABELS = {"pieces": "Pièces", "baies": "Baies", "equipements": "Équipements"}
ROWS_SHOWN = 60


@login_required
@require_GET
def export_csv(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """A kind as CSV; parts and racks are taken back by the import without a change."""
    center = known(request, code)
    if kind not in files.TABLES:
        raise Http404
    text = files.write(kind, queries.rows(center, kind))
    name = f"{center.site.code}-{kind}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@login_required
def import_file(request: HttpRequest, code: str) -> HttpResponse:
    """Look at a file: its faults by line and column, or what it would do; then bring it in."""
    center = managed(request, code)
    kind = str(request.POST.get("kind") or request.GET.get("sorte") or "pieces")
    if kind not in files.TABLES:
        raise Http404
    form = ImportForm(data_of(request), request.FILES or None)
    context = {
        "center": center, "kind": kind, "label": LABELS[kind],
        "kinds": [(each, label, each == kind) for each, label in LABELS.items()],
        "back_url": page_of(center),
    }  # fmt: skip
    if not form.is_valid():
        table = files.TABLES[kind]
        columns = {
            "required": table.required,
            "others": [c for c in table.columns if c not in table.required],
        }
        return show(request, "import", {"form": form, **columns, **context})
    by, text = principal(request), str(form.cleaned_data["text"])
    found = actions.preview(by, center, kind, text)
    if not found.faults and "confirm" in request.POST:
        try:
            actions.import_file(by, center, kind, text)
        except ImportRefused as refused:
            found.faults = refused.faults
        else:
            return redirect(page_of(center))
    rows = [
        (name, "Nouveau", "green") if what == "added" else (name, "Modifié", "amber")
        for _, name, what in found.done
    ]
    more = len(rows) - ROWS_SHOWN
    told = {
        "rows": rows[:ROWS_SHOWN], "found": found, "text": text,
        "more": plural(more, "autre ligne", "autres lignes") if more > 0 else "",
    }  # fmt: skip
    return show(request, "preview", {**told, **context})
