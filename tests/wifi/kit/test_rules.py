"""Where a kit stands, and what its files tell. Pure."""

from datetime import UTC, datetime, timedelta

import pytest

from smartsenegal.wifi.kit import rules
from smartsenegal.wifi.kit.errors import KitRefused
from smartsenegal.wifi.kit.rules import Balance

END = datetime(2026, 11, 26, tzinfo=UTC)
DUE = END + timedelta(days=3)


@pytest.mark.parametrize(
    ("state", "now", "said"),
    [
        ("prepared", END - timedelta(days=1), "prepared"),
        ("prepared", END, "lapsed"),
        ("away", END, "out"),
        ("away", DUE, "out"),
        ("away", DUE + timedelta(seconds=1), "overdue"),
        ("returned", DUE + timedelta(days=9), "returned"),
        ("lost", END, "lost"),
    ],
)
def test_where_a_kit_stands(state: str, now: datetime, said: str) -> None:
    assert rules.standing(state, END, DUE, now) == said
    assert said in rules.STANDINGS


def test_a_kit_without_a_file_may_be_returned_and_one_whose_file_was_cut_may_not() -> None:
    assert rules.return_fault(None, Balance()) == ""
    assert rules.return_fault(Balance(2, 5, 7), Balance(2, 5, 7)) == ""
    assert "Copiez-le à nouveau" in rules.return_fault(Balance(2, 5, 7), Balance(1, 5, 7))


def test_a_key_is_read_as_people_type_it() -> None:
    key = bytes(range(32))
    assert rules.key_of(rules.spelt(key).lower().replace("-", " ")) == key
    with pytest.raises(KitRefused):
        rules.key_of(rules.spelt(key)[:-2])
