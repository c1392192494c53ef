"""Francs: commitment, tiers, part months, credit for downtime, roundings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.billing.rules.bill import Bill, Loss, Window, bill, lost_seconds
from smartsenegal.cable.billing.rules.conventions import Tier, faults_of, share
from tests.cable.billing.terms import terms, unhurried

APRIL = Window(30, 30)


def lines(found: Bill) -> list[tuple[str, int, int]]:
    return [(charge.kind, charge.kbps, charge.amount) for charge in found.charges]


def test_below_the_commitment_it_is_due_all_the_same() -> None:
    found = bill(terms(), 12_000, APRIL, 0)
    assert (lines(found), found.total) == ([("commit", 100_000, 500_000)], 500_000)


def test_each_tier_has_its_price() -> None:
    found = bill(terms(), 250_000, APRIL, 0)
    assert lines(found) == [
        ("commit", 100_000, 500_000), ("tier:1", 100_000, 600_000), ("tier:2", 50_000, 200_000)
    ]  # fmt: skip
    assert found.total == 1_300_000


def test_or_all_that_passes_is_at_the_price_of_the_tier_reached() -> None:
    found = bill(terms(tier_mode="volume"), 250_000, APRIL, 0)
    assert lines(found)[1:] == [("tier:2", 150_000, 600_000)]
    assert lines(bill(terms(tier_mode="volume"), 150_000, APRIL, 0))[1:] == [("tier:1", 50_000, 300_000)]


def test_a_part_month_is_due_by_days_or_whole() -> None:
    part = Window(10, 31)
    assert bill(terms(), 0, part, 0).total == 161_290  # 161,290.32
    assert bill(terms(money_rounding="up"), 0, part, 0).total == 161_291
    assert bill(terms(part_month="whole"), 0, part, 0).total == 500_000


@pytest.mark.parametrize(
    ("lost", "credit"), [(0, 0), (3_600, 0), (3_601, 0), (3_600 + 259_200, 50_000), (2_000_000, 250_000)]
)
def test_downtime_beyond_what_is_free_is_given_back_up_to_a_part_of_the_fee(lost: int, credit: int) -> None:
    found = bill(terms(), 0, APRIL, lost)
    assert (found.credit, found.total) == (credit, 500_000 - credit)


def test_downtime_told_twice_counts_once() -> None:
    losses = [Loss(100, 200), Loss(150, 300), Loss(120, 130), Loss(400, 450), Loss(0, 20), Loss(990, 2_000)]
    assert lost_seconds(losses, 10, 1_000) == 10 + 200 + 50 + 10
    assert lost_seconds([], 0, 10) == 0


@unhurried
@given(st.integers(0, 10**12), st.integers(1, 10**9))
def test_rounding_is_exact(amount: int, by: int) -> None:
    up, down, nearest = (share(how, amount, by) for how in ("up", "down", "nearest"))
    assert down * by <= amount < (down + 1) * by
    assert (up - 1) * by < amount <= up * by or amount == up == 0
    assert nearest == (up if 2 * (amount - down * by) >= by else down)


@unhurried
@given(
    st.integers(0, 2_000_000),
    st.integers(1, 31),
    st.integers(0, 3_000_000),
    st.sampled_from(["graduated", "volume"]),
    st.sampled_from(["up", "down", "nearest"]),
)
def test_lines_add_up_and_nobody_is_owed_for_being_served(
    kbps: int, days: int, lost: int, mode: str, rounding: str
) -> None:
    found = bill(terms(tier_mode=mode, money_rounding=rounding), kbps, Window(days, 31), lost)
    assert found.total == sum(charge.amount for charge in found.charges) - found.credit >= 0
    assert sum(charge.kbps for charge in found.charges) == max(kbps, 100_000)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"commit_kbps": 100_500}, "commit_kbps"),
        ({"tiers": ()}, "tiers"),
        ({"tiers": (Tier(1_000, 5),)}, "tiers"),
        ({"tiers": (Tier(None, 5), Tier(None, 4))}, "tiers"),
        ({"tiers": (Tier(2_000, 5), Tier(1_000, 4), Tier(None, 3))}, "tiers"),
        ({"tiers": (Tier(0, 5), Tier(None, 3))}, "tiers"),
        ({"tiers": (Tier(1_500, 5), Tier(None, 3))}, "tiers"),
    ],
)
def test_terms_that_do_not_hold_are_told_beside_their_field(changed: dict[str, object], field: str) -> None:
    assert [where for where, _ in faults_of(terms(**changed))] == [field]
    assert faults_of(terms()) == []
