"""The country's figures for everyone, and those of a procedure for the person in charge of it."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import wraps
from itertools import groupby
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.kernel.indicators.api import rules as figures
from smartsenegal.onestop.procedures.api import Procedure, definition_of
from smartsenegal.onestop.procedures.rules import delay_words
from smartsenegal.web.dashboard import queries, rules
from smartsenegal.web.dashboard.keeping import for_a_minute
from smartsenegal.web.dashboard.queries import Place, Sheet
from smartsenegal.web.dashboard.rules import Period, Public

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse | StreamingHttpResponse]
_a_while = cache_control(public=True, max_age=300)
# Rows at first sight: a procedure of town halls has some 550 services.
MOST_SERVICES = 30
COLUMNS = ("Déposées", "Décidées", "À corriger au premier examen", "La moitié en", "9 sur 10 en")
COUNTRY_HEAD = ("niveau", "code", "nom", "deposees", "decidees", "a_corriger", "moitie_en", "neuf_sur_dix_en")
SERVICE_HEAD = (
    "code", "nom", "deposees", "accordees", "refusees", "examinees", "a_corriger", "moitie_en",
    "neuf_sur_dix_en", "en_cours", "sans_decision_apres_echeance", "sans_acte",
)  # fmt: skip


# --- the country -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    """Figures as a page shows them, and what its head says of them. `on` is the day they stand for."""

    html: SafeString
    filed: str = ""
    any: bool = True
    on: date | None = None


@require_safe
@_a_while
def country(request: HttpRequest) -> HttpResponse:
    """Regions on a map and in a table, then départements: twelve whole months, drawn once a minute."""
    today = timezone.localdate()
    period = rules.published_months(today)
    drawn = _country_drawn(period)
    context = {
        "period": period,
        "drawn": drawn.html,
        "filed": drawn.filed,
        "any": drawn.any,
        "smallest": figures.SMALLEST_SHOWN,
        "least_measured": figures.MEASURED_FROM,
        "running": today,
        "told_from": figures.told_from(today),
    }
    return render(request, "dashboard/country.html", context)


@for_a_minute(8)
def _country_drawn(period: Period) -> Drawn:
    regions = queries.places("region", period)
    told = _published_together(regions)
    departements = _departements(queries.places("departement", period))
    whole = rules.Line.sum_of(place.line for place in regions)
    context = {
        "columns": [{"label": "Région"}, *({"label": c, "numeric": True} for c in COLUMNS)],
        "rows": [_row(place, told[place.code]) for place in regions],
        "shades": {p.code: told[p.code].filed or 0 for p in regions},
        "discs": [(*place.at, public.filed or 0) for place, public in departements if place.at],
        "label": _map_label(regions, told),
        "whole": whole,
        "smallest": figures.SMALLEST_SHOWN,
        "least_measured": figures.MEASURED_FROM,
        "departement_columns": [
            {"label": "Département"},
            *({"label": c, "numeric": True} for c in COLUMNS),
        ],
        "departements": [{**_row(place, public), "region": place.region} for place, public in departements],
    }
    html = render_to_string("dashboard/country_figures.html", context)
    return Drawn(html, rules.filed_words(whole.filed), any=whole != rules.Line())


def _published_together(found: Iterable[Place]) -> dict[str, Public]:
    return rules.published({place.code: place.line for place in found})


def _departements(found: list[Place]) -> list[tuple[Place, Public]]:
    """Each with its figures, hidden where its region's total would give them back."""
    told: dict[str, Public] = {}
    for _, group in groupby(sorted(found, key=lambda p: p.region), key=lambda p: p.region):
        told |= _published_together(group)
    return [(place, told[place.code]) for place in found]


def _row(place: Place, public: Public) -> dict[str, Any]:
    cells = [
        {"text": place.name},
        *(
            {"text": words, "numeric": True, "label": column}
            for column, words in zip(COLUMNS, public.cells, strict=True)
        ),
    ]
    return {"cells": cells}


def _map_label(regions: list[Place], told: dict[str, Public]) -> str:
    ranked = sorted(regions, key=lambda place: -(told[place.code].filed or 0))[:3]
    first = [f"{p.name} {told[p.code].filed}" for p in ranked if told[p.code].filed]
    most = f", les plus nombreuses\u00a0: {', '.join(first)}" if first else ""
    return (
        f"Carte des régions selon le nombre de demandes déposées{most}, un disque par département. "
        "Les tableaux disent les mêmes chiffres."
    )


