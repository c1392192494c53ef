from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.onestop.procedures.rules.portal_reviews import review_of
from smartsenegal.onestop.procedures.rules.reviews import SHOWN_FROM, add_up

ROW = {"id": "7", "demarche": "ninea", "note": 4, "commentaire": " Rapide. ", "date": "2026-11-02"}


@given(st.dictionaries(st.integers(1, 5), st.integers(0, 50)))
def test_an_average_is_shown_from_ten_marks_on(counts: dict[int, int]) -> None:
    marks = add_up(counts)
    everyone = [mark for mark, number in counts.items() for _ in range(number)]
    assert marks.count == len(everyone)
    if len(everyone) < SHOWN_FROM:
        assert marks.average is None
    else:
        assert marks.average is not None
        assert abs(marks.average - Decimal(sum(everyone)) / len(everyone)) <= Decimal("0.05")


def test_a_review_of_the_portal_is_read() -> None:
    review, faults = review_of(ROW)
    assert faults == []
    assert review is not None
    assert (review.id, review.procedure, review.mark, review.comment) == ("7", "ninea", 4, "Rapide.")
    assert review_of({**ROW, "note": "5"})[0].mark == 5  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", ""), ("id", "x" * 101), ("note", 0), ("note", 6), ("note", True), ("note", "4,5"),
        ("note", "²"), ("date", "hier"), ("date", None), ("commentaire", "x" * 1001), ("commentaire", "a\0b"),
    ],
)  # fmt: skip
def test_each_fault_of_a_review_names_its_field(field: str, value: object) -> None:
    review, faults = review_of({**ROW, field: value})
    assert review is None
    assert [name for name, _ in faults] == [field]
