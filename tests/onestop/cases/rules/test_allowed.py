from datetime import date

import pytest

from smartsenegal.onestop.cases.rules import KINDS, Action, Facts, allowed, conflict, fold, offers, permitted
from tests.onestop.cases.rules.test_fold import ITEMS
from tests.onestop.cases.samples import CALENDAR, MONDAY, PLAIN, Story

TODAY = date(2026, 11, 10)
AWA = Facts("awa", TODAY, owns=True)
MOUSSA = Facts("moussa", TODAY, instructs=True)
FATOU = Facts("fatou", TODAY, instructs=True, signs=True)
STRANGER = Facts("x", TODAY)
SYSTEM = Facts("system", TODAY, is_system=True)


def refusal(story, kind, facts, **data):
    return allowed(fold(PLAIN, story.actions, CALENDAR), kind, facts, data)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stranger_may_do_nothing(kind):
    assert permitted(kind, STRANGER)


@pytest.mark.parametrize(
    "kind", ["taken", "assigned", "corrections_requested", "proposed", "returned", "signed", "noted"]
)
def test_nobody_handles_their_own_request(kind):
    both = Facts("awa", TODAY, owns=True, instructs=True, signs=True)
    assert permitted(kind, both) == "C’est votre propre demande : un autre agent doit la traiter."


@pytest.mark.parametrize("kind", ["answered", "submitted", "corrected", "withdrawn"])
def test_an_agent_does_not_act_as_the_applicant(kind):
    assert permitted(kind, FATOU) == "Ce dossier n’est pas le vôtre."


def test_an_officer_proposes_and_does_not_sign():
    story = Story().filed(amount=0)
    assert refusal(story, "proposed", MOUSSA) is None
    story.then("proposed", by="moussa", step="examen", outcome="granted")
    assert refusal(story, "signed", MOUSSA) == "Seul un signataire du service peut décider de ce dossier."
    assert refusal(story, "signed", FATOU) is None


def test_who_proposed_does_not_sign():
    story = Story().filed(amount=0).then("proposed", by="fatou", step="examen", outcome="granted")
    assert refusal(story, "signed", FATOU).startswith("Vous avez proposé cette décision")
    assert refusal(story, "returned", FATOU) is None


def test_nothing_is_proposed_while_corrections_are_awaited():
    story = (
        Story().filed(amount=0).then("corrections_requested", by="moussa", items=ITEMS, due_on="2026-11-21")
    )
    assert refusal(story, "proposed", MOUSSA).startswith("Attendez la réponse")
    assert refusal(story, "corrections_requested", MOUSSA).startswith("Des corrections sont déjà")


def test_only_what_was_asked_can_be_corrected_and_all_of_it():
    story = (
        Story().filed(amount=0).then("corrections_requested", by="moussa", items=ITEMS, due_on="2026-11-21")
    )
    assert refusal(story, "answered", AWA, page="motif") is None
    assert (
        refusal(story, "answered", AWA, page="qui") == "Le service n’a pas demandé de corriger cette partie."
    )
    assert refusal(story, "piece_removed", AWA, piece="photo")
    assert refusal(story, "corrected", AWA, note="") == "Il reste à corriger\u00a0: Extrait, Motif."


def test_a_filed_case_is_no_more_changed():
    assert refusal(Story().filed(), "answered", AWA, page="qui").startswith("Votre demande est envoyée")
    assert refusal(Story().filed(), "submitted", AWA) == "Cette demande est déjà envoyée."


def test_corrections_lapse_only_after_their_date():
    story = Story().filed(amount=0).then("corrections_requested", by="m", items=ITEMS, due_on="2026-11-10")
    assert "jusqu’au 10" in refusal(story, "lapsed", SYSTEM)
    later = Facts("system", date(2026, 11, 11), is_system=True)
    assert refusal(story, "lapsed", later) is None


def test_a_payment_is_noted_once_and_even_after_the_withdrawal():
    story = Story().filed()
    assert refusal(story, "payment_settled", SYSTEM) is None
    assert (
        refusal(story.then("payment_settled"), "payment_settled", SYSTEM)
        == "Rien n’est à payer sur ce dossier."
    )
    gone = Story().filed().then("withdrawn", by="awa")
    assert refusal(gone, "payment_settled", SYSTEM) is None
    assert refusal(gone.then("payment_settled"), "payment_settled", SYSTEM) == "Ce paiement est déjà noté."


def test_a_decided_case_is_no_more_withdrawn():
    story = Story().filed(amount=0).then("proposed", by="m", step="examen", outcome="granted")
    assert refusal(story, "withdrawn", AWA) is None
    story.then("signed", by="fatou", step="signature", outcome="granted", final=True)
    assert refusal(story, "withdrawn", AWA)


def test_the_buttons_of_an_officer():
    view = fold(PLAIN, Story().filed(amount=0).actions, CALENDAR)
    assert offers(view, MOUSSA, KINDS) == ["assigned", "taken", "corrections_requested", "proposed", "noted"]


def action(kind, by="moussa", **data):
    return Action(9, kind, MONDAY, "agent", by, by, data)


def test_what_makes_a_page_stale():
    assert conflict([action("signed")], "signed", "fatou", {})
    assert conflict([action("answered", "awa", page="qui")], "submitted", "awa", {})
    assert conflict([action("withdrawn", "awa")], "answered", "awa", {"page": "qui"})
    assert conflict([action("answered", "aide", page="qui")], "answered", "awa", {"page": "qui"})
    assert conflict([action("taken")], "taken", "fatou", {})


def test_what_does_not():
    assert not conflict([action("noted"), action("taken")], "proposed", "moussa", {})
    assert not conflict([action("answered", "awa", page="qui")], "answered", "awa", {"page": "qui"})
    assert not conflict([action("answered", "aide", page="lieu")], "answered", "awa", {"page": "qui"})
    assert not conflict([action("answered", "awa", page="lieu")], "taken", "moussa", {})
    assert not conflict([], "signed", "fatou", {})
