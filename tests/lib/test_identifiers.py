import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.lib import identifiers
from smartsenegal.lib.identifiers import IdentifierRefused, Kind, normalise


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("nin", " 1 234 5678 90123 ", "1234567890123"),
        ("nin", "１２３４５６７８９０１２３", "1234567890123"),
        ("card", "1 01 19940327 00001 2", "101199403270000" + "12"),
        ("ninea", "3067221", "3067221"),
        ("ninea", "306 7221-2g2", "30672212G2"),
        ("ien", "ab 12345", "AB12345"),
    ],
)
def test_normalise(kind: Kind, typed: str, kept: str) -> None:
    found = normalise(kind, typed)
    assert found.value == kept
    assert found.warnings == ()
    assert normalise(kind, found.value) == found


@pytest.mark.parametrize("length", [12, 14, 15, 16, 17])
def test_an_unusual_nin_is_kept_with_a_warning(length: int) -> None:
    found = normalise("nin", "9" * length)
    assert found.value == "9" * length
    assert f"{length} chiffres" in found.warnings[0]


@pytest.mark.parametrize(
    ("kind", "typed", "says"),
    [
        ("nin", "", "NIN"),
        ("nin", "12345678901", "12 à 17 chiffres, celui-ci en a 11"),
        ("nin", "1" * 18, "celui-ci en a 18"),
        ("nin", "A234567890123", "que des chiffres"),
        ("nin", "١٢٣٤٥٦٧٨٩٠١٢٣", "chiffres et des lettres"),
        ("ninea", "3067222", "un chiffre au moins est faux"),
        ("ninea", "30672213G2", "COFI"),
        ("ninea", "12345", "7 ou 9 chiffres"),
        ("card", "ABCDEFG", "recto"),
        ("card", "12345", "recto"),
        ("ien", "abc", "bulletin"),
        ("ien", "é12345", "sans accent"),
    ],
)
def test_normalise_refuses_with_a_sentence(kind: Kind, typed: str, says: str) -> None:
    with pytest.raises(IdentifierRefused, match=says):
        normalise(kind, typed)


def test_unknown_kind() -> None:
    with pytest.raises(ValueError, match="passport"):
        normalise("passport", "1")  # type: ignore[arg-type]


@given(st.integers(0, 10**7 - 1), st.data())
def test_a_wrong_digit_of_a_ninea_is_refused_where_the_check_sees_it(
    number: int, data: st.DataObject
) -> None:
    digits = f"{number:07d}"
    try:
        normalise("ninea", digits)
    except IdentifierRefused:
        return
    # Places of weight 1 (the 1st, 3rd, 5th and 7th); weight 2 modulo 10 cannot tell 0 from 5.
    place = data.draw(st.sampled_from([0, 2, 4, 6]))
    other = data.draw(st.sampled_from("0123456789".replace(digits[place], "")))
    with pytest.raises(IdentifierRefused):
        normalise("ninea", digits[:place] + other + digits[place + 1 :])


@given(st.sampled_from(identifiers.KINDS), st.text())
def test_any_text_is_normalised_or_refused(kind: Kind, typed: str) -> None:
    try:
        found = normalise(kind, typed)
    except IdentifierRefused:
        return
    assert found.value.isascii()
    assert normalise(kind, found.value).value == found.value


def test_format_and_mask() -> None:
    assert identifiers.format_identifier("ninea", "30672212G2") == "3067221\u00a02G2"
    assert identifiers.format_identifier("nin", "1234567890123") == "1\u00a0234\u00a05678\u00a090123"
    assert identifiers.mask("1234567890123") == "••••••••••123"
    assert identifiers.mask("12345") == "•••••"
