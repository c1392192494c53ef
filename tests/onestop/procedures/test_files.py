"""Files: YAML and JSON without loss, and faults that name their place."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartsenegal.onestop import procedures
from smartsenegal.onestop.procedures import files
from smartsenegal.onestop.procedures.rules import polish
from tests.onestop.procedures.samples import definitions, small

DATA = Path(procedures.__file__).parent / "data"
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@settings(max_examples=60, suppress_health_check=SLOW, deadline=None)
@given(definitions)
def test_a_file_says_all_that_the_definition_says(definition):
    assert files.from_yaml(files.to_yaml(definition)) == definition


@settings(max_examples=40, suppress_health_check=SLOW, deadline=None)
@given(definitions)
def test_json_says_all_that_the_definition_says(definition):
    assert files.from_json(json.loads(json.dumps(files.to_json(definition)))) == definition


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_sentences(text):
    with pytest.raises(files.FileRefused) as refused:
        files.from_yaml(text)
    assert all(fault.strip() for fault in refused.value.faults)


def test_the_small_definition_is_readable():
    text = files.to_yaml(small())
    assert text.startswith("code: licence-de-peche\nprefix: LP\ntitle: Licence de pêche\n")
    assert "  - Usage: '{usage}'\n" in text


def _refusals(text: str) -> list[str]:
    with pytest.raises(files.FileRefused) as refused:
        files.from_yaml(text)
    return refused.value.faults


def test_an_unknown_type_is_named_with_its_place_and_the_choices():
    text = files.to_yaml(small()).replace("type: identity", "type: txet")
    assert _refusals(text)[0].startswith(
        "pages[0].fields[0].type\u00a0: «\u00a0txet\u00a0» n’est pas un type connu\u202f; choisissez parmi"
    )


def test_a_misspelt_key_is_told_with_the_nearest_one():
    text = files.to_yaml(small()).replace("summary:", "sumary:")
    faults = _refusals(text)
    assert "sumary\u00a0: cette clé n’existe pas. Vouliez-vous dire «\u00a0summary\u00a0»\u202f?" in faults
    assert "summary\u00a0: il manque cette clé. Ajoutez-la." in faults


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: &x [1]\nb: *x", "Ligne 2\u00a0: les alias (*) ne sont pas acceptés, répétez le texte."),
        ("a: 1\na: 2", "Ligne 2\u00a0: la clé «\u00a0a\u00a0» est écrite deux fois."),
        ("a: b : c", "Ligne 1, colonne 6\u00a0: mettez entre guillemets le texte qui contient «\u00a0: »."),
        ("? [a]\n: b", "Ligne 1\u00a0: une clé doit être un mot."),
        ("- " * 60 + "a", "Ligne 1\u00a0: trop de niveaux sont emboîtés."),
        ("a: \x00", "Le texte contient un caractère qui ne se voit pas. Effacez-le."),
        ("", "fichier\u00a0: attend un bloc"),
        ("- a", "fichier\u00a0: attend un bloc"),
        ("x" * 1_000_001, "Le fichier dépasse un million de caractères. Raccourcissez-le."),
        ("a: !!python/object:os.system x", "Ligne 1, colonne 4\u00a0: le texte n’est pas du YAML valide."),
    ],
)
def test_hostile_files_are_refused(text, sentence):
    assert _refusals(text)[0].startswith(sentence)


def test_words_that_yaml_1_1_would_change_stay_words():
    definition = small(title="non", summary="on", who="22:30", nature="2026-11-24", where="~", source="true")
    assert files.from_yaml(files.to_yaml(definition)) == definition
    assert files.from_yaml(files.to_yaml(definition).replace("title: non", "title: non")).title == "non"


def test_every_reference_file_is_its_own_export():
    for path in sorted(DATA.glob("*.yaml")):
        text = path.read_text("utf-8")
        definition = files.from_yaml(text)
        assert files.to_yaml(definition) == text, path.name
        assert polish(definition) == definition, path.name
        assert path.stem == definition.code
