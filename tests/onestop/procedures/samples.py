"""Definitions to test with: a small one written by hand, and any that hypothesis can think of."""

import types
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st

from smartsenegal.onestop.procedures import definition as shapes
from smartsenegal.onestop.procedures.definition import (
    Act,
    Authority,
    DatedAmount,
    Definition,
    Delay,
    Fee,
    Field,
    Ineligible,
    Option,
    OtherAuthority,
    Page,
    Piece,
    Reason,
    Step,
)
from smartsenegal.onestop.procedures.files import _hints

THIES = {"code": "071-thies-nord", "label": "Thiès Nord"}
BORN_ABROAD = {
    "all": [
        {"field": "identity.birth_country", "answered": True},
        {"not": {"field": "identity.birth_country", "is": "SN"}},
    ]
}
IDENTITY = {
    "first_names": "Awa Marie",
    "last_name": "Ndiaye",
    "birth_date": "1994-03-27",
    "birth_country": "SN",
    "birth_commune": THIES,
}


def small(**changes: Any) -> Definition:
    """A whole procedure that uses each kind of rule once."""
    made = Definition(
        code="licence-de-peche",
        prefix="LP",
        title="Licence de pêche",
        summary="Pour pêcher.",
        audiences=("particuliers",),
        themes=("papiers",),
        life_events=(),
        keywords=("pêche",),
        owner="ministere-peche",
        certainty="B",
        source="Essai",
        reviewed_on=date(2026, 1, 1),
        who="Toute personne majeure.",
        nature="Une licence.",
        delay=Delay(3),
        authority=Authority(
            "fishery",
            "identity.birth_commune",
            otherwise=(OtherAuthority(BORN_ABROAD, "fishery_abroad", "adresse.commune"),),
        ),
        pages=(
            Page("identite", "Qui êtes-vous ?", (Field("identity", "identity", "Votre identité"),)),
            Page("adresse", "Où ?", (Field("adresse", "address", "Adresse"),), when=BORN_ABROAD),
            Page(
                "bateau",
                "Avez-vous un bateau ?",
                (
                    Field("bateau", "yes_no", "Avez-vous un bateau ?"),
                    Field("longueur", "integer", "Longueur", when={"field": "bateau", "is": True}, minimum=1),
                ),
            ),
            Page(
                "usage",
                "Pour quoi faire ?",
                (
                    Field(
                        "usage",
                        "choice",
                        "Usage",
                        options=(Option("loisir", "Loisir"), Option("metier", "Métier")),
                    ),
                    Field("note", "long_text", "Remarque", required=False),
                ),
            ),
        ),
        circuit=(
            Step("paiement", "payment", "Paiement"),
            Step("examen", "review", "Examen", after=("paiement",)),
            Step("decision", "decision", "Décision", "signatory", after=("examen",)),
        ),
        act=Act(
            "Licence de pêche",
            "ALP",
            ("Licence accordée à {identity.full_name}.",),
            (("Usage", "{usage}"), ("Zone", "{decision.zone}")),
            (("nom", "{identity.full_name}"),),
            "{identity.full_name}",
        ),
        ineligible=(Ineligible({"field": "majeur", "is": False}, "Revenez à 18 ans."),),
        eligibility_pages=(
            Page("majeur", "Êtes-vous majeur ?", (Field("majeur", "yes_no", "Êtes-vous majeur ?"),)),
        ),
        fees=(
            Fee("timbre", "Timbre", "domaines", "timbre", (DatedAmount(date(2021, 2, 1), 200),)),
            Fee(
                "droit",
                "Droit",
                "tresor",
                "droit",
                (DatedAmount(date(2021, 2, 1), 1000), DatedAmount(date(2026, 7, 1), 1500)),
                when={"field": "usage", "is": "metier"},
            ),
            Fee(
                "vignette",
                "Vignette",
                "commune",
                "vignette",
                (DatedAmount(date(2021, 2, 1), 200),),
                minimum=100,
                maximum=500,
            ),
        ),
        pieces=(
            Piece("identite", "Pièce d’identité", is_identity=True),
            Piece("bateau", "Papiers du bateau", when={"field": "bateau", "is": True}),
            Piece("photo", "Photo", required=False),
        ),
        decision_fields=(Field("zone", "text", "Zone"),),
        reasons=(Reason("age", "Trop jeune"),),
        appeal="Écrivez au service.",
    )
    return replace(made, **changes)


ANSWERS: dict[str, Any] = {
    "identity": IDENTITY,
    "bateau": True,
    "longueur": 6,
    "usage": "metier",
}

# --- any definition at all ----------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
scalars = st.one_of(st.booleans(), st.integers(-(10**9), 10**9), texts)
conditions = st.recursive(
    st.fixed_dictionaries({"field": texts, "is": scalars}),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=4,
)


@cache
def anything(wanted: Any) -> st.SearchStrategy[Any]:
    """Any value of a type used in definitions, however odd."""
    if is_dataclass(wanted):
        hints = _hints(wanted)
        return st.deferred(
            lambda: st.builds(wanted, **{f.name: anything(hints[f.name]) for f in fields(wanted)})
        )
    origin = get_origin(wanted)
    if origin is tuple:
        inner, *rest = get_args(wanted)
        if rest == [Ellipsis]:
            smaller = 1 if inner in (shapes.Field, shapes.Page) else 2
            return st.lists(anything(inner), max_size=smaller).map(tuple)
        return st.tuples(anything(inner), *map(anything, rest))
    if origin is Literal:
        return st.sampled_from(get_args(wanted))
    if origin in (types.UnionType, Union):
        return st.one_of(*map(anything, get_args(wanted)))
    if origin is dict:
        return conditions
    simple = {str: texts, int: st.integers(-(10**12), 10**12), bool: st.booleans(), date: st.dates()}
    return st.none() if wanted is type(None) else simple[wanted]


definitions = anything(Definition)
