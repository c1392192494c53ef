"""Open cases by revision: who is in charge sees them, looks at what would change, and asks for the move."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.lib.text import typography
from smartsenegal.onestop.cases import actions, queries
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.forms_rebase import RebaseForm
from smartsenegal.onestop.cases.models import RebasePreview
from smartsenegal.onestop.cases.rules import STATES_FOR_AGENT
from smartsenegal.onestop.cases.views.common import attempt, principal_of
from smartsenegal.onestop.procedures.api import Revision, published_revision
from smartsenegal.onestop.procedures.rules.effects import LAW

_MONEY = {
    "paid": "Somme du dépôt déjà payée, rien ne change",
    "due": "Somme du dépôt encore due",
    "paying": "Paiement en cours, la somme du dépôt reste due",
    "lowered": "Somme encore due, qui baisse",
}


@login_required
@require_http_methods(["GET", "POST"])
def rebase(request: HttpRequest, code: str) -> HttpResponse:
    """The counts; sent, what would change for whom is worked out."""
    by, target = _in_charge(request, code)
    older = queries.older_revisions(code, target)
    form = _form(older, target, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        chosen, text = form.cleaned_data["revisions"], form.cleaned_data.get("legal_text", "")
        if made := attempt(form, lambda: actions.start_preview(by, code, chosen, text)):
            return redirect("cases:rebase_preview", code, made.pk)
    context = _page(code, target, older) | {"form": form}
    return render(request, "cases/rebase.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, code: str, preview_id: UUID) -> HttpResponse:
    """What would change, or how far its calculation is; sent, the move that was shown."""
    by, target = _in_charge(request, code)
    found = queries.preview_of(code, preview_id)
    refusal = ""
    if request.method == "POST":
        try:
            made = actions.move_previewed(by, found.pk)
            return redirect("cases:rebase_progress", code, made.pk)
        except CaseRefused as refused:
            refusal = refused.sentence
    older = queries.older_revisions(code, target)
    again = {"revisions": found.sources, "legal_text": found.legal_text}
    context = _page(code, target, older) | {
        "form": _form(older, target, None, again),
        "asked": found,
        "seen": found.found.get("seen", 0),
        "preview": _shown(found) if found.finished_at else None,
        "refusal": refusal,
    }
    return render(request, "cases/rebase.html", context, status=409 if refusal else 200)


def _form(
    older: list[queries.OlderRevision],
    target: Revision,
    sent: QueryDict | None,
    initial: dict[str, Any] | None = None,
) -> RebaseForm:
    choices = [(o.revision.pk, _words(o)) for o in older]
    return RebaseForm(sent, choices=choices, carried=target.definition.applies_to_open, initial=initial)


def _page(code: str, target: Revision, older: list[queries.OlderRevision]) -> dict[str, Any]:
    """What the page shows, whatever is asked of it."""
    return {
        "code": code,
        "title": target.definition.title,
        "target": target,
        "older": [_row(o) for o in older],
        "carried": target.definition.applies_to_open,
        "past": queries.rebases_of(code),
        **_rail(),
    }


def _in_charge(request: HttpRequest, code: str) -> tuple[Principal, Revision]:
    by = principal_of(request)
    if not by.may("procedures.manage"):
        raise PermissionRefused("Cette page est réservée aux responsables de démarches.")
    target = published_revision(code)
    if target is None:
        raise Http404("Cette démarche n’est pas offerte.")
    if not queries.may_rebase(by, code):
        raise PermissionRefused("Seul le responsable de cette démarche peut déplacer ses dossiers.")
    return by, target


def _words(older: queries.OlderRevision) -> str:
    return f"Révision {older.revision.number} ({older.total})"


def _row(older: queries.OlderRevision) -> dict[str, Any]:
    states = [(STATES_FOR_AGENT[s], n) for s, n in sorted(older.states.items())]  # type: ignore[index]
    return {"revision": older.revision, "total": older.total, "states": states}


def _rail() -> dict[str, Any]:
    url = reverse("procedures:managed")
    return {"rail": [{"label": "Démarches", "url": url, "icon": "scroll-text", "current": True}]}


def _shown(made: RebasePreview) -> dict[str, Any]:
    """What a preview found, in words."""
    found = made.found
    seen, reasons, money = found["seen"], found["reasons"], found["money"]
    return {
        "seen": seen,
        "moving": seen - sum(n for _reason, n in reasons),
        "total": made.open,
        "left": made.open - seen,
        "topics": _topics(found["topics"]),
        "reasons": reasons,
        "fees": [(words, money[kind]) for kind, words in _MONEY.items() if money.get(kind)],
        "lines": [_line(line) for line in found["lines"]],
    }


PAYING = "Un paiement est en cours : la somme reste celle du dépôt."
_BEARINGS = {"better": "Plus favorable", "worse": "Moins favorable", "neutral": "Sans effet sur les droits"}


def _topics(counted: list[list[Any]]) -> list[tuple[str, str, int]]:
    return [
        (_capital(LAW[topic]), _BEARINGS[bearing], n) if topic else ("Rien ne change", "Dossiers", n)
        for topic, bearing, n in counted
    ]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _line(line: dict[str, Any]) -> dict[str, Any]:
    days = {name: date.fromisoformat(line[name]) if line[name] else None for name in ("old", "new")}
    told = line["told"] + ([typography(PAYING)] if line["paying"] else [])
    return line | days | {"told": told}


@login_required
@require_GET
def progress(request: HttpRequest, code: str, rebase_id: UUID) -> HttpResponse:
    """How far a move is, and for each case left where it is, why."""
    _in_charge(request, code)
    found = queries.rebase_of(code, rebase_id)
    context = {
        "rebase": found,
        "code": code,
        "progress": queries.progress_of(found),
        **_rail(),
    }
    return render(request, "cases/rebase_progress.html", context)
