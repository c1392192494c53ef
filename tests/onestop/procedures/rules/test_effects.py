"""What a revision changes for people: every change told, nothing told that is not one."""

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartsenegal.onestop.procedures.definition import (
    DatedAmount,
    Definition,
    Delay,
    Fee,
    Option,
    Piece,
    Reason,
    Silence,
    Step,
    Text,
)
from smartsenegal.onestop.procedures.rules.effects import (
    LAW,
    SERVICES,
    SOME,
    WORDING,
    editorial,
    effects,
    new_tariffs,
    with_tariffs,
)
from smartsenegal.onestop.procedures.rules.effects.base import bare
from tests.onestop.procedures.samples import definitions, small

D = small()
NEW_YEAR = date(2027, 1, 1)
UNITS = {"fishery": "Service des pêches", "town_hall": "Mairie", "prefecture": "Préfecture"}
TIMBRE, DROIT, VIGNETTE = D.fees
FULL = Silence("granted", Delay(30, "calendar_days"), Delay(8, "calendar_days"), "prefecture")
quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def told(**changes):
    found = effects(D, small(**changes), NEW_YEAR, UNITS)
    return [(e.bearing, e.sentence.replace("\u00a0", " ").replace("\u202f", " ")) for e in found]


SINCE = "pour les demandes déposées à partir du 1er janvier 2027"


def steps(*more):
    return (*D.circuit, *more)


def piece(rank, **changes):
    return tuple(replace(p, **changes) if n == rank else p for n, p in enumerate(D.pieces))


def fee(rank, **changes):
    return {"fees": tuple(replace(f, **changes) if n == rank else f for n, f in enumerate(D.fees))}


