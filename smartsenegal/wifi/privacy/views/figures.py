"""The open data of the Wi-Fi: a page, a CSV file, a JSON file."""

import csv
import io
import json
from collections.abc import Iterator
from itertools import groupby, islice

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from smartsenegal.lib.dates import format_date
from smartsenegal.lib.text import group_digits, typography
from smartsenegal.wifi.network.api import hotspot
from smartsenegal.wifi.privacy import figures, opening, queries

SHOWN = 3


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The last days, site by site, how they were counted, and how often the legal log was opened."""
    told = figures.told(timezone.localdate())
    days = [
        {"day": format_date(day), "rows": [_row(each) for each in rows]}
        for day, rows in islice(((d, list(g)) for d, g in groupby(told, key=lambda t: t.day)), SHOWN)
    ]
    context = {
        "days": days,
        "columns": [(name, typography(label)) for name, label in figures.COLUMNS.items()],
        "years": queries.requests_by_year(),
        "least": opening.LEAST,
        "kept": figures.DAYS,
    }
    return render(request, "wifi_privacy/figures.html", context)


def _row(told: figures.Told) -> dict[str, str]:
    return {
        "name": told.name,
        "people": _number(told.people),
        "sessions": _number(told.sessions),
        "volume": _volume(told.gigabytes),
        "hours": "" if told.hours is None else f"{told.hours}\u00a0h",
        "success": "" if told.success is None else f"{told.success}\u00a0%",
    }


def _number(value: int | None) -> str:
    return "masqué" if value is None else group_digits(value)


def _volume(gigabytes: float | None) -> str:
    return "masqué" if gigabytes is None else f"{gigabytes:.1f}".replace(".", ",") + "\u00a0Go"


def _asked(request: HttpRequest) -> Iterator[figures.Told]:
    code = request.GET.get("site", "")[:120].replace("\x00", "")
    found = hotspot(code) if code else None
    if code and found is None:
        raise Http404
    return figures.told(timezone.localdate(), found.pk if found else None)


@require_safe
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All the days that are told, as CSV (RFC 4180), of all sites or of `?site=`."""
    response = StreamingHttpResponse(_lines(_asked(request)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="wifi-par-jour.csv"'
    return response


def _lines(told: Iterator[figures.Told]) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out)
    for cells in (list(figures.COLUMNS), *(each.cells for each in told)):
        # A cell that a spreadsheet would run as a formula is quoted.
        writer.writerow(["'" + cell if cell[:1] in "=+-@" and cell else cell for cell in cells])
        yield out.getvalue()
        out.seek(0)
        out.truncate()


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON, with what each column means; null is hidden."""
    rows = [
        dict(zip(figures.COLUMNS, (t.day.isoformat(), t.code, t.name, t.people, t.sessions, t.gigabytes,
                                   t.hours, t.success), strict=True))
        for t in _asked(request)
    ]  # fmt: skip
    text = json.dumps({"colonnes": figures.COLUMNS, "lignes": rows}, ensure_ascii=False)
    return HttpResponse(text, content_type="application/json; charset=utf-8")
