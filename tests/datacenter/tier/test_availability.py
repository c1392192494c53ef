from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.datacenter.tier.rules import Assumptions, Part, Plan, TooLarge, exact, simulate
from smartsenegal.datacenter.tier.rules.availability import unavailability
from tests.datacenter.tier.plans import gate, hall, lost


def part(code: str, *sources: str, need: int = 0, **values: object) -> Part:
    gates = (gate(*sources, need=need),) if sources else ()
    return Part(code, gates=gates, **{"mtbf": 90.0, "mttr": 10.0, **values})  # type: ignore[arg-type]


def load(*sources: str, need: int = 0) -> Part:
    return Part("BAIE", gates=(gate(*sources, need=need),), draws={"power": 1}, load=1)


def test_closed_forms() -> None:
    series = Plan([part("a"), part("b", "a"), load("b")])
    assert exact(series).availability == pytest.approx(0.9**2)
    parallel = Plan([part("a"), part("b"), load("a", "b")])
    assert exact(parallel).availability == pytest.approx(1 - 0.1**2)
    two_of_three = Plan([part("a"), part("b"), part("c"), load("a", "b", "c", need=2)])
    assert exact(two_of_three).availability == pytest.approx(3 * 0.9**2 * 0.1 + 0.9**3)


def test_a_common_cause_takes_its_share_of_the_failures() -> None:
    pair = [part(c, common="x", beta=0.1) for c in "ab"]
    figures = exact(Plan([*pair, load("a", "b")]))
    assert figures.availability == pytest.approx((1 - 0.01) * (1 - 0.09**2))
    assert figures.importance[0][0] == "cause:x"


def test_birnbaum_is_the_difference_that_a_part_makes() -> None:
    plan = Plan([part("a"), part("b"), part("c", "a", "b"), load("c")])
    weights = dict(exact(plan).importance)
    assert weights["c"] == pytest.approx(1 - 0.1**2)
    assert weights["a"] == pytest.approx(0.9 * 0.1)


def test_a_part_without_times_never_fails_and_is_named() -> None:
    plan = Plan([part("a", mtbf=None), part("b", "a"), load("b")])
    figures = exact(plan)
    assert figures.availability == pytest.approx(0.9)
    assert figures.assumed_perfect == ("a",)


def test_too_large_a_diagram_is_refused() -> None:
    with pytest.raises(TooLarge):
        exact(Plan(hall()), most=50)


def test_parts_one_behind_another_without_end_are_refused_too() -> None:
    parts = [part("p0", mtbf=1000.0, mttr=2.0)]
    parts += [part(f"p{n}", f"p{n - 1}", mtbf=1000.0, mttr=2.0) for n in range(1, 600)]
    with pytest.raises(TooLarge):
        exact(Plan([*parts, load("p599")]))


@st.composite
def small(draw: st.DrawFn) -> Plan:
    parts: list[Part] = []
    for n in range(draw(st.integers(1, 6))):
        codes = [p.code for p in parts]
        sources = draw(st.lists(st.sampled_from(codes), unique=True)) if codes else []
        need = draw(st.integers(1, len(sources))) if sources else 0
        parts.append(part(f"p{n}", *sources, need=need, mttr=float(draw(st.integers(1, 50)))))
    sources = draw(st.lists(st.sampled_from([p.code for p in parts]), min_size=1, unique=True))
    return Plan([*parts, load(*sources, need=draw(st.integers(1, len(sources))))])


@given(small())
@settings(max_examples=60, deadline=None)
def test_the_diagram_and_the_sum_over_all_states_agree(plan: Plan) -> None:
    devices = [plan.parts[i] for i in plan.devices]
    total = 0.0
    for states in product([True, False], repeat=len(devices)):
        chance = 1.0
        for device, up in zip(devices, states, strict=True):
            down = unavailability(device)
            chance *= 1 - down if up else down
        if not lost(plan, {d.code for d, up in zip(devices, states, strict=True) if not up}):
            total += chance
    assert exact(plan).availability == pytest.approx(total, abs=1e-12)


def test_the_simulation_agrees_with_the_diagram() -> None:
    """Within the interval of 99.9 %: Student's t is 3.883 there, against 2.093 for the 95 % that is shown."""
    for plan in (
        Plan([part("a"), part("b"), part("c", "a", "b"), load("c")]),
        Plan([*(part(c, common="x", beta=0.2) for c in "abc"), load("a", "b", "c", need=2)]),
        Plan([replace(p, mtbf=p.mtbf / 100) if p.mtbf and not p.utility else p for p in hall(zones=2)]),
    ):
        found = simulate(plan, Assumptions(years=100))
        half = (found.high - found.low) / 2
        assert abs(found.availability - exact(plan).availability) <= half * 3.883 / 2.093
        assert half < 0.01


def test_few_crews_make_repairs_wait() -> None:
    plan = Plan([*(part(c, mttr=60.0) for c in "abcd"), load("a", "b", "c", "d", need=3)])
    many, one = (simulate(plan, Assumptions(years=100, crews=crews)) for crews in (4, 1))
    assert one.high < many.low


def test_fuel_runs_out_only_when_it_comes_later_than_the_tanks_last() -> None:
    grid = Part("RESEAU", utility=True, mtbf=100, mttr=50)
    engine = Part("GE", fuelled=True)
    plan = Plan([grid, engine, load("RESEAU", "GE")])
    assert simulate(plan, Assumptions(years=50)).availability == 1
    assert simulate(plan, Assumptions(years=50, fuel_hours=24, delivery_hours=12)).availability == 1
    dry = simulate(plan, Assumptions(years=200, fuel_hours=24, delivery_hours=None))
    # Outages longer than 24 h (memoryless): the share of the outage past it is exp(-24/50) of all.
    assert dry.low <= 1 - 50 / 150 * 2.718281828 ** (-24 / 50) <= dry.high
    late = simulate(plan, Assumptions(years=200, fuel_hours=24, delivery_hours=30))
    assert dry.high < late.low < 1


def test_when_nothing_is_lost_the_interval_says_how_little_is_known() -> None:
    found = simulate(Plan(hall(zones=1)), Assumptions(years=10))
    assert (found.availability, found.high, found.outages_a_year) == (1, 1, 0)
    assert found.low == pytest.approx(1 - 3 * 24 / 87_600)


def test_the_same_seed_gives_the_same_answer() -> None:
    plan = Plan([replace(p) for p in hall(zones=1)])
    assert simulate(plan, Assumptions(years=20)) == simulate(plan, Assumptions(years=20))
    assert simulate(Plan([load_alone()]), Assumptions(years=20)).availability == 1


def load_alone() -> Part:
    return Part("BAIE", gates=(), draws={"power": 1}, load=1)
