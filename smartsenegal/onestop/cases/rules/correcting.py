"""What is to be corrected now: what the service asked, and what the new answers call for in their turn."""

from dataclasses import replace

from smartsenegal.lib.text import typography as _
from smartsenegal.onestop.cases.rules.facts import Item
from smartsenegal.onestop.cases.rules.view import CaseView
from smartsenegal.onestop.procedures.rules import (
    missing_answers,
    missing_pieces,
    offered_pieces,
    summary_rows,
    visible_pages,
)

FOLLOWS = "Vos nouvelles réponses le demandent."


def items_now(view: CaseView) -> list[Item]:
    """Everything to correct, done or not, in order; nothing without a request.

    What a corrected answer made pointless is left out; the questions and pieces it made compulsory come
    after what was asked, and stay until the sending so that they can still be changed.
    """
    asked = view.record.corrections
    if asked is None:
        return []
    definition, answers = view.definition, view.record.answers
    pages = {page.key for page in visible_pages(definition, answers)}
    pieces = {piece.key: piece for piece in offered_pieces(definition, answers)}
    kept = [i for i in asked.items if (i.page in pages if i.kind == "answer" else i.key in pieces)]
    known = {_place(item) for item in kept}
    lacking = [
        *(
            Item("answer", m.field, m.page, m.label, "incomplete", _(FOLLOWS))
            for m in missing_answers(definition, answers)
        ),
        *(
            Item("piece", p.key, "", p.label, "missing", _(FOLLOWS))
            for p in missing_pieces(definition, answers, view.record.pieces)
        ),
    ]
    added = {_place(item): item for item in reversed(lacking) if _place(item) not in known}
    given = {_place(item): item for item in _given_since(view) if _place(item) not in known | added.keys()}
    return [*kept, *reversed(added.values()), *given.values()]


def _place(item: Item) -> tuple[str, str]:
    return item.kind, item.page or item.key


def _given_since(view: CaseView) -> list[Item]:
    """What was given in this round though it was not asked."""
    asked = view.record.corrections
    touched = asked.touched if asked else frozenset()
    rows = {row.page: row for row in reversed(summary_rows(view.definition, view.record.answers))}
    pieces = offered_pieces(view.definition, view.record.answers)
    found = [
        *(Item("answer", row.field, row.page, row.label, "incomplete", _(FOLLOWS)) for row in rows.values()),
        *(Item("piece", p.key, "", p.label, "missing", _(FOLLOWS)) for p in pieces),
    ]
    return [
        replace(item, treated=True) for item in found if f"{item.kind}:{item.page or item.key}" in touched
    ]


def left_to_correct(view: CaseView) -> list[Item]:
    """What keeps the corrections from being sent."""
    return [item for item in items_now(view) if not item.treated]