@require_safe
@_a_while
def country_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same as a file."""
    period = rules.published_months(timezone.localdate())
    regions = queries.places("region", period)
    told = _published_together(regions)
    departements = _departements(queries.places("departement", period))
    rows = [
        *(("région", p.code, p.name, *told[p.code].cells) for p in regions),
        *(("département", p.code, p.name, *public.cells) for p, public in departements),
    ]
    return _file(COUNTRY_HEAD, rows, f"tableau-de-bord-{period.until:%Y-%m}.csv")


# --- one procedure ----------------------------------------------------------------------------


def _in_charge(view: View[P]) -> View[P]:
    @login_required
    @never_cache
    @wraps(view)
    def checked(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse | StreamingHttpResponse:
        if not request.principal.may(queries.READ):  # type: ignore[attr-defined]
            raise PermissionRefused("Ces chiffres sont lus par les responsables de démarches.")
        return view(request, *args, **kwargs)

    return checked


@require_safe
@_in_charge
def procedures(request: HttpRequest) -> HttpResponse:
    """The procedures one answers for. Three queries."""
    found = queries.watched(request.principal)  # type: ignore[attr-defined]
    return render(request, "dashboard/procedures.html", {"found": found})


def _watched(request: HttpRequest, code: str) -> Procedure:
    found = queries.watched_one(request.principal, code)  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    return found


@require_safe
@_in_charge
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Counts, delays, corrections and silences of a procedure, over twelve months; drawn once a minute."""
    found = _watched(request, code)
    period = rules.last_months(timezone.localdate())
    drawn = _procedure_drawn(found.code, found.current_id, period, whole="services" in request.GET)
    context = {"procedure": found, "period": period, "drawn": drawn.html, "counted_on": drawn.on}
    return render(request, "dashboard/procedure.html", context)


@for_a_minute(64)
def _procedure_drawn(code: str, revision: int | None, period: Period, whole: bool) -> Drawn:
    sheet = queries.sheet(code, period)
    context = {
        "sheet": sheet,
        "services": rules.busiest(sheet.services, None if whole else MOST_SERVICES),
        "facts": _facts(revision, sheet),
        "least_measured": figures.MEASURED_FROM,
        "most": max((filed for _, filed, _ in sheet.months), default=0),
    }
    return Drawn(render_to_string("dashboard/procedure_figures.html", context), on=sheet.standing.day)


def _facts(revision: int | None, sheet: Sheet) -> list[dict[str, str]]:
    promised = delay_words(definition_of(revision).delay) if revision else ""
    legal = rules.delay(sheet.legal, 90)
    pairs = [
        ("Déposées", str(sheet.whole.filed), "en douze mois"),
        ("En cours", str(sheet.standing.open), ""),
        ("Échéance passée", str(sheet.standing.silent), "sans décision"),
        ("À corriger", sheet.whole.invalid_rate, "au premier examen"),
        ("Délai vécu", sheet.whole.ninth, f"9 sur 10 ; la moitié en {sheet.whole.half}"),
        ("Délai légal constaté", legal, f"9 sur 10 ; promis : {promised or 'non fixé'}"),
    ]
    return [{"label": label, "value": value, "note": _spaced(note)} for label, value, note in pairs]


def _spaced(note: str) -> str:
    return note.replace(" ;", "\u00a0;").replace(" :", "\u00a0:")


@require_safe
@_in_charge
def procedure_csv(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """The figures of a procedure, a line a service."""
    found = _watched(request, code)
    sheet = queries.sheet(found.code, rules.last_months(timezone.localdate()))
    rows = (
        (key, name, line.filed, line.granted, line.refused, line.examined, line.invalid, line.half,
         line.ninth, now.open, now.silent, now.still)
        for key, name, line, now in sheet.services
    )  # fmt: skip
    return _file(SERVICE_HEAD, rows, f"{found.code}.csv")


class _Echo:
    def write(self, line: str) -> str:
        return line


def _file(head: Iterable[str], rows: Iterable[Iterable[Any]], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_lines(head, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow(head)  # the mark that tells spreadsheets it is UTF-8
    for row in rows:
        yield writer.writerow([figures.csv_cell(str(cell)) for cell in row])
