"""HTTP API of an applicant's own requests, and of those of who one acts for: open, answer, send, follow.

A person who holds a mandate, or is a member of a company or an association, files in that name as on the
pages: the same acts, asked again at each call whether they still may. `/noms` lists the names.

Every write takes an `Idempotency-Key`: the same key with the same request does it once and answers the same.
`version` says which state the caller saw: a request decided on an older one is refused with 409.
"""

from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Field, Router, Schema
from ninja.errors import ValidationError
from ninja.files import UploadedFile
from ninja.params import functions as params
from ninja.security import django_auth

from smartsenegal.kernel.identity.api import (
    Party,
    PermissionRefused,
    Principal,
    choice_of,
    parties_of,
)
from smartsenegal.onestop.cases import actions, queries, rules
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.queries import Opened
from smartsenegal.onestop.cases.rest.common import (
    KEY,
    Act,
    EntryOut,
    FileOut,
    ItemOut,
    Note,
    answered,
    principal_of,
)
from smartsenegal.onestop.procedures.api import check_answers, definition_of

router = Router(tags=["Dossiers"], auth=django_auth)
FILE: Any = params.File(...)
OPTION: Any = params.Form("", max_length=80, description="Lequel des documents possibles")
WHOSE: Any = params.Query("", max_length=60, description="Au nom de qui, comme `party` à l’ouverture.")
ISSUED_ON: Any = params.Form(None, description="Date du document")


class CaseLine(Schema):
    """A request as a list shows it."""

    id: UUID
    reference: str | None
    procedure: str
    title: str
    state: str
    state_label: str
    waiting_for: str
    due_on: date | None
    suspended: bool
    version: int
    submitted_at: datetime | None
    updated_at: datetime


class TaskOut(Schema):
    """What the applicant must do next."""

    kind: str
    sentence: str
    until: date | None


class CaseDetail(CaseLine):
    """A request, whole."""

    in_name_of: str = Field(description="Pour qui est la demande ; vide pour soi-même.")
    answers: dict[str, Any]
    pieces: dict[str, list[FileOut]]
    fees: int
    service: str
    task: TaskOut | None
    corrections: list[ItemOut]
    corrections_due_on: date | None
    act_number: str
    history: list[EntryOut]
    page: str


PARTY = "Au nom de qui : le `party` d’une ligne de `/dossiers/noms` ; vide pour soi-même."


class Opening(Schema):
    procedure: str = Field(max_length=80, pattern=r"^[-_a-z0-9]+$", description="Code de la démarche")
    party: str = Field("", max_length=60, description=PARTY)


class PartyOut(Schema):
    """A name in which one may act."""

    party: str
    label: str
    kind: str = Field(description="`self`, `member` ou `mandate`.")
    may_file: bool
    procedures: list[str] = Field(description="Démarches couvertes par le mandat ; vide pour toutes.")
    ends_on: date | None


class Answers(Schema):
    answers: dict[str, Any]
    version: int | None = None


@router.get("", response=list[CaseLine], summary="Mes demandes, ou celles de qui j’agis")
def mine(request: HttpRequest, party: str = WHOSE) -> list[dict[str, Any]]:
    return [_line(case) for case in queries.of_party(_party(request, party))]


@router.get("/noms", response=list[PartyOut], summary="Au nom de qui je peux agir")
def names(request: HttpRequest) -> list[dict[str, Any]]:
    return [_name(party) for party in parties_of(principal_of(request))]


@router.post("", response={200: CaseDetail}, summary="Ouvrir une demande, ou retrouver son brouillon")
def open_case(request: HttpRequest, body: Opening, key: str = KEY) -> HttpResponse:
    def act() -> dict[str, Any]:
        party = _party(request, body.party)
        return _detail(request, actions.open_draft(principal_of(request), body.procedure, party).pk)

    return answered(request, key, CaseDetail, act)


