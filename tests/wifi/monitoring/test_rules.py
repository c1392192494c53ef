"""Conditions do not flap, and what is heard of a gateway says whether it is down."""

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.wifi.monitoring.rules import (
    HEALTH,
    LIMITS,
    TONES,
    Condition,
    Limit,
    Signs,
    Voice,
    explained_by,
    health,
    readings,
    replay,
    silent,
    step,
)

LIMIT = Limit(high=0.9, low=0.5, raise_after=120, clear_after=300)
Told = list[tuple[float, float | None]]
READINGS = st.lists(
    st.tuples(st.integers(0, 7200).map(float), st.none() | st.floats(0, 1)),
    max_size=60,
    unique_by=lambda r: r[0],
)


@given(READINGS, st.randoms())
def test_readings_in_any_order_and_repeated_leave_the_same(told: Told, chance: Random) -> None:
    mixed = [*told, *told[::2]]
    chance.shuffle(mixed)
    assert replay(mixed, LIMIT) == replay(told, LIMIT)


@given(READINGS)
def test_a_condition_never_turns_twice_within_its_delays(told: Told) -> None:
    condition, turns = Condition(), []
    for at, reading in sorted(told, key=lambda r: r[0]):
        after = step(condition, LIMIT, reading, at)
        if after.raised != condition.raised:
            turns.append((at, after.raised))
        condition = after
    for (before, _), (later, raised) in pairwise(turns):
        assert later - before >= (LIMIT.raise_after if raised else LIMIT.clear_after)


@given(READINGS, st.floats(0.5, 0.9, exclude_min=True, exclude_max=True))
def test_between_the_limits_what_was_stays(told: Told, middle: float) -> None:
    before = replay(told, LIMIT)
    assert step(before, LIMIT, middle, 10_000).raised == before.raised
    assert step(before, LIMIT, None, 10_000) == before


def test_a_share_that_swings_every_minute_raises_nothing() -> None:
    swings = [(60.0 * n, float(n % 2)) for n in range(60)]
    assert not replay(swings, LIMIT).raised
    assert replay([(0.0, 1.0), (120.0, 1.0)], LIMIT).raised


def test_a_gateway_with_sessions_that_is_silent_for_three_reports_is_down() -> None:
    voice = Voice(radius_at=1000, interim_seconds=300, open_sessions=4)
    assert silent(voice, 1900) is False
    assert silent(voice, 1901) is True
    assert silent(Voice(radius_at=1000, interim_seconds=300), 9999) is None
    assert silent(Voice(), 0) is None


def test_a_heartbeat_speaks_for_a_gateway_without_sessions() -> None:
    assert silent(Voice(radius_at=0, open_sessions=1, beat_at=9990), 10_000) is False
    assert silent(Voice(beat_at=1000), 1181) is True


def test_an_off_counts_until_something_is_heard() -> None:
    assert silent(Voice(radius_at=100, off_at=200, open_sessions=3), 201) is True
    assert silent(Voice(radius_at=300, off_at=200), 301) is False


@given(st.lists(st.sampled_from([True, False, None]), max_size=5), st.randoms())
def test_a_hotspot_is_judged_alike_whatever_the_order_of_its_gateways(
    told: list[bool | None], chance: Random
) -> None:
    mixed = list(told)
    chance.shuffle(mixed)
    assert readings(Signs(gateways=tuple(told))) == readings(Signs(gateways=tuple(mixed)))


def test_a_few_refusals_say_nothing_and_many_do() -> None:
    assert readings(Signs(accepts=1, rejects={"secret": 3}))["failing"] is None
    assert readings(Signs(accepts=10, rejects={"volume": 10}))["failing"] == 0.5


def test_full_slow_and_what_nobody_measured() -> None:
    found = readings(Signs(clients=95, clients_most=100, down_bps=9e6, down_most=10e6))
    assert (found["full"], found["slow"]) == (0.95, 1.0)
    nothing = readings(Signs(gateways=(None,)))
    assert nothing == {"down": None, "part": 0.0, "failing": None, "full": None, "slow": None}
    assert readings(Signs())["down"] == 0.0


def test_the_gravest_names_the_state() -> None:
    on = Condition(raised=True)
    assert health({"slow": on, "full": on}, known=True) == "full"
    assert health({"slow": on}, known=True, works=True) == "works"
    assert health({}, known=False) == "unknown"
    assert health({}, known=True, state="suspended") == "closed"
    assert set(LIMITS) < set(HEALTH) == set(TONES)


@given(
    st.dictionaries(st.integers(1, 8), st.lists(st.integers(1, 8), max_size=3)),
    st.frozensets(st.integers(1, 8)),
)
def test_what_explains_a_cut_is_a_cut_place_other_than_itself(
    needs: dict[int, list[int]], cut: frozenset[int]
) -> None:
    found = explained_by(1, needs, cut)
    assert found is None or (found in cut and found != 1)


def test_a_cut_backhaul_explains_through_others() -> None:
    assert explained_by(1, {1: [2], 2: [3]}, frozenset({3})) == 3
    assert explained_by(1, {1: [2]}, frozenset({1, 9})) is None
