"""Legal silence: examples worked by hand from the texts, and a clerk who counts day by day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.lib.dates import Calendar
from smartsenegal.onestop.cases.rules import Facts, allowed, clock_at, fold, in_one_sentence
from smartsenegal.onestop.procedures.definition import Delay, Silence
from tests.onestop.cases.rules.test_fold import ITEMS
from tests.onestop.cases.samples import CALENDAR, PERMIT, Story

DAY = timedelta(days=1)
MARCH_3 = datetime(2026, 3, 3, 10, tzinfo=UTC)
AWA = Facts("awa", date(2026, 4, 1), owns=True)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def filed(definition=PERMIT) -> Story:
    return Story(MARCH_3).filed(amount=0, at=MARCH_3)


def look(story: Story, definition=PERMIT, calendar=CALENDAR):
    return fold(definition, story.actions, calendar)


def asked(story: Story, on: date, answered: date | None = None) -> Story:
    story.then("corrections_requested", at(on), by="m", items=ITEMS, due_on="2026-12-31")
    return story.then("corrected", at(answered), by="awa") if answered else story


def test_twenty_eight_and_forty_days():
    # March has 31 days: the 3rd and 28 days is the 31st, and 40 days the 12th of April.
    assert look(filed()).due == date(2026, 3, 31)
    complex_file = replace(PERMIT, delay=Delay(40, "calendar_days"))
    assert look(filed(), complex_file).due == date(2026, 4, 12)


def test_five_days_of_corrections_prolong_by_five_days():
    view = look(asked(filed(), date(2026, 3, 10), date(2026, 3, 15)))
    assert view.due == date(2026, 4, 5)
    assert in_one_sentence(view.reasoning[:2]).replace("\u202f", "\u00a0") == (
        "le 3\u00a0mars\u00a02026\u00a0: dépôt complet, le délai court\u00a0: 28\u00a0jours\u00a0; "
        "du 10\u00a0mars\u00a02026 au 15\u00a0mars\u00a02026\u00a0: "
        "suspendu 5\u00a0jours\u00a0: corrections demandées."
    )


def test_a_reset_starts_the_whole_delay_again_and_a_run_changes_nothing():
    story = asked(filed(), date(2026, 3, 10), date(2026, 3, 15))
    assert look(story, replace(PERMIT, on_corrections="reset")).due == date(2026, 4, 12)
    assert look(story, replace(PERMIT, on_corrections="run")).due == date(2026, 3, 31)
    open_request = asked(filed(), date(2026, 3, 10))
    running = look(open_request, replace(PERMIT, on_corrections="run"))
    assert (running.due, running.suspended) == (date(2026, 3, 31), False)
    assert "le délai continue" in running.reasoning[1].text


def test_corrections_asked_after_the_end_give_no_time_back():
    late = asked(filed(), date(2026, 4, 10))
    for effect in ("suspend", "reset"):
        assert look(late, replace(PERMIT, on_corrections=effect)).clock.due == date(2026, 3, 31)


def test_a_notice_only_after_the_last_day():
    view = look(filed())
    refused = allowed(view, "put_on_notice", replace(AWA, today=date(2026, 3, 31)))
    assert refused == (
        "L’administration a jusqu’au 31\u00a0mars\u00a02026 inclus pour répondre. "
        "Vous pourrez la mettre en demeure à partir du 1er\u00a0avril\u00a02026."
    )
    assert allowed(view, "put_on_notice", replace(AWA, today=date(2026, 4, 1))) is None
    assert allowed(look(filed(), replace(PERMIT, silence=None)), "put_on_notice", AWA)


def test_notice_thirty_days_then_granted_then_eight_days():
    story = filed().then("put_on_notice", at(date(2026, 4, 2)), by="awa")
    view = look(story)
    # The 2nd of April and 30 days is the 2nd of May; silence grants on the 3rd.
    assert (view.silent_on, view.silence.takes_effect_on) == (date(2026, 5, 2), date(2026, 5, 3))
    system = Facts("system", date(2026, 5, 2), is_system=True)
    assert allowed(view, "deemed_granted", system) == "Le délai n’est pas écoulé."
    assert allowed(view, "deemed_granted", replace(system, today=date(2026, 5, 3))) is None
    assert allowed(view, "deemed_refused", replace(system, today=date(2026, 5, 3)))
    story.then("deemed_granted", at(date(2026, 5, 3)), on="2026-05-03", lines=[])
    assert (look(story).state, look(story).badges) == ("deemed_granted", ["on_notice", "tacit"])
    story.then("attested", at(date(2026, 5, 3)) + DAY / 24, act="t", number="AT-1")
    assert look(story).waiting_for == "nobody"
    story.then("act_requested", at(date(2026, 5, 4)), by="awa")
    view = look(story)
    assert (view.silence.act_due, view.waiting_for) == (date(2026, 5, 12), "service")
    story.then("substituted", at(date(2026, 5, 8)), by="prefet", step="substitution", service=9)
    assert (look(story).state, look(story).record.signatures[-1].by) == ("granted", "prefet")
    story.then("act_issued", act="a", number="PK-1")
    assert look(story).state == "issued"


def test_a_second_notice_is_refused_and_nothing_is_signed_after_silence():
    story = filed().then("put_on_notice", at(date(2026, 4, 2)), by="awa")
    story.then("reviewed", by="m", step="recevabilite")
    assert "déjà" in allowed(look(story), "put_on_notice", AWA)
    late = Facts("m", date(2026, 5, 3), instructs=True, gives=frozenset({"cadastre"}))
    assert "le silence a décidé" in allowed(look(story), "opinion_given", late, {"step": "cadastre"})


def test_without_a_notice_silence_decides_at_the_end_of_the_delay():
    quiet = replace(PERMIT, silence=Silence("refused"))
    view = look(filed(), quiet)
    assert (view.silent_on, view.silence.takes_effect_on) == (date(2026, 3, 31), date(2026, 4, 1))
    story = filed().then("deemed_refused", at(date(2026, 4, 1)), on="2026-04-01", lines=[])
    assert look(story, quiet).state == "refused"


def test_the_clock_of_a_past_day():
    story = asked(filed(), date(2026, 3, 10), date(2026, 3, 15))
    story.then("put_on_notice", at(date(2026, 4, 6)), by="awa")
    seen = {
        day: clock_at(PERMIT, story.actions, CALENDAR, day).due
        for day in (date(2026, 3, 9), date(2026, 3, 12), date(2026, 3, 20))
    }
    assert list(seen.values()) == [date(2026, 3, 31), None, date(2026, 4, 5)]
    assert clock_at(PERMIT, story.actions, CALENDAR, date(2026, 4, 5)).silent_on is None
    assert clock_at(PERMIT, story.actions, CALENDAR, date(2026, 4, 6)).silent_on == date(2026, 5, 6)


def test_a_decree_moves_an_open_clock_and_never_what_was_deemed():
    quiet = replace(PERMIT, silence=Silence("granted"), delay=Delay(20, "working_days"))
    fewer = Calendar({date(2026, 3, 4): "Jour chômé"})
    assert look(filed(), quiet, fewer).silent_on == look(filed(), quiet).silent_on + DAY
    story = filed().then("deemed_granted", at(date(2026, 4, 2)), on="2026-04-02", lines=[])
    assert look(story, quiet, fewer).state == look(story, quiet).state == "deemed_granted"


# --- a clerk who crosses the days of a wall calendar ------------------------------------

_GAPS = st.lists(st.tuples(st.integers(1, 25), st.integers(0, 20)), max_size=4)


def crossed(start: date, amount: int, unit: str, effect: str, rounds: list[tuple[date, date]]) -> date:
    """The last day, found by crossing the days one after the other; `rounds` are asked and answered days."""
    day, left = start, amount
    while left:
        day += DAY
        waiting = any(asked < day <= answered for asked, answered in rounds)
        counts = unit == "calendar_days" or CALENDAR.is_working_day(day)
        left -= counts and (effect == "run" or not waiting)
        if effect == "reset" and any(answered == day for _, answered in rounds):
            left = amount  # even answered on the day it was asked
    return day


@settings(deadline=None, max_examples=150)
@given(
    st.integers(1, 45),
    st.sampled_from(["calendar_days", "working_days"]),
    st.sampled_from(["suspend", "reset", "run"]),
    _GAPS,
)
def test_the_last_day_is_the_one_a_clerk_crosses(amount, unit, effect, gaps):
    definition = replace(PERMIT, delay=Delay(amount, unit), on_corrections=effect, silence=Silence("granted"))
    story, rounds, day = filed(), [], MARCH_3.date()
    for before, long in gaps:
        requested = day + before * DAY
        if requested >= crossed(MARCH_3.date(), amount, unit, effect, rounds):
            break
        day = requested + long * DAY
        asked(story, requested, day)
        rounds.append((requested, day))
    assert look(story, definition).silent_on == crossed(MARCH_3.date(), amount, unit, effect, rounds)


@pytest.mark.parametrize("effect", ["granted", "refused"])
@settings(deadline=None, max_examples=60)
@given(late=st.integers(1, 40), length=st.integers(1, 60))
def test_notice_and_effect_by_the_same_clerk(effect, late, length):
    definition = replace(PERMIT, silence=Silence(effect, notice=Delay(length, "calendar_days")))
    given_on = date(2026, 3, 31) + late * DAY
    view = look(filed().then("put_on_notice", at(given_on), by="awa"), definition)
    assert view.silence.takes_effect_on == crossed(given_on, length, "calendar_days", "run", []) + DAY