@router.get("/{uuid:case_id}", response=CaseDetail, summary="Suivre une demande")
def follow(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    told = _detail(request, case_id)
    by, case = principal_of(request), queries.find(case_id)
    if by.account_id != str(case.applicant_id):
        actions.record_reading(case, by)
    return told


@router.put("/{uuid:case_id}/reponses", response=CaseDetail, summary="Répondre à toutes les questions")
def answer(request: HttpRequest, case_id: UUID, body: Answers, key: str = KEY) -> HttpResponse:
    case = queries.draft_row(case_id, principal_of(request))
    clean, errors = check_answers(definition_of(case.revision_id), body.answers)
    if errors:
        raise ValidationError([{"loc": ("answers", name), "msg": " ".join(m)} for name, m in errors.items()])
    return _done(
        request,
        case_id,
        key,
        lambda by: actions.answer_all(case_id, by, clean, version=body.version),
    )


@router.post("/{uuid:case_id}/pieces/{slug:piece}", response=CaseDetail, summary="Ajouter un fichier")
def add_piece(
    request: HttpRequest,
    case_id: UUID,
    piece: str,
    file: UploadedFile = FILE,
    option: str = OPTION,
    issued_on: date | None = ISSUED_ON,
    key: str = KEY,
) -> HttpResponse:
    return _done(
        request,
        case_id,
        key,
        lambda by: actions.add_piece(
            case_id,
            by,
            piece,
            file,
            filename=file.name or "document",
            declared_type=file.content_type or "",
            option=option,
            issued_on=issued_on,
        ),
        *(_digest(file), file.name, option, issued_on),
    )


@router.delete(
    "/{uuid:case_id}/pieces/{slug:piece}/{uuid:file}", response=CaseDetail, summary="Retirer un fichier"
)
def remove_piece(request: HttpRequest, case_id: UUID, piece: str, file: UUID, key: str = KEY) -> HttpResponse:
    given = queries.own_case(case_id, principal_of(request)).view.record.pieces.get(piece, ())
    if str(file) not in {f.file for f in given}:
        raise Http404("Ce fichier n’est pas dans la demande.")
    return _done(request, case_id, key, lambda by: actions.remove_piece(case_id, by, piece, file))


@router.post("/{uuid:case_id}/envoi", response=CaseDetail, summary="Envoyer la demande")
def submit(request: HttpRequest, case_id: UUID, body: Act, key: str = KEY) -> HttpResponse:
    return _done(
        request,
        case_id,
        key,
        lambda by: actions.submit(case_id, by, version=body.version),
    )


@router.post("/{uuid:case_id}/corrections", response=CaseDetail, summary="Envoyer les corrections demandées")
def send_corrections(request: HttpRequest, case_id: UUID, body: Note, key: str = KEY) -> HttpResponse:
    return _done(
        request,
        case_id,
        key,
        lambda by: actions.send_corrections(case_id, by, body.note, version=body.version),
    )


@router.post("/{uuid:case_id}/retrait", response=CaseDetail, summary="Retirer la demande")
def withdraw(request: HttpRequest, case_id: UUID, body: Act, key: str = KEY) -> HttpResponse:
    return _done(
        request,
        case_id,
        key,
        lambda by: actions.withdraw(case_id, by, version=body.version),
    )


# --- in whose name ------------------------------------------------------------------------


def _party(request: HttpRequest, choice: str) -> Party:
    """The name chosen, "" for oneself. Raises PermissionRefused for one that is not, or no longer, theirs."""
    found = next((p for p in parties_of(principal_of(request)) if choice_of(p) == choice), None)
    if found is None:
        raise PermissionRefused("Vous ne pouvez pas, ou plus, agir en ce nom.")
    return found


def _name(party: Party) -> dict[str, Any]:
    return {
        "party": choice_of(party),
        "label": party.label,
        "kind": party.kind,
        "may_file": party.may("file"),
        "procedures": list(party.procedures),
        "ends_on": party.ends_on,
    }


# --- shared ---------------------------------------------------------------------------------


def _done(
    request: HttpRequest, case_id: UUID, key: str, act: Callable[[Principal], Any], *parts: Any
) -> HttpResponse:
    def done() -> dict[str, Any]:
        act(principal_of(request))
        return _detail(request, case_id)

    return answered(request, key, CaseDetail, done, *parts)


def _digest(file: UploadedFile) -> str:
    found = sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


def _line(case: Case) -> dict[str, Any]:
    return {
        "id": case.pk,
        "reference": case.reference,
        "procedure": case.procedure,
        "title": definition_of(case.revision_id).title,
        "state": case.state,
        "state_label": rules.state_for_person(case.state, case.badges),
        "waiting_for": case.waiting_for,
        "due_on": case.due_on,
        "suspended": case.suspended,
        "version": case.version,
        "submitted_at": case.submitted_at,
        "updated_at": case.updated_at,
    }


def _detail(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    opened = queries.own_case(case_id, principal_of(request))
    view, filing, asked = opened.view, opened.view.record.filing, opened.view.record.corrections
    mine = str(opened.case.applicant_id) == principal_of(request).account_id
    return _line(opened.case) | {
        "in_name_of": "" if mine else opened.case.party_name,
        "answers": dict(view.record.answers),
        "pieces": {
            key: [vars(f) | {"id": f.file} for f in files] for key, files in view.record.pieces.items()
        },
        "fees": view.total,
        "service": filing.service_name if filing else "",
        "task": view.task,
        "corrections": rules.items_now(view),
        "corrections_due_on": asked.due_on if asked else None,
        "act_number": view.record.act.number if view.record.act else "",
        "history": _history(opened),
        "page": settings.PUBLIC_URL + reverse("cases:follow", args=[case_id]),
    }


def _file(file: rules.PieceFile) -> dict[str, Any]:
    return vars(file) | {"id": file.file}


def _history(opened: Opened) -> list[dict[str, Any]]:
    return [{"at": e.at, "text": e.text} for e in rules.for_person(opened.definition, opened.actions)]
