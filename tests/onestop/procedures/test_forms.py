"""Forms: what is typed becomes JSON answers, or a sentence that says how to mend it."""

import json
from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartsenegal.onestop.procedures.definition import Field, Option, Page
from smartsenegal.onestop.procedures.forms import check_answers, decision_form, make_form, page_form
from tests.onestop.procedures.samples import ANSWERS, small

pytestmark = pytest.mark.django_db
D = small()


def posted(**values):
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return data


def one(field, known=None, **typed):
    return make_form([field], known or {})(posted(**typed))


def answer(field, value):
    form = one(field, **{field.key: value})
    assert form.is_valid(), form.errors
    return form.cleaned_data[field.key]


def sentence(field, value):
    form = one(field, **{field.key: value})
    assert not form.is_valid()
    return form.errors[field.key][0]


CHOICE = Field("a", "choice", "Motif", options=(Option("x", "Le x"), Option("y", "Le y")))


@pytest.mark.parametrize(
    ("field", "typed", "expected"),
    [
        (Field("a", "text", "A"), "  Awa  ", "Awa"),
        (Field("a", "text", "A", required=False), "", None),
        (Field("a", "long_text", "A"), "un\r\ndeux", "un\ndeux"),
        (Field("a", "integer", "A"), "1 200", 1200),
        (Field("a", "integer", "A"), "-3", -3),
        (Field("a", "integer", "A", required=False), "", None),
        (Field("a", "money", "A"), "12 000 F CFA", 12000),
        (Field("a", "phone", "A"), "77 123 45 67", "+221771234567"),
        (Field("a", "email", "A"), "awa@exemple.sn", "awa@exemple.sn"),
        (Field("a", "date", "A"), "27 3 1994", "1994-03-27"),
        (Field("a", "date", "A"), "27 mars 1994", "1994-03-27"),
        (Field("a", "yes_no", "A"), "oui", True),
        (Field("a", "yes_no", "A"), "non", False),
        (CHOICE, "y", "y"),
        (Field("a", "choices", "A", options=CHOICE.options), ["y", "x"], ["y", "x"]),
        (Field("a", "country", "A"), "ML", "ML"),
        (Field("a", "statement", "A"), "on", True),
        (Field("a", "identifier", "A", identifier="NINEA"), "3067221 2G2", "30672212G2"),
        (Field("a", "identifier", "A", identifier="NIN"), "1 234 5678 90123", "1234567890123"),
    ],
)
def test_what_is_typed_becomes_an_answer(field, typed, expected):
    found = answer(field, typed)
    assert found == expected
    assert type(found) is type(expected)
    json.dumps(found)


