"""The percentile by nearest rank: worked examples, a naive sort, and numpy's own as a second opinion."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.billing.rules import percentile
from smartsenegal.cable.billing.rules.percentile import MISSING, Octets
from tests.cable.billing.terms import terms, unhurried

slot = st.one_of(st.none(), st.tuples(st.integers(0, 10**13), st.integers(0, 10**13)))


def port(*slots: tuple[int, int] | None) -> Octets:
    return percentile.as_array(slots)


@pytest.mark.parametrize(
    ("days", "slots", "rank"),
    [(28, 8_064, 7_661), (29, 8_352, 7_935), (30, 8_640, 8_208), (31, 8_928, 8_482)],
)
def test_the_rank_of_months_of_28_to_31_days(days: int, slots: int, rank: int) -> None:
    month = {28: (2026, 2), 29: (2028, 2), 30: (2026, 4), 31: (2026, 1)}[days]
    assert percentile.month_of(*month, 300) == slots
    assert percentile.rank(np.arange(1, slots + 1), 95) == rank


def test_of_a_hundred_readings_the_five_greatest_are_free() -> None:
    assert percentile.rank(np.arange(100, 0, -1), 95) == 95
    assert percentile.rank(np.array([7]), 95) == 7
    assert percentile.rank(np.array([], dtype=np.int64), 95) is None


@unhurried
@given(st.lists(st.integers(0, 10**15), min_size=1, max_size=400), st.integers(1, 100))
def test_the_rank_is_that_of_a_naive_sort_and_of_numpy(values: list[int], percent: int) -> None:
    at, under = 0, sorted(values)
    while (at + 1) * 100 < percent * len(values):
        at += 1
    array = np.array(values)
    assert percentile.rank(array, percent) == under[at]
    # numpy multiplies in floating point: where percent * n / 100 is whole it may fall one beside.
    if percent * len(values) % 100:
        assert percentile.rank(array, percent) == np.percentile(array, percent, method="inverted_cdf")


@pytest.mark.parametrize("slots", [8_064, 8_352, 8_640, 8_928])
def test_numpy_agrees_on_whole_months(slots: int) -> None:
    values = np.random.default_rng(slots).integers(0, 10**12, slots)
    assert percentile.rank(values, 95) == np.percentile(values, 95, method="inverted_cdf")


def test_ports_are_added_slot_by_slot_before_the_percentile() -> None:
    """Two ports in opposite phase: 107, where adding percentiles makes 203 and one list of all slots 101."""
    high, busy = np.arange(8_640) // 144 % 2 == 1, np.arange(8_640) % 10 < 2
    one = np.where(high, np.where(busy, 102, 101), 6)
    other = 107 - one
    ports = [np.array([side, side * 0]) for side in (one, other)]
    month = percentile.usage(terms(direction="in"), ports)
    assert percentile.billed_octets(terms(direction="in"), month) == 107
    apart = [percentile.rank(side, 95) for side in (one, other)]
    assert sum(value for value in apart if value) == 203
    assert percentile.rank(np.concatenate([one, other]), 95) == 101


@pytest.mark.parametrize(
    ("direction", "expected"), [("slot_max", 90), ("side_max", 90), ("in", 10), ("out", 90), ("sum", 100)]
)
def test_directions(direction: str, expected: int) -> None:
    found = percentile.usage(terms(), [port(*[(10, 90)] * 20)])
    assert percentile.billed_octets(terms(direction=direction), found) == expected


def test_the_greatest_in_each_slot_is_not_the_greatest_of_the_two_percentiles() -> None:
    month = percentile.usage(terms(), [port(*[(100, 0), (0, 100)] * 3, *[(0, 0)] * 94)])
    assert percentile.billed_octets(terms(direction="slot_max"), month) == 100
    assert percentile.billed_octets(terms(direction="side_max"), month) == 0


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("zero", [0, 0, 10, 0, 0, 40, 0, 0, 0, 20]),
        ("leave_out", [10, 40, 20]),
        ("interpolate", [10, 20, 30, 40, 20]),
    ],
)
def test_missing_slots(missing: str, expected: list[int]) -> None:
    """The hole of two is filled, that of three is not, and nothing is made up before the first slot."""
    slots: list[Any] = [None, None, (10, 0), None, None, (40, 0), None, None, None, (20, 0)]
    said = terms(missing=missing, gap_slots=2, direction="in")
    month = percentile.usage(said, [port(*slots)])
    assert list(month.total[0]) == expected
    assert month.measured == 3


def test_a_slot_left_out_of_one_port_is_left_out_of_all() -> None:
    month = percentile.usage(terms(), [port((1, 1), None), port((2, 2), (3, 3))])
    assert month.total.tolist() == [[3], [3]]
    both = percentile.usage(terms(missing="zero"), [port((1, 1), None), port((2, 2), (3, 3))])
    assert both.total.tolist() == [[3, 3], [3, 3]]


@unhurried
@given(st.lists(st.tuples(slot, slot), min_size=1, max_size=120), st.sampled_from(["zero", "leave_out"]))
def test_policies_against_plain_lists(slots: list[Any], missing: str) -> None:
    for direction in ("slot_max", "in", "out", "sum"):
        said = terms(missing=missing, direction=direction)
        month = percentile.usage(said, [port(*(s[n] for s in slots)) for n in (0, 1)])
        added = []
        for pair in slots:
            if None in pair and missing == "leave_out":
                continue
            received, sent = (sum(each[side] if each else 0 for each in pair) for side in (0, 1))
            added.append(
                {"slot_max": max(received, sent), "in": received, "out": sent, "sum": received + sent}[
                    direction
                ]
            )
        at = -(-95 * len(added) // 100) - 1
        assert percentile.billed_octets(said, month) == (sorted(added)[at] if added else None)


@pytest.mark.parametrize(("rounding", "kbps"), [("up", 107_000), ("down", 106_000), ("nearest", 107_000)])
def test_rates_are_in_steps(rounding: str, kbps: int) -> None:
    octets = 106_500_000 * 300 // 8
    assert percentile.rated_kbps(terms(rate_rounding=rounding), octets, 300) == kbps


@unhurried
@given(
    st.sampled_from(["up", "down", "nearest"]),
    st.sampled_from([1, 100, 1_000]),
    st.integers(0, 400),
    st.sampled_from([60, 300, 900]),
)
def test_the_limit_is_the_last_slot_billed_at_the_commitment(
    rounding: str, step: int, steps: int, seconds: int
) -> None:
    said = terms(rate_rounding=rounding, step_kbps=step, commit_kbps=steps * step)
    limit = percentile.limit_octets(said, seconds)
    assert percentile.rated_kbps(said, limit, seconds) <= said.commit_kbps
    assert percentile.rated_kbps(said, limit + 1, seconds) > said.commit_kbps


@unhurried
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=200), st.sampled_from(["slot_max", "side_max", "sum"])
)
def test_headroom_says_when_the_month_costs_more(rates: list[int], direction: str) -> None:
    """A month that is over: slots are left above the commitment exactly when the rate is not above it."""
    said = terms(direction=direction)
    octets = said.commit_kbps * 1000 * 300 // 8
    month = percentile.usage(said, [port(*((octets - 1 + rate, rate) for rate in rates))])
    left = percentile.headroom(said, month, 300, 0).left
    rated = percentile.billed_kbps(said, month, 300)
    assert rated is not None
    assert (left >= 0) == (rated <= said.commit_kbps)


def test_headroom_of_a_month_that_begins() -> None:
    said = terms()
    octets = said.commit_kbps * 1000 * 300 // 8
    month = percentile.usage(said, [port(*[(octets + 1, 0)] * 10, *[(octets, 0)] * 20)])
    found = percentile.headroom(said, month, 300, 8_640 - 30)
    assert (found.free, found.above, found.left) == (432, 10, 422)


def test_too_few_slots_make_no_rate() -> None:
    month = percentile.usage(terms(), [port((10, 10), None, None)])
    assert percentile.billed_kbps(terms(least_known=50), month, 300) is None
    assert percentile.billed_kbps(terms(least_known=0), month, 300) == 1_000
    nothing = percentile.usage(terms(), [port(None)])
    assert nothing.total.tolist() == [[], []]
    assert percentile.billed_kbps(terms(least_known=0), nothing, 300) is None
    assert month.ports[0][0].tolist() == [10, MISSING, MISSING]
