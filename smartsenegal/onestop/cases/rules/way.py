"""The way through a draft: which question, piece or page comes next."""

from dataclasses import dataclass
from typing import Any, Literal

from smartsenegal.onestop.cases.rules.view import CaseView
from smartsenegal.onestop.procedures.definition import Definition, Piece
from smartsenegal.onestop.procedures.rules import (
    find_page,
    missing_answers,
    missing_pieces,
    next_page,
    offered_pieces,
    previous_page,
    visible_pages,
)

Answers = dict[str, Any]


@dataclass(frozen=True)
class Stop:
    """One page of the way: a question, a piece, or the answers to check."""

    kind: Literal["question", "piece", "check"]
    key: str = ""


CHECK = Stop("check")


def first_gap(view: CaseView) -> Stop:
    """Where to take a draft up again: the first thing that is missing, else the answers to check."""
    definition, answers = view.definition, view.record.answers
    for missing in missing_answers(definition, answers):
        return Stop("question", missing.page)
    for piece in missing_pieces(definition, answers, view.record.pieces):
        return Stop("piece", piece.key)
    return CHECK


def after_question(definition: Definition, answers: Answers, page: str) -> Stop:
    """What follows a question."""
    following = next_page(definition, answers, after=page)
    if following:
        return Stop("question", following.key)
    return _first(offered_pieces(definition, answers))


def after_piece(definition: Definition, answers: Answers, piece: str) -> Stop:
    """What follows a piece."""
    offered = offered_pieces(definition, answers)
    keys = [p.key for p in offered]
    return _first(offered[keys.index(piece) + 1 :] if piece in keys else offered)


def _first(pieces: list[Piece]) -> Stop:
    return Stop("piece", pieces[0].key) if pieces else CHECK


def before_question(definition: Definition, answers: Answers, page: str) -> Stop | None:
    """The question before, or None at the first one."""
    found = previous_page(definition, answers, page)
    return Stop("question", found.key) if found else None


def before_piece(definition: Definition, answers: Answers, piece: str) -> Stop | None:
    """What comes before a piece: another piece, or the last question."""
    keys = [p.key for p in offered_pieces(definition, answers)]
    if piece in keys and keys.index(piece):
        return Stop("piece", keys[keys.index(piece) - 1])
    pages = visible_pages(definition, answers)
    return Stop("question", pages[-1].key) if pages else None


def before_check(definition: Definition, answers: Answers) -> Stop | None:
    """What comes just before the answers to check: the last piece, else the last question."""
    pieces, pages = offered_pieces(definition, answers), visible_pages(definition, answers)
    if pieces:
        return Stop("piece", pieces[-1].key)
    return Stop("question", pages[-1].key) if pages else None


def is_asked(definition: Definition, answers: Answers, page: str) -> bool:
    """Whether a question is shown to someone who gave these answers."""
    found = find_page(definition, page)
    return found is not None and found in visible_pages(definition, answers)