@pytest.mark.parametrize(
    ("field", "typed", "start"),
    [
        (Field("a", "text", "Nom"), "", "«\u00a0Nom\u00a0» attend une réponse. Écrivez votre réponse."),
        (Field("a", "text", "A", max_length=5), "trop long", "Ce texte compte 9\u00a0caractères"),
        (
            Field("a", "text", "A"),
            "x" * 10_000_000,
            "Ce texte compte 10\u202f000\u202f000 caractères\u00a0: raccour",
        ),
        (Field("a", "text", "A"), "a\x00b", "Ce texte contient un caractère"),
        (Field("a", "text", "A"), "a\u202eb", "Ce texte contient un signe invisible"),
        (Field("a", "text", "A"), "a" + "\u0301" * 50, "Ce texte contient trop d’accents"),
        (Field("a", "integer", "Âge"), "douze", "«\u00a0douze\u00a0» n’est pas un nombre entier"),
        (Field("a", "integer", "A", minimum=18), "3", "Ce nombre est trop petit. Écrivez au moins 18."),
        (Field("a", "integer", "A", maximum=9), "10", "Ce nombre est trop grand. Écrivez au plus 9."),
        (Field("a", "integer", "A"), "9" * 29, "«\u00a0"),
        (Field("a", "money", "A"), "12,50", "Le franc CFA n’a pas de centimes"),
        (
            Field("a", "money", "A", minimum=500),
            "100",
            "Ce nombre est trop petit. Écrivez au moins 500\u00a0F",
        ),
        (Field("a", "phone", "A"), "12", "Ce numéro n’existe pas au Sénégal"),
        (Field("a", "email", "A"), "awa@", "Cette adresse n’a pas la bonne forme"),
        (Field("a", "date", "Date"), "", "«\u00a0Date\u00a0» attend une réponse. Écrivez une date"),
        (Field("a", "date", "A"), "31 2 2020", "Cette date n’existe pas"),
        (
            Field("a", "date", "A", maximum="today"),
            "27 3 2994",
            "La date est dans le futur. Écrivez une date",
        ),
        (Field("a", "date", "A", minimum="today"), "27 3 1994", "La date est passée."),
        (
            Field("a", "date", "A", minimum="2000-01-01"),
            "1 1 1999",
            "La date est avant le 1er\u00a0janvier\u00a02000",
        ),
        (
            Field("a", "date", "A", maximum="2000-01-01"),
            "2 1 2000",
            "La date est après le 1er\u00a0janvier\u00a02000",
        ),
        (
            Field("a", "yes_no", "Majeur ?"),
            "",
            "«\u00a0Majeur\u00a0» attend une réponse. Choisissez «\u00a0Oui",
        ),
        (Field("a", "yes_no", "A"), "peut-être", "Cette réponse n’est pas dans la liste"),
        (CHOICE, "z", "Cette réponse n’est pas dans la liste"),
        (CHOICE, "", "«\u00a0Motif\u00a0» attend une réponse. Choisissez une réponse."),
        (Field("a", "choices", "A", options=CHOICE.options), ["z"], "Cette réponse n’est pas dans la liste"),
        (Field("a", "country", "A"), "XX", "Cette réponse n’est pas dans la liste"),
        (Field("a", "statement", "J’accepte."), "", "Pour continuer, cochez «\u00a0J’accepte\u00a0»."),
        (Field("a", "identifier", "A", identifier="NINEA"), "123456789", "Ce NINEA n’est pas valide"),
        (Field("a", "identifier", "A", identifier="NIN"), "12", "Le NIN compte de 12 à 17 chiffres"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(field, typed, start):
    assert sentence(field, typed).startswith(start)


def test_today_itself_is_allowed_on_both_sides(monkeypatch):
    today = date(2026, 3, 31)
    monkeypatch.setattr("smartsenegal.onestop.procedures.fields.timezone.localdate", lambda: today)
    shown = f"{today.day} {today.month} {today.year}"
    assert answer(Field("a", "date", "A", minimum="today", maximum="today"), shown) == today.isoformat()
    tomorrow = today + timedelta(days=1)
    typed = f"{tomorrow.day} {tomorrow.month} {tomorrow.year}"
    assert "futur" in sentence(Field("a", "date", "A", maximum="today"), typed)


# --- communes -------------------------------------------------------------------------

COMMUNE = Field("c", "commune", "Commune")


def test_a_commune_with_one_name_is_found_without_accents(country):
    assert answer(COMMUNE, "joal fadiouth")["label"].startswith("Joal")
    assert set(answer(COMMUNE, "Koungheul")) == {"code", "label"}


def test_homonyms_are_told_apart_on_the_same_page(country):
    form = one(COMMUNE, c="velingara")
    assert form.errors["c"] == [
        "Plusieurs communes s’appellent «\u00a0Vélingara\u00a0». Choisissez la vôtre dans la liste."
    ]
    matches = form["c"].field.widget.attrs["matches"]
    labels = [label for _, label in matches]
    assert "Vélingara (département de Vélingara)" in labels
    html = str(form["c"])
    assert 'value="velingara"' in html
    assert f'name="c_code" value="{matches[0][0]}"' in html
    code, label = matches[1]
    again = one(COMMUNE, c="velingara", c_code=code)
    assert again.is_valid()
    assert again.cleaned_data["c"] == {"code": code, "label": label}


def test_a_commune_told_apart_stays_so_when_another_answer_is_wrong(country):
    form = one(COMMUNE, c="velingara")
    assert not form.is_valid()
    code, label = form["c"].field.widget.attrs["matches"][0]
    both = make_form([COMMUNE, Field("n", "integer", "N")], {})(posted(c="velingara", c_code=code, n="x"))
    assert not both.is_valid()
    assert f'value="{label}"' in str(both["c"])


def test_a_code_that_does_not_go_with_the_text_is_not_taken(country):
    code = answer(COMMUNE, "Koungheul")["code"]
    assert "s’appellent" in one(COMMUNE, c="velingara", c_code=code).errors["c"][0]
    assert answer_of_place("Koungheul", "021-nimporte")["code"] == code


def answer_of_place(text, code):
    form = one(COMMUNE, c=text, c_code=code)
    assert form.is_valid(), form.errors
    return form.cleaned_data["c"]


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        ("", "«\u00a0Commune\u00a0» attend une réponse."),
        ("zzzzqqq", "Nous ne trouvons pas de commune «\u00a0zzzzqqq\u00a0»."),
        ("\x00", "Ce texte contient un caractère"),
        ("y" * 300, "Ce texte compte 300"),
    ],
)
def test_a_commune_that_cannot_be_found(country, typed, start):
    assert sentence(COMMUNE, typed).startswith(start)


# --- composite answers --------------------------------------------------------------------

IDENTITY = Field("identity", "identity", "Votre identité")
TYPED = {
    "identity__first_names": "Awa Marie",
    "identity__last_name": "Ndiaye",
    "identity__birth_date": "27 3 1994",
    "identity__birth_country": "SN",
    "identity__birth_commune": "Koungheul",
    "identity__birth_place": "",
}


def test_an_identity_is_one_answer(country):
    form = one(IDENTITY, **TYPED)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["identity"] == {
        "first_names": "Awa Marie",
        "last_name": "Ndiaye",
        "birth_date": "1994-03-27",
        "birth_country": "SN",
        "birth_commune": form.cleaned_data["identity"]["birth_commune"],
    }
    assert form.cleaned_data["identity"]["birth_commune"]["label"] == "Koungheul"


def test_someone_born_abroad_gives_a_town(country):
    form = one(IDENTITY, **TYPED | {"identity__birth_country": "FR", "identity__birth_commune": "zzz"})
    assert list(form.errors) == ["identity-birth_place"]
    form = one(IDENTITY, **TYPED | {"identity__birth_country": "FR", "identity__birth_place": "Lyon"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["identity"]["birth_place"] == "Lyon"
    assert "birth_commune" not in form.cleaned_data["identity"]


def test_each_part_has_its_own_error(country):
    form = one(IDENTITY, **TYPED | {"identity__first_names": "", "identity__birth_date": "27 3 2994"})
    assert form.errors["identity-birth_date"] == [
        "La date est dans le futur. Écrivez la date de naissance, par exemple 27\u00a03\u00a01994."
    ]
    assert form.errors["identity-first_names"][0].startswith("«\u00a0Prénoms\u00a0» attend")
    assert len(form.errors) == 2


def test_an_optional_identity_is_empty_or_whole(country):
    optional = Field("identity", "identity", "Identité", required=False)
    empty = one(optional, identity__birth_country="SN")
    assert empty.is_valid()
    assert empty.cleaned_data["identity"] is None
    partial = one(optional, identity__birth_country="SN", identity__last_name="Ndiaye")
    assert set(partial.errors) == {"identity-first_names", "identity-birth_date", "identity-birth_commune"}


def test_saved_answers_are_shown_as_they_were_typed(country):
    form = one(IDENTITY, **TYPED)
    form.is_valid()
    shown = make_form([IDENTITY], form.cleaned_data)()
    assert shown["identity-birth_date"].value() == "27 3 1994"
    assert 'value="Koungheul"' in str(shown["identity-birth_commune"])
    again = {f"{name.replace('-', '__')}": shown[name].value() or "" for name in shown.fields}
    again["identity__birth_commune"] = again["identity__birth_commune"]["label"]
    assert one(IDENTITY, **again).is_valid()


# --- conditions inside a page ------------------------------------------------------------


def test_an_answer_whose_condition_does_not_hold_is_dropped_with_its_errors():
    page = next(p for p in D.pages if p.key == "bateau")
    form = page_form(page, D, ANSWERS)(posted(bateau="non", longueur="abc"))
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"bateau": False, "longueur": None}
    form = page_form(page, D, ANSWERS)(posted(bateau="oui", longueur=""))
    assert list(form.errors) == ["longueur"]


def test_a_question_ruled_out_by_an_earlier_page_is_left_out():
    page = Page("p", "P", (Field("port", "text", "Port", when={"field": "bateau", "is": True}),))
    d = small(pages=(*D.pages, page))
    assert list(page_form(page, d, ANSWERS)().fields) == ["port"]
    assert list(page_form(page, d, {**ANSWERS, "bateau": False})().fields) == []


def test_the_decision_has_its_form():
    form = decision_form(D)(posted(zone="Petite Côte"))
    assert form.is_valid()
    assert form.cleaned_data == {"zone": "Petite Côte"}


# --- repeated blocks -----------------------------------------------------------------------

CHILDREN = Field(
    "enfants",
    "repeated",
    "Enfant",
    fields=(Field("nom", "text", "Nom"), Field("age", "integer", "Âge", required=False)),
    at_most=3,
)
ROWS = {
    "enfants__count": "2",
    "enfants__0__nom": "Awa",
    "enfants__0__age": "4",
    "enfants__1__nom": "Modou",
    "enfants__1__age": "",
}


def test_rows_become_a_list():
    form = one(CHILDREN, **ROWS)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["enfants"] == [{"nom": "Awa", "age": 4}, {"nom": "Modou", "age": None}]


def test_adding_keeps_what_was_typed_and_shows_no_error():
    form = one(CHILDREN, **ROWS | {"enfants__0__age": "abc", "enfants__add": "1"})
    assert not form.is_valid()
    assert not form.errors
    assert [len(row.bound) for row in form.questions[0].rows] == [2, 2, 2]
    assert form["enfants-0-age"].value() == "abc"
    assert form["enfants-2-nom"].value() is None


def test_removing_moves_the_others_up():
    form = one(CHILDREN, **ROWS | {"enfants__remove": "0"})
    assert not form.is_valid()
    assert [form["enfants-0-nom"].value(), len(form.questions[0].rows)] == ["Modou", 1]
    assert not form.questions[0].may_remove


@pytest.mark.parametrize("number", ["9", "-1", "x", "", "\u0663", "9" * 5000])
def test_removing_what_is_not_there_changes_no_answer(number):
    form = one(CHILDREN, **ROWS | {"enfants__remove": number})
    assert not form.is_valid()
    assert form["enfants-0-nom"].value() == "Awa"


@pytest.mark.parametrize("count", ["", "0", "99999", "-1", "x", "\u0663"])
def test_a_forged_count_stays_inside_the_limits(count):
    form = one(CHILDREN, **ROWS | {"enfants__count": count})
    assert 1 <= len(form.questions[0].rows) <= 3
    form.is_valid()


def test_empty_rows_are_forgotten_but_for_the_compulsory_one():
    form = one(CHILDREN, **ROWS | {"enfants__1__nom": ""})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["enfants"] == [{"nom": "Awa", "age": 4}]
    empty = one(CHILDREN, enfants__count="1", enfants__0__nom="", enfants__0__age="")
    assert list(empty.errors) == ["enfants-0-nom"]


def test_saved_rows_are_shown():
    form = make_form([CHILDREN], {"enfants": [{"nom": "Awa", "age": 4}, {"nom": "Modou"}]})()
    assert form["enfants-1-nom"].value() == "Modou"
    assert len(form.questions[0].rows) == 2


# --- answers sent as JSON --------------------------------------------------------------------


def test_answers_sent_as_json_are_checked_as_typed_ones(country):
    code = answer(COMMUNE, "Koungheul")["code"]
    raw = {
        "identity": {
            "first_names": "Awa",
            "last_name": "Ndiaye",
            "birth_date": "1994-03-27",
            "birth_country": "SN",
            "birth_commune": {"code": code},
        },
        "bateau": True,
        "longueur": 6,
        "usage": "metier",
        "note": None,
    }
    answers, errors = check_answers(D, raw)
    assert errors == {}
    assert answers["identity"]["birth_commune"] == {"code": code, "label": "Koungheul"}
    assert answers["longueur"] == 6
    assert check_answers(D, answers) == (answers, {})


def test_wrong_answers_sent_as_json_are_named(country):
    _, errors = check_answers(D, {"bateau": "peut-être", "longueur": [], "usage": "x", "zut": 1})
    assert errors["zut"] == ["Cette question n’existe pas."]
    assert {"bateau", "usage", "identity-last_name"} <= set(errors)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=8,
)
EVERY = small(
    pages=(
        Page(
            "p",
            "P",
            (
                IDENTITY,
                Field("adresse", "address", "Adresse"),
                CHILDREN,
                CHOICE,
                Field("m", "money", "M"),
                Field("t", "phone", "T"),
                Field("d", "date", "D"),
                Field("s", "statement", "S"),
                Field("n", "identifier", "N", identifier="NINEA"),
                Field("x", "choices", "X", options=CHOICE.options),
                Field("bateau", "yes_no", "B"),
                Field("longueur", "integer", "L"),
                Field("usage", "long_text", "U"),
            ),
        ),
    )
)
KEYS = [f.key for f in EVERY.pages[0].fields]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(KEYS), json_values))
def test_any_json_is_answered_with_sentences(raw):
    answers, errors = check_answers(EVERY, raw)
    assert errors
    json.dumps(answers)
    assert all(isinstance(m, str) and m for messages in errors.values() for m in messages)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_typing_is_answered_and_drawn(data):
    buttons = ["enfants-count", "enfants-add", "enfants-remove"]
    names = [*page_form(EVERY.pages[0], EVERY, {})().fields, *buttons]
    typed = data.draw(st.dictionaries(st.sampled_from(names), st.text(max_size=20)))
    form = page_form(EVERY.pages[0], EVERY, {})({**typed})
    if form.is_valid():
        json.dumps(form.cleaned_data)
    for question in form.questions:
        for bound in question.bound:
            str(bound)


