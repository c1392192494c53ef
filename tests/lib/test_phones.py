import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.lib import phones
from smartsenegal.lib.phones import PhoneRefused, parse_phone


@pytest.mark.parametrize(
    "typed",
    [
        *("77 123 45 67", "771234567", "+221 77 123 45 67", "00221771234567", "221771234567", "77-123-45-67"),
        "\u202a+221\u00a077\u00a0123\u00a045\u00a067\u202c",
    ],
)
def test_parse(typed: str) -> None:
    assert parse_phone(typed) == "+221771234567"


@pytest.mark.parametrize("prefix", ["70", "71", "75", "76", "77", "78"])
def test_every_mobile_operator_is_known(prefix: str) -> None:
    number = parse_phone(f"{prefix}1234567")
    assert phones.is_mobile(number)
    assert phones.format_phone(number) == f"{prefix} 123 45 67".replace(" ", "\u00a0")


def test_fixed_and_foreign_numbers() -> None:
    fixed = parse_phone("33 849 12 34")
    assert not phones.is_mobile(fixed)
    assert phones.format_phone(fixed) == "33\u00a0849\u00a012\u00a034"
    abroad = parse_phone("+33 6 12 34 56 78")
    assert abroad == "+33612345678"
    assert phones.is_mobile(abroad)
    assert phones.format_phone(abroad) == "+33\u00a06\u00a012\u00a034\u00a056\u00a078"
    assert parse_phone("06 12 34 56 78", region="FR") == abroad
    assert phones.is_mobile(parse_phone("+1 212 555 0123"))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Indiquez"),
        ("  ", "Indiquez"),
        ("bonjour", "en chiffres"),
        ("77 123 45 6", "neuf chiffres"),
        ("77 123 45 678", "neuf chiffres"),
        ("79 123 45 67", "neuf chiffres"),
        ("77 123 45 67 poste 3", "neuf chiffres"),
        ("+33 1", "en chiffres|indicatif"),
        ("+999 123456789", "en chiffres|indicatif"),
        ("7" * 100_000, "chiffres"),
    ],
)
def test_parse_refuses_with_a_sentence(typed: str, says: str) -> None:
    with pytest.raises(PhoneRefused, match=says):
        parse_phone(typed)


@given(st.text())
def test_any_text_is_a_number_or_refused(typed: str) -> None:
    try:
        number = parse_phone(typed)
    except PhoneRefused:
        return
    assert parse_phone(number) == number
    assert parse_phone(phones.format_phone(number)) == number


def test_old_values_are_shown_as_they_are() -> None:
    assert phones.format_phone("inconnu") == "inconnu"
    assert not phones.is_mobile("inconnu")


def test_mask() -> None:
    assert phones.mask_phone("+221771234567") == "77\u00a0•••\u00a0••\u00a067"
