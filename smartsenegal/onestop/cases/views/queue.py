"""The lists of agents: what is to be done, what is to be signed, search, export."""

import csv
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from smartsenegal.lib.dates import format_short
from smartsenegal.lib.text import typography
from smartsenegal.onestop.cases import actions, queries, rules
from smartsenegal.onestop.cases.access import Scope, scope_of
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.queries import TABS, Counts, Wanted
from smartsenegal.onestop.cases.views.common import principal_of
from smartsenegal.onestop.cases.views.panel import panel_for, panel_of
from smartsenegal.onestop.cases.views.rail import (
    chosen_service,
    counts_for,
    own_services,
    rail_context,
    scopes,
)
from smartsenegal.onestop.procedures.api import definition_of, entries

TAB_LABELS = {
    "tout": "Tout",
    "retard": "En retard",
    "bientot": "Échéance sous 5\u00a0jours",
    "suspendus": "Suspendus",
    "reponses": "Réponses attendues",
}
KEPT_SECONDS = 60
BLOCK = 250  # lines of an export sent together
NOBODY = UUID(int=0)
_KEPT = ("onglet", "demarche", "texte", "moi", "service")


def _wanted(request: HttpRequest) -> Wanted:
    get = request.GET
    tab = get.get("onglet", "")
    return Wanted(
        tab=tab if tab in TABS else "tout",
        procedure=get.get("demarche", "").replace("\x00", "")[:80],
        text=get.get("texte", "").replace("\x00", "")[:100],
        mine=str(principal_of(request).account_id) if get.get("moi") == "1" else "",
        after=queries.read_place(get.get("apres", "").replace("\x00", "")),
    )


def address(request: HttpRequest, name: str, **changes: str) -> str:
    """The address of a list with the filters kept, some of them changed."""
    kept = {key: request.GET[key] for key in _KEPT if request.GET.get(key)} | changes
    asked = {key: value for key, value in kept.items() if value}
    return f"{reverse(name)}?{urlencode(asked)}" if asked else reverse(name)


@login_required
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What is to be done: what waits for an agent first, late first, then the suspended."""
    by = principal_of(request)
    scope, sign_scope = scopes(request, by)
    wanted = _wanted(request)
    rows = queries.queue(scope, wanted)
    counts = counts_for(scope, sign_scope)
    context = {
        **_list_context(request, "cases:queue", rows, wanted),
        "tabs": _tabs(request, counts, wanted),
        "counts": counts,
        "sentence": _sentence(counts),
        "topics": [f"queue:{service}" for service in scope.services][:10],
        "export_url": address(request, "cases:export"),
        "panel": panel_of(request, by),
        **rail_context(by, "cases:queue", counts),
    }
    return render(request, "cases/queue.html", context)


@login_required
@require_GET
def panel(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The panel alone, for a list whose reader moves from row to row."""
    by = principal_of(request)
    opened = queries.agent_case(case_id, by)
    actions.record_reading(opened.case, by)
    return render(request, "cases/panel.html", {"panel": panel_for(opened)})


def _sentence(counts: Counts) -> str:
    if not counts.all:
        return "Aucun dossier n’attend votre service"
    noun = "dossier" if counts.all == 1 else "dossiers"
    words = f"{queries.shown_count(counts.all)}\u00a0{noun} dans votre service"
    return f"{words}, {queries.shown_count(counts.late)}\u00a0en retard" if counts.late else words


def _tabs(request: HttpRequest, counts: Counts, wanted: Wanted) -> list[dict[str, Any]]:
    figures = (counts.all, counts.late, counts.soon, counts.suspended, counts.answers)
    return [
        {
            "label": TAB_LABELS[tab],
            "url": address(request, "cases:queue", onglet="" if tab == "tout" else tab),
            "count": queries.shown_count(figure),
            "current": tab == wanted.tab,
        }
        for tab, figure in zip(TABS, figures, strict=True)
    ]


@lru_cache(maxsize=64)
def _procedures(moment: int, chosen: str) -> SafeString:
    """What can be filtered by; read again after `KEPT_SECONDS`, as the catalogue seldom changes."""
    found = [(e.code, SafeString(" selected" if e.code == chosen else ""), e.title) for e in entries()]
    return format_html_join("", '<option value="{}"{}>{}</option>', found)


