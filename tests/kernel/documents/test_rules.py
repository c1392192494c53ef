"""Decisions on names, types, times and codes, on any input."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.kernel.documents import rules
from smartsenegal.lib import ids

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TYPES = st.sampled_from(sorted(rules.EXTENSIONS))


@given(st.text(), TYPES)
def test_a_kept_name_is_short_printable_and_ends_as_its_type(name: str, media_type: str) -> None:
    kept = rules.clean_filename(name, media_type)
    assert kept.endswith(rules.EXTENSIONS[media_type])
    assert 4 < len(kept) <= 120
    assert "/" not in kept
    assert "\\" not in kept
    assert all(c.isprintable() or c == "\u00a0" or ord(c) > 127 for c in kept)
    assert rules.clean_filename(kept, media_type) == kept


@given(st.binary(max_size=64))
def test_only_known_types_are_ever_named(head: bytes) -> None:
    assert rules.sniff(head) in {None, "image/heif", *rules.EXTENSIONS}


@given(TYPES, TYPES)
def test_disguise_is_between_families(named: str, true: str) -> None:
    name = "a" + rules.EXTENSIONS[named][0]
    both_images = named.startswith("image/") and true.startswith("image/")
    assert rules.is_disguised(name, named, true) == (named != true and not both_images)
    assert not rules.is_disguised("a", "", true)
    assert not rules.is_disguised("a", "application/octet-stream", true)


@pytest.mark.parametrize("code", rules.REFUSALS)
def test_every_refusal_is_a_whole_french_sentence(code: str) -> None:
    sentence = rules.refusal(code, "carte d’identité.jpg", rules.DEFAULT_LIMITS, "image/jpeg")
    assert "{" not in sentence
    assert sentence.endswith(".")
    assert "carte d’identité.jpg" in sentence
    for mark in ":;?!":
        assert f" {mark}" not in sentence


RULES = st.lists(
    st.builds(
        rules.Retention,
        st.sampled_from(["piece", "piece:identity", "act"]),
        st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        st.none() | st.integers(0, 4000),
    ),
    max_size=8,
    unique_by=lambda rule: (rule.purpose, rule.starts_on),
)


@given(RULES, st.sampled_from(["piece", "piece:identity", "piece:identity:old", "act", "other"]))
def test_the_rule_in_force_on_the_day_decides(known: list[rules.Retention], purpose: str) -> None:
    found = rules.purge_after(purpose, NOW, known)
    levels = [":".join(purpose.split(":")[: n + 1]) for n in range(purpose.count(":") + 1)][::-1]
    for level in levels:
        dated = sorted(
            (r for r in known if r.purpose == level and r.starts_on <= NOW.date()), key=lambda r: r.starts_on
        )
        if dated:
            days = dated[-1].days
            assert found == (None if days is None else NOW + timedelta(days=days))
            return
    assert found is None


def test_a_rule_to_come_does_not_hold_yet() -> None:
    known = [
        rules.Retention("piece", date(2026, 1, 1), 90),
        rules.Retention("piece", date(2026, 11, 25), 10),
    ]
    assert rules.purge_after("piece", NOW, known) == NOW + timedelta(days=90)
    assert rules.purge_after("piece", NOW + timedelta(days=1), known) == NOW + timedelta(days=11)


def test_codes_are_random_and_written_with_plain_letters() -> None:
    made = {rules.new_code() for _ in range(500)}
    assert len(made) == 500
    for code in made:
        assert len(code) == 12
        assert set(code) <= set(ids.ALPHABET)
        assert rules.read_code(rules.show_code(code)) == code


@given(st.integers(0, 11), st.sampled_from(ids.ALPHABET))
def test_one_wrong_character_never_passes_for_a_code(place: int, other: str) -> None:
    code = "7KQ2M4XW9RT"
    code += ids.check_character(code)
    changed = code[:place] + other + code[place + 1 :]
    assert rules.read_code(changed) == (code if changed == code else None)


@given(st.text(max_size=60))
def test_anything_may_be_typed_as_a_code(typed: str) -> None:
    code = rules.read_code(typed)
    assert code is None or rules.read_code(rules.show_code(code)) == code


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Awa Marie Ndiaye", "A. M. N."),
        ("aïssatou bâ", "A. B."),
        ("El-Hadji Ŋoné", "E. H. Ŋ."),
        ("", ""),
        ("« »", ""),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert rules.initials(name) == initials


@given(st.dictionaries(st.text(max_size=10), st.text(max_size=10)))
def test_the_seals_own_fields_cannot_be_replaced(essential: dict[str, str]) -> None:
    fields = rules.sealed_fields(
        essential | {"Acte": "autre"}, title="Titre", holder="Awa", authority="Mairie"
    )
    assert list(fields.items())[:3] == [("Acte", "Titre"), ("Titulaire", "Awa"), ("Autorité", "Mairie")]


def test_a_quality_is_written_as_within_a_sentence():
    def said(quality: str) -> str:
        return rules.Signer("Ibrahima Fall", quality, "Tribunal", "Thiès").words

    assert said("Le greffier en chef") == "Ibrahima Fall, le greffier en chef"
    assert said("L’officier de l’état civil") == "Ibrahima Fall, l’officier de l’état civil"
    assert said("Par délégation du maire") == "Ibrahima Fall, Par délégation du maire"
