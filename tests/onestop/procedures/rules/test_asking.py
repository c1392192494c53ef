"""What is asked, what is missing, who is competent."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.onestop.procedures.definition import Field, Page
from smartsenegal.onestop.procedures.rules import (
    competence,
    competent_commune,
    ineligible,
    is_complete,
    missing_answers,
    missing_pieces,
    next_condition,
    next_page,
    offered_pieces,
    party_refused,
    position,
    previous_page,
    relevant,
    required_pieces,
    visible_fields,
    visible_pages,
)
from tests.onestop.procedures.samples import ANSWERS, IDENTITY, THIES, small

D = small()
ABROAD = {**IDENTITY, "birth_country": "FR", "birth_commune": None, "birth_place": "Lyon"}
ADDRESS = {"commune": {"code": "011-plateau", "label": "Dakar-Plateau"}, "line": "Rue 10"}


def keys(items):
    return [i.key for i in items]


def test_a_page_ruled_out_is_not_shown():
    assert keys(visible_pages(D, ANSWERS)) == ["identite", "bateau", "usage"]
    assert keys(visible_pages(D, {"identity": ABROAD})) == ["identite", "adresse", "bateau", "usage"]


def test_pages_follow_each_other_over_those_ruled_out():
    assert next_page(D, ANSWERS).key == "identite"
    assert next_page(D, ANSWERS, "identite").key == "bateau"
    assert next_page(D, {"identity": ABROAD}, "identite").key == "adresse"
    assert next_page(D, ANSWERS, "usage") is None
    assert previous_page(D, ANSWERS, "bateau").key == "identite"
    assert previous_page(D, ANSWERS, "identite") is None
    assert position(D, ANSWERS, "bateau") == (2, 3)


def test_a_question_ruled_out_is_not_asked():
    page = next(p for p in D.pages if p.key == "bateau")
    assert keys(visible_fields(D, page, {"bateau": False})) == ["bateau"]
    assert keys(visible_fields(D, page, {"bateau": True})) == ["bateau", "longueur"]
    assert keys(visible_fields(D, D.eligibility_pages[0], {})) == ["majeur"]


def test_an_answer_to_a_question_no_longer_asked_does_not_count():
    changed = {**ANSWERS, "bateau": False, "adresse": ADDRESS}
    assert set(relevant(D, changed)) == {"identity", "bateau", "usage"}
    assert keys(required_pieces(D, changed)) == ["identite"]


def test_missing_answers_say_where_to_go():
    assert [(m.page, m.field) for m in missing_answers(D, {"bateau": True})] == [
        ("identite", "identity"),
        ("bateau", "longueur"),
        ("usage", "usage"),
    ]
    assert missing_answers(D, ANSWERS) == []


@pytest.mark.parametrize(
    ("field", "value", "complete"),
    [
        (Field("a", "identity", "A"), IDENTITY, True),
        (Field("a", "identity", "A"), {**IDENTITY, "birth_commune": None}, False),
        (Field("a", "identity", "A"), ABROAD, True),
        (Field("a", "identity", "A"), {**ABROAD, "birth_place": ""}, False),
        (Field("a", "identity", "A"), "Awa", False),
        (Field("a", "address", "A"), ADDRESS, True),
        (Field("a", "address", "A"), {"commune": THIES, "line": ""}, False),
        (Field("a", "statement", "A"), False, False),
        (Field("a", "statement", "A"), True, True),
        (Field("a", "yes_no", "A"), False, True),
        (Field("a", "integer", "A"), 0, True),
        (Field("a", "text", "A", required=False), None, True),
        (Field("a", "repeated", "A", fields=(Field("b", "text", "B"),)), [], False),
        (Field("a", "repeated", "A", fields=(Field("b", "text", "B"),)), [{"b": "x"}], True),
        (Field("a", "repeated", "A", fields=(Field("b", "text", "B"),)), [{"b": ""}], False),
        (Field("a", "repeated", "A", fields=(Field("b", "text", "B"),)), ["x"], False),
    ],
)
def test_when_an_answer_suffices(field, value, complete):
    assert is_complete(field, value) is complete


def test_pieces():
    assert keys(offered_pieces(D, ANSWERS)) == ["identite", "bateau", "photo"]
    assert keys(missing_pieces(D, ANSWERS, {"identite"})) == ["bateau"]
    assert missing_pieces(D, ANSWERS, {"identite", "bateau"}) == []


def test_eligibility_is_told_once_answered():
    assert ineligible(D, {}) is None
    assert ineligible(D, {"majeur": False}) == "Revenez à 18 ans."
    assert next_condition(D, {}).key == "majeur"
    assert next_condition(D, {"majeur": True}) is None


def test_the_competent_authority_follows_the_birthplace():
    assert (competence(D, ANSWERS).unit, competent_commune(D, ANSWERS)) == ("fishery", THIES["code"])
    abroad = {"identity": ABROAD, "adresse": ADDRESS}
    assert (competence(D, abroad).unit, competent_commune(D, abroad)) == ("fishery_abroad", "011-plateau")
    assert competent_commune(D, {"identity": ABROAD}) is None


values = st.one_of(st.none(), st.booleans(), st.integers(0, 9), st.sampled_from(["loisir", "metier", "x"]))
answers = st.fixed_dictionaries(
    {},
    optional={
        "identity": st.sampled_from([IDENTITY, ABROAD, {}, "x"]),
        "adresse": st.sampled_from([ADDRESS, None]),
        "bateau": values,
        "longueur": values,
        "usage": values,
        "inconnu": values,
    },
)


@given(answers)
def test_walking_the_pages_shows_each_visible_one_once(given):
    seen, page = [], next_page(D, given)
    while page:
        seen.append(page.key)
        page = next_page(D, given, page.key)
    assert seen == keys(visible_pages(D, given))


@given(answers)
def test_relevant_answers_are_a_fixed_point(given):
    before = copy.deepcopy(given)
    kept = relevant(D, given)
    assert relevant(D, kept) == kept
    assert visible_pages(D, kept) == visible_pages(D, given)
    assert missing_answers(D, kept) == missing_answers(D, given)
    assert given == before


@given(answers, st.booleans())
def test_every_rule_answers_on_any_answers(given, boat):
    given = {**given, "bateau": boat}
    asked = {m.field for m in missing_answers(D, given)}
    shown = {f.key for p in visible_pages(D, given) for f in visible_fields(D, p, given)}
    assert asked <= shown
    assert ("longueur" in shown) is boat
    competence(D, given)
    assert set(keys(required_pieces(D, given))) <= set(keys(offered_pieces(D, given)))


def test_a_condition_of_a_hidden_page_is_hidden_in_turn():
    chain = (
        Page("a", "A", (Field("a", "yes_no", "A"),)),
        Page("b", "B", (Field("b", "yes_no", "B"),), when={"field": "a", "is": True}),
        Page("c", "C", (Field("c", "text", "C"),), when={"field": "b", "is": True}),
    )
    d = small(pages=chain)
    assert keys(visible_pages(d, {"a": True, "b": True})) == ["a", "b", "c"]
    assert keys(visible_pages(d, {"a": False, "b": True})) == ["a"]


@pytest.mark.parametrize(
    ("parties", "organisation", "told"),
    [
        (("person", "organisation"), "", None),
        (("person", "organisation"), "Teranga SARL", None),
        (("person",), "", None),
        (("person",), "Teranga SARL", "agissez en votre nom"),
        (("organisation",), "", "Agissez d’abord au nom de la vôtre"),
        (("organisation",), "Teranga SARL", None),
    ],
)
def test_a_request_is_filed_in_the_names_that_the_procedure_is_for(parties, organisation, told):
    refused = party_refused(small(parties=parties), organisation)
    assert refused is None if told is None else told in refused


def test_a_revision_that_says_nothing_of_it_is_for_all():
    assert party_refused(D, "") is None
    assert party_refused(D, "Teranga SARL") is None
