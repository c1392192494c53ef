"""Open cases by revision: who is in charge sees them, looks at what would change, and asks for the move."""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.onestop.cases import actions, queries
from smartsenegal.onestop.cases.forms_rebase import RebaseForm
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.rules import STATES_FOR_AGENT
from smartsenegal.onestop.cases.views.common import attempt, principal_of
from smartsenegal.onestop.procedures.api import Revision, published_revision
from smartsenegal.onestop.procedures.rules.effects import LAW

# A preview counts every case that a move would take, and lists the first ones.
MOST_LISTED = 300
_MONEY = {
    "paid": "Somme du dépôt déjà payée, rien ne change",
    "due": "Somme du dépôt encore due",
    "paying": "Paiement en cours, la somme du dépôt reste due",
    "lowered": "Somme encore due, qui baisse",
}


@login_required
@require_http_methods(["GET", "POST"])
def rebase(request: HttpRequest, code: str) -> HttpResponse:
    """The counts; sent once, what would change for whom; sent again with the confirmation, the move."""
    by, target = _in_charge(request, code)
    older = queries.older_revisions(code, target)
    sent = request.POST if request.method == "POST" else None
    carried = target.definition.applies_to_open
    form = RebaseForm(sent, choices=[(o.revision.pk, _words(o)) for o in older], carried=carried)
    preview = None
    if request.method == "POST" and form.is_valid():
        chosen, text = form.cleaned_data["revisions"], carried or form.cleaned_data["legal_text"]
        if "confirmer" not in request.POST:
            preview = _preview(queries.plans_of(code, chosen, target, by, text))
            total = sum(o.total for o in older if o.revision.pk in chosen)
            preview |= {"total": total, "left": total - preview["seen"], "text": text}
        elif made := attempt(form, lambda: actions.start_rebase(by, code, chosen, text)):
            return redirect("cases:rebase_progress", code, made.pk)
    context = {
        "code": code,
        "title": target.definition.title,
        "target": target,
        "older": [_row(o) for o in older],
        "form": form,
        "carried": carried,
        "preview": preview,
        "past": queries.rebases_of(code),
        **_rail(),
    }
    status = 422 if form.errors else 200
    return render(request, "cases/rebase.html", context, status=status)


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


def _preview(plans: Iterable[tuple[Case, queries.Plan]]) -> dict[str, Any]:
    """How many would move, what changes for how many, and why the others stay; the first ones one by one."""
    topics, reasons, money = Counter[tuple[str, str]](), Counter[str](), Counter[str]()
    lines: list[dict[str, Any]] = []
    seen = 0
    for case, plan in plans:
        seen += 1
        if plan.refused:
            reasons[plan.refused.partition(":")[0].strip()] += 1
        else:
            changed = {(c.topic, str(c.bearing)) for c in plan.changes}
            topics.update(changed or {_NOTHING})
            money[plan.money] += 1
        if len(lines) < MOST_LISTED:
            lines.append(_line(case, plan))
    return {
        "seen": seen,
        "moving": seen - reasons.total(),
        "topics": _topics(topics),
        "reasons": reasons.most_common(),
        "fees": [(words, money[kind]) for kind, words in _MONEY.items() if money[kind]],
        "lines": lines,
    }


_NOTHING = ("", "")
PAYING = "Un paiement est en cours : la somme reste celle du dépôt."
_BEARINGS = {"better": "Plus favorable", "worse": "Moins favorable", "neutral": "Sans effet sur les droits"}


def _topics(counted: Counter[tuple[str, str]]) -> list[tuple[str, str, int]]:
    return [
        (_capital(LAW[topic]), _BEARINGS[bearing], n) if topic else ("Rien ne change", "Dossiers", n)
        for (topic, bearing), n in sorted(counted.items())
    ]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _line(case: Case, plan: queries.Plan) -> dict[str, Any]:
    return {
        "case": case,
        "old": plan.before.due,
        "new": plan.after.due,
        "told": [c.sentence for c in plan.changes] + ([PAYING] if plan.money == "paying" else []),
        "refused": plan.refused,
    }


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
