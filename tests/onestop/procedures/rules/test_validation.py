"""Faults of a definition, each with its place."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings

from smartsenegal.onestop.procedures.definition import (
    DatedAmount,
    Delay,
    Fee,
    Field,
    Option,
    Page,
    Piece,
    Silence,
    Step,
)
from smartsenegal.onestop.procedures.rules import validate
from tests.onestop.procedures.samples import definitions, small

D = small()


def step(key, kind="review", after=()):
    return Step(key, kind, key, after=after)


def assessed(**changes):
    """The small procedure with a tax set by a service at the step `liquidation`, then paid."""
    amounts = (DatedAmount(date(2021, 2, 1), 1000),)
    tax = Fee(
        "taxe", "Taxe", "domaines", "taxe", amounts, minimum=1000, maximum=5000, assessed_at="liquidation"
    )
    circuit = (
        step("examen"),
        step("liquidation", "assessment", ("examen",)),
        step("paiement", "payment", ("liquidation",)),
        step("decision", "decision", ("paiement",)),
    )
    return {"fees": (replace(tax, **changes),), "circuit": circuit}


def silent(**changes):
    tacit = Silence("granted", Delay(30, "calendar_days"), Delay(8, "calendar_days"), "prefecture")
    return {"silence": replace(tacit, **changes)}


def one_step(**changes):
    return {"circuit": (*D.circuit, replace(step("avis", "opinion", ("decision",)), **changes))}


def one_page(*fields, **more):
    return {"pages": (*D.pages, Page("p", "P", fields, **more))}


CASES = [
    ({"code": "Été"}, "code\u00a0: "),
    ({"prefix": "x1"}, "prefix\u00a0: "),
    ({"parties": ()}, "parties\u00a0: la démarche n’est pour personne"),
    ({"parties": ("person", "person")}, "parties\u00a0: chacun"),
    ({"title": " "}, "title\u00a0: ce texte est vide"),
    ({"themes": ()}, "themes\u00a0: "),
    ({"delay": Delay(None)}, "delay\u00a0: sans durée"),
    ({"delay": Delay(-1)}, "delay\u00a0: une durée"),
    ({"pages": (*D.pages, D.pages[0])}, "pages\u00a0: la clé «\u00a0identite\u00a0» sert 2 fois"),
    (
        one_page(Field("bateau", "text", "x")),
        "pages, decision_fields et eligibility_pages\u00a0: la clé «\u00a0bateau",
    ),
    (one_page(), "pages[4].fields\u00a0: la page ne pose aucune question"),
    (one_page(Field("A-b", "text", "x")), "pages[4].fields[0].key\u00a0: "),
    (
        one_page(Field("number", "text", "x")),
        "pages[4].fields[0].key\u00a0: «\u00a0number\u00a0» est réservé",
    ),
    (one_page(Field("a", "text", "")), "pages[4].fields[0].label\u00a0: "),
    (one_page(Field("a", "choice", "x")), "pages[4].fields[0].options\u00a0: donnez les réponses"),
    (
        one_page(Field("a", "text", "x", options=(Option("a", "A"),))),
        "pages[4].fields[0].options\u00a0: une question",
    ),
    (
        one_page(Field("a", "choice", "x", options=(Option("a", "A"), Option("a", "B")))),
        "pages[4].fields[0].options\u00a0: la clé «\u00a0a\u00a0» sert 2 fois",
    ),
    (one_page(Field("a", "identifier", "x")), "pages[4].fields[0].identifier\u00a0: choisissez parmi NIN"),
    (one_page(Field("a", "repeated", "x")), "pages[4].fields[0].fields\u00a0: le bloc répété"),
    (
        one_page(Field("a", "text", "x", fields=(Field("b", "text", "x"),))),
        "pages[4].fields[0].fields\u00a0: seul un",
    ),
    (
        one_page(
            Field(
                "a", "repeated", "x", fields=(Field("b", "repeated", "x", fields=(Field("c", "text", "x"),)),)
            )
        ),
        "pages[4].fields[0].fields[0].type\u00a0: un bloc répété ne peut pas",
    ),
    (one_page(Field("a", "integer", "x", minimum="today")), "pages[4].fields[0].minimum\u00a0: "),
    (one_page(Field("a", "date", "x", maximum="demain")), "pages[4].fields[0].maximum\u00a0: "),
    (one_page(Field("a", "text", "x", maximum=3)), "pages[4].fields[0].maximum\u00a0: "),
    (
        one_page(Field("a", "text", "x"), when={"field": "zut", "is": 1}),
        "pages[4].when\u00a0: «\u00a0zut\u00a0» n’est pas",
    ),
    (
        one_page(Field("a", "text", "x"), when={"field": "a", "is": "x"}),
        "pages[4].when\u00a0: «\u00a0a\u00a0» n’est pas une question posée avant",
    ),
    (
        one_page(Field("a", "text", "x"), when={"field": "bateau", "like": 1}),
        "pages[4].when\u00a0: «\u00a0like\u00a0» n’est pas une comparaison",
    ),
    (one_page(Field("a", "text", "x"), when={"field": "bateau"}), "pages[4].when\u00a0: rien n’est comparé"),
    (one_page(Field("a", "text", "x"), when={"is": True}), "pages[4].when\u00a0: la condition ne nomme pas"),
    (
        one_page(Field("a", "text", "x"), when={"field": "bateau", "is": "oui"}),
        "pages[4].when.is\u00a0: «\u00a0oui\u00a0» ne se compare pas",
    ),
    (one_page(Field("a", "text", "x"), when={"field": "usage", "in": ["zut"]}), "pages[4].when.in\u00a0: "),
    (
        one_page(Field("a", "text", "x"), when={"field": "longueur", "less": "3"}),
        "pages[4].when.less\u00a0: ",
    ),
    (one_page(Field("a", "text", "x"), when={"all": []}), "pages[4].when.all\u00a0: donnez une liste"),
    (
        one_page(Field("a", "text", "x"), when={"all": [{}], "any": [{}]}),
        "pages[4].when\u00a0: «\u00a0all\u00a0» doit être seul",
    ),
    (one_page(Field("a", "text", "x"), when={"not": {"field": "zut", "is": 1}}), "pages[4].when.not\u00a0: "),
    (one_page(Field("a", "text", "x"), when={"all": "x"}), "pages[4].when.all\u00a0: donnez une liste"),
    ({"pieces": (Piece("a", "A", when={"field": "zut", "is": 1}),)}, "pieces[0].when\u00a0: "),
    ({"pieces": (Piece("a", "A"), Piece("a", "B"))}, "pieces\u00a0: la clé"),
    ({"fees": (Fee("f", "F", "t", "d", ()),)}, "fees[0].amounts\u00a0: donnez au moins"),
    (
        {"fees": (Fee("f", "F", "t", "d", (DatedAmount(date(2021, 1, 1), -1),)),)},
        "fees[0].amounts\u00a0: un montant",
    ),
    (
        {
            "fees": (
                Fee("f", "F", "t", "d", (DatedAmount(date(2021, 1, 1), 1), DatedAmount(date(2021, 1, 1), 2))),
            )
        },
        "fees[0].amounts\u00a0: rangez",
    ),
    ({"fees": (replace(D.fees[2], maximum=None),)}, "fees[0]\u00a0: donnez à la fois"),
    ({"fees": (replace(D.fees[2], maximum=150),)}, "fees[0].amounts\u00a0: le montant sort"),
    ({"fees": ()}, "circuit\u00a0: une étape de paiement est prévue"),
    ({"circuit": (step("d", "decision"),)}, "circuit\u00a0: la démarche est payante"),
    ({"circuit": (step("p", "payment"),)}, "circuit\u00a0: il manque une étape de décision"),
    (
        {"circuit": (step("p", "payment"), step("d", "decision", ("zut",)))},
        "circuit[1].after\u00a0: l’étape «\u00a0zut\u00a0» n’existe pas",
    ),
    (
        {"circuit": (step("p", "payment", ("d",)), step("d", "decision", ("p",)))},
        "circuit\u00a0: les étapes tournent en rond",
    ),
    (
        {"circuit": (step("p", "payment"), step("o", "opinion", ("p",)), step("d", "decision", ("p",)))},
        "circuit[1]\u00a0: l’étape «\u00a0o\u00a0» est isolée",
    ),
    ({"act": replace(D.act, paragraphs=("{zut}",))}, "act.paragraphs[0]\u00a0: {zut} n’est ni"),
    ({"act": replace(D.act, rows=(("A", "{decision.zut}"),))}, "act.rows[0]\u00a0: {decision.zut} n’est ni"),
    ({"act": replace(D.act, essential=(("a", "x"), ("a", "y")))}, "act.essential\u00a0: la clé"),
    ({"act": replace(D.act, number_prefix="1")}, "act.number_prefix\u00a0: "),
    ({"act": replace(D.act, number_prefix="LP")}, "act.number_prefix\u00a0: choisissez d’autres lettres"),
    ({"act": replace(D.act, number_prefix=D.prefix)}, "act.number_prefix\u00a0: "),
    (
        {"authority": replace(D.authority, commune="bateau")},
        "authority.commune\u00a0: «\u00a0bateau\u00a0» n’est pas",
    ),
    (
        {"authority": replace(D.authority, otherwise=(replace(D.authority.otherwise[0], commune="zut"),))},
        "authority.otherwise[0].commune\u00a0: ",
    ),
    (
        {"ineligible": (replace(D.ineligible[0], when={"field": "zut", "is": 1}),)},
        "ineligible[0].when\u00a0: ",
    ),
    (assessed(assessed_at="examen"), "fees[0].assessed_at\u00a0: l’étape «\u00a0examen\u00a0» n’est pas"),
    (assessed(assessed_at="examen"), "circuit[1]\u00a0: aucun tarif n’est liquidé à cette étape"),
    (assessed(assessed_at=""), "circuit[1]\u00a0: aucun tarif n’est liquidé à cette étape"),
    (assessed(minimum=None, maximum=None), "fees[0]\u00a0: le service fixe ce montant"),
    (
        assessed() | {"circuit": (*D.circuit, step("liquidation", "assessment", ("decision",)))},
        "circuit[3]\u00a0: aucune étape de paiement ne suit",
    ),
    (
        assessed() | {"fees": (D.fees[0], *assessed()["fees"])},
        "circuit\u00a0: un tarif est connu au dépôt",
    ),
    (silent(notice=Delay(None, note="?")), "silence.notice\u00a0: donnez la durée"),
    (silent(notice=Delay(None)), "silence.notice\u00a0: sans durée"),
    (silent(substitute_unit=""), "silence.substitute_unit\u00a0: dites quel service"),
    (silent(substitute=None), "silence.substitute\u00a0: donnez le délai"),
    (silent(effect="refused"), "silence.effect\u00a0: un acte ne se délivre"),
    (silent() | {"delay": Delay(None, note="Variable")}, "silence\u00a0: le silence ne compte"),
    (one_step(unit=" "), "circuit[3].unit\u00a0: dites quel service donne un avis"),
    (one_step(kind="visa", unit=""), "circuit[3].unit\u00a0: dites quel service donne un visa"),
    (one_step(role="cashier"), "circuit[3].role\u00a0: choisissez parmi officer, signatory"),
    (one_step(silence="oui"), "circuit[3].silence\u00a0: écrivez"),
    (one_step(kind="visa", silence="favourable"), "circuit[3].silence\u00a0: seul le silence"),
    (one_step(silence="favourable"), "circuit[3].delay\u00a0: le silence ne compte"),
]


@pytest.mark.parametrize(
    "changes", [assessed(), silent(), silent(notice=None), one_step(silence="favourable", delay=Delay(8))]
)
def test_assessed_fees_and_silence_may_be_sound(changes):
    assert validate(small(**changes)) == []


def test_a_sound_definition_has_no_fault():
    assert validate(D) == []


@pytest.mark.parametrize(("changes", "fault"), CASES)
def test_a_fault_is_told_with_its_place(changes, fault):
    found = validate(small(**changes))
    assert any(f.startswith(fault) for f in found), found


def test_steps_after_the_decision_are_no_orphans():
    circuit = (*D.circuit, step("retrait", "visa", ("decision",)))
    assert validate(small(circuit=circuit)) == []


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(definitions)
def test_validation_answers_on_anything(definition):
    assert all(isinstance(fault, str) and fault for fault in validate(definition))
