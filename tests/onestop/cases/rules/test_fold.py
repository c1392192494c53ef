from dataclasses import replace
from datetime import date, timedelta

from smartsenegal.onestop.cases.rules import CaseView, fold, for_agent, for_person, left_to_correct
from smartsenegal.onestop.procedures.definition import Delay
from tests.onestop.cases.samples import ANSWERS, CALENDAR, MONDAY, PLAIN, WHOLE, Story

ITEMS = [
    {"kind": "piece", "key": "extrait", "label": "Extrait", "fault": "expired", "sentence": "Trop vieux."},
    {
        "kind": "answer",
        "key": "motive",
        "page": "motif",
        "label": "Motif",
        "fault": "inexact",
        "sentence": "Dites.",
    },
]


def look(story: Story, definition=PLAIN) -> CaseView:
    return fold(definition, story.actions, CALENDAR)


def test_a_draft_waits_for_the_person_and_has_no_clock():
    view = look(Story().then("opened", by="awa"))
    assert (view.state, view.waiting_for, view.due, view.step) == ("draft", "person", None, "")
    assert view.task.kind == "fill"


def test_answers_of_a_page_replace_those_of_that_page_only():
    story = Story().then("opened", by="awa", answers=dict(ANSWERS))
    story.then("answered", by="awa", page="motif", answers={"motive": "autre", "details": "visa"})
    assert look(story).answers["details"] == "visa"
    story.then("answered", by="awa", page="motif", answers={"motive": "emploi"})
    assert "details" not in look(story).record.answers
    assert look(story).answers["identity"] == ANSWERS["identity"]


def test_an_answer_to_a_question_of_another_page_is_not_taken():
    story = Story().then("opened", by="awa")
    story.then(
        "answered", by="awa", page="motif", answers={"motive": "emploi", "identity": {"last_name": "X"}}
    )
    assert look(story).record.answers == {"motive": "emploi"}


def test_pieces_come_and_go():
    story = Story().then("opened", by="awa")
    story.then("piece_added", by="awa", piece="extrait", file="a", issued_on="2026-10-01")
    story.then("piece_added", by="awa", piece="extrait", file="b")
    story.then("piece_removed", by="awa", piece="extrait", file="a")
    assert [f.file for f in look(story).record.pieces["extrait"]] == ["b"]
    story.then("piece_removed", by="awa", piece="extrait", file="b")
    assert look(story).record.pieces == {}


def test_a_case_with_fees_waits_for_its_payment_and_the_clock_too():
    story = Story().filed()
    view = look(story)
    assert (view.state, view.waiting_for, view.step, view.due) == (
        "awaiting_payment",
        "payment",
        "frais",
        None,
    )
    paid = MONDAY + timedelta(days=3)
    view = look(story.then("payment_settled", at=paid))
    assert (view.state, view.waiting_for, view.step) == ("in_review", "agent", "examen")
    assert view.due == date(2026, 11, 15)


def test_without_fees_the_clock_starts_at_filing():
    view = look(Story().filed(amount=0, at=MONDAY))
    assert (view.state, view.due) == ("in_review", date(2026, 11, 12))
    assert [s.key for s in view.circuit] == ["examen", "signature"]


def test_corrections_stop_the_clock_until_they_come():
    story = Story().filed(amount=0, at=MONDAY)
    story.then(
        "corrections_requested", by="moussa", at=MONDAY + timedelta(days=4), items=ITEMS, due_on="2026-11-21"
    )
    view = look(story)
    assert (view.state, view.waiting_for, view.suspended, view.due) == (
        "corrections_requested", "person", True, None,
    )  # fmt: skip
    assert view.sort_on == date(2026, 11, 21)
    assert [i.label for i in left_to_correct(view)] == ["Extrait", "Motif"]
    story.then("answered", by="awa", page="motif", answers={"motive": "emploi"})
    story.then("piece_added", by="awa", piece="extrait", file="g")
    assert left_to_correct(look(story)) == []
    story.then("corrected", by="awa", at=MONDAY + timedelta(days=12), note="Voilà")
    view = look(story)
    assert (view.state, view.suspended, view.due) == ("in_review", False, date(2026, 11, 20))
    assert view.badges == ["corrected"]


def test_the_worked_example_of_forty_days_stopped_eight():
    forty = replace(PLAIN, delay=Delay(40, "calendar_days"))
    story = Story().filed(amount=0, at=MONDAY)
    story.then(
        "corrections_requested", by="moussa", at=MONDAY + timedelta(days=4), items=ITEMS, due_on="2026-11-30"
    )
    story.then("corrected", by="awa", at=MONDAY + timedelta(days=12))
    assert look(story, forty).due == date(2026, 12, 20)


