"""Themes, life events and texts of the portal: read or refused, and what says the same changes nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.lib.text import typography
from smartsenegal.onestop.procedures.definition import Text
from smartsenegal.onestop.procedures.rules.portal_shelves import (
    Procedures,
    Shelf,
    added_steps,
    event_of,
    slug_of,
    text_of,
    theme_of,
    with_text,
)
from tests.onestop.procedures.samples import small

quick = settings(max_examples=100, deadline=None)
WORDS = st.text("abcdeéç’ :?", min_size=1, max_size=12).map(str.strip).filter(bool).map(typography)
CODES = ("naissance", "casier", "permis", "ninea")
ALL = Procedures(CODES, CODES[:3])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "slug"]), inner),
    max_leaves=5,
)
rows = st.dictionaries(
    st.sampled_from(["id", "slug", "libelle", "titre", "nom", "resume", "ordre", "icon", "demarches", "url"]),
    values,
)
shelves = st.builds(
    Shelf, st.just("mer"), WORDS, WORDS, WORDS, st.just("ship"), st.integers(0, 99),
    st.lists(st.sampled_from([*CODES, "ailleurs"]), unique=True).map(
        lambda codes: tuple({"code": c, "needs": []} for c in codes)
    ),
)  # fmt: skip


@quick
@given(rows)
def test_any_row_is_read_or_refused_in_sentences(row):
    code = slug_of(row, {"mer"})
    for made in (theme_of(row, code, None, 0), event_of(row, code, None, 0, ALL)):
        assert (made.shelf is None) == bool(made.faults)
        assert all(sentence.strip() for _, sentence in made.faults)
    text, faults = text_of(row)
    assert faults or text.title


@quick
@given(shelves)
def test_what_says_the_same_changes_nothing(shelf):
    theme = {"slug": shelf.slug, "libelle": shelf.title, "ordre": shelf.rank, "icon": shelf.icon}
    assert theme_of(theme, shelf.slug, shelf, 7).shelf == shelf
    offered = [{"id": s["code"]} for s in shelf.steps if s["code"] in ALL.offered]
    event = {"slug": shelf.slug, "titre": shelf.title, "resume": shelf.summary, "demarches": offered}
    assert event_of(event, shelf.slug, shelf, 7, ALL).shelf == shelf


@quick
@given(shelves, st.lists(st.sampled_from(CODES), unique=True))
def test_the_steps_follow_the_file_and_what_it_cannot_know_stays(shelf, codes):
    row = {"titre": shelf.title, "demarches": [{"slug": code} for code in codes]}
    made = event_of(row, shelf.slug, shelf, 0, ALL).shelf
    assert made is not None
    kept = [s["code"] for s in made.steps]
    assert [c for c in kept if c in codes] == codes or made.steps == shelf.steps
    assert {s["code"] for s in shelf.steps} - set(ALL.offered) <= set(kept)
    assert set(added_steps(shelf, made)) == set(codes) - {s["code"] for s in shelf.steps}


def test_a_known_code_is_kept_and_another_is_made_of_the_title():
    assert slug_of({"id": 12, "slug": "mer"}, {"mer"}) == "mer"
    assert slug_of({"id": 12, "libelle": "Mer et pêche"}, {"mer"}) == "mer-et-peche"
    assert slug_of({"libelle": "???"}, ()) == ""


def test_a_text_is_changed_where_it_is_cited_unless_the_file_has_the_one_cited():
    old, new = Text("Loi", "n° 1"), Text("LOI", "n° 2", "https://exemple.sn/")
    d = small(texts=(old, Text("Décret")))
    assert with_text(d, new, [new]).texts == (new, Text("Décret"))
    assert with_text(d, new, [new, old]) == d
