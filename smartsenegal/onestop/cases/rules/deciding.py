"""What an agent sends: corrections to ask, decisions to propose. Refusals are sentences to show."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from smartsenegal.lib.dates import Calendar
from smartsenegal.lib.money import format_fcfa
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases.rules.facts import FAULTS_OF_ANSWER, FAULTS_OF_PIECE, VERDICTS
from smartsenegal.onestop.cases.rules.view import CaseView
from smartsenegal.onestop.procedures.definition import Definition, Fee
from smartsenegal.onestop.procedures.rules import fees_assessed, holds, in_range, offered_pieces, summary_rows

# Without a delay of corrections in the procedure, an agent still has to name a date.
DEFAULT_CORRECTION_DAYS = 15


@dataclass(frozen=True)
class Asked:
    """One thing an agent asks to correct: `kind` "answer" (key of a question) or "piece"."""

    kind: Literal["answer", "piece"]
    key: str
    fault: str
    sentence: str


def corrections_due(definition: Definition, today: date, calendar: Calendar) -> date:
    """The date proposed to the agent: the procedure's own delay, counted from today."""
    delay = definition.corrections_delay
    if delay.amount is None:
        return today + timedelta(days=DEFAULT_CORRECTION_DAYS)
    return calendar.add(today, delay.amount, delay.unit)


def correctable(view: CaseView) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """What may be asked: questions by key with (page, label), pieces by key with their label."""
    rows = summary_rows(view.definition, view.record.answers)
    questions = {row.field: (row.page, row.label) for row in rows}
    pieces = {p.key: p.label for p in offered_pieces(view.definition, view.record.answers)}
    return questions, pieces


def items_of(view: CaseView, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """The items as an action keeps them, each with its page and label."""
    questions, pieces = correctable(view)
    return [
        {
            "kind": item.kind,
            "key": item.key,
            "page": questions[item.key][0] if item.kind == "answer" else "",
            "label": questions[item.key][1] if item.kind == "answer" else pieces[item.key],
            "fault": item.fault,
            "sentence": item.sentence,
        }
        for item in asked
    ]


def fault_of_request(view: CaseView, asked: Sequence[Asked], due_on: date, today: date) -> str | None:
    """Why these corrections cannot be asked, or None."""
    if not asked:
        return "Cochez au moins une réponse ou une pièce à corriger."
    if due_on <= today:
        return "Laissez au demandeur au moins un jour pour répondre."
    return next(filter(None, (_fault_of_item(view, item) for item in asked)), None)


def _fault_of_item(view: CaseView, item: Asked) -> str | None:
    questions, pieces = correctable(view)
    known: Collection[str] = questions if item.kind == "answer" else pieces
    if item.key not in known:
        return "Cette réponse ou cette pièce ne figure pas dans le dossier."
    label = questions[item.key][1] if item.kind == "answer" else pieces[item.key]
    if item.fault not in (FAULTS_OF_ANSWER if item.kind == "answer" else FAULTS_OF_PIECE):
        return _(f"{label} : choisissez ce qui ne va pas.")
    if not item.sentence.strip():
        return _(f"{label} : écrivez ce que le demandeur doit faire.")
    return None


def fault_of_proposal(
    definition: Definition, outcome: str, reasons: Collection[str], text: str, fields: Mapping[str, Any]
) -> str | None:
    """Why this decision cannot be proposed, or None: a refusal carries its reasons."""
    if outcome == "granted":
        asked = (f for f in definition.decision_fields if f.when is None or holds(f.when, fields))
        lacking = [f.label for f in asked if f.required and fields.get(f.key) in (None, "")]
        return _(f"Remplissez : {', '.join(lacking)}.") if lacking else None
    known = {r.key for r in definition.reasons}
    if not set(reasons) <= known:
        return "Un motif choisi ne figure pas dans cette démarche."
    if known and not reasons:
        return "Choisissez au moins un motif de refus."
    if not text.strip():
        return "Expliquez le refus au demandeur : les faits, et ce qu’il peut faire."
    return None


def fault_of_opinion(verdict: str, text: str) -> str | None:
    """Why this opinion cannot be kept, or None: reserves and objections are written."""
    if verdict not in VERDICTS:
        return "Choisissez le sens de l’avis."
    if verdict != "favourable" and not text.strip():
        return _("Écrivez vos réserves ou vos raisons : le service qui décide en a besoin.")
    return None


def fees_assessed_at(view: CaseView, step: str) -> list[Fee]:
    """The fees of this case whose amount that step sets."""
    return fees_assessed(view.definition, view.record.answers, step)


def fault_of_amounts(fees: Sequence[Fee], amounts: Mapping[str, int]) -> str | None:
    """Why these amounts cannot be set, or None: each fee has one, inside its published range."""
    return next(filter(None, (fault_of_amount(fee, amounts.get(fee.key)) for fee in fees)), None)


def fault_of_amount(fee: Fee, amount: int | None) -> str | None:
    """Why this amount cannot be set for a fee, or None."""
    if amount is None or amount < 0:
        return _(f"{fee.label} : indiquez un montant en francs.")
    if fee.minimum is None or fee.maximum is None or in_range(fee, amount):
        return None
    low, high = format_fcfa(fee.minimum), format_fcfa(fee.maximum)
    return _(f"{fee.label} : le montant doit être compris entre {low} et {high}.")
