"""What agents of the competent service do."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from smartsenegal.kernel.identity.api import Account, Principal, principal_for
from smartsenegal.onestop.cases import moment, rules
from smartsenegal.onestop.cases.access import facts_for
from smartsenegal.onestop.cases.actions.base import Content, Done, Make, perform
from smartsenegal.onestop.cases.actions.names import in_whose_name, sentence_of, telling_the_end
from smartsenegal.onestop.cases.actions.texts import cleaned
from smartsenegal.onestop.cases.actions.together import perform_together
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.rules import Asked, CaseView


def take(case_id: UUID | str, by: Principal, *, version: int | None = None, request_key: str = "") -> Done:
    """Take the case in hand; raises as `base.perform`."""
    return perform(case_id, by, "taken", version=version, request_key=request_key)


def assign(
    case_id: UUID | str,
    by: Principal,
    to: Account,
    *,
    version: int | None = None,
    request_key: str = "",
) -> Done:
    """Entrust the case to another agent of the service; raises CaseRefused when they cannot instruct it."""

    def make(case: Case, view: CaseView) -> Content:
        facts = facts_for(case, principal_for(to))
        if facts.involved or not facts.instructs:
            raise CaseRefused("Cette personne n’instruit pas les dossiers de ce service.", view)
        return Content({"to": str(to.pk), "label": str(to)})

    return perform(case_id, by, "assigned", make, version=version, request_key=request_key)


def request_corrections(
    case_id: UUID | str,
    by: Principal,
    asked: Sequence[Asked],
    due_on: date,
    *,
    version: int | None = None,
    request_key: str = "",
) -> Done:
    """Ask for everything that is to be corrected, at once and with one date; stops the clock."""
    tidy = [Asked(a.kind, a.key, a.fault, cleaned(a.sentence, 500)) for a in asked]

    def make(case: Case, view: CaseView) -> Content:
        if fault := rules.fault_of_request(view, tidy, due_on, moment.today()):
            raise CaseRefused(fault, view)
        items = rules.items_of(view, tidy)
        told = [{k: v for k, v in item.items() if k != "sentence"} for item in items]
        return Content({"due_on": due_on.isoformat(), "asked": told}, {"items": items})

    return perform(case_id, by, "corrections_requested", make, version=version, request_key=request_key)


def propose(
    case_id: UUID | str,
    by: Principal,
    outcome: rules.Outcome,
    *,
    reasons: Sequence[str] = (),
    text: str = "",
    fields: Mapping[str, Any] | None = None,
    version: int | None = None,
    request_key: str = "",
) -> Done:
    """Propose to grant (with the `fields` of the decision) or to refuse (with `reasons` and a `text`)."""
    words = cleaned(text)

    def make(case: Case, view: CaseView) -> Content:
        given = {k: v for k, v in (fields or {}).items() if v is not None}
        if fault := rules.fault_of_proposal(view.definition, outcome, reasons, words, given):
            raise CaseRefused(fault, view)
        step = view.open_of_kind("review")
        assert step is not None
        kept = {"fields": given} if outcome == "granted" else {"text": words}
        plain = {
            "step": step.key,
            "outcome": outcome,
            "reasons": list(reasons) if outcome == "refused" else [],
        }
        return Content(plain, {k: v for k, v in kept.items() if v})

    return perform(
        case_id, by, "proposed", make,
        target={"outcome": outcome}, version=version, request_key=request_key,
    )  # fmt: skip


def return_proposal(
    case_id: UUID | str, by: Principal, note: str, *, version: int | None = None, request_key: str = ""
) -> Done:
    """Send the case back to the officer, saying why."""
    words = cleaned(note)

    def make(case: Case, view: CaseView) -> Content:
        if not words:
            raise CaseRefused("Dites à l’agent ce qu’il doit revoir.", view)
        assert view.record.proposal is not None
        return Content({"to": view.record.proposal.step}, {"note": words})

    return perform(case_id, by, "returned", make, version=version, request_key=request_key)


def sign(case_id: UUID | str, by: Principal, *, version: int | None = None, request_key: str = "") -> Done:
    """Sign what is proposed, in one's own name or for who delegated it. After the last signature of a grant a
    job makes the act."""

    def act() -> Done:
        return perform(case_id, by, "signed", _signature(by), version=version, request_key=request_key)

    return telling_the_end(case_id, by, act)


def sign_together(
    versions: Mapping[UUID, int | None], by: Principal, *, request_key: str = ""
) -> dict[UUID, str]:
    """Sign several cases in one transaction; returns the sentence of each refusal, "" for what is signed."""
    said = perform_together(versions, by, "signed", _signature(by), request_key=request_key)
    return {
        case_id: sentence_of(case_id, by, refused) if refused else "" for case_id, refused in said.items()
    }


def _signature(by: Principal) -> Make:
    def make(case: Case, view: CaseView) -> Content:
        step, proposal = view.open_of_kind("decision"), view.record.proposal
        assert step is not None
        assert proposal is not None
        final = proposal.outcome == "refused" or view.completes(step.key)
        plain = {"step": step.key, "outcome": proposal.outcome, "final": final}
        return Content({**plain, **in_whose_name(case, by, case.service_id, step.key)})

    return make


def note(case_id: UUID | str, by: Principal, text: str, *, request_key: str = "") -> Done:
    """Leave a note that only the service reads."""
    words = cleaned(text)
    if not words:
        raise CaseRefused("Écrivez la note.")
    return perform(case_id, by, "noted", Content({}, {"note": words}), request_key=request_key)