def test_proposal_return_and_signature():
    story = (
        Story()
        .filed(amount=0)
        .then("proposed", by="moussa", step="examen", outcome="granted", fields={"mention": "Néant"})
    )
    assert (look(story).state, look(story).step) == ("awaiting_signature", "signature")
    story.then("returned", by="fatou", to="examen", note="Vérifiez la date.")
    view = look(story)
    assert (view.state, view.step, view.badges, view.record.note) == (
        "in_review",
        "examen",
        ["returned"],
        "Vérifiez la date.",
    )
    assert view.open_steps[0].opened_at == story.now
    story.then("proposed", by="moussa", step="examen", outcome="granted")
    story.then("signed", by="fatou", step="signature", outcome="granted", final=True, number="B3-2026-000001")
    view = look(story)
    assert (view.state, view.waiting_for, view.badges, view.open_steps) == ("granted", "system", [], ())
    story.then("act_issued", act="a1", number="B3-2026-000001")
    assert look(story).state == "issued"
    assert look(story).task.kind == "download"
    story.then("act_revoked")
    assert (look(story).badges, look(story).task) == (["revoked"], None)


def test_a_refusal_ends_the_case():
    story = (
        Story()
        .filed(amount=0)
        .then("proposed", by="m", step="examen", outcome="refused", reasons=["piece"], text="Faux.")
    )
    story.then("signed", by="f", step="signature", outcome="refused", final=True)
    view = look(story)
    assert (view.state, view.due, view.record.proposal.reasons) == ("refused", None, ("piece",))
    assert view.clock.stopped_at == story.now


def test_a_payment_that_comes_after_the_withdrawal_is_to_be_refunded():
    story = Story().filed().then("withdrawn", by="awa").then("payment_settled")
    view = look(story)
    assert (view.state, view.badges) == ("withdrawn", ["refund_due"])


def test_withdrawing_while_corrections_are_awaited_closes_them():
    story = Story().filed(amount=0).then("corrections_requested", by="m", items=ITEMS, due_on="2026-11-21")
    view = look(story.then("withdrawn", by="awa"))
    assert (view.state, view.suspended, view.record.corrections, view.task) == (
        "withdrawn",
        False,
        None,
        None,
    )


def test_opinions_side_by_side_then_visa_then_two_signatures():
    story = Story().filed(amount=0, at=MONDAY)
    assert look(story, WHOLE).step == "recevabilite"
    story.then("proposed", by="m", step="recevabilite", outcome="granted")
    view = look(story, WHOLE)
    assert [s.key for s in view.open_steps] == ["cadastre", "pompiers"]
    assert [s.due for s in view.open_steps] == [date(2026, 11, 16), date(2026, 11, 12)]
    assert (view.state, view.waiting_for) == ("consulting", "service")
    story.then("opinion_given", by="p", step="pompiers", favourable=True)
    assert [s.key for s in look(story, WHOLE).open_steps] == ["cadastre"]
    story.then("opinion_given", by="c", step="cadastre", favourable=False, text="Empiète.")
    view = look(story, WHOLE)
    assert [s.key for s in view.open_steps] == ["visa"]
    assert view.open_steps[0].opened_at == story.now
    assert [o.favourable for o in view.record.opinions] == [True, False]
    story.then("visa_given", by="v", step="visa", favourable=True)
    assert (look(story, WHOLE).state, look(story, WHOLE).step) == ("awaiting_signature", "maire")
    assert not look(story, WHOLE).completes("maire")
    story.then("signed", by="x", step="maire", outcome="granted", final=False)
    view = look(story, WHOLE)
    assert (view.state, view.step, view.completes("prefet")) == ("awaiting_signature", "prefet", True)
    story.then("signed", by="y", step="prefet", outcome="granted", final=True)
    assert look(story, WHOLE).state == "granted"


def test_returning_undoes_every_step_behind():
    story = Story().filed(amount=0).then("proposed", by="m", step="recevabilite", outcome="granted")
    story.then("opinion_given", by="p", step="pompiers", favourable=True)
    story.then("opinion_given", by="c", step="cadastre", favourable=True)
    story.then("visa_given", by="v", step="visa", favourable=True)
    story.then("returned", by="x", to="recevabilite", note="À revoir")
    assert [s.key for s in look(story, WHOLE).open_steps] == ["recevabilite"]


def test_a_step_left_out_lets_those_behind_it_open():
    circuit = tuple(
        replace(s, when={"field": "motive", "is": "autre"}) if s.kind in ("opinion", "visa") else s
        for s in WHOLE.circuit
    )
    story = Story().filed(amount=0).then("proposed", by="m", step="recevabilite", outcome="granted")
    assert look(story, replace(WHOLE, circuit=circuit)).step == "maire"


def test_the_two_histories():
    story = Story().filed().then("payment_settled").then("taken", by="moussa")
    story.then("corrections_requested", by="moussa", items=ITEMS, due_on="2026-11-21")
    told = for_person(PLAIN, story.actions)
    assert [e.text for e in told] == [
        "Demande envoyée sous le numéro CJ-2026-000001. Frais\u00a0: 400\u00a0F\u00a0CFA",
        "Paiement reçu",
        "Un agent a pris votre dossier",
        "2\u00a0corrections demandées, à envoyer avant le 21\u00a0novembre\u00a02026 inclus",
    ]
    assert [e.by for e in told] == ["Vous", "", "Le service", "Le service"]
    assert not any("Moussa" in e.text + e.by for e in told)
    seen = for_agent(PLAIN, story.actions)
    assert seen[0].text == "Brouillon commencé"
    assert "piece_added" not in {a.kind for a in story.actions for e in seen if e.sequence == a.sequence}