def _list_context(request: HttpRequest, name: str, rows: list[Case], wanted: Wanted) -> dict[str, Any]:
    page, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    chosen, service = request.GET.get("choisi", ""), chosen_service(request, principal_of(request))
    lines = [queue_row(case, chosen) for case in page]
    if lines and not any(line["selected"] for line in lines):
        lines[0]["selected"] = True
    return {
        "rows": lines,
        "today": wanted.today,
        "wanted": wanted,
        "services": own_services(principal_of(request)),
        "service": service,
        "procedures": _procedures(int(time.monotonic() // KEPT_SECONDS), wanted.procedure),
        "filtered": bool(wanted.procedure or wanted.text or wanted.mine or service),
        "clear_url": reverse(name),
        "next_url": address(request, name, apres=queries.place_of(page[-1])) if more else "",
        "first_url": address(request, name) if wanted.after else "",
        "panel_url": address(request, name, choisi=str(page[0].pk), apres=request.GET.get("apres", ""))
        if page
        else "",
    }


def queue_row(case: Case, chosen: str = "") -> dict[str, Any]:
    """One row of a list, as `web/tables.py` draws it."""
    return {
        "id": case.pk,
        "reference": case.reference or "",
        "title": case.title,
        "state": rules.STATES_FOR_AGENT[case.state],  # type: ignore[index]
        "due_on": case.due_on,
        "suspended": case.suspended,
        "submitted_at": case.submitted_at,
        "procedure": _title(case.revision_id),
        "waits": waits(case),
        "badges": [rules.BADGES[b] for b in case.badges if b in rules.BADGES],
        "selected": str(case.pk) == chosen,
        "seen": f"{case.pk}:{case.version}",
        "open_url": _instruct_url().format(case.pk),
    }


@lru_cache(maxsize=4096)
def _title(revision_id: int) -> str:
    return typography(definition_of(revision_id).title)


@lru_cache(maxsize=1)
def _instruct_url() -> str:
    # Resolving an address costs more than drawing its row: resolved once, filled in for each.
    return reverse("cases:instruct", args=[NOBODY]).replace(str(NOBODY), "{}")


def waits(case: Case) -> str:
    """What a case waits for, in a few words."""
    if case.state == "corrections_requested":
        return f"Corrections attendues avant le {format_short(case.sort_on)}"
    if case.state == "in_review":
        return _step(case.revision_id, case.step) or "À instruire"
    return rules.STATES_FOR_AGENT[case.state]  # type: ignore[index]


def proposed(outcome: str) -> str:
    """What is proposed to who signs, in two words; "" when nothing is."""
    return f"{rules.OUTCOMES[outcome]} proposé" if outcome in rules.OUTCOMES else ""  # type: ignore[index]


@lru_cache(maxsize=4096)
def _step(revision_id: int, key: str) -> str:
    return typography(next((s.label for s in definition_of(revision_id).circuit if s.key == key), ""))


@login_required
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """For a page that is open: its rows that changed since, marked and left in their places."""
    scope, _ = scopes(request, principal_of(request))
    seen = dict(_seen(value) for value in request.GET.getlist("vu")[: queries.PAGE])
    rows = queries.rows_of(scope, [key for key in seen if key])
    changed = [queue_row(c) for c in rows if c.version != seen[c.pk]]
    context = {"rows": changed, "today": timezone.localdate(), "reload_url": address(request, "cases:queue")}
    return render(request, "cases/queue_changes.html", context)


def _seen(text: str) -> tuple[UUID | None, int]:
    key, _, version = text.partition(":")
    try:
        return UUID(key), int(version)
    except ValueError:
        return None, 0


@login_required
@require_GET
def to_sign(request: HttpRequest) -> HttpResponse:
    """What awaits a signature, late first."""
    by = principal_of(request)
    scope, sign_scope = scopes(request, by)
    wanted = _wanted(request)
    rows = queries.to_sign(sign_scope, wanted)
    listed = _list_context(request, "cases:to_sign", rows, wanted)
    # Each row awaits a signature: what it would sign is what tells them apart.
    outcomes = queries.outcomes_proposed([row["id"] for row in listed["rows"]])
    for row in listed["rows"]:
        row["waits"] = proposed(outcomes.get(row["id"], "")) or row["waits"]
    context = {
        **listed,
        "panel": panel_of(request, by),
        **rail_context(by, "cases:to_sign", counts_for(scope, sign_scope)),
    }
    return render(request, "cases/to_sign.html", context)


@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Cases by number or by the name they concern, decided ones too."""
    by = principal_of(request)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    scope = scope_of(by, "cases.read")
    if not scope.services:
        scopes(request, by)  # refuses, with its sentence
    rows = queries.search(scope, text) if text else []
    counts = counts_for(scope_of(by, "cases.queue"), scope_of(by, "cases.sign"))
    context = {
        "q": text,
        "rows": [queue_row(case) for case in rows],
        "today": timezone.localdate(),
        "most": queries.MOST_FOUND,
        "full": len(rows) == queries.MOST_FOUND,
        **rail_context(by, "cases:search", counts),
    }
    return render(request, "cases/search.html", context)


# --- export -------------------------------------------------------------------------------

_HEAD = ("Dossier", "Démarche", "Objet", "État", "Déposé le", "Échéance", "Délai suspendu")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


@login_required
@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as CSV, written as it is read: memory stays the same for any number of rows."""
    by = principal_of(request)
    scope, _ = scopes(request, by)
    wanted = replace(_wanted(request), after=None)
    actions.record_export(by, wanted.tab)
    response = StreamingHttpResponse(_blocks(_lines(scope, wanted)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="dossiers-{timezone.localdate():%Y-%m-%d}.csv"'
    return response


def _blocks(lines: Iterator[str]) -> Iterator[str]:
    """The lines by `BLOCK`: one at a time, carrying and compressing each costs more than making it."""
    while block := "".join(islice(lines, BLOCK)):
        yield block


def _lines(scope: Scope, wanted: Wanted) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + str(writer.writerow(_HEAD))  # the mark that tells spreadsheets it is UTF-8
    for case in queries.export(scope, wanted):
        yield str(writer.writerow([_harmless(value) for value in _cells(case)]))


def _cells(case: Case) -> tuple[str, ...]:
    return (
        case.reference or "",
        definition_of(case.revision_id).title,
        case.title,
        rules.STATES_FOR_AGENT[case.state],  # type: ignore[index]
        _day(case.submitted_at.date() if case.submitted_at else None),
        _day(case.due_on),
        "oui" if case.suspended else "non",
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _harmless(value: str) -> str:
    # A spreadsheet runs what starts so; the quote makes it a text.
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
