"""HTTP API of an administration's own system: its queue, what awaits it, its cases, their pieces and acts.

The caller is a service (client credentials) that sees its organisation's cases and those below, as an agent
there would. A case of somebody else does not exist for it; each reading of a case is journalled.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from ninja import Query, Router
from ninja.errors import HttpError, ValidationError

from smartsenegal.kernel.documents import api as documents
from smartsenegal.kernel.identity.api import ClientToken, PermissionRefused, Principal
from smartsenegal.kernel.payments import api as payments
from smartsenegal.lib.text import typography
from smartsenegal.onestop.cases import actions, queries, rules
from smartsenegal.onestop.cases.access import may_read, scope_of
from smartsenegal.onestop.cases.models import Case, CaseTask
from smartsenegal.onestop.cases.queries import Opened, Wanted
from smartsenegal.onestop.cases.rest.common import principal_of
from smartsenegal.onestop.cases.rest.shapes import Asked, AwaitedPage, Paged, QueuePage, ServiceCase
from smartsenegal.onestop.procedures.api import Field, definition_of
from smartsenegal.onestop.procedures.api import rules as asking

router = Router(tags=["Instruction"], auth=ClientToken())
READING = "lecture par le système de l’administration"
ACTS: tuple[rules.Kind, ...] = (
    "taken", "corrections_requested", "reviewed", "proposed", "returned", "signed",
)  # fmt: skip


# --- lists --------------------------------------------------------------------------------


@router.get("/dossiers", response=QueuePage, summary="La file de vos services")
def queue(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Ce qui attend un agent, le plus en retard d’abord ; ou, avec `updated_since`, ce qui a changé."""
    permission = "cases.sign" if asked.onglet == "a-signer" and not asked.updated_since else "cases.queue"
    scope = scope_of(needs(request, permission), permission)
    rows, place = _changed(asked, scope) if asked.updated_since else _queue(asked, scope)
    shown = rows[: asked.limit]
    following = place(shown[-1]) if len(rows) > asked.limit else None
    return {"cases": lines(shown), "next": following}


def _queue(asked: Asked, scope: Any) -> tuple[list[Case], Any]:
    after = queries.read_place(asked.cursor) if asked.cursor else None
    if asked.cursor and after is None:
        raise wrong_cursor()
    tab = "tout" if asked.onglet == "a-signer" else asked.onglet
    wanted = Wanted(tab=tab, procedure=asked.procedure, after=after)
    read = queries.to_sign if asked.onglet == "a-signer" else queries.queue
    return read(scope, wanted, asked.limit), queries.place_of


def _changed(asked: Asked, scope: Any) -> tuple[list[Case], Any]:
    since, after = asked.updated_since, None
    assert since is not None
    if asked.state and asked.state not in rules.STATES:
        told = typography(f"Choisissez parmi : {', '.join(rules.STATES)}.")
        raise ValidationError([{"loc": ("query", "state"), "msg": told}])
    if since.tzinfo is None:
        since = since.replace(tzinfo=UTC)  # the hour of Dakar
    if asked.cursor:
        since, after = _read_moment(asked.cursor)
    rows = queries.changed(
        scope, since, after, procedure=asked.procedure, state=asked.state, limit=asked.limit
    )
    return rows, lambda case: f"{case.updated_at.isoformat()}~{case.pk}"


def _read_moment(cursor: str) -> tuple[datetime, UUID]:
    moment, _, key = cursor.partition("~")
    try:
        at = datetime.fromisoformat(moment)
        return at if at.tzinfo else at.replace(tzinfo=UTC), UUID(key)
    except ValueError:
        raise wrong_cursor() from None


def wrong_cursor() -> ValidationError:
    """The refusal of a cursor that no page gave."""
    sentence = "Ce curseur n’en est pas un : redonnez le « next » de la page précédente, tel quel."
    return ValidationError([{"loc": ("query", "cursor"), "msg": sentence}])