@pytest.mark.parametrize("name", ["Ndèye Coumba", "N’Diaye", "El-Hadj", "Mame Diarra B.", "ߊߥߊ", "Ngom-Sène"])
def test_a_name_is_written_as_on_papers(country, name):
    form = one(Field("identity", "identity", "Votre identité"), identity__first_names=name)
    assert "identity-first_names" not in form.errors


@pytest.mark.parametrize(("name", "wrong"), [("Awa2", "2"), ("<Awa>", "< >"), ("Awa@", "@"), ("=SOMME", "=")])
def test_digits_and_signs_are_no_name(country, name, wrong):
    form = one(Field("identity", "identity", "Votre identité"), identity__last_name=name)
    said = form.errors["identity-last_name"][0].replace("\u00a0", " ")
    assert said == f"Un nom n’a ni chiffre ni signe : retirez « {wrong} »."
    assert form["identity-last_name"].value() == name


def test_the_example_of_a_date_is_one_the_field_takes():
    to_come = Field("a", "date", "Début des travaux", minimum="today")
    example = sentence(to_come, "").split("par exemple ")[1].rstrip(".").replace("\u00a0", " ")
    assert answer(to_come, example) > str(timezone.localdate())
    assert "27\u00a03\u00a01994" in sentence(Field("a", "date", "Date de naissance", maximum="today"), "")
