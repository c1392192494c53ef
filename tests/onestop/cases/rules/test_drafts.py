"""When a draft is announced and erased, whatever the length and the days."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.onestop.cases.rules.drafts import WARNING_DAYS, erased_on, to_warn

DAYS = st.dates(date(2026, 1, 1), date(2030, 1, 1))
LENGTHS = st.integers(0, 400)
LATER = st.integers(0, 800)


@given(DAYS, LENGTHS, LATER)
def test_nothing_is_erased_before_its_length_nor_before_a_week_of_warning(touched, length, later):
    today = touched + timedelta(days=later)
    day = erased_on(touched, length, today)
    assert day >= touched + timedelta(days=length)
    assert day - today >= timedelta(days=WARNING_DAYS)


@given(DAYS, st.integers(WARNING_DAYS, 400))
def test_warned_in_time_it_is_erased_on_the_very_day(touched, length):
    term = touched + timedelta(days=length)
    warned = next(
        day for day in (touched + timedelta(days=n) for n in range(500)) if to_warn(touched, length, day)
    )
    assert term - warned == timedelta(days=WARNING_DAYS)
    assert erased_on(touched, length, warned) == term


@given(DAYS, LATER)
def test_without_a_length_a_draft_is_kept(touched, later):
    today = touched + timedelta(days=later)
    assert not to_warn(touched, None, today)
    assert erased_on(touched, None, today) is None
