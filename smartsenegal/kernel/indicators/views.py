"""Open data: published figures as pages, CSV and JSON, and their dictionary."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from smartsenegal.kernel.indicators import opendata, queries, registry, rules
from smartsenegal.kernel.indicators.queries import PublicRow
from smartsenegal.kernel.indicators.registry import Series

ROWS_ON_THE_PAGE = 200
_an_hour = cache_control(public=True, max_age=3600)


def _published(name: str) -> Series:
    found = registry.series_named(name)
    if found is None or not found.public:
        raise Http404
    return found


def _terms() -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "licence": opendata.LICENCE,
        "licence_url": opendata.LICENCE_URL,
        "smallest": rules.SMALLEST_SHOWN,
        "least_measured": rules.MEASURED_FROM,
        "until": rules.last_whole_month(today),
        "running": today,
        "told_from": rules.told_from(today),
    }


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every published series, with its files, its licence and its dates."""
    context = {"found": list(registry.published()), "any": queries.anything_published(), **_terms()}
    return render(request, "indicators/index.html", context)


@require_GET
def dictionary(request: HttpRequest) -> HttpResponse:
    """What each column of each file means."""
    found = [(series, opendata.columns(series)) for series in registry.published()]
    return render(request, "indicators/dictionary.html", {"found": found, **_terms()})


@require_GET
@_an_hour
def dictionary_csv(request: HttpRequest) -> StreamingHttpResponse:
    return _file(opendata.dictionary_csv(), "dictionnaire.csv")


@require_GET
@_an_hour
def dictionary_json(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"series": opendata.dictionary()}, json_dumps_params={"ensure_ascii": False})


@require_GET
def page(request: HttpRequest, name: str) -> HttpResponse:
    """The first months of a series; the files hold all of it."""
    shown = _published(name)
    rows = list(islice(queries.public_rows(shown), ROWS_ON_THE_PAGE + 1))
    context = {
        "series": shown,
        "rows": _told(shown, rows[:ROWS_ON_THE_PAGE]),
        "more": len(rows) > ROWS_ON_THE_PAGE,
        **_terms(),
    }
    return render(request, "indicators/series.html", context)


def _told(shown: Series, rows: Sequence[PublicRow]) -> list[dict[str, Any]]:
    names = [registry.labels_of(dim, {row.dims[rank] for row in rows}) for rank, dim in enumerate(shown.dims)]
    return [
        {
            "month": row.month,
            "dims": [known.get(code, code) for known, code in zip(names, row.dims, strict=True)],
            "value": row.value,
            "median": row.median and rules.duration_words(row.median),
            "ninth": row.ninth and rules.duration_words(row.ninth),
        }
        for row in rows
    ]


@require_GET
@_an_hour
def as_csv(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """RFC 4180, UTF-8; a suppressed value is empty and its last column says so."""
    shown = _published(name)
    return _file(opendata.as_csv(shown), f"{shown.name}.csv")


def _file(lines: Any, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
@_an_hour
def as_json(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """The same as JSON (`opendata.as_json`)."""
    return StreamingHttpResponse(opendata.as_json(_published(name)), content_type="application/json")
