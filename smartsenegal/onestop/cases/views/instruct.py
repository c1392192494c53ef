"""The case page of agents, and each act they do from it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused
from smartsenegal.lib.dates import format_date
from smartsenegal.onestop.cases import actions, moment, queries, rules
from smartsenegal.onestop.cases.access import scope_of
from smartsenegal.onestop.cases.calendar import country_calendar
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.forms import AssignForm, Correctable, CorrectionsForm, NoteForm, RefusalForm
from smartsenegal.onestop.cases.models import ConsultationLink
from smartsenegal.onestop.cases.queries import Opened
from smartsenegal.onestop.cases.rules import CaseView, Kind
from smartsenegal.onestop.cases.views.common import Stamp, attempt, principal_of
from smartsenegal.onestop.cases.views.filing import file_row
from smartsenegal.onestop.cases.views.panel import clock_line, clock_title, whose_rows
from smartsenegal.onestop.cases.views.rail import counts_for, rail_context
from smartsenegal.onestop.cases.views.unsent import signed_in
from smartsenegal.onestop.procedures.api import decision_form
from smartsenegal.onestop.procedures.api import rules as asking

MOST_ENTRIES = 500
# Lines of the story at first sight; the rest is a link away.
LATEST = 30
BUTTONS: tuple[Kind, ...] = (
    "taken", "assigned", "corrections_requested", "proposed", "returned", "signed", "noted", "reviewed",
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """The page of one act: what it does, how it is drawn, what is said when it is done."""

    kind: Kind
    template: str
    done: str
    title: str = ""
    button: str = ""


ASK_CORRECTIONS = Sheet("corrections_requested", "cases/ask_corrections.html", "Corrections demandées.")
GRANT = Sheet("proposed", "cases/grant.html", "Accord proposé.")
REFUSE = Sheet("proposed", "cases/refuse.html", "Refus proposé.")
SEND_BACK = Sheet(
    "returned", "cases/act_form.html", "Dossier renvoyé à l’agent.", "Renvoyer à l’agent", "Renvoyer"
)
NOTE = Sheet("noted", "cases/act_form.html", "Note ajoutée.", "Ajouter une note", "Ajouter")
ASSIGN = Sheet("assigned", "cases/act_form.html", "Dossier confié.", "Confier le dossier", "Confier")


# --- the page -----------------------------------------------------------------------


@login_required
@require_GET
def instruct(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Pieces beside the answers, the clock line by line, the story, what can be done now."""
    opened = _open(request, case_id)
    return render(request, "cases/instruct.html", page_context(request, opened))


def _open(request: HttpRequest, case_id: UUID) -> Opened:
    by = principal_of(request)
    opened = queries.agent_case(case_id, by)
    actions.record_reading(opened.case, by)
    return opened


def page_context(request: HttpRequest, opened: Opened, **more: Any) -> dict[str, Any]:
    """What every page about one case shows to an agent."""
    case, view, by = opened.case, opened.view, principal_of(request)
    reasons = {r.key: r.label for r in view.definition.reasons}
    proposal, review = view.record.proposal, view.open_of_kind("review")
    counts = counts_for(scope_of(by, "cases.queue"), scope_of(by, "cases.sign"))
    return {
        "case": case,
        "view": view,
        "definition": view.definition,
        "today": moment.today(),
        "filing": view.record.filing,
        "whose": whose_rows(opened),
        "rows": asking.summary_rows(view.definition, view.record.answers),
        "pieces": _pieces(view),
        "clock_title": clock_title(opened),
        "clock": [clock_line(line) for line in view.reasoning],
        "badges": [rules.BADGES[b] for b in view.badges if b in rules.BADGES],
        **_story(request, opened),
        "proposal": proposal,
        "proposal_fields": _decided(view),
        "reasons": [reasons[key] for key in proposal.reasons if key in reasons] if proposal else [],
        "offers": set(rules.offers(view, opened.facts, BUTTONS)),
        "cannot_sign": _why_not_sign(opened),
        "last_review": not (review and view.reviews_behind(review.key)),
        "opinions": _opinions(view),
        **_consulted(opened),
        "may_audit": by.may("audit.read"),
        "stamp": Stamp.fresh(view.version),
        **rail_context(by, "cases:queue", counts),
        **more,
    }


def _story(request: HttpRequest, opened: Opened) -> dict[str, Any]:
    """The latest lines, newest first, and whether older ones are a link away; all when asked for."""
    older = len(opened.actions) > LATEST and "histoire" not in request.GET
    told = opened.actions[-LATEST:] if older else opened.actions
    return {"story": rules.for_agent(opened.definition, told)[::-1], "older": older}


