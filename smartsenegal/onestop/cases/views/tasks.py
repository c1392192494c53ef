"""What cases await of this agent's services: the list, and the page of each answer."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.onestop.cases import actions, moment, queries, rules
from smartsenegal.onestop.cases.access import scope_of
from smartsenegal.onestop.cases.models import CaseTask
from smartsenegal.onestop.cases.queries import TASKS_PAGE, Opened
from smartsenegal.onestop.cases.rules import CaseView
from smartsenegal.onestop.cases.step_forms import AmountsForm, OpinionForm, VisaForm
from smartsenegal.onestop.cases.views.common import Stamp, attempt, principal_of
from smartsenegal.onestop.cases.views.filing import file_row
from smartsenegal.onestop.cases.views.panel import clock_line
from smartsenegal.onestop.cases.views.rail import counts_for, rail_context
from smartsenegal.onestop.cases.views.unsent import signed_in
from smartsenegal.onestop.procedures.api import definition_of
from smartsenegal.onestop.procedures.api import rules as asking

TITLES = {
    "opinion": ("Donner un avis", "Rendre l’avis", "Avis rendu."),
    "visa": ("Donner un visa", "Répondre", "Réponse enregistrée."),
    "assessment": ("Fixer le montant", "Fixer le montant", "Montant fixé. Le demandeur est prévenu."),
    "substitution": ("Délivrer l’acte", "Signer l’acte", "Acte signé. Il est en préparation."),
}
OVER = "Ce dossier n’attend plus rien de votre service : il est décidé, ou la réponse est déjà donnée."


@login_required
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """The opinions, visas, amounts and acts that await the agent's services, the nearest date first."""
    by = principal_of(request)
    if not by.may("cases.queue"):
        raise PermissionRefused("Cette page est réservée aux agents qui instruisent des dossiers.")
    scope = scope_of(by, "cases.queue")
    rows = queries.tasks_of(scope, _after(request.GET.get("apres", "")))
    shown, more = rows[:TASKS_PAGE], len(rows) > TASKS_PAGE
    last = shown[-1] if shown else None
    counts = counts_for(scope, scope_of(by, "cases.sign"))
    context = {
        "rows": [_row(task) for task in shown],
        "today": moment.today(),
        "next_url": f"{reverse('cases:tasks')}?apres={last.sort_on.isoformat()}.{last.pk}"
        if last and more
        else "",
        "first_url": reverse("cases:tasks") if request.GET.get("apres") else "",
        **rail_context(by, "cases:tasks", counts),
    }
    return render(request, "cases/tasks.html", context)


def _after(text: str) -> tuple[date, int] | None:
    day, _, key = text.partition(".")
    try:
        return (date.fromisoformat(day), int(key)) if key.isascii() and len(key) < 19 else None
    except ValueError:
        return None


def _row(task: CaseTask) -> dict[str, Any]:
    definition = definition_of(task.case.revision_id)
    label = next((s.label for s in definition.circuit if s.key == task.step), task.get_kind_display())
    return {
        "task": task,
        "case": task.case,
        "procedure": definition.title,
        "label": label,
        "url": reverse("cases:task", args=[task.case_id, task.step]),
    }


@signed_in
@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, case_id: UUID, step: str) -> HttpResponse:
    """One answer: what the case says, its pieces, its clock, and the form of what is awaited."""
    by = principal_of(request)
    found = queries.task_case(case_id, step, by)
    if found is None:
        return _over(request)
    opened, awaited = found
    if not step_given(opened, step):
        raise PermissionRefused(_not_theirs(opened))
    actions.record_reading(opened.case, by)
    sent = request.method == "POST" or bool(request.POST)  # or kept while the session was over
    form = form_of(awaited.kind, opened.view, step, request.POST if sent else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        stamp = Stamp.sent(request)
        if attempt(form, lambda: _answer(awaited.kind, request, opened, step, form, stamp)):
            messages.success(request, TITLES[awaited.kind][2])
            return redirect("cases:tasks")
        status = 409
    return render(request, "cases/task.html", _context(request, opened, awaited, form), status=status)


def step_given(opened: Opened, step: str) -> bool:
    """Whether this answer is theirs to give."""
    return not opened.facts.owns and step in opened.facts.gives


def _not_theirs(opened: Opened) -> str:
    if opened.facts.owns:
        return "C’est votre propre demande : un autre agent doit la traiter."
    return "Cette réponse appartient à un signataire du service."


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "cases/refused.html", {"sentence": OVER}, status=410)


def form_of(kind: str, view: CaseView, step: str, data: Any) -> Form:
    """The form of what is awaited."""
    if kind == "opinion":
        return OpinionForm(data)
    if kind == "visa":
        return VisaForm(data)
    if kind == "assessment":
        return AmountsForm(data, fees=rules.fees_assessed_at(view, step))
    return Form(data)


def _answer(kind: str, request: HttpRequest, opened: Opened, step: str, form: Form, stamp: Stamp) -> Any:
    by, case_id, said = principal_of(request), opened.case.pk, form.cleaned_data
    acts: dict[str, Callable[[], Any]] = {
        "opinion": lambda: actions.give_opinion(
            case_id, by, step, said["verdict"], said["text"], **stamp.arguments
        ),
        "assessment": lambda: actions.assess(
            case_id,
            by,
            step,
            form.amounts,  # type: ignore[attr-defined]
            **stamp.arguments,
        ),
        "substitution": lambda: actions.substitute(case_id, by, **stamp.arguments),
    }
    if kind == "visa":
        answer = actions.give_visa if said["answer"] == "give" else actions.refuse_visa
        return answer(case_id, by, step, said["text"], **stamp.arguments)
    return acts[kind]()


def _context(request: HttpRequest, opened: Opened, awaited: CaseTask, form: Form) -> dict[str, Any]:
    by = principal_of(request)
    counts = counts_for(scope_of(by, "cases.queue"), scope_of(by, "cases.sign"))
    title, button, _done = TITLES[awaited.kind]
    return {
        **case_context(opened.view),
        "case": opened.case,
        "task": awaited,
        "title": title,
        "button": button,
        "form": form,
        "today": moment.today(),
        "stamp": Stamp.fresh(opened.view.version),
        "refused": _refusal(opened, awaited),
        "pieces": pieces_of(opened.view, lambda file: reverse("documents:piece", args=[file])),
        **rail_context(by, "cases:tasks", counts),
    }


def _refusal(opened: Opened, awaited: CaseTask) -> str:
    kinds: dict[str, rules.Kind] = {
        "opinion": "opinion_given",
        "visa": "visa_given",
        "assessment": "assessed",
        "substitution": "substituted",
    }
    step = {"step": awaited.step}
    return rules.allowed(opened.view, kinds[awaited.kind], opened.facts, step) or ""


def case_context(view: CaseView) -> dict[str, Any]:
    """What a consulted service needs to see of a case."""
    return {
        "view": view,
        "definition": view.definition,
        "filing": view.record.filing,
        "rows": asking.summary_rows(view.definition, view.record.answers),
        "clock": [clock_line(line) for line in view.reasoning],
        "opinions": [{"label": o.label, "opinion": o} for o in view.record.opinions],
    }


def pieces_of(view: CaseView, address: Callable[[str], str]) -> list[dict[str, Any]]:
    """The pieces of a case, each with its files and where they open."""
    return [
        {
            "label": piece.label,
            "files": [
                {**file_row(f, piece), "url": address(f.file)} for f in view.record.pieces.get(piece.key, ())
            ],
        }
        for piece in asking.offered_pieces(view.definition, view.record.answers)
    ]
