import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.lib.money import LARGEST, MoneyRefused, format_fcfa, parse_fcfa


def test_format() -> None:
    assert format_fcfa(12_000) == "12\u202f000\u00a0F\u00a0CFA"
    assert format_fcfa(0) == "0\u00a0F\u00a0CFA"
    assert format_fcfa(-1_500) == "\u22121\u202f500\u00a0F\u00a0CFA"
    assert format_fcfa(1_234_567) == "1\u202f234\u202f567\u00a0F\u00a0CFA"


@pytest.mark.parametrize("amount", [1.0, "12", True, None])
def test_format_refuses_what_is_no_whole_number(amount: object) -> None:
    with pytest.raises(TypeError):
        format_fcfa(amount)  # type: ignore[arg-type]


@given(st.integers(min_value=0, max_value=LARGEST))
def test_what_is_printed_is_read_back(amount: int) -> None:
    assert parse_fcfa(format_fcfa(amount)) == amount
    assert parse_fcfa(str(amount)) == amount
    assert parse_fcfa(f"{amount:,}".replace(",", ".")) == amount


@pytest.mark.parametrize(
    "typed",
    ["12000", " 12 000 ", "12.000", "12 000 F CFA", "12000FCFA", "12 000 francs", "12000 xof"],
)
def test_parse(typed: str) -> None:
    assert parse_fcfa(typed) == 12_000


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Indiquez un montant"),
        ("F CFA", "Indiquez un montant"),
        ("-500", "positif"),
        ("12,50", "centimes"),
        ("12,000", "centimes"),
        ("12.5", "centimes"),
        ("douze mille", "en chiffres"),
        ("12 00", "en chiffres"),
        ("١٢", "en chiffres"),
        ("1e5", "en chiffres"),
        ("9" * 40, "trop grand"),
    ],
)
def test_parse_refuses_with_a_sentence(typed: str, says: str) -> None:
    with pytest.raises(MoneyRefused, match=says):
        parse_fcfa(typed)


@given(st.text())
def test_parse_never_fails_otherwise(typed: str) -> None:
    with contextlib.suppress(MoneyRefused):
        assert 0 <= parse_fcfa(typed) <= LARGEST
