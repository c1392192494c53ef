"""What a correction sets off: other questions, other pieces."""

from dataclasses import replace
from datetime import date

from smartsenegal.onestop.cases.rules import Facts, allowed, fold, items_now, left_to_correct
from smartsenegal.onestop.procedures.definition import Field, Page, Piece
from tests.onestop.cases.samples import CALENDAR, PLAIN, Story

OTHER = {"field": "motive", "is": "autre"}
AWA = Facts("awa", date(2026, 11, 10), owns=True)
# Another motive calls for one more question and one more piece, and needs no birth extract.
CHAIN = replace(
    PLAIN,
    pages=(*PLAIN.pages, Page("but", "Dans quel but ?", (Field("goal", "text", "But"),), when=OTHER)),
    pieces=(
        replace(PLAIN.pieces[0], when={"not": OTHER}),
        Piece("lettre", "Lettre de motivation", when=OTHER),
    ),
)
ASKED = [
    {
        "kind": "answer",
        "key": "motive",
        "page": "motif",
        "label": "Motif",
        "fault": "inexact",
        "sentence": "Dites.",
    },
    {"kind": "piece", "key": "extrait", "label": "Extrait", "fault": "expired", "sentence": "Plus récent."},
]


def asked() -> Story:
    return Story().filed(amount=0).then("corrections_requested", by="m", items=ASKED, due_on="2026-11-21")


def look(story: Story):
    return fold(CHAIN, story.actions, CALENDAR)


def places(items):
    return [(i.kind, i.page or i.key, i.treated) for i in items]


def test_what_was_asked_comes_first():
    assert places(items_now(look(asked()))) == [("answer", "motif", False), ("piece", "extrait", False)]
    assert items_now(look(Story().filed(amount=0))) == []


def test_a_new_answer_adds_and_removes():
    story = asked().then("answered", by="awa", page="motif", answers={"motive": "autre", "details": "Voyage"})
    view = look(story)
    assert places(items_now(view)) == [
        ("answer", "motif", True),
        ("answer", "but", False),
        ("piece", "lettre", False),
    ]
    assert [i.label for i in left_to_correct(view)] == ["But", "Lettre de motivation"]
    assert allowed(view, "answered", AWA, {"page": "but"}) is None
    assert allowed(view, "piece_added", AWA, {"piece": "lettre"}) is None
    assert allowed(view, "piece_added", AWA, {"piece": "extrait"}) is not None
    assert (
        allowed(view, "corrected", AWA, {"note": ""})
        == "Il reste à corriger\u00a0: But, Lettre de motivation."
    )


def test_what_was_added_can_still_be_changed_before_the_sending():
    story = asked().then("answered", by="awa", page="motif", answers={"motive": "autre", "details": "Voyage"})
    story.then("answered", by="awa", page="but", answers={"goal": "Étudier"})
    story.then("piece_added", by="awa", piece="lettre", file="l")
    view = look(story)
    assert left_to_correct(view) == []
    assert places(items_now(view))[1:] == [("answer", "but", True), ("piece", "lettre", True)]
    assert allowed(view, "answered", AWA, {"page": "but"}) is None
    assert allowed(view, "corrected", AWA, {"note": ""}) is None


def test_changing_ones_mind_back_asks_for_the_first_things_again():
    story = asked().then("answered", by="awa", page="motif", answers={"motive": "autre", "details": "Voyage"})
    story.then("answered", by="awa", page="motif", answers={"motive": "emploi"})
    assert places(items_now(look(story))) == [("answer", "motif", True), ("piece", "extrait", False)]
