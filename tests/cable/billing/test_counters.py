"""Counters that wrap, restart, repeat and lie."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.billing.rules.conventions import Measure
from smartsenegal.cable.billing.rules.counters import Contradicted, Reading, Slots, merged, slots_of
from tests.cable.billing.terms import MEASURE, unhurried

GIGABIT = 1_000_000_000
DAY = 1_700_006_400  # midnight of a day at UTC, which is Dakar's


def slots(*readings: Reading, bits: int = 64, speed: int = GIGABIT, count: int = 2) -> Slots:
    return slots_of(MEASURE, bits, speed, readings, DAY, count)


def at(second: int, received: int, sent: int = 0, uptime: int | None = None) -> Reading:
    return Reading(DAY + second, uptime, received, sent)


def test_octets_between_readings_are_those_of_the_slot() -> None:
    found = slots(at(0, 100), at(300, 1_100, 7), at(600, 1_100, 9))
    assert found.values == [(1_000, 7), (0, 2)]
    assert not found.causes


def test_readings_a_little_late_are_spread_over_the_slots_they_cross() -> None:
    found = slots(at(-60, 0), at(240, 3_000), at(540, 6_000), at(840, 9_000))
    assert found.values == [(3_000, 0), (3_000, 0)]


def test_a_counter_of_32_bits_goes_round() -> None:
    found = slots(at(0, (1 << 32) - 100), at(300, 400), bits=32, speed=100_000_000, count=1)
    assert found.values == [(500, 0)]


def test_a_counter_of_64_bits_goes_round() -> None:
    assert slots(at(0, (1 << 64) - 1), at(300, 4), count=1).values == [(5, 0)]


def test_a_counter_of_32_bits_that_could_go_round_twice_says_nothing() -> None:
    found = slots(at(0, 0), at(300, 5), bits=32, count=1)
    assert (found.values, found.causes) == ([None], {"ambiguous": 1})


def test_a_counter_set_back_to_zero_leaves_its_slot_unknown() -> None:
    found = slots(at(0, 10**12), at(300, 50), at(600, 90))
    assert (found.values, found.causes) == ([None, (40, 0)], {"reset": 1})


def test_a_restart_is_seen_by_the_agents_clock_even_when_counters_grow() -> None:
    found = slots(at(0, 10, 0, 50_000_000), at(300, 400, 0, 9_000), count=1)
    assert (found.values, found.causes) == ([None], {"rebooted": 1})


def test_the_clock_of_the_agent_goes_round_after_497_days_without_a_restart() -> None:
    found = slots(at(0, 10, 0, (1 << 32) - 10_000), at(300, 400, 0, 20_000), count=1)
    assert found.values == [(390, 0)]


def test_more_than_the_port_carries_is_a_counter_that_lies() -> None:
    found = slots(at(0, 0), at(300, GIGABIT * 300), count=1)
    assert (found.values, found.causes) == ([None], {"too_fast": 1})


def test_a_hole_longer_than_the_contract_spreads_stays_a_hole() -> None:
    found = slots(at(0, 0), at(900, 9_000), count=3)
    assert (found.values, found.causes) == ([None] * 3, {"long": 1})
    spread = slots_of(Measure(300, 3), 64, GIGABIT, [at(0, 0), at(900, 9_000)], DAY, 3)
    assert spread.values == [(3_000, 0)] * 3


def test_a_slot_half_covered_is_not_known() -> None:
    assert slots(at(100, 0), at(300, 5), at(600, 9)).values == [None, (4, 0)]


def test_a_reading_that_comes_twice_counts_once_and_one_that_contradicts_is_refused() -> None:
    first = [at(0, 0), at(300, 5)]
    assert merged(first, [at(300, 5), at(600, 7)]) == [at(0, 0), at(300, 5), at(600, 7)]
    with pytest.raises(Contradicted) as refused:
        merged(first, [at(300, 6)])
    assert refused.value.at == DAY + 300


@unhurried
@given(
    st.lists(
        st.tuples(st.integers(20, 600), st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=30
    ),
    st.integers(0, (1 << 64) - 1),
    st.randoms(),
)
def test_no_octet_is_lost_or_made_whatever_the_times_and_the_order(
    steps: list[tuple[int, int, int]], first: int, random: Random
) -> None:
    when, received, sent, readings = -2_000, first, first, [Reading(DAY - 2_000, None, first, first)]
    for seconds, more, back in steps:
        when, received, sent = when + seconds, (received + more) % (1 << 64), (sent + back) % (1 << 64)
        readings.append(Reading(DAY + when, None, received, sent))
    random.shuffle(readings)
    start = DAY - 2_100
    found = slots_of(Measure(300, 3), 64, 10**12, readings * 2, start, 80)
    known = [slot for slot in found.values if slot]
    whole = (sum(more for _, more, _ in steps), sum(back for _, _, back in steps))
    assert all(sum(slot[side] for slot in known) <= whole[side] for side in (0, 1))
    edge = sum(slot is None for slot in found.values)
    # All the seconds between the first and the last reading are in slots; only the two ends may be cut.
    assert len(known) >= sum(seconds for seconds, _, _ in steps) // 300 - 1
    assert edge + len(known) == 80
    one = slots_of(Measure(24_000, 80), 64, 10**12, readings, start, 1)
    assert one.values == [None]
    exact = slots_of(Measure(sum(x for x, _, _ in steps), 80), 64, 10**12, readings, DAY - 2_000, 1)
    assert exact.values == [whole]
