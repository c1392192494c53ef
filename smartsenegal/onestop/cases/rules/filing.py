"""What keeps a request from being sent, and what keeps a document from being accepted."""

from dataclasses import dataclass
from datetime import date

from smartsenegal.lib.dates import Calendar, format_date
from smartsenegal.lib.text import plural
from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases.rules.view import CaseView
from smartsenegal.onestop.procedures.definition import Piece
from smartsenegal.onestop.procedures.rules import (
    ineligible,
    missing_answers,
    missing_pieces,
    offered_pieces,
)


@dataclass(frozen=True)
class Fault:
    """One thing to mend before sending: an answer (`page`), a piece, or the request as a whole."""

    sentence: str
    page: str = ""
    piece: str = ""


def faults_of_filing(view: CaseView, today: date, calendar: Calendar) -> list[Fault]:
    """Everything that keeps this draft from being sent, all at once."""
    definition, answers = view.definition, view.record.answers
    refused = ineligible(definition, view.answers)
    if refused:
        return [Fault(refused)]
    given = view.record.pieces
    unanswered = [
        Fault(_(f"Répondez à la question : {m.label}"), page=m.page)
        for m in missing_answers(definition, answers)
    ]
    lacking = [
        Fault(_(f"Ajoutez la pièce : {p.label}"), piece=p.key)
        for p in missing_pieces(definition, answers, given)
    ]
    return [*unanswered, *lacking, *_too_old(view, today, calendar)]


def _too_old(view: CaseView, today: date, calendar: Calendar) -> list[Fault]:
    return [
        Fault(sentence, piece=piece.key)
        for piece in offered_pieces(view.definition, view.record.answers)
        for file in view.record.pieces.get(piece.key, ())[:1]
        if (sentence := piece_fault(piece, file.issued_on, today, calendar))
    ]


def piece_fault(piece: Piece, issued_on: date | None, today: date, calendar: Calendar) -> str | None:
    """Why a document of that date cannot be accepted today, or None."""
    if piece.valid_months is None:
        return None
    if issued_on is None:
        return _(f"{piece.label} : indiquez la date à laquelle le document a été établi.")
    if issued_on > today:
        return _(f"{piece.label} : la date du document est dans le futur.")
    if calendar.add(issued_on, piece.valid_months, "months") < today:
        months = plural(piece.valid_months, "mois", "mois")
        return _(
            f"{piece.label} : ce document du {format_date(issued_on)} a plus de {months}. "
            "Demandez-en un plus récent."
        )
    return None
