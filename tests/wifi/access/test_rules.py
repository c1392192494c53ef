from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.wifi.access import rules
from smartsenegal.wifi.access.rules import Grant, Limits, Refusal, Right, Rule, Use, Where

# A Thursday at noon.
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC).timestamp()
PUBLIC = Limits(plan=1, daily_seconds=3 * 3600, daily_octets=300_000_000, session_seconds=3600, devices=2)
PLANS = {1: PUBLIC, 2: replace(PUBLIC, plan=2, daily_octets=None, priority=rules.RESCUE)}
ANYWHERE = Rule(plan=1)
RIGHT = Right(holder=7)
NOTHING, NOWHERE = Use(), Where()
PHONE, TABLET, LAPTOP = b"phone", b"tablet", b"laptop"

instants = st.floats(NOON - 10 * 86_400, NOON + 10 * 86_400)
clocks = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))


def decide(
    right: Right = RIGHT, use: Use = NOTHING, where: Where = NOWHERE, **kwargs: object
) -> Grant | Refusal:
    options = {"rules": [ANYWHERE], "device": PHONE, "now": NOON, **kwargs}
    return rules.decide(right, plans=PLANS, use=use, where=where, **options)  # type: ignore[arg-type]


def cause(answer: Grant | Refusal) -> str:
    return answer.cause if isinstance(answer, Refusal) else ""


def test_who_has_used_nothing_gets_the_whole_plan() -> None:
    assert decide() == Grant(PUBLIC, seconds=3600, octets=300_000_000)


def test_what_is_left_is_the_least_of_all_limits() -> None:
    use = Use(seconds_today=2 * 3600 + 1800, octets_today=299_000_000)
    assert decide(use=use) == Grant(PUBLIC, seconds=1800, octets=1_000_000)
    soon = replace(RIGHT, valid_until=NOON + 60)
    assert decide(soon).seconds == 60  # type: ignore[union-attr]
    voucher = replace(RIGHT, seconds_in_all=7200, octets_in_all=500)
    left = decide(voucher, Use(seconds_in_all=7100, octets_in_all=1))
    assert isinstance(left, Grant)
    assert (left.seconds, left.octets) == (100, 499)


@pytest.mark.parametrize(
    ("right", "use", "expected"),
    [
        ({"closed_because": "blocked"}, Use(), "blocked"),
        ({"closed_because": "withdrawn"}, Use(), "blocked"),
        ({"closed_because": "used"}, Use(), "used"),
        ({"valid_from": NOON + 1}, Use(), "early"),
        ({"valid_until": NOON}, Use(), "expired"),
        ({"seconds_in_all": 10}, Use(seconds_in_all=10), "used"),
        ({"octets_in_all": 10}, Use(octets_in_all=11), "used"),
        ({}, Use(seconds_today=3 * 3600), "time"),
        ({}, Use(octets_today=300_000_000), "volume"),
        ({}, Use(devices=frozenset({TABLET, LAPTOP})), "devices"),
    ],
)
def test_each_refusal_says_its_cause(right: dict[str, object], use: Use, expected: str) -> None:
    answer = decide(replace(RIGHT, **right), use)  # type: ignore[arg-type]
    assert cause(answer) == expected
    assert expected in rules.REFUSALS


def test_a_device_that_is_on_already_blocks_no_login_of_its_own() -> None:
    assert isinstance(decide(use=Use(devices=frozenset({PHONE, TABLET}))), Grant)


def test_a_day_used_up_opens_again_tomorrow() -> None:
    answer = decide(use=Use(seconds_today=3 * 3600))
    assert answer == Refusal("time", datetime(2026, 11, 27, tzinfo=UTC).timestamp())


def test_a_full_site_lets_in_rescue_and_those_who_are_in() -> None:
    full = Where(hotspot=1, clients_at_most=10, clients_now=10)
    assert cause(decide(where=full)) == "full"
    assert isinstance(decide(where=full, use=Use(devices=frozenset({PHONE}))), Grant)
    assert isinstance(decide(where=full, rules=[Rule(plan=2)]), Grant)


def test_no_rule_and_no_plan_let_nobody_in() -> None:
    assert cause(decide(rules=[])) == "no-plan"
    assert cause(decide(rules=[Rule(plan=99)])) == "no-plan"