CASES = [
    ({"delay": Delay(40)}, "worse", f"Le délai passe de 3 à 40 jours ouvrés {SINCE}"),
    ({"delay": Delay(1)}, "better", f"Le délai passe de « 3 jours ouvrés » à « 1 jour ouvré » {SINCE}"),
    (
        {"delay": Delay(None, note="Variable")},
        "neutral",
        f"Le délai passe de « 3 jours ouvrés » à « Variable » {SINCE}",
    ),
    ({"delay": Delay(3, "calendar_days")}, "better", "Le délai passe de « 3 jours ouvrés » à « 3 jours »"),
    (
        {"validity": Delay(3, "months")},
        "neutral",
        "La validité de l’acte passe de « non fixé » à « 3 mois »",
    ),
    (
        fee(0, amounts=(DatedAmount(date(2021, 2, 1), 200), DatedAmount(date(2027, 3, 1), 500))),
        "worse",
        "La somme « Timbre » passe de 200 F CFA à 500 F CFA pour les demandes déposées à partir du 1er mars",
    ),
    (
        fee(0, amounts=(DatedAmount(date(2021, 2, 1), 100),)),
        "better",
        "La somme « Timbre » passe de 200 F CFA à 100",
    ),
    ({"fees": (TIMBRE, DROIT)}, "better", f"La somme « Vignette » n’est plus à payer {SINCE}"),
    (
        {"fees": (*D.fees, Fee("part", "Part", "chambre", "part", (DatedAmount(date(2021, 2, 1), 50),)))},
        "worse",
        f"La somme « Part » (50 F CFA) est à payer {SINCE}",
    ),
    (
        fee(2, maximum=900),
        "worse",
        "La somme « Vignette » : la fourchette que suit le service passe de « 100",
    ),
    (
        fee(0, beneficiary="tresor"),
        "neutral",
        "La somme « Timbre » : le comptable qui reçoit la somme change",
    ),
    (fee(1, when=None), "neutral", "La somme « Droit » : ceux qui le paient changent"),
    ({"pieces": D.pieces[1:]}, "better", f"La pièce « Pièce d’identité » n’est plus demandée {SINCE}"),
    ({"pieces": (*D.pieces, Piece("acte", "Acte"))}, "worse", f"La pièce « Acte » est demandée {SINCE}"),
    ({"pieces": piece(2, required=True)}, "worse", "La pièce « Photo » devient obligatoire"),
    (
        {"pieces": piece(0, valid_months=3)},
        "worse",
        "La pièce « Pièce d’identité » doit dater de moins de 3 mois",
    ),
    (
        {"pieces": piece(0, one_of=(Option("a", "Carte"), Option("b", "Passeport")))},
        "neutral",
        "La pièce « Pièce d’identité » accepte aussi Carte et Passeport",
    ),
    (
        {"pieces": piece(0, original_at_desk=True)},
        "worse",
        "La pièce « Pièce d’identité » se montre en original",
    ),
    (
        {"authority": replace(D.authority, unit="town_hall")},
        "neutral",
        f"La demande relève de « Mairie » au lieu de « Service des pêches » {SINCE}",
    ),
    (
        {"silence": FULL},
        "better",
        f"Le silence de l’administration vaut accord, alors qu’il ne valait ni accord ni refus, {SINCE}",
    ),
    ({"who": "Les pêcheurs."}, "neutral", "Qui peut demander : « Toute personne majeure. » devient"),
    ({"ineligible": ()}, "better", "Une condition ne vaut plus pour"),
    (
        {"on_corrections": "reset"},
        "worse",
        f"Une demande de corrections fait repartir le délai à zéro {SINCE}",
    ),
    ({"on_corrections": "run"}, "better", "Une demande de corrections laisse courir le délai"),
    (
        {"corrections_delay": Delay(30, "calendar_days")},
        "better",
        "Le temps laissé pour corriger passe de 15",
    ),
    (
        {"circuit": steps(Step("visa", "visa", "Visa du préfet", after=("decision",)))},
        "neutral",
        f"L’étape « Visa du préfet » s’ajoute au circuit {SINCE}",
    ),
    ({"reasons": ()}, "better", f"« Trop jeune » n’est plus un motif de refus {SINCE}"),
    ({"reasons": (*D.reasons, Reason("x", "Zone fermée"))}, "worse", "« Zone fermée » devient un motif"),
    ({"appeal": "Au tribunal."}, "neutral", "Les voies de recours deviennent : « Au tribunal. »"),
    ({"online": False}, "worse", "La démarche ne se fait plus en ligne"),
    ({"audiences": ()}, "worse", "La démarche se ferme à un public : les particuliers"),
    (
        {"parties": ("person",)},
        "worse",
        f"La demande ne peut plus se faire au nom d’une entreprise ou d’une association {SINCE}",
    ),
    ({"texts": (Text("Décret"),)}, "neutral", "Les textes qui fondent la démarche changent"),
    ({"act": replace(D.act, title="Carte")}, "neutral", "Le texte de l’acte change"),
    (
        {"applies_to_open": "Décret n° 2026-100"},
        "neutral",
        "Les demandes déjà déposées peuvent passer à cette révision, "
        "même si elle leur est moins favorable : D",
    ),
    ({"bulk": True}, "neutral", "Les demandes peuvent être décidées ensemble"),
    ({"pages": D.pages[:-1]}, "better", "La question « Usage » n’est plus posée"),
]


@pytest.mark.parametrize(("changes", "bearing", "sentence"), CASES)
def test_a_change_is_said_with_its_bearing(changes, bearing, sentence):
    found = told(**changes)
    assert any(b == bearing and s.startswith(sentence) for b, s in found), found


def test_silence_is_compared_term_by_term():
    before = small(silence=FULL)
    after = small(silence=replace(FULL, notice=Delay(15, "calendar_days"), substitute_unit="town_hall"))
    found = [(e.bearing, e.sentence.replace("\u00a0", " ")) for e in effects(before, after, NEW_YEAR, UNITS)]
    assert found == [
        ("better", f"Le délai qui suit la mise en demeure passe de 30 à 15 jours {SINCE}"),
        ("neutral", f"L’acte est délivré à la place de l’autorité par « Mairie » {SINCE}"),
    ]


def test_an_opinion_whose_silence_counts_is_better():
    opinion = Step("avis", "opinion", "Avis", unit="town_hall", after=("examen",), delay=Delay(8))
    before = small(circuit=steps(opinion))
    after = small(circuit=steps(replace(opinion, silence="favourable", delay=Delay(4))))
    assert [e.bearing for e in effects(before, after)] == ["better", "better"]


