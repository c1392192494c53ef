"""Conditions: what they say, and that they never raise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.onestop.procedures.rules import holds, is_answered, value_at
from smartsenegal.onestop.procedures.rules.conditions import OPERATORS, fields_of

ANSWERS = {
    "majeur": True,
    "motif": "emploi",
    "langues": ["wo", "ff"],
    "age": 17,
    "naissance": "2020-06-01",
    "commune": {"code": "071", "label": "Thiès"},
    "identity": {"birth_country": "FR"},
    "vide": "",
    "zero": 0,
}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, True),
        ({}, True),
        ({"field": "majeur", "is": True}, True),
        ({"field": "majeur", "is": "True"}, False),
        ({"field": "zero", "is": False}, False),
        ({"field": "motif", "in": ["emploi", "concours"]}, True),
        ({"field": "motif", "in": ["concours"]}, False),
        ({"field": "langues", "is": "wo"}, True),
        ({"field": "langues", "in": ["srr", "ff"]}, True),
        ({"field": "langues", "is": "srr"}, False),
        ({"field": "age", "less": 18}, True),
        ({"field": "age", "less": 17}, False),
        ({"field": "age", "more": 16}, True),
        ({"field": "motif", "less": 18}, False),
        ({"field": "naissance", "after": "2020-01-01"}, True),
        ({"field": "naissance", "before": "2020-06-01"}, False),
        ({"field": "naissance", "before": "hier"}, False),
        ({"field": "commune", "is": "071"}, True),
        ({"field": "identity.birth_country", "is": "FR"}, True),
        ({"field": "identity.nothing.at.all", "is": "FR"}, False),
        ({"field": "vide", "answered": True}, False),
        ({"field": "zero", "answered": True}, True),
        ({"field": "absent", "answered": False}, True),
        ({"field": "absent", "is": True}, False),
        ({"not": {"field": "absent", "is": True}}, True),
        ({"all": [{"field": "majeur", "is": True}, {"field": "age", "less": 18}]}, True),
        ({"all": []}, True),
        ({"any": [{"field": "majeur", "is": False}, {"field": "age", "less": 18}]}, True),
        ({"any": []}, False),
    ],
)
def test_what_a_condition_says(condition, expected):
    assert holds(condition, ANSWERS) is expected


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
comparisons = st.fixed_dictionaries(
    {"field": st.sampled_from(["a", "b", "a.c"])},
    optional={
        "is": json_values,
        "in": st.lists(json_values, max_size=3),
        **dict.fromkeys(OPERATORS[2:], json_values),
    },
)
any_condition = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
)
any_answers = st.dictionaries(st.sampled_from(["a", "b"]), json_values)


@given(any_condition, any_answers)
def test_a_condition_always_answers_yes_or_no(condition, answers):
    assert holds(condition, answers) in (True, False)
    assert holds({"not": condition}, answers) is not holds(condition, answers)


@given(any_condition, any_answers)
def test_only_the_fields_it_names_count(condition, answers):
    named = {path.partition(".")[0] for path in fields_of(condition)}
    assert holds(condition, answers) is holds(condition, {k: v for k, v in answers.items() if k in named})


@given(st.lists(any_condition, max_size=3), any_answers)
def test_de_morgan(conditions, answers):
    neither = holds({"not": {"any": conditions}}, answers)
    assert neither is holds({"all": [{"not": c} for c in conditions]}, answers)


def test_values_and_answers():
    assert value_at(ANSWERS, "commune.label") == "Thiès"
    assert value_at(ANSWERS, "motif.x") is None
    assert not is_answered([])
    assert is_answered(False)
