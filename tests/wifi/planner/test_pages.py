"""The planner's page: an answer whose address can be shared, faults beside their field."""

import pytest
from django.test import Client

from tests import reference
from tests.onestop.procedures.conftest import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/wifi/planification/"


def text(answer) -> str:
    said = answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")
    return " ".join(said.split())


@pytest.fixture
def engineer() -> Client:
    reference.load("territory")
    reference.load("sites")
    return sign_in(Client(), "network_engineer", "senegal", "+221771000055")


@pytest.fixture
def asked(engineer: Client) -> dict[str, str]:
    """The form as it opens."""
    form = engineer.get(PAGE).context["form"]
    return {name: str(field.initial) for name, field in form.fields.items()}


def test_the_page_opens_with_figures_and_no_answer(engineer: Client) -> None:
    answer = engineer.get(PAGE)
    assert answer.status_code == 200
    assert "Personnes présentes au plus fort" in text(answer)
    assert "Ce que vos bornes tiendront" not in text(answer)


def test_a_plan_answers_for_the_magal(engineer: Client, asked: dict[str, str]) -> None:
    answer = engineer.get(PAGE, {**asked, "people": "6583278", "arrivals": "300000", "heard": "3"})
    assert answer.status_code == 200
    assert "40 bornes serviront 0,061 % des personnes présentes à la fois." in text(answer)
    assert "Part des personnes présentes" in text(answer)


def test_without_a_limit_the_line_is_free(engineer: Client, asked: dict[str, str]) -> None:
    assert engineer.get(PAGE, {**asked, "uplink": ""}).status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("people", "0", "Écrivez au moins 1."),
        ("people", "beaucoup", "sans lettre ni virgule"),
        ("points", "", "Écrivez un nombre entier."),
        ("local", "100", "Écrivez 99 au plus."),
        ("at_once_low", "60", "de la plus petite à la plus grande"),
        ("kbps", "1\x00", "Écrivez un nombre entier"),
    ],
)
def test_a_fault_is_told_and_what_was_typed_stays(
    engineer: Client, asked: dict[str, str], field: str, value: str, sentence: str
) -> None:
    answer = engineer.get(PAGE, {**asked, "people": "12345", field: value})
    assert answer.status_code == 422
    assert sentence in text(answer)
    if field != "people":
        assert 'value="12345"' in text(answer)


def test_it_is_not_for_everyone(engineer: Client) -> None:
    assert Client().get(PAGE).status_code == 302
    assert sign_in(Client(), "officer", "senegal", "+221771000056").get(PAGE).status_code == 403
