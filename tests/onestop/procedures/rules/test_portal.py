"""The national portal's shape: what it carries comes back the same, what it cannot is left alone."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartsenegal.lib.text import fold
from smartsenegal.onestop.procedures.definition import DatedAmount, Delay, Fee, Piece, Text
from smartsenegal.onestop.procedures.rules import polish
from smartsenegal.onestop.procedures.rules.portal import (
    HEADINGS,
    PIECES,
    POSTSCRIPT,
    Known,
    amount_of,
    code_of,
    delay_of,
    merge,
    row_of,
)
from smartsenegal.onestop.procedures.rules.portal_body import parts_of
from tests.onestop.procedures.samples import definitions, small

UNITS = ("working_days", "calendar_days", "months", "years")
ON = date(2026, 11, 25)
KNOWN = Known({"ministere peche": "ministere-peche"}, {"papiers": "papiers", "mer et peche": "mer"})
ROW = {
    "slug": "licence-de-pirogue", "titre": "Licence de pirogue", "resume": "Pour sortir en mer.",
    "description": "Une licence.", "corps": "<h2>Qui peut faire la demande</h2><p>Tout pêcheur.</p>",
    "cout": "5 000 F CFA", "delai": "3 jours ouvrés", "mot_cle": "pirogue, gaal", "teleprocedure": False,
    "sous_themes": [{"id": 7, "libelle": "Mer et pêche"}],
    "service_administratifs": [{"id": 12, "nom": "Ministère pêche"}],
    "textes": [{"nom": "Loi", "description": "n° 1", "url": "https://exemple.sn/loi"}],
}  # fmt: skip
WORDS = st.text("abcdeéèçœŋ'’<>&\"0123456789,;:!?-", min_size=1, max_size=12)
LINES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
TAKEN = {fold(h) for h in (*HEADINGS.values(), PIECES, POSTSCRIPT)}
TITLES = LINES.filter(lambda words: fold(words) and fold(words) not in TAKEN)
PARAGRAPHS = st.lists(LINES, max_size=3).map("\n".join)


@st.composite
def carried(draw):
    """A definition that holds nothing but what the shape carries."""
    words = draw(st.lists(LINES.filter(lambda w: "," not in w), max_size=3, unique=True))
    labels = draw(st.lists(LINES, max_size=3, unique_by=plain))
    amount = draw(st.integers(0, 9_999_999))
    fee = Fee("cout", "Coût", "tresor", "droit", (DatedAmount(date(2020, 1, 1), amount),))
    delay = draw(
        st.builds(Delay, st.integers(0, 400), st.sampled_from(UNITS))
        | st.builds(Delay, st.none(), note=LINES)
    )  # fmt: skip
    return polish(
        small(
            title=draw(LINES), summary=draw(LINES), nature=draw(LINES), who=draw(PARAGRAPHS),
            where=draw(PARAGRAPHS), appeal=draw(PARAGRAPHS), online=draw(st.booleans()),
            keywords=tuple(words),
            faq=tuple(draw(st.lists(st.tuples(LINES, LINES), max_size=2))),
            sections=tuple(draw(st.lists(st.tuples(TITLES, PARAGRAPHS), max_size=3))), delay=delay,
            pieces=tuple(Piece(f"p{n}", label) for n, label in enumerate(labels)),
            fees=(fee,) if amount else (),
            texts=tuple(draw(st.lists(st.builds(Text, LINES, LINES | st.just("")), max_size=2))),
        )
    )  # fmt: skip


def row(d):
    return row_of(d, "Ministère pêche", {"papiers": "Papiers"}, ON)


def plain(shown):
    """A row as a reader compares it: blanks count as one."""
    text = json.dumps(shown, ensure_ascii=False).replace("\u00a0", " ").replace("\u202f", " ")
    return json.loads(text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(carried())
def test_what_the_shape_carries_comes_back_the_same(d):
    made = merge(row(d), None, KNOWN, ON)
    assert made.faults == ()
    left = {"updatedAt"}
    assert {k: v for k, v in plain(row(made.definition)).items() if k not in left} == {
        k: v for k, v in plain(row(d)).items() if k not in left
    }


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(carried())
def test_on_what_is_here_a_row_that_says_the_same_changes_nothing(d):
    assert merge(row(d), d, KNOWN, ON).definition == d


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*ROW, "nom"]), inner, max_size=4)
        ),
    ).map(
        lambda value: value if isinstance(value, dict) else {"titre": value, "corps": value, "textes": value}
    )
)
def test_any_row_is_read_or_refused_in_sentences(shown):
    made = merge(shown, None, KNOWN, ON)
    assert (made.definition is None) == bool(made.faults)
    assert all(sentence.strip() for _, sentence in made.faults)


def test_a_new_procedure_is_marked_as_not_confirmed():
    made = merge(ROW, None, KNOWN, ON)
    d = made.definition
    assert (d.code, d.owner, d.themes, d.who) == (
        "licence-de-pirogue",
        "ministere-peche",
        ("mer",),
        "Tout pêcheur.",
    )
    assert (d.delay.amount, d.delay.unit, d.delay.certainty) == (3, "working_days", "C")
    assert (d.fees[0].amounts[0].amount, d.fees[0].certainty) == (5000, "C")
    assert "Questions, compétence, circuit et acte" in d.unknown
    assert made.remarks == ("cout\u00a0: comptable public à confirmer.",)


def test_what_the_portal_cannot_say_stays():
    d = polish(small())
    made = merge({**row(d), "titre": "Licence de pirogue"}, d, KNOWN, ON).definition
    assert made == replace(d, title="Licence de pirogue")


def test_a_price_said_otherwise_is_kept_for_a_person():
    d = polish(small())
    shown = {**row(d), "cout": "Selon la taille"}
    once = merge(shown, d, KNOWN, ON)
    assert once.definition.fees == d.fees
    assert once.definition.unknown[-1] == "Coût selon le portail\u00a0: Selon la taille"
    assert "les tarifs ne se changent qu’ici" in once.remarks[0]
    assert merge(shown, once.definition, KNOWN, ON).definition == once.definition


def test_observations_are_points_to_settle_and_what_has_no_place_is_told():
    made = merge({**ROW, "observations": "Délai à revoir", "faqs": [{"id": 1}]}, None, KNOWN, ON)
    assert "Délai à revoir" in made.definition.unknown
    assert made.remarks[-1] == "faqs\u00a0: cela n’a pas de place ici et n’est pas repris."


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"titre": ""}, "titre", "il manque le titre"),
        ({"titre": "x" * 201}, "titre", "201"),
        ({"resume": "a\x00b"}, "resume", "caractère"),
        ({"corps": 3.5}, "corps", "attend un texte"),
        ({"teleprocedure": "peut-être"}, "teleprocedure", "oui ou non"),
        ({"sous_themes": [{"libelle": "Lune"}]}, "sous_themes", "Choisissez parmi mer, papiers"),
        ({"service_administratifs": []}, "service_administratifs", "il manque le service"),
        ({"service_administratifs": [{"nom": "NASA"}]}, "service_administratifs", "connu ici"),
        ({"textes": [{"nom": "Loi", "url": "javascript:alert(1)"}]}, "textes", "https://"),
        ({"textes": "Loi"}, "textes", "attend une liste"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(changed, field, told):
    (fault,) = merge({**ROW, **changed}, None, KNOWN, ON).faults
    assert fault[0] == field
    assert told in fault[1]


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("400 F CFA", 400),
        ("1\u202f000\u00a0FCFA", 1000),
        ("200 francs", 200),
        ("Gratuit", None),
        ("400 ou 500 F", None),
    ],
)
def test_one_sum_is_read(words, amount):
    assert amount_of(words) == amount


@pytest.mark.parametrize(
    ("words", "read"),
    [("Le jour même", (0, "working_days")), ("15 jours", (15, "calendar_days")), ("2 mois", (2, "months")),
     ("1 an", (1, "years")), ("48 h à 72 h", (None, "working_days"))],
)  # fmt: skip
def test_a_delay_is_read_or_kept_as_its_words(words, read):
    found = delay_of(words)
    assert (found.amount, found.unit) == read
    assert found.note == ("" if found.amount is not None else words)


def test_a_code_is_made_of_the_title():
    assert code_of({"titre": "Permis de pêche (État)"}) == "permis-de-peche-etat"
    assert code_of({"titre": "3 actes", "slug": "Pas un code"}) == "demarche-3-actes"


def test_a_body_is_read_as_browsers_do():
    body = "Bonjour <b>à</b> tous<h2>Titre<br>long</h2><p>un<br>deux</p><script>x()</script><li>trois"
    assert parts_of(body) == [("Présentation", ["Bonjour à tous"]), ("Titrelong", ["un", "deux", "trois"])]


def test_csv_says_what_json_says():
    from smartsenegal.onestop.procedures import portal

    rows = [row(polish(small(title="=SOMME(1)")))]
    read = portal.read(portal.to_csv(rows), "csv")["demarches"]
    assert merge(read[0], None, KNOWN, ON) == merge(rows[0], None, KNOWN, ON)
    (cells,) = csv.DictReader(io.StringIO(portal.to_csv(rows)))
    assert cells["titre"] == "'=SOMME(1)"


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(definitions)
def test_any_definition_goes_out(d):
    json.dumps(row(d))
