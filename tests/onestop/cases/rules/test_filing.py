from datetime import date

import pytest

from smartsenegal.onestop.cases.rules import faults_of_filing, fold, piece_fault
from smartsenegal.onestop.procedures.definition import Piece
from tests.onestop.cases.samples import ANSWERS, CALENDAR, PLAIN, Story

TODAY = date(2026, 11, 24)


def faults(story):
    return faults_of_filing(fold(PLAIN, story.actions, CALENDAR), TODAY, CALENDAR)


def test_everything_missing_is_said_at_once():
    found = faults(Story().then("opened", by="awa"))
    assert [(f.page, f.piece) for f in found] == [("qui", ""), ("lieu", ""), ("motif", ""), ("", "extrait")]
    assert found[3].sentence == "Ajoutez la pièce\u00a0: Extrait de naissance"


def test_a_whole_draft_has_no_fault():
    story = Story().then("opened", by="awa", answers=dict(ANSWERS))
    story.then("piece_added", by="awa", piece="extrait", file="f", issued_on="2026-08-24")
    assert faults(story) == []


def test_a_document_that_grew_old_while_the_draft_slept():
    story = Story().then("opened", by="awa", answers=dict(ANSWERS))
    story.then("piece_added", by="awa", piece="extrait", file="f", issued_on="2026-08-23")
    (fault,) = faults(story)
    assert fault.piece == "extrait"
    assert "a plus de 3\u00a0mois" in fault.sentence


def test_who_cannot_ask_is_told_that_alone():
    story = Story().then("opened", by="awa", answers={**ANSWERS, "motive": "interdit"})
    assert [f.sentence for f in faults(story)] == ["Cette demande n’est pas possible."]


@pytest.mark.parametrize(
    ("issued_on", "words"),
    [
        (None, "indiquez la date"),
        (date(2026, 11, 25), "futur"),
        (date(2026, 1, 1), "a plus de"),
        (TODAY, None),
    ],
)
def test_the_age_of_a_document(issued_on, words):
    sentence = piece_fault(Piece("x", "Extrait", valid_months=3), issued_on, TODAY, CALENDAR)
    assert (sentence is None) if words is None else (words in sentence)


def test_a_document_without_age_is_never_too_old():
    assert piece_fault(Piece("x", "Photo"), None, TODAY, CALENDAR) is None