def lines(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """Rows as lists show them: one query for the codes of their services."""
    rows = list(cases)
    codes = queries.codes_of_services(rows)
    return [_line(case, codes.get(case.service_id or 0, "")) for case in rows]


def _line(case: Case, service: str) -> dict[str, Any]:
    return {
        "id": case.pk,
        "reference": case.reference,
        "procedure": case.procedure,
        "title": definition_of(case.revision_id).title,
        "object": case.title,
        "service": service,
        "state": case.state,
        "state_label": rules.STATES_FOR_AGENT[case.state],  # type: ignore[index]
        "step": case.step,
        "waiting_for": case.waiting_for,
        "due_on": case.due_on,
        "suspended": case.suspended,
        "badges": case.badges,
        "version": case.version,
        "submitted_at": case.submitted_at,
        "updated_at": case.updated_at,
    }


@router.get("/attendus", response=AwaitedPage, summary="Les avis, visas et montants attendus de vos services")
def awaited(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    """Le délai le plus proche d’abord."""
    scope = scope_of(needs(request, "cases.queue"), "cases.queue")
    rows = queries.tasks_of(scope, _after(asked.cursor) if asked.cursor else None)
    shown = rows[: queries.TASKS_PAGE]
    last = shown[-1] if len(rows) > len(shown) else None
    return {
        "awaited": [_awaited(task, task.case) for task in shown],
        "next": f"{last.sort_on.isoformat()}.{last.pk}" if last else None,
    }


def _after(cursor: str) -> tuple[date, int]:
    day, _, key = cursor.partition(".")
    try:
        if not (key.isascii() and len(key) < 19):
            raise ValueError(key)
        return date.fromisoformat(day), int(key)
    except ValueError:
        raise wrong_cursor() from None


def _awaited(task: CaseTask, case: Case) -> dict[str, Any]:
    circuit = definition_of(case.revision_id).circuit
    label = next((s.label for s in circuit if s.key == task.step), task.get_kind_display())
    return {
        "case": case.pk,
        "reference": case.reference,
        "procedure": case.procedure,
        "step": task.step,
        "kind": task.kind,
        "label": label,
        "due_on": task.due_on,
        "silence": task.silence,
    }


# --- one case -------------------------------------------------------------------------------


@router.get(
    "/dossiers/{uuid:case_id}", response=ServiceCase, url_name="service_read", summary="Lire un dossier"
)
def read(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """Le dossier entier. La lecture est inscrite au journal."""
    return detail(open_case(request, case_id), principal_of(request))


@router.get(
    "/dossiers/{uuid:case_id}/pieces/{uuid:file}",
    response={200: Any},
    url_name="service_piece",
    summary="Télécharger une pièce",
    openapi_extra={"responses": {200: {"description": "Le fichier", "content": {"*/*": {}}}}},
)
def piece(request: HttpRequest, case_id: UUID, file: UUID, page: int | None = None) -> HttpResponseBase:
    """Le fichier tel qu’il a été déposé ; une pièce d’identité, page par page seulement, en image marquée."""
    opened = open_case(request, case_id)
    given = [f for files in opened.view.record.pieces.values() for f in files]
    if str(file) not in {f.file for f in given}:
        raise Http404("Ce fichier n’est pas dans le dossier.")
    return _sent(file, principal_of(request), page)


@router.get(
    "/dossiers/{uuid:case_id}/acte",
    response={200: Any},
    url_name="service_act",
    summary="Télécharger l’acte délivré",
    openapi_extra={"responses": {200: {"description": "L’acte, PDF signé", "content": {"*/*": {}}}}},
)
def act(request: HttpRequest, case_id: UUID) -> HttpResponseBase:
    """Le PDF signé de l’acte, ou de l’attestation d’accord tacite."""
    opened = open_case(request, case_id)
    issued = opened.view.record.act or opened.view.record.attestation
    found = documents.acts_of(opened.case.subject).filter(pk=issued.id).first() if issued else None
    if found is None:
        raise HttpError(409, "Aucun acte n’est encore délivré sur ce dossier.")
    return _sent(found.pdf_id, principal_of(request), None)


def _sent(file: UUID, by: Principal, page: int | None) -> HttpResponseBase:
    try:
        kept = documents.get_files([file]).get(file)
        if page is not None or (kept and kept.is_identity):
            picture = documents.show_page(file, by, READING, page or 1)
            answer = HttpResponse(picture, content_type="image/jpeg")
            return documents.alone(answer, f"page-{page or 1}.jpg", inline=False)
        opened = documents.open_file(file, by, READING)
    except (documents.StoredFile.DoesNotExist, PermissionRefused):
        raise Http404("Ce fichier n’est pas dans le dossier.") from None
    except documents.FileGone as gone:
        raise HttpError(410, gone.sentence) from gone
    return documents.streamed(opened, inline=False)


def needs(request: HttpRequest, permission: str) -> Principal:
    """The calling service; raises PermissionRefused when it was not given this right."""
    by = principal_of(request)
    if not by.may(permission):
        raise PermissionRefused(f"Ce service n’a pas le droit {permission}.")
    return by


def open_case(request: HttpRequest, case_id: UUID) -> Opened:
    """A case that this service may read, the reading journalled; raises Http404, PermissionRefused."""
    by = needs(request, "cases.read")
    case = queries.find(case_id, "applicant")
    if not may_read(case, by):
        raise Http404("Ce dossier n’existe pas.")
    actions.record_reading(case, by)
    return queries.opened_by(case, by)


def detail(opened: Opened, by: Principal) -> dict[str, Any]:
    """Everything the service may see of a case; a consulted one sees no proposal and no story."""
    case, view = opened.case, opened.view
    record = view.record
    (line,) = lines([case])
    whole = by.may("cases.read", organisation_id=case.service_id, territory_path=case.territory_path)
    return line | {
        "answers": dict(record.answers),
        "pieces": _pieces(opened),
        "fees": view.total,
        "opinions": [_opinion(o) for o in record.opinions],
        "awaited": [_awaited(task, case) for task in queries.tasks_on(case.pk)],
        "corrections": rules.items_now(view),
        "corrections_due_on": record.corrections.due_on if record.corrections else None,
        "proposal": _proposal(opened) if whole else None,
        "decision": _decision(opened),
        "act": _act(opened),
        "clock": view.reasoning,
        "history": list(rules.for_agent(opened.definition, opened.actions)) if whole else [],
        "payments": _payments(opened, by),
        "decision_fields": [_asked(f) for f in opened.definition.decision_fields],
        "refusal_reasons": opened.definition.reasons,
        "allowed": rules.offers(view, opened.facts, ACTS),
        "page": settings.PUBLIC_URL + reverse("cases:instruct", args=[case.pk]),
    }


def _pieces(opened: Opened) -> dict[str, list[dict[str, Any]]]:
    def out(file: rules.PieceFile) -> dict[str, Any]:
        url = reverse("api:service_piece", args=[opened.case.pk, file.file])
        return {**vars(file), "id": file.file, "url": settings.PUBLIC_URL + url}

    offered = asking.offered_pieces(opened.definition, opened.view.record.answers)
    given = opened.view.record.pieces
    return {p.key: [out(f) for f in given.get(p.key, ())] for p in offered}


def _opinion(opinion: rules.Opinion) -> dict[str, Any]:
    told = {"verdict": opinion.verdict, "verdict_label": opinion.words, "by": opinion.by_label}
    return {**vars(opinion), **told}


def _asked(field: Field) -> dict[str, Any]:
    return {**vars(field), "required": field.required and field.when is None}


def _proposal(opened: Opened) -> dict[str, Any] | None:
    proposal = opened.view.record.proposal
    if proposal is None:
        return None
    label = rules.OUTCOMES[proposal.outcome]
    return {**vars(proposal), "outcome_label": label, "by": proposal.by_label}


def _decision(opened: Opened) -> dict[str, Any] | None:
    decision, proposal = opened.view.record.decision, opened.view.record.proposal
    if decision is None:
        return None
    refused = decision.outcome == "refused" and not decision.tacit and proposal
    return {
        **vars(decision),
        "outcome_label": rules.OUTCOMES[decision.outcome] + (" tacite" if decision.tacit else ""),
        "by": decision.by_label,
        "reasons": list(proposal.reasons) if refused and proposal else [],
        "text": proposal.text if refused and proposal else "",
        "appeal": opened.definition.appeal if decision.outcome == "refused" else "",
    }


def _act(opened: Opened) -> dict[str, Any] | None:
    issued = opened.view.record.act or opened.view.record.attestation
    if issued is None:
        return None
    url = settings.PUBLIC_URL + reverse("api:service_act", args=[opened.case.pk])
    return {**vars(issued), "issued_at": issued.at, "url": url}


def _payments(opened: Opened, by: Principal) -> list[Any] | None:
    case = opened.case
    if not by.may("payments.read", organisation_id=case.service_id, territory_path=case.territory_path):
        return None
    return list(payments.payables_of(case.subject))
