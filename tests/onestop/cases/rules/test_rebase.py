"""Folding a history with moves: each part is read with its revision, and the end with the last one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartsenegal.lib.dates import Calendar
from smartsenegal.onestop.cases.rules import Action, clock_at, fold
from smartsenegal.onestop.cases.rules.rebase import changes, unprotected, worsened
from smartsenegal.onestop.procedures.definition import Definition, Delay
from tests.onestop.cases.samples import ANSWERS, PLAIN

FREE = replace(PLAIN, fees=())
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
CALENDAR = Calendar()
DELAYS = st.builds(Delay, st.integers(1, 200), st.sampled_from(["calendar_days", "months"]))


def filed() -> list[Action]:
    data = {"reference": "CG-2026-1", "service": 1, "service_name": "Tribunal", "territory": "SN", "fees": []}
    return [
        Action(1, "opened", START, data={"answers": ANSWERS}),
        Action(2, "submitted", START, data=data),
    ]


def moved(sequence: int, day: int, before: Definition, after: Definition) -> Action:
    data = {"from": 1, "to": 2, "before": before, "after": after, "changes": []}
    return Action(sequence, "rebased", START + timedelta(days=day), data=data)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(DELAYS, min_size=2, max_size=5))
def test_each_part_of_a_history_keeps_its_revision(delays: list[Delay]) -> None:
    chain = [replace(FREE, delay=d) for d in delays]
    actions = filed()
    for n, (before, after) in enumerate(pairwise(chain), start=1):
        actions.append(moved(2 + n, n, before, after))
    whole = fold(chain[-1], actions, CALENDAR)
    assert whole.definition == chain[-1]
    assert whole.due == fold(chain[-1], filed(), CALENDAR).due
    for n, definition in enumerate(chain):
        then = clock_at(chain[-1], actions, CALENDAR, (START + timedelta(days=n)).date())
        assert then.definition == definition
        assert then.due == fold(definition, filed(), CALENDAR).due


@given(DELAYS, DELAYS)
def test_a_later_date_is_never_borne_without_a_text(old: Delay, new: Delay) -> None:
    before = fold(replace(FREE, delay=old), filed(), CALENDAR)
    after = fold(replace(FREE, delay=new), filed(), CALENDAR)
    found = changes(before, after)
    assert bool(worsened(found)) == (after.due > before.due)
    assert (unprotected(found, "") is None) == (after.due <= before.due)
    assert unprotected(found, "Décret n° 1") is None


def test_between_two_alike_nothing_changes() -> None:
    view = fold(FREE, filed(), CALENDAR)
    assert changes(view, view) == []