def _opinions(view: CaseView) -> list[dict[str, Any]]:
    return [{"label": o.label, "opinion": o} for o in view.record.opinions]


def _consulted(opened: Opened) -> dict[str, Any]:
    """What the case awaits of services, and the links made for them; nothing for a plain circuit."""
    if not rules.consults(opened.definition):
        return {}
    labels = rules.step_labels(opened.definition, opened.actions)
    awaited = [
        {"label": labels.get(t.step, t.get_kind_display()), "task": t}
        for t in queries.tasks_on(opened.case.pk)
    ]
    links = [
        {"label": labels.get(x.step, x.step), "link": x, "state": _state_of_link(x)}
        for x in queries.links_on(opened.case.pk)
    ]
    return {"awaited": awaited, "links": links, "may_link": opened.facts.instructs and not opened.facts.owns}


def _state_of_link(link: ConsultationLink) -> str:
    if link.used_at:
        return "a servi"
    if link.revoked_at:
        return "révoqué"
    return "expiré" if link.expires_at <= moment.now() else ""


def _pieces(view: CaseView) -> list[dict[str, Any]]:
    return [
        {
            "label": piece.label,
            "required": piece.required,
            "original": piece.original_at_desk,
            "files": [
                {**file_row(f, piece), "preview": reverse("documents:piece_page", args=[f.file, 1])}
                for f in view.record.pieces.get(piece.key, ())
            ],
        }
        for piece in asking.offered_pieces(view.definition, view.record.answers)
    ]


def _decided(view: CaseView) -> list[tuple[str, str]]:
    proposal = view.record.proposal
    given = proposal.fields if proposal else {}
    return [
        (f.label, asking.display(f, given.get(f.key)) or asking.ABSENT)
        for f in view.definition.decision_fields
    ]


def _why_not_sign(opened: Opened) -> str:
    if not opened.view.open_of_kind("decision") or not opened.facts.signs:
        return ""
    return rules.allowed(opened.view, "signed", opened.facts) or ""


# --- acts without a form of their own ---------------------------------------------------


@login_required
@require_POST
def take(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Takes the case in hand."""
    return act_at_once(
        request,
        case_id,
        lambda s: actions.take(case_id, principal_of(request), **s.arguments),
        "Dossier pris en charge.",
    )


@login_required
@require_POST
def sign(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Signs what is proposed."""
    return act_at_once(
        request,
        case_id,
        lambda s: actions.sign(case_id, principal_of(request), **s.arguments),
        "Décision signée.",
    )


def act_at_once(request: HttpRequest, case_id: UUID, act: Callable[[Stamp], Any], done: str) -> HttpResponse:
    """Do an act that a button alone asks for, and come back to the case with what came of it."""
    queries.agent_case(case_id, principal_of(request))
    try:
        act(Stamp.sent(request))
    except CaseRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, done)
    return redirect("cases:instruct", case_id)


# --- acts with a form ----------------------------------------------------------------------


