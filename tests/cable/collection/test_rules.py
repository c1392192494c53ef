"""From answers to readings."""

from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.billing.rules.counters import REBOOTED, Reading, slots_of
from smartsenegal.cable.collection import rules
from smartsenegal.cable.collection.rules import TICKS, Row
from tests.cable.billing.terms import MEASURE, unhurried

ticks = st.integers(0, TICKS - 1)


@unhurried
@given(ticks, st.integers(0, 30_000), st.integers(1, 10**6), st.integers(0, 600))
def test_counters_that_begin_anew_are_a_restart_and_a_wrap_of_the_clock_is_none(
    uptime: int, late: int, octets: int, jitter: int
) -> None:
    """The counters of one interface began anew between two rounds: the rules of billing set the interval
    aside, though the agent itself went on. They do not when only sysUpTime wrapped."""
    before, after = uptime, (uptime + 30_000 + jitter) % TICKS
    began = (uptime - 10_000_000) % TICKS
    first = Reading(0, rules.continuous(before, began), octets, octets)
    same = Reading(300, rules.continuous(after, began), octets + 5, octets + 5)
    assert slots_of(MEASURE, 64, 10**9, [first, same], 0, 1).values == [(5, 5)]
    anew = Reading(300, rules.continuous(after, (before + late) % TICKS), 5, 5)
    found = slots_of(MEASURE, 64, 10**9, [first, anew], 0, 1)
    assert found.values == [None]
    assert found.causes == {REBOOTED: 1}


def test_interfaces_are_made_of_columns_and_two_of_one_name_stay_two() -> None:
    found = rules.table(
        {"wide_in": {1: 10, 2: 20}, "wide_out": {1: 11}, "narrow_in": {1: 1}, "narrow_out": {1: 2},
         "discontinuity": {2: 7}, "state": {1: 1, 2: 2}},
        {1: "eth0", 2: "eth0", 3: ""},
    )  # fmt: skip
    assert found == {
        "eth0": Row(1, (10, 11), (1, 2), 0, True),
        "eth0#2": Row(2, None, None, 7, False),
        "#3": Row(3),
    }
    assert rules.counters(found["eth0"], 64) == (10, 11)
    assert rules.counters(found["eth0"], 32) == (1, 2)
    assert rules.counters(found["eth0#2"], 64) is None
    assert rules.counters(Row(1, narrow=(1 << 32, 0)), 32) is None
