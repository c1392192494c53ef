"""HTTP API of an administration's own system: the acts of its agents on a case.

The same actions and rules as the pages. A write says which agent decides (`agent`): their own name in the
system that calls. Who proposes a decision and who signs it must be two agents, here as on the pages.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema
from ninja.errors import HttpError, ValidationError

from smartsenegal.kernel.identity.api import Principal
from smartsenegal.lib.text import TextRefused, clean
from smartsenegal.onestop.cases import actions, moment, queries, rules
from smartsenegal.onestop.cases.access import may_read
from smartsenegal.onestop.cases.actions.tasks import service_for
from smartsenegal.onestop.cases.forms import RefusalForm
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.queries import Opened
from smartsenegal.onestop.cases.rest.common import KEY, Act, answered, principal_of
from smartsenegal.onestop.cases.rest.service import detail, needs, open_case
from smartsenegal.onestop.cases.rest.shapes import ServiceCase
from smartsenegal.onestop.cases.rules import Asked
from smartsenegal.onestop.cases.step_forms import AmountsForm, OpinionForm, VisaForm
from smartsenegal.onestop.procedures.api import check_decision

router = Router(tags=["Instruction"])
CASE = "/dossiers/{uuid:case_id}"
OVER = "Ce dossier n’attend plus rien de votre service : il est décidé, ou la réponse est déjà donnée."
Make = Callable[[Principal, Opened], Any]


class Agent(Schema):
    """The agent who acts in the system that calls."""

    id: str = Field(max_length=30, pattern=r"^[A-Za-z0-9._@-]+$", description="Son matricule, chez vous.")
    name: str = Field(min_length=2, max_length=120, description="Son nom, tel que l’acte le portera.")


class Done(Act):
    agent: Agent | None = Field(None, description="L’agent qui agit, chez vous.")


class Signed(Act):
    agent: Agent = Field(description="L’agent qui décide, chez vous.")


class CorrectionIn(Schema):
    kind: Literal["answer", "piece"]
    key: str = Field(max_length=80, description="Clé de la question ou de la pièce.")
    fault: str = Field(
        max_length=30,
        description=f"Pour une réponse : {', '.join(rules.FAULTS_OF_ANSWER)} ; pour une pièce : "
        f"{', '.join(rules.FAULTS_OF_PIECE)}.",
    )
    sentence: str = Field(max_length=500, description="Ce que le demandeur doit faire, en une phrase.")


class Corrections(Done):
    items: list[CorrectionIn] = Field(max_length=100)
    due_on: date = Field(description="Dernier jour pour répondre.")


class OpinionIn(Done):
    verdict: str = Field(max_length=20, description="favourable, reserved ou unfavourable.")
    text: str = Field("", max_length=4000)


class VisaIn(Done):
    answer: str = Field(max_length=10, description="give ou refuse.")
    text: str = Field("", max_length=4000)


class AmountsIn(Done):
    amounts: dict[str, int] = Field(description="Montant en F CFA, par clé de droit.")


class ProposalIn(Signed):
    outcome: Literal["granted", "refused"]
    fields: dict[str, Any] = Field({}, description="Ce que l’acte portera, pour un accord.")
    reasons: list[str] = Field([], max_length=50, description="Clés des motifs, pour un refus.")
    text: str = Field("", max_length=4000, description="L’explication au demandeur, pour un refus.")


class ReturnIn(Signed):
    note: str = Field(max_length=2000, description="Ce que l’agent doit revoir.")


@router.post(f"{CASE}/prise-en-charge", response=ServiceCase, summary="Prendre le dossier en charge")
def take(request: HttpRequest, case_id: UUID, body: Done, key: str = KEY) -> HttpResponse:
    return _done(request, case_id, key, body, lambda by, _: actions.take(case_id, by, version=body.version))


@router.post(f"{CASE}/corrections", response=ServiceCase, summary="Demander des corrections")
def ask_corrections(request: HttpRequest, case_id: UUID, body: Corrections, key: str = KEY) -> HttpResponse:
    """Tout ce qui est à corriger, en une fois, avec une date. Le délai est suspendu selon la démarche."""

    def act(by: Principal, opened: Opened) -> Any:
        asked = [Asked(i.kind, i.key, i.fault, i.sentence) for i in body.items]
        _check_items(opened, asked, body.due_on)
        return actions.request_corrections(case_id, by, asked, body.due_on, version=body.version)

    return _done(request, case_id, key, body, act)


@router.post(f"{CASE}/recevabilite", response=ServiceCase, summary="Déclarer le dossier recevable")
def pass_on(request: HttpRequest, case_id: UUID, body: Done, key: str = KEY) -> HttpResponse:
    """Le dossier passe à l’étape suivante : avis, visas, montants."""
    return _done(
        request, case_id, key, body, lambda by, _: actions.pass_on(case_id, by, version=body.version)
    )


@router.post(f"{CASE}/avis/{{slug:step}}", response=ServiceCase, summary="Rendre un avis")
def give_opinion(
    request: HttpRequest, case_id: UUID, step: str, body: OpinionIn, key: str = KEY
) -> HttpResponse:
    """Des réserves et un avis défavorable s’écrivent."""

    def act(by: Principal, opened: Opened) -> Any:
        said = _valid(OpinionForm({"verdict": body.verdict, "text": body.text}))
        return actions.give_opinion(case_id, by, step, said["verdict"], said["text"], version=body.version)

    return _done(request, case_id, key, body, act, step)


@router.post(f"{CASE}/visa/{{slug:step}}", response=ServiceCase, summary="Donner ou refuser un visa")
def give_visa(request: HttpRequest, case_id: UUID, step: str, body: VisaIn, key: str = KEY) -> HttpResponse:
    """Un refus dit pourquoi, et renvoie le dossier au service qui l’a examiné."""

    def act(by: Principal, opened: Opened) -> Any:
        said = _valid(VisaForm({"answer": body.answer, "text": body.text}))
        answer = actions.give_visa if said["answer"] == "give" else actions.refuse_visa
        return answer(case_id, by, step, said["text"], version=body.version)

    return _done(request, case_id, key, body, act, step)


@router.post(f"{CASE}/montant/{{slug:step}}", response=ServiceCase, summary="Fixer un montant")
def assess(request: HttpRequest, case_id: UUID, step: str, body: AmountsIn, key: str = KEY) -> HttpResponse:
    """Un montant par droit que l’étape fixe, dans la fourchette publiée."""

    def act(by: Principal, opened: Opened) -> Any:
        fees = rules.fees_assessed_at(opened.view, step)
        _refuse_unknown(body.amounts, {f.key for f in fees}, "Ce droit n’est pas fixé à cette étape.")
        typed = {f"fee-{name}": str(amount) for name, amount in body.amounts.items()}
        form = AmountsForm(typed, fees=fees)
        _valid(form, "amounts")
        return actions.assess(case_id, by, step, form.amounts, version=body.version)

    return _done(request, case_id, key, body, act, step)


@router.post(f"{CASE}/proposition", response=ServiceCase, summary="Proposer une décision")
def propose(request: HttpRequest, case_id: UUID, body: ProposalIn, key: str = KEY) -> HttpResponse:
    """Un accord, avec ce que l’acte portera ; ou un refus, avec ses motifs, où s’ajoutent les recours."""

    def act(by: Principal, opened: Opened) -> Any:
        given = _granted(opened, body) if body.outcome == "granted" else _refused(opened, body)
        return actions.propose(case_id, by, body.outcome, version=body.version, **given)

    return _done(request, case_id, key, body, act)


@router.post(f"{CASE}/signature", response=ServiceCase, summary="Signer la décision proposée")
def sign(request: HttpRequest, case_id: UUID, body: Signed, key: str = KEY) -> HttpResponse:
    """Demande le droit cases.sign, et un autre agent que celui qui propose. L’acte est établi aussitôt après,
    remis au demandeur, et téléchargeable ici."""
    return _done(request, case_id, key, body, lambda by, _: actions.sign(case_id, by, version=body.version))


@router.post(f"{CASE}/renvoi", response=ServiceCase, summary="Renvoyer la proposition à l’agent")
def send_back(request: HttpRequest, case_id: UUID, body: ReturnIn, key: str = KEY) -> HttpResponse:
    """Demande le droit cases.sign."""

    def act(by: Principal, opened: Opened) -> Any:
        if not body.note.strip():
            raise _wrong("note", "Dites à l’agent ce qu’il doit revoir.")
        return actions.return_proposal(case_id, by, body.note, version=body.version)

    return _done(request, case_id, key, body, act)


# --- shared ---------------------------------------------------------------------------------


def _done(
    request: HttpRequest, case_id: UUID, key: str, body: Done | Signed, act: Make, step: str = ""
) -> HttpResponse:
    """Do the act in the name of the agent that the body says, and answer the case after it."""

    def done() -> dict[str, Any]:
        opened = _open(request, case_id, step)
        act(_named(principal_of(request), body.agent), opened)
        return _after(request, case_id)

    return answered(request, key, ServiceCase, done)


def _open(request: HttpRequest, case_id: UUID, step: str) -> Opened:
    by = needs(request, "cases.read")
    case = queries.find(case_id, "applicant")
    if step and not may_read(case, by) and _was_asked(case, by, step):
        raise HttpError(409, OVER)
    return open_case(request, case_id)


def _was_asked(case: Case, by: Principal, step: str) -> bool:
    """Whether this step was asked of a service of this caller, though the case awaits it no more."""
    if case.service_id is None:
        return False
    view = queries.for_system(case.pk).view
    wanted = next((s for s in view.circuit if s.key == step and s.kind in rules.CONSULTED), None)
    service = service_for(case, view, wanted.unit) if wanted else None
    return service is not None and by.may(
        "cases.read", organisation_id=service, territory_path=case.territory_path
    )


def _after(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """The case after an act; a service that was consulted reads it one last time."""
    by = principal_of(request)
    return detail(queries.opened_by(queries.find(case_id, "applicant"), by), by)


def _named(by: Principal, agent: Agent | None) -> Principal:
    if agent is None:
        return by
    try:
        name = clean(agent.name, 120)
    except TextRefused as error:
        raise _wrong("agent", str(error)) from error
    return replace(by, label=name, agent=agent.id)


def _granted(opened: Opened, body: ProposalIn) -> dict[str, Any]:
    fields, errors = check_decision(opened.definition, body.fields)
    _refuse({f"fields/{name}": sentences for name, sentences in errors.items()})
    return {"fields": fields}


def _refused(opened: Opened, body: ProposalIn) -> dict[str, Any]:
    form = RefusalForm({"reasons": body.reasons, "text": body.text}, reasons=opened.definition.reasons)
    found = _valid(form)
    return {"reasons": found.get("reasons", []), "text": found["text"]}


def _check_items(opened: Opened, asked: list[Asked], due_on: date) -> None:
    today = moment.today()
    if not asked:
        raise _wrong("items", "Indiquez au moins une réponse ou une pièce à corriger.")
    if due_on <= today:
        raise _wrong("due_on", "Laissez au demandeur au moins un jour pour répondre.")
    found = {
        f"items/{n}": rules.fault_of_request(opened.view, [a], due_on, today) for n, a in enumerate(asked)
    }
    _refuse({place: [fault] for place, fault in found.items() if fault})


def _refuse_unknown(given: Mapping[str, Any], known: Iterable[str], sentence: str) -> None:
    _refuse({f"amounts/{name}": [sentence] for name in given if name not in set(known)})


def _valid(form: Form, under: str = "") -> dict[str, Any]:
    """What the form of the page makes of these answers; its sentences become those of the API."""
    if not form.is_valid():
        before = f"{under}/" if under else ""
        _refuse(
            {f"{before}{name.removeprefix('fee-')}": [str(m) for m in e] for name, e in form.errors.items()}
        )
    return form.cleaned_data


def _refuse(errors: Mapping[str, list[str]]) -> None:
    """Raises ValidationError with every sentence; does nothing without any."""
    if errors:
        raise ValidationError(
            [{"loc": ("body", *place.split("/")), "msg": " ".join(s)} for place, s in errors.items()]
        )


def _wrong(field: str, sentence: str) -> ValidationError:
    return ValidationError([{"loc": ("body", field), "msg": sentence}])