def test_the_rule_that_says_most_holds() -> None:
    where = Where(hotspot=1, zone=5)
    found = [
        Rule(plan=1, number=9),
        Rule(plan=2, group=3, number=1),
        Rule(plan=3, hotspot=1, number=1),
        Rule(plan=4, zone=5, number=1),
    ]

    def plan(group: int | None, at: Where) -> int:
        rule = rules.plan_for(found, at, group, NOON)
        assert rule
        return rule.plan

    assert plan(None, where) == 4
    assert plan(None, Where(hotspot=1)) == 3
    assert plan(3, Where(hotspot=2)) == 2
    assert plan(None, Where()) == 1


def test_hours_may_pass_midnight() -> None:
    night = {"wed": [["22:00", "13:00"]]}
    assert rules.within(night, NOON) == NOON + 3600
    assert rules.within(night, NOON + 3600) is None
    assert rules.within({"thu": [["08:00", "12:00"]]}, NOON) is None


def test_a_network_closed_for_the_night_says_so() -> None:
    closed = [ANYWHERE, Rule(plan=1, hours={"thu": [["11:00", "14:00"]]}, closed=True)]
    assert cause(decide(rules=closed)) == "closed"
    assert isinstance(decide(rules=closed, now=NOON + 3 * 3600), Grant)


def test_a_session_ends_with_the_hours_of_its_rule() -> None:
    answer = decide(rules=[Rule(plan=1, hours={"thu": [["11:00", "12:10"]]})])
    assert isinstance(answer, Grant)
    assert answer.seconds == 600


@given(clocks, clocks, instants)
def test_a_range_holds_exactly_between_its_ends(opens: str, closes: str, now: float) -> None:
    every_day = {day: [[opens, closes]] for day in rules.DAYS}
    clock = datetime.fromtimestamp(now, UTC).strftime("%H:%M")
    inside = opens <= clock < closes if opens < closes else clock >= opens or clock < closes
    end = rules.within(every_day, now)
    assert (end is not None) == inside
    if end is not None:
        assert now < end <= now + 86_400
        assert datetime.fromtimestamp(end, UTC).strftime("%H:%M") == closes


@given(
    st.integers(0, 20_000),
    st.integers(0, 400_000_000),
    st.none() | st.integers(1, 10_000),
    st.integers(0, 20_000),
)
def test_nobody_is_granted_more_than_what_is_left(
    seconds: int, octets: int, in_all: int | None, used_in_all: int
) -> None:
    use = Use(seconds_today=seconds, octets_today=octets, seconds_in_all=used_in_all)
    answer = decide(replace(RIGHT, seconds_in_all=in_all), use)
    if isinstance(answer, Grant):
        assert answer.seconds is not None
        assert answer.octets is not None
        assert 0 < answer.seconds <= 3 * 3600 - seconds
        assert 0 < answer.octets <= 300_000_000 - octets
        assert in_all is None or answer.seconds <= in_all - used_in_all


def test_a_site_that_is_shut_lets_nobody_in_and_tells_a_blocked_one_so_first() -> None:
    shut = Where(5, shut=True)
    assert decide(where=shut) == Refusal("closed")
    assert cause(decide(Right(1, closed_because="blocked"), where=shut)) == "blocked"


uses = st.builds(
    Use, st.integers(0, 20_000), st.integers(0, 10**9), st.integers(0, 20_000), st.integers(0, 10**9)
)


@given(uses, st.integers(0, 500), st.integers(0, 500), instants)
def test_rescue_and_staff_are_never_refused_for_a_full_site(use: Use, most: int, on: int, now: float) -> None:
    where = Where(clients_at_most=most, clients_now=on)
    for priority in (rules.STAFF, rules.RESCUE):
        plans = {1: replace(PUBLIC, priority=priority)}
        verdict = rules.decide(RIGHT, [ANYWHERE], plans, use, where, PHONE, now)
        assert cause(verdict) != "full"
    public = rules.decide(RIGHT, [ANYWHERE], PLANS, use, where, PHONE, now)
    assert isinstance(public, Refusal) or on < most


@given(uses, instants)
def test_a_quota_that_is_used_up_gives_no_free_ride(use: Use, now: float) -> None:
    verdict = decide(use=use, now=now)
    over = use.seconds_today >= 3 * 3600 or use.octets_today >= 300_000_000
    assert isinstance(verdict, Refusal) == over
    if isinstance(verdict, Grant):
        assert verdict.seconds is not None
        assert verdict.octets is not None
        assert 0 < verdict.seconds <= 3 * 3600 - use.seconds_today
        assert 0 < verdict.octets <= 300_000_000 - use.octets_today
