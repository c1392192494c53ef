"""Folding a history with moves: each part is read with its revision, and the end with the last one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartsenegal.lib.dates import Calendar
from smartsenegal.onestop.cases.rules import (
    Action,
    FeeLine,
    clock_at,
    fold,
    for_agent,
    for_person,
    step_labels,
)
from smartsenegal.onestop.cases.rules.rebase import changes, lowered, unprotected, worsened
from smartsenegal.onestop.procedures.definition import Definition, Delay
from smartsenegal.onestop.procedures.rules import FeeLine as Owed
from tests.onestop.cases.samples import ANSWERS, PLAIN, WHOLE

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


LINES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 900)), max_size=3, unique_by=lambda x: x[0])


@given(LINES, LINES)
def test_nobody_ever_owes_more_than_at_the_deposit(old, new) -> None:
    owed = [FeeLine(key, key, amount, "tresor", "droit") for key, amount in old]
    fees = [Owed(key, amount, "tresor", "droit", key) for key, amount in new]
    found = lowered(owed, fees)
    before, after = sum(amount for _, amount in old), sum(amount for _, amount in new)
    assert (found is not None) == (after < before)
    assert found is None or [(line.key, line.amount) for line in found] == new


def test_a_step_that_is_gone_keeps_its_name_in_the_story() -> None:
    circuit = tuple(
        replace(s, after=tuple(k for k in s.after if k != "cadastre"))
        for s in WHOLE.circuit
        if s.key != "cadastre"
    )
    old, new = replace(WHOLE, fees=()), replace(WHOLE, fees=(), circuit=circuit)
    given = {"step": "cadastre", "favourable": True}
    actions = [
        *filed(),
        Action(3, "reviewed", START, data={"step": "recevabilite"}),
        Action(4, "opinion_given", START, actor_kind="agent", actor_label="Ibra", data=given),
        moved(5, 1, old, new),
    ]
    view = fold(new, actions, CALENDAR)
    assert [o.label for o in view.record.opinions] == ["Avis du cadastre"]
    for story in (for_agent(new, actions), for_person(new, actions)):
        assert any(e.text.startswith("Avis du cadastre") for e in story), story
    labels = step_labels(new, actions)
    assert (labels["cadastre"], labels["visa"]) == ("Avis du cadastre", "Visa du service")