@signed_in
@require_http_methods(["GET", "POST"])
def ask_corrections(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Everything to correct, ticked at once, with one date."""
    opened = _open(request, case_id)
    default = rules.corrections_due(opened.definition, moment.today(), country_calendar())
    form = CorrectionsForm(
        request.POST or None, things=_things(opened.view), initial={"due_on": format_date(default)}
    )

    def act(stamp: Stamp) -> Any:
        due: date = form.cleaned_data["due_on"]
        return actions.request_corrections(case_id, principal_of(request), form.asked, due, **stamp.arguments)

    return _with_form(request, opened, form, act, ASK_CORRECTIONS)


def _things(view: CaseView) -> list[Correctable]:
    answers = [
        Correctable("answer", row.field, row.label, row.value)
        for row in asking.summary_rows(view.definition, view.record.answers)
    ]
    pieces = [
        Correctable("piece", p.key, p.label, ", ".join(f.name for f in view.record.pieces.get(p.key, ())))
        for p in asking.offered_pieces(view.definition, view.record.answers)
    ]
    return [*answers, *pieces]


@signed_in
@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Proposes to grant, with what the officer enters for the act."""
    opened = _open(request, case_id)
    known = dict(opened.view.record.proposal.fields) if opened.view.record.proposal else {}
    form = decision_form(opened.definition, known)(request.POST or None)

    def act(stamp: Stamp) -> Any:
        return actions.propose(
            case_id, principal_of(request), "granted", fields=form.cleaned_data, **stamp.arguments
        )

    return _with_form(request, opened, form, act, GRANT)


@signed_in
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Proposes to refuse, with grounds and an explanation; the ways of appeal are shown."""
    opened = _open(request, case_id)
    form = RefusalForm(request.POST or None, reasons=opened.definition.reasons)

    def act(stamp: Stamp) -> Any:
        found = form.cleaned_data
        return actions.propose(
            case_id,
            principal_of(request),
            "refused",
            reasons=found.get("reasons", []),
            text=found["text"],
            **stamp.arguments,
        )

    return _with_form(request, opened, form, act, REFUSE)


@signed_in
@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Sends the proposal back to the officer with a note."""
    opened = _open(request, case_id)
    form = NoteForm(request.POST or None, label="Ce que l’agent doit revoir")

    def act(stamp: Stamp) -> Any:
        words = form.cleaned_data["note"]
        return actions.return_proposal(case_id, principal_of(request), words, **stamp.arguments)

    return _with_form(request, opened, form, act, SEND_BACK)


@signed_in
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A note that only the service reads."""
    opened = _open(request, case_id)
    form = NoteForm(request.POST or None, help_text="Lue par le service seulement, jamais par le demandeur.")

    def act(stamp: Stamp) -> Any:
        return actions.note(case_id, principal_of(request), form.cleaned_data["note"], request_key=stamp.key)

    return _with_form(request, opened, form, act, NOTE)


@login_required
@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Entrusts the case to another agent of the service."""
    opened = _open(request, case_id)
    assert opened.case.service_id is not None
    agents = {str(a.pk): a for a in queries.agents_of(opened.case.service_id)}
    form = AssignForm(request.POST or None, agents=[(key, str(a)) for key, a in agents.items()])

    def act(stamp: Stamp) -> Any:
        to = agents[form.cleaned_data["to"]]
        return actions.assign(case_id, principal_of(request), to, **stamp.arguments)

    return _with_form(request, opened, form, act, ASSIGN)


def _with_form(
    request: HttpRequest, opened: Opened, form: Form, act: Callable[[Stamp], Any], sheet: Sheet
) -> HttpResponse:
    """Show the form; when it is sent and right, do the act. A refusal comes back above what was typed."""
    case_id, status = opened.case.pk, 200
    if refused := rules.permitted(sheet.kind, opened.facts):
        raise PermissionRefused(refused)
    if request.method == "POST" and form.is_valid():
        if attempt(form, lambda: act(Stamp.sent(request))):
            messages.success(request, sheet.done)
            return redirect("cases:instruct", case_id)
        status = 409
        opened = queries.agent_case(case_id, principal_of(request))
    elif refusal := rules.allowed(opened.view, sheet.kind, opened.facts):
        messages.error(request, refusal)
        return redirect("cases:instruct", case_id)
    context = page_context(request, opened, form=form, title=sheet.title, button=sheet.button)
    return render(request, sheet.template, context, status=status)


# --- the journal -------------------------------------------------------------------------------


@login_required
@require_GET
def journal(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who saw or changed what in this case, newest first: for inspectors."""
    by = principal_of(request)
    if not by.may("audit.read"):
        raise PermissionRefused("Le journal est réservé aux inspecteurs.")
    opened = _open(request, case_id)
    entries = audit.of_subject(opened.case.subject)[:MOST_ENTRIES]
    lines = [_line(opened, entry) for entry in entries]
    return render(request, "cases/journal.html", page_context(request, opened, lines=lines))


def _line(opened: Opened, entry: Any) -> dict[str, Any]:
    return {
        "at": entry.at,
        "actor_label": entry.actor_label,
        "organisation": entry.organisation,
        "words": audit.verb_label(entry.verb),
        "detail": ", ".join(filter(None, [entry.reason, *_told(opened, entry.detail)])),
        "ip": entry.ip,
        "url": reverse("audit:entry", args=[entry.pk]),
    }


def _told(opened: Opened, detail: dict[str, Any]) -> Iterator[str]:
    """What the journal's detail says that a reader understands; the entry's own page shows it whole."""
    definition = opened.definition
    pages = {p.key: p.title for p in definition.pages}
    pieces = {p.key: p.label for p in definition.pieces}
    yield pages.get(detail.get("page", ""), "")
    yield pieces.get(detail.get("piece", ""), "")
    yield {"granted": "accord", "refused": "refus"}.get(detail.get("outcome", ""), "")
    yield str(detail.get("number", ""))
    yield str(detail.get("service_name", ""))
    if due := detail.get("due_on"):
        yield f"avant le {format_date(date.fromisoformat(due))}"
