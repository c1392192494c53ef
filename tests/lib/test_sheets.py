import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smartsenegal.lib.sheets import quoted, unquoted


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''-x"])
def test_what_begins_like_a_formula_is_a_text(cell: str) -> None:
    assert quoted(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Awa", "-17.44406", "+12", "-3,5", "l'eau", "'quote", "a=b"])
def test_numbers_and_words_stay_as_they_are(cell: str) -> None:
    assert quoted(cell) == cell


@given(st.text("'=+-@1a.\t", max_size=6))
@example("'-5")
def test_a_cell_comes_back_as_it_was(cell: str) -> None:
    assert unquoted(quoted(cell)) == cell
