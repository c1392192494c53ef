"""Answers in words, and the placeholders of an act."""

import pytest
from hypothesis import given

from smartsenegal.onestop.procedures.definition import Delay, Field, Option
from smartsenegal.onestop.procedures.rules import (
    act_values,
    delay_words,
    display,
    fill,
    known_placeholders,
    summary_rows,
    validate,
)
from smartsenegal.onestop.procedures.rules.wording import placeholders_of
from tests.onestop.procedures.rules.test_asking import answers
from tests.onestop.procedures.samples import ANSWERS, IDENTITY, THIES, small

D = small()
BOATS = Field(
    "b", "repeated", "Bateau", fields=(Field("nom", "text", "Nom"), Field("long", "integer", "Longueur"))
)
XY = (Option("x", "Le x"), Option("y", "Le y"))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (Field("a", "date", "A"), "1994-03-27", "27\u00a0mars\u00a01994"),
        (Field("a", "money", "A"), 12000, "12\u202f000\u00a0F\u00a0CFA"),
        (Field("a", "phone", "A"), "+221771234567", "77\u00a0123\u00a045\u00a067"),
        (Field("a", "yes_no", "A"), False, "Non"),
        (Field("a", "yes_no", "A"), None, ""),
        (Field("a", "choice", "A", options=(Option("x", "Le x"),)), "x", "Le x"),
        (
            Field("a", "choices", "A", options=XY),
            ["y", "x"],
            "Le y, Le x",
        ),
        (Field("a", "commune", "A"), THIES, "Thiès Nord"),
        (Field("a", "country", "A"), "ML", "Mali"),
        (Field("a", "identity", "A"), IDENTITY, "Awa Marie Ndiaye, 27\u00a0mars\u00a01994, Thiès Nord"),
        (
            Field("a", "identity", "A"),
            {**IDENTITY, "birth_country": "FR", "birth_commune": None, "birth_place": "Lyon"},
            "Awa Marie Ndiaye, 27\u00a0mars\u00a01994, Lyon (France)",
        ),
        (Field("a", "address", "A"), {"commune": THIES, "line": "Rue 10"}, "Rue 10, Thiès Nord"),
        (
            BOATS,
            [{"nom": "Yaye", "long": 6}, {"nom": "Baay", "long": None}],
            "Nom\u00a0: Yaye, Longueur\u00a0: 6\nNom\u00a0: Baay",
        ),
    ],
)
def test_an_answer_in_words(field, value, words):
    assert display(field, value) == words


def test_summary_rows_follow_the_pages():
    rows = summary_rows(D, {**ANSWERS, "usage": None})
    assert [(r.page, r.field) for r in rows] == [
        ("identite", "identity"),
        ("bateau", "bateau"),
        ("bateau", "longueur"),
        ("usage", "usage"),
        ("usage", "note"),
    ]
    assert rows[0].parts[0] == ("Prénoms", "Awa Marie")
    assert (rows[1].value, rows[3].value, rows[3].answered) == ("Oui", "—", False)


def test_an_act_is_filled():
    values = act_values(D, ANSWERS, {"zone": "Petite Côte"}, {"number": "LP-1"})
    assert fill(D.act.paragraphs[0], values) == "Licence accordée à Awa Marie Ndiaye."
    text = "{ usage } {decision.zone} {number} {identity.birth_place}"
    assert fill(text, values) == "Métier Petite Côte LP-1 Thiès Nord"


def test_what_is_not_known_becomes_a_dash():
    assert fill("{absent} et {issued_on}", {}) == "— et —"


@given(answers)
def test_filling_never_stops_and_leaves_no_placeholder(given):
    values = act_values(D, given, {}, {})
    for name in known_placeholders(D):
        assert placeholders_of(fill(f"{{{name}}}", values)) == []
    summary_rows(D, given)


def test_every_placeholder_has_a_value_when_all_is_answered():
    assert validate(D) == []
    assert set(act_values(D, ANSWERS, {"zone": "x"}, {})) <= known_placeholders(D)


@pytest.mark.parametrize(
    ("delay", "words"),
    [
        (None, ""),
        (Delay(0), "Le jour même"),
        (Delay(1), "1\u00a0jour ouvré"),
        (Delay(2), "2\u00a0jours ouvrés"),
        (Delay(28, "calendar_days"), "28\u00a0jours"),
        (Delay(1, "months"), "1\u00a0mois"),
        (Delay(3, "years"), "3\u00a0ans"),
        (Delay(None, note="Aucun délai fixé"), "Aucun délai fixé"),
    ],
)
def test_a_delay_in_words(delay, words):
    assert delay_words(delay) == words
