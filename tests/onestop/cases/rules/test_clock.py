from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.lib.dates import Calendar
from smartsenegal.onestop.cases.rules import Clock, Suspension, due_date, reasoning
from smartsenegal.onestop.cases.rules import clock as legal
from smartsenegal.onestop.procedures.definition import Delay
from tests.onestop.cases.samples import CALENDAR, MONDAY

START = date(2026, 11, 2)
DAYS = st.integers(0, 120).map(lambda n: START + timedelta(days=n))
STOPS = st.lists(st.tuples(DAYS, DAYS).map(sorted).map(tuple), max_size=6)


def naive(start: date, delay: Delay, stops, calendar: Calendar) -> date:
    """One day after the other, as a clerk would with a wall calendar."""
    stopped = {
        since + timedelta(days=i) for since, until in stops for i in range(1, (until - since).days + 1)
    }
    day, left = start, delay.amount
    while left:
        day += timedelta(days=1)
        works = delay.unit == "calendar_days" or calendar.is_working_day(day)
        left -= works and day not in stopped
    return day


@settings(deadline=None)
@given(st.integers(0, 60), st.sampled_from(["working_days", "calendar_days"]), STOPS)
def test_the_due_date_is_the_one_a_clerk_counts(amount, unit, stops):
    delay = Delay(amount, unit)
    assert due_date(START, delay, stops, CALENDAR) == naive(START, delay, stops, CALENDAR)


@settings(deadline=None)
@given(st.integers(1, 12), STOPS)
def test_stops_only_ever_prolong_months(amount, stops):
    plain = due_date(START, Delay(amount, "months"), [], CALENDAR)
    assert due_date(START, Delay(amount, "months"), stops, CALENDAR) >= plain


def test_working_days_skip_the_week_end_and_the_holidays():
    calendar = Calendar({date(2026, 11, 3): "Magal"})
    assert due_date(START, Delay(5), [], calendar) == date(2026, 11, 10)


def test_a_stop_after_the_end_changes_nothing():
    late = [(date(2026, 11, 20), date(2026, 12, 20))]
    assert due_date(START, Delay(10, "calendar_days"), late, CALENDAR) == date(2026, 11, 12)


def test_a_stop_in_a_delay_of_months_prolongs_it_by_its_days():
    stop = [(date(2026, 11, 10), date(2026, 11, 20))]
    assert due_date(START, Delay(1, "months"), stop, CALENDAR) == date(2026, 12, 12)


def test_no_legal_delay_has_no_end():
    with pytest.raises(ValueError, match="no text"):
        due_date(START, Delay(None), [], CALENDAR)
    assert legal.read(Delay(None), MONDAY, (), None, CALENDAR).due is None


def test_the_reasoning_is_told_line_by_line():
    day = timedelta(days=1)
    stop = Suspension("corrections", MONDAY + 4 * day, MONDAY + 12 * day)
    clock = legal.read(Delay(40, "calendar_days"), MONDAY, (stop,), None, CALENDAR)
    assert [(line.on, line.until, line.text) for line in reasoning(clock)] == [
        (date(2026, 11, 2), None, "Dépôt complet, le délai court\u00a0: 40\u00a0jours"),
        (date(2026, 11, 6), date(2026, 11, 14), "Suspendu 8\u00a0jours\u00a0: corrections demandées"),
        (date(2026, 12, 20), None, "Échéance"),
    ]


def test_a_stop_of_less_than_a_day_is_told_without_a_count():
    stop = Suspension("payment", MONDAY, MONDAY + timedelta(hours=2))
    clock = legal.read(Delay(40, "calendar_days"), MONDAY, (stop,), None, CALENDAR)
    told = reasoning(clock)[1]
    assert (told.on, told.until) == (date(2026, 11, 2), None)
    assert told.text.startswith("Suspendu et repris le même jour\u00a0: ")
    assert clock.due == date(2026, 12, 12)


def test_a_clock_that_stands_says_so_and_has_no_due_date():
    stop = Suspension("corrections", MONDAY)
    clock = legal.read(Delay(40, "calendar_days"), MONDAY, (stop,), None, CALENDAR)
    assert (clock.due, clock.suspended) == (None, True)
    assert reasoning(clock)[-1].text == "Délai suspendu\u00a0: corrections demandées"
    assert reasoning(Clock(Delay(3))) == []