def test_quotation_marks_inside_others_change():
    after = small(ineligible=(replace(D.ineligible[0], when=None, sentence="Voyez « Permis »."),))
    sentences = [s for _, s in told(ineligible=after.ineligible)]
    assert any("« Voyez “Permis”. »" in s for s in sentences)


def test_for_whom_is_said():
    assert effects(D, small(bulk=True))[0].concerns == SERVICES
    assert effects(D, small(**fee(1, amounts=(DatedAmount(date(2021, 2, 1), 9),))))[0].concerns == SOME


def test_without_a_day_it_holds_after_publication():
    assert "après la publication" in effects(D, small(delay=Delay(9)))[0].sentence


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Carte de pêche"},
        {"keywords": ()},
        {"delay": replace(D.delay, certainty="B", note="Environ")},
        {"fees": (replace(TIMBRE, note="Nouveau"), DROIT, VIGNETTE)},
        {"pieces": piece(0, hint="Les deux côtés.")},
        {"circuit": (replace(D.circuit[0], label="Règlement"), *D.circuit[1:])},
    ],
)
def test_wording_alone_is_told_apart(changes):
    after = small(**changes)
    assert effects(D, after) == []
    assert editorial(D, after)
    assert editorial(D, D) == []


def test_every_field_of_a_definition_is_law_or_wording():
    assert {f.name for f in fields(Definition)} == LAW.keys() | WORDING.keys()
    assert not LAW.keys() & WORDING.keys()


@quick
@given(definitions)
def test_nothing_changes_between_two_alike(definition):
    assert effects(definition, definition) == []
    assert editorial(definition, definition) == []


@quick
@given(definitions, definitions, st.sampled_from(sorted(LAW)))
def test_every_changed_field_of_the_law_has_an_effect(before, other, field):
    after = replace(before, **{field: getattr(other, field)})
    found = effects(before, after, NEW_YEAR, UNITS)
    changed = bare(getattr(before, field)) != bare(getattr(after, field))
    assert bool(found) is changed
    assert {e.topic for e in found} <= {field}
    assert all(e.sentence for e in found)


@quick
@given(definitions, definitions, st.sampled_from([f.name for f in fields(Definition)]))
def test_no_change_is_lost(before, other, field):
    after = replace(before, **{field: getattr(other, field)})
    assert bool(effects(before, after) or editorial(before, after)) is (before != after)


# --- tariffs ---------------------------------------------------------------------------------


def test_the_owner_says_from_which_day_a_tariff_holds():
    after = small(**fee(0, amounts=(DatedAmount(date(2021, 2, 1), 250),)))
    (tariff,) = new_tariffs(D, after)
    assert (tariff.key, tariff.was, tariff.becomes, tariff.starts_on) == ("timbre", 200, 250, None)
    dated = with_tariffs(D, after, {"timbre": NEW_YEAR, "inconnu": NEW_YEAR})
    assert dated.fees[0].amounts == (DatedAmount(date(2021, 2, 1), 200), DatedAmount(NEW_YEAR, 250))
    assert dated.fees[1:] == D.fees[1:]


def test_a_file_may_say_the_day_itself():
    later = DatedAmount(date(2027, 6, 1), 250)
    after = small(**fee(0, amounts=(*TIMBRE.amounts, later)))
    assert [t.starts_on for t in new_tariffs(D, after)] == [later.starts_on]
    moved = with_tariffs(D, after, {"timbre": NEW_YEAR})
    assert moved.fees[0].amounts == (*TIMBRE.amounts, DatedAmount(NEW_YEAR, 250))


def test_nothing_is_asked_of_tariffs_that_do_not_change_once():
    assert new_tariffs(None, D) == []
    assert new_tariffs(D, D) == []
    three = (*TIMBRE.amounts, DatedAmount(date(2027, 6, 1), 250), DatedAmount(date(2028, 6, 1), 300))
    assert new_tariffs(D, small(**fee(0, amounts=three))) == []
