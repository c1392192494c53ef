from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.wifi.access import policies
from smartsenegal.wifi.access.policies import HOLDS, LESS, OLDER, OUTSIDE
from smartsenegal.wifi.access.rules import DAYS, Rule, Where, plan_for

# A Thursday at noon.
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC).timestamp()
ZONES = {10: 1, 11: 1, 20: 2}
clocks = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from([0, 30]))
hours = st.dictionaries(
    st.sampled_from(DAYS), st.lists(st.tuples(clocks, clocks).map(list), min_size=1, max_size=2), max_size=3
)
moments = st.one_of(st.none(), st.integers(-5, 5).map(lambda n: NOON + n * 86_400))
rules = st.builds(
    Rule,
    plan=st.integers(1, 2),
    group=st.sampled_from([None, 1, 2]),
    hotspot=st.sampled_from([None, 1, 2]),
    zone=st.sampled_from([None, 10, 11, 20]),
    hours=hours,
    starts_at=moments,
    ends_at=moments,
    closed=st.booleans(),
)
sets = st.lists(rules, max_size=6).map(lambda found: [replace(r, number=n) for n, r in enumerate(found, 1)])
places = st.sampled_from([Where(), Where(1), Where(1, 10), Where(1, 11), Where(2), Where(2, 20)])
groups = st.sampled_from([None, 1, 2])
instants = st.integers(-6 * 1440, 6 * 1440).map(lambda n: NOON + n * 60)


@given(sets, places, groups, instants)
def test_a_rule_told_to_be_hidden_never_holds(
    found: list[Rule], where: Where, group: int | None, now: float
) -> None:
    hidden = policies.hidden(found, ZONES)
    holds = plan_for(found, where, group, now)
    assert holds is None or holds.number not in hidden


@given(sets, places, groups, instants)
def test_the_explanation_tells_the_rule_that_holds(
    found: list[Rule], where: Where, group: int | None, now: float
) -> None:
    told = policies.explain(found, where, group, now)
    assert sorted(r.rule.number for r in told) == [r.number for r in found]
    assert [r.rule for r in told if r.fate == HOLDS] == [
        r for r in [plan_for(found, where, group, now)] if r is not None
    ]
    assert all((r.fate == OUTSIDE) == bool(r.unmet) for r in told)


def test_each_loser_is_told_why() -> None:
    found = [
        Rule(plan=1, number=1),
        Rule(plan=2, hotspot=1, number=2),
        Rule(plan=1, hotspot=1, number=3),
        Rule(plan=1, hotspot=2, number=4),
        Rule(plan=1, group=2, starts_at=NOON + 1, number=5),
        Rule(plan=1, ends_at=NOON, number=6),
        Rule(plan=1, hours={"mon": [["08:00", "09:00"]]}, number=7),
    ]
    told = {r.rule.number: r for r in policies.explain(found, Where(1), None, NOON)}
    assert [told[n].fate for n in (3, 2, 1)] == [HOLDS, OLDER, LESS]
    assert [told[n].unmet for n in (4, 5, 6, 7)] == [("hotspot",), ("group", "early"), ("over",), ("hours",)]


def test_a_later_rule_of_the_same_scope_hides_the_earlier_one() -> None:
    first, second = Rule(plan=1, hotspot=1, number=1), Rule(plan=2, hotspot=1, number=2)
    assert policies.hidden([first, second], ZONES) == {1: second}
    assert policies.hidden([first, replace(second, hotspot=2)], ZONES) == {}
    # Less is said without the hours, but the hours hold at some moments only.
    evening = replace(second, hours={"thu": [["18:00", "23:00"]]})
    assert policies.hidden([first, evening], ZONES) == {}


def test_hours_that_meet_are_told_once_and_hours_that_do_not_are_not() -> None:
    morning = Rule(plan=1, hours={"mon": [["08:00", "12:00"]]}, number=1)
    later = Rule(plan=2, hours={"mon": [["11:00", "14:00"]]}, number=2)
    assert policies.overlaps([morning, later], ZONES) == {1: later}
    assert policies.overlaps([morning, replace(later, hours={"tue": [["08:00", "12:00"]]})], ZONES) == {}
    assert policies.overlaps([morning, replace(later, plan=1)], ZONES) == {}
    # Sunday night runs into Monday morning.
    night = replace(later, hours={"sun": [["22:00", "09:00"]]})
    assert policies.overlaps([morning, night], ZONES) == {1: night}
