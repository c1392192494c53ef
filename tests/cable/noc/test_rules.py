"""Hysteresis: what an alarm's life may be, whatever comes."""

from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.noc.rules import CAUSES, Watch, step
from tests.cable.billing.terms import unhurried

looks = st.lists(st.tuples(st.integers(1, 400), st.sampled_from([True, False, None])), max_size=40)
delays = st.integers(0, 900)


@unhurried
@given(looks, delays, delays)
def test_an_alarm_rises_after_it_held_and_ends_after_it_was_over(
    seen: list[tuple[int, bool | None]], raise_after: int, end_after: int
) -> None:
    watch, now = Watch(), 0.0
    known: list[tuple[float, bool]] = []
    for wait, holds in seen:
        now += wait
        before, watch = watch, step(watch, holds, now, raise_after, end_after)
        if holds is None:
            assert watch == before
            continue
        known.append((now, holds))
        if watch.raised and not before.raised:
            assert _lasted(known, True, now) >= raise_after
        if before.raised and not watch.raised:
            assert _lasted(known, False, now) >= end_after
        assert watch.over_since is None or watch.raised


def _lasted(known: list[tuple[float, bool]], wanted: bool, now: float) -> float:
    """For how long everything that was known is so."""
    began = now
    for at, holds in reversed(known):
        if holds is not wanted:
            break
        began = at
    return now - began


def test_an_alarm_that_must_wait_does_not_rise_at_once_nor_end_at_a_flap() -> None:
    _, _, raise_after, end_after = CAUSES["session_down"]
    watch = step(Watch(), True, 0, raise_after, end_after)
    assert not watch.raised
    watch = step(watch, True, 120, raise_after, end_after)
    assert watch.raised
    watch = step(watch, False, 130, raise_after, end_after)
    watch = step(watch, True, 200, raise_after, end_after)
    assert watch == Watch(0, True, None)
    watch = step(step(watch, False, 300, raise_after, end_after), False, 600, raise_after, end_after)
    assert watch == Watch()
