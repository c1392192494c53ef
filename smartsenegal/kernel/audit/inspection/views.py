"""Inspections: with a reason, within days, and in the journal themselves."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from smartsenegal.kernel.audit import registry
from smartsenegal.kernel.audit.inspection import actions, queries
from smartsenegal.kernel.audit.inspection.forms import InspectionForm, ReportForm, ThresholdForm
from smartsenegal.kernel.audit.inspection.rules import Day
from smartsenegal.kernel.audit.models import Entry, Inspection
from smartsenegal.kernel.audit.views import COLUMNS, before_of, inspector, principal_of, rows_of
from smartsenegal.lib import dates

HEAD = ("date", "auteur", "identifiant", "organisme", "adresse", "acte", "objet", "intitule", "motif")
READINGS_HEAD = ("jour", "agent", "identifiant", "organisme", "dossiers", "hors_du_service", "pourquoi")


@require_safe
@inspector
def index(request: HttpRequest) -> HttpResponse:
    """The inspections opened last, whoever opened them."""
    return render(request, "audit/inspections.html", {"found": queries.latest()})


@require_http_methods(["GET", "HEAD", "POST"])
@inspector
def new(request: HttpRequest) -> HttpResponse:
    """Say who is looked at, over which days, and why."""
    posted = request.method == "POST"
    asked = {name: request.GET[name] for name in ("kind", "who", "since", "until") if name in request.GET}
    form = InspectionForm(request.POST) if posted else InspectionForm(initial=asked)
    if not posted or not form.is_valid():
        status = 422 if posted else 200
        return render(request, "audit/inspection_new.html", {"form": form}, status=status)
    given = form.cleaned_data
    found = form.found()
    opened = actions.open_inspection(
        principal_of(request).actor, given["kind"], found.pop("label"), given["since"], given["until"],
        given["reason"], **found,
    )  # fmt: skip
    return redirect("audit:inspection", opened.pk)


@require_safe
@inspector
def show(request: HttpRequest, inspection_id: str) -> HttpResponse:
    """What was found, newest first."""
    inspection = get_object_or_404(Inspection, pk=inspection_id)
    actions.record_page(principal_of(request).actor, inspection)
    page = queries.page(inspection, before_of(request))
    context = {
        "inspection": inspection,
        "columns": COLUMNS,
        "rows": rows_of(page.entries),
        "next_url": f"?{urlencode({'avant': page.older})}" if page.older else "",
    }
    return render(request, "audit/inspection.html", context)


@require_safe
@inspector
def export(request: HttpRequest, inspection_id: str) -> StreamingHttpResponse:
    """All of it as CSV, a batch at a time."""
    inspection = get_object_or_404(Inspection, pk=inspection_id)
    actions.record_page(principal_of(request).actor, inspection, "audit.exported")
    return _file(HEAD, _lines(inspection), f"inspection-{inspection.since:%Y-%m-%d}.csv")


def _lines(inspection: Inspection) -> Iterator[tuple[str, ...]]:
    for entries in queries.batches(inspection):
        names = registry.named(entry.subject for entry in entries)
        yield from (_line(entry, names.get(entry.subject)) for entry in entries)


def _line(entry: Entry, name: registry.Named | None) -> tuple[str, ...]:
    return (
        entry.at.isoformat(), entry.actor_label, entry.actor_id, entry.organisation, entry.ip,
        registry.verb_label(entry.verb), entry.subject, name.label if name else "", entry.reason,
    )  # fmt: skip


# --- unusual readings -----------------------------------------------------------------------


@require_safe
@inspector
def readings(request: HttpRequest) -> HttpResponse:
    """Days on which an agent read much, outside their service or at odd hours."""
    form = ReportForm(request.GET)
    if not form.is_valid():
        return render(request, "audit/readings.html", {"form": form}, status=422)
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    actions.record_report(principal_of(request).actor, since, until)
    today = timezone.localdate()
    context = {
        "form": form,
        "rows": [_reading_row(day, reasons) for day, reasons in queries.unusual(since, until)],
        "columns": [{"label": label} for label in ("Jour", "Agent", "Organisme", "Pourquoi")],
        "threshold": queries.threshold_on(today, queries.thresholds()),
        "export_query": urlencode({"since": f"{since:%d/%m/%Y}", "until": f"{until:%d/%m/%Y}"}),
    }
    return render(request, "audit/readings.html", context)


def _reading_row(day: Day, reasons: list[str]) -> dict[str, Any]:
    on = f"{day.day:%d/%m/%Y}"
    asked = urlencode({"kind": "agent", "who": day.actor_id, "since": on, "until": on})
    cells = [dates.format_date(day.day), day.label, day.organisation, ", ".join(reasons)]
    return {
        "url": f"{reverse('audit:inspection_new')}?{asked}",
        "cells": [{"text": text} for text in cells],
    }


@require_safe
@inspector
def readings_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The report as CSV."""
    form = ReportForm(request.GET)
    if not form.is_valid():
        return render(request, "audit/readings.html", {"form": form}, status=422)
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    actions.record_report(principal_of(request).actor, since, until, "audit.exported")
    return _file(READINGS_HEAD, _reading_lines(since, until), f"lectures-{until:%Y-%m-%d}.csv")


def _reading_lines(since: date, until: date) -> Iterator[tuple[Any, ...]]:
    for d, reasons in queries.unusual(since, until):
        yield d.day, d.label, d.actor_id, d.organisation, d.files, d.outside, ", ".join(reasons)


@require_http_methods(["GET", "HEAD", "POST"])
@inspector
def thresholds(request: HttpRequest) -> HttpResponse:
    """Set from which day on what is shown as unusual."""
    known = queries.thresholds()
    today = timezone.localdate()
    now = queries.threshold_on(today, known)
    if request.method == "POST":
        form = ThresholdForm(request.POST)
        if form.is_valid():
            day, reason = form.cleaned_data["effective_from"], form.cleaned_data["reason"]
            actions.set_threshold(principal_of(request).actor, day, form.threshold(), reason)
            return redirect("audit:readings")
    else:
        form = ThresholdForm(initial={**vars(now), "read": now.files, "effective_from": f"{today:%d/%m/%Y}"})
    status = 422 if form.errors else 200
    return render(request, "audit/thresholds.html", {"form": form, "known": known}, status=status)


# --- files ----------------------------------------------------------------------------------


class _Echo:
    def write(self, line: str) -> str:
        return line


def _file(head: Iterable[str], rows: Iterable[Iterable[Any]], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_written(head, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _written(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow(head)  # the mark that tells spreadsheets it is UTF-8
    for row in rows:
        yield writer.writerow([_harmless(str(cell)) for cell in row])


def _harmless(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
