"""The catalogue's reads: searches as people type them, bundles, number of queries."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartsenegal.onestop.procedures import queries

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("extrait de naissance", "extrait-naissance"),
        ("extrait de naisance", "extrait-naissance"),
        ("extré de néssance", "extrait-naissance"),
        ("EXTRAIT NAISSANCE", "extrait-naissance"),
        ("acte de naissance de mon fils", "extrait-naissance"),
        ("kayitu juddu", "extrait-naissance"),
        ("juddou", "extrait-naissance"),
        ("casier judiciaire", "casier-judiciaire-b3"),
        ("kasier judiciere", "casier-judiciaire-b3"),
        ("casié", "casier-judiciaire-b3"),
        ("bulletin n°3", "casier-judiciaire-b3"),
        ("b3", "casier-judiciaire-b3"),
        ("permi conduire", "permis-conduire-renouvellement"),
        ("permis de konduir", "permis-conduire-renouvellement"),
        ("j'ai perdu mon permis", "permis-conduire-renouvellement"),
        ("dawal permis", "permis-conduire-renouvellement"),
        ("certifica residence", "certificat-residence"),
        ("sertificat de résidance", "certificat-residence"),
        ("nationnalité", "certificat-nationalite"),
        ("nationalite senegalaise", "certificat-nationalite"),
        ("ninea", "ninea"),
        ("numero fiscal entreprise", "ninea"),
        ("nais", "extrait-naissance"),
        ("permis de construire", "permis-construire"),
        ("permi de konstruire", "permis-construire"),
        ("tabax", "permis-construire"),
        ("certificat d'urbanisme", "certificat-urbanisme"),
        ("copie litérale", "copie-litterale-naissance"),
        ("extrait de mariage", "extrait-mariage"),
        ("carte de commercant", "carte-commercant"),
        ("démolition", "permis-demolir"),
        ("j'ai perdu ma carte d'identité", "carte-identite-duplicata"),
        ("registre du commerce société", "rccm-societe"),
    ],
)
def test_people_find_what_they_look_for(catalogue, typed, code):
    found = queries.search(typed)
    assert [e.code for e in found][:1] == [code]


@pytest.mark.parametrize(
    "typed", ["", "   ", "!!!", "zzzzqqqq", "'; DROP TABLE", "\u202e", "& | !", "a" * 10_000]
)
def test_what_names_nothing_finds_nothing(catalogue, typed):
    assert queries.search(typed) == []


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_can_be_searched(catalogue, text):
    queries.search(text)


def test_a_search_is_one_query_and_so_is_a_list(catalogue, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.search("kasier judiciere tribunal entreprise")
    with django_assert_num_queries(1):
        queries.entries("papiers", "particuliers")
    with django_assert_num_queries(1):
        queries.sheet("ninea")


@pytest.mark.parametrize(
    ("found", "indexes"),
    [
        (queries._KNOWN, {"procedure_document", "procedure_sounds"}),
        (queries._alike(["casier", "judiciere"]), {"procedure_names"}),
    ],
)
def test_a_search_reads_indexes(catalogue, found, indexes):
    statement = queries._SEARCH.format(columns="p.code", found=found, narrowed="")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + statement, queries._search_values(["casier", "judiciere"], 20))
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert all(index in plan for index in indexes)
    assert "Seq Scan" not in plan


def test_words_known_neither_by_stem_nor_by_sound_are_found_by_their_look(
    catalogue, django_assert_num_queries
):
    with django_assert_num_queries(2):
        found = queries.search("nationamité")
    assert found[0].code == "certificat-nationalite"


def test_a_search_keeps_to_a_theme_and_to_an_audience(catalogue):
    found = {e.code for e in queries.search("certificat", theme="habitat")}
    assert found == {"certificat-residence", "certificat-conformite", "certificat-urbanisme"}
    assert "extrait-naissance" not in [e.code for e in queries.search("extrait", audience="professionnels")]


def test_lists_are_in_french_order(catalogue):
    titles = [e.title for e in queries.entries()]
    assert titles[:2] == ["Autorisation d’occuper la voie publique", "Carte de commerçant"]
    assert len(titles) == 18


def test_themes_and_events_without_anything_to_show_are_left_out(catalogue):
    assert [t.slug for t in queries.themes()] == [
        "papiers", "famille", "justice", "habitat", "transports", "vie-entreprise",
    ]  # fmt: skip
    from smartsenegal.kernel.identity.api import system
    from smartsenegal.onestop.procedures import actions

    actions.withdraw("permis-conduire-renouvellement", system(), "essai")
    assert "transports" not in [t.slug for t in queries.themes()]


def test_a_bundle_orders_its_steps_by_what_they_need(catalogue, django_assert_max_num_queries):
    event = queries.life_event("je-cree-mon-entreprise")
    with django_assert_max_num_queries(9):
        steps = queries.bundle(event)
    codes = [s.code for s in steps]
    assert codes == [
        "extrait-naissance", "casier-judiciaire-b3", "certificat-residence", "rccm-personne", "rccm-societe",
        "ninea", "carte-commercant",
    ]  # fmt: skip
    assert steps[3].serves == (steps[5].title, steps[6].title)
    assert steps[1].valid_months == 3


def test_a_step_that_is_not_in_the_catalogue_has_its_own_words(catalogue):
    first = queries.bundle(queries.life_event("un-enfant-est-ne"))[0]
    assert (first.code, first.in_catalogue) == ("declaration-naissance", False)


def test_a_bundle_says_how_young_a_piece_must_be(catalogue):
    steps = {s.code: s for s in queries.bundle(queries.life_event("je-cherche-un-emploi"))}
    assert steps["extrait-naissance"].valid_months == 3
    assert steps["certificat-residence"].valid_months is None
    assert "Certificat de nationalité sénégalaise" in steps["certificat-residence"].serves


def test_a_bundle_read_again_takes_one_query(catalogue, django_assert_num_queries):
    event = queries.life_event("je-cree-mon-entreprise")
    queries.bundle(event)
    with django_assert_num_queries(1):
        queries.bundle(event)


def test_a_revision_is_read_once_in_a_process(catalogue, django_assert_num_queries):
    revision = queries.published_revision("ninea")
    queries.definition_of(revision.pk)
    with django_assert_num_queries(0):
        assert queries.definition_of(revision.pk).code == "ninea"
