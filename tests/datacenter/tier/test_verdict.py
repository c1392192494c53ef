from dataclasses import replace
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.datacenter.tier.rules import (
    Gate,
    Looped,
    Part,
    Plan,
    Unknown,
    exposure,
    harms,
    maintainable,
    method,
    tolerant,
)
from tests.datacenter.tier.plans import KW, breaker, gate, hall, lost


def changed(parts: list[Part], code: str, **values: object) -> list[Part]:
    return [replace(p, **values) if p.code == code else p for p in parts]  # type: ignore[arg-type]


def test_a_sound_hall_is_maintainable_and_a_shared_valve_is_its_only_violator() -> None:
    assert maintainable(Plan(hall())).holds
    verdict = maintainable(Plan(hall(shared_valve=True)))
    assert [(v.code, v.watts, len(v.lost)) for v in verdict.violators] == [("VANNE-COMMUNE", 600 * KW, 6)]
    assert not verdict.holds
    assert verdict.unfed == ()


def test_what_a_group_needs_is_recomputed_from_the_load() -> None:
    # 600 kW of racks and 100 kW of chillers: two engines of 400 kW, so one of three may go; of two, none.
    violators = {v.code for v in maintainable(Plan(hall(gensets=2))).violators}
    assert {"GE-1", "GE-2", "QG-A1"} & violators == {"GE-1", "GE-2"}
    # Three inverters of 300 kW carry a path with one out; of 200 kW, none may go, yet B carries all.
    assert maintainable(Plan(hall(rate=67))).holds
    # A path that cannot carry all that hangs from it is no path: with 3 × 150 kW, neither is one.
    assert len(maintainable(Plan(hall(rate=50))).unfed) == 6


def test_the_utility_counts_as_absent() -> None:
    parts = [p for p in hall() if not p.code.startswith("GE-")]
    parts = [replace(p, gates=()) if p.code.startswith("QG") else p for p in parts]
    no_engines = [replace(p, capacity=0) if p.code.startswith("QG") else p for p in parts]
    assert len(maintainable(Plan(no_engines)).unfed) == 6


def test_isolation_takes_the_neighbours_to_the_nearest_switch() -> None:
    plan = Plan(hall())
    out = {plan.parts[i].code for i in plan.isolated(plan.index["TGBT-A"])}
    assert out == {"TGBT-A", "QR-A", "QS-A", "QU-A1", "QU-A2", "QU-A3", *(f"QF-A{n}" for n in range(1, 6))}
    # Without a breaker between them, the work on one board takes the other.
    joined = [p for p in hall() if not p.code.startswith(("QR", "QS"))]
    joined = [
        replace(p, gates=(gate("RESEAU", "JB-GE-A"),)) if p.code.startswith("TGBT") else p for p in joined
    ]
    violators = {v.code: v for v in maintainable(Plan(joined)).violators}
    assert "TGBT-B" in violators["TGBT-A"].out


def test_a_load_that_is_fed_once_names_all_above_it() -> None:
    parts = changed(hall(), "ZONE-3", gates=(gate("QP-A3"), gate("CTA-3a", "CTA-3b")))
    violators = {v.code: v.lost for v in maintainable(Plan(parts)).violators}
    assert {"QP-A3", "JB-A", "TGBT-A"} <= violators.keys()
    assert set(violators.values()) == {("ZONE-3",)}


def test_a_compartment_fails_as_one() -> None:
    assert tolerant(Plan(hall())).holds
    parts = changed(changed(hall(), "TGBT-A", compartment="local 1"), "TGBT-B", compartment="local 1")
    assert {v.code for v in tolerant(Plan(parts)).violators} == {"TGBT-A", "TGBT-B"}
    assert maintainable(Plan(parts)).holds


def test_failures_during_a_maintenance_are_ranked_and_exact() -> None:
    plan = Plan(hall())
    found = harms(plan, "TGBT-A")
    gone = {plan.parts[i].code for i in plan.isolated(plan.index["TGBT-A"])}
    for device in plan.devices:
        code = plan.parts[device].code
        if code not in gone:
            told = next((set(h.lost) for h in found if h.code == code), set())
            assert told == lost(plan, gone | {code}), code
    assert "TGBT-B" in {h.code for h in found}
    assert [h.watt_hours or 0 for h in found] == sorted((h.watt_hours or 0 for h in found), reverse=True)
    board = next(h for h in found if h.code == "TGBT-B")
    assert board.watt_hours == pytest.approx(600 * KW * 6 / 1e6 * 12)


def test_what_is_already_broken_stays_out() -> None:
    plan = Plan(hall())
    assert "GE-3" not in {h.code for h in harms(plan, "CTA-1a")}
    # With the grid and an engine gone, the second engine is one too many.
    assert "GE-2" in {h.code for h in harms(plan, "GE-3", already=["RESEAU"])}


def test_every_pair_is_what_each_maintenance_says(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(hall(zones=2))
    whole = exposure(plan)
    each = {plan.parts[i].code: len(harms(plan, plan.parts[i].code)) for i in plan.devices}
    assert dict(whole.by_part) == {code: number for code, number in each.items() if number}
    assert whole.harmful == sum(each.values())
    assert whole.pairs == sum(len(plan.devices) - len(plan.isolated(i)) for i in plan.devices)
    # A large plan is asked about in turns, so that memory stays bounded: the answer is the same.
    monkeypatch.setattr(import_module("smartsenegal.datacenter.tier.rules.exposure"), "MEMORY", 1)
    assert exposure(plan) == whole


def test_the_method_checks_then_opens_from_the_loads_up_and_closes_the_other_way() -> None:
    steps = method(Plan(hall()), "OND-A1")
    assert [s.code for s in steps if s.kind == "check"] == ["OND-A2", "OND-A3"]
    assert {(s.must, s.can) for s in steps if s.kind == "check"} == {(600 * KW, 300 * KW)}
    assert [(s.kind, s.code) for s in steps[2:]] == [
        ("open", "OND-A1"),
        ("work", "OND-A1"),
        ("close", "OND-A1"),
    ]
    board = method(Plan(hall()), "JB-A")
    opened = [s.code for s in board if s.kind == "open"]
    assert opened == [s.code for s in board if s.kind == "close"][::-1]
    assert opened[0].startswith("QP-A")
    assert {"QP-B1", "QP-B6"} <= {s.code for s in board if s.kind == "check"}


def test_a_circle_and_an_unknown_source_are_named() -> None:
    with pytest.raises(Looped) as circle:
        Plan([breaker("A", "C"), breaker("B", "A"), breaker("C", "B")])
    assert circle.value.codes[0] == circle.value.codes[-1]
    assert set(circle.value.codes) == {"A", "B", "C"}
    with pytest.raises(Looped):
        Plan([breaker("A", "A")])
    with pytest.raises(Unknown) as unknown:
        Plan([breaker("A", "NULLE-PART")])
    assert (unknown.value.code, unknown.value.source) == ("A", "NULLE-PART")


def test_nothing_is_a_plan_too() -> None:
    assert maintainable(Plan([])).holds
    assert exposure(Plan([])).pairs == 0


@st.composite
def graphs(draw: st.DrawFn) -> Plan:
    parts = [
        Part("p0", capacity=draw(st.integers(0, 30)), isolation=draw(st.sampled_from(["own", "switch"])))
    ]
    for n in range(1, draw(st.integers(2, 9))):
        gates = []
        for _ in range(draw(st.integers(0, 2))):
            sources = draw(st.lists(st.sampled_from([p.code for p in parts]), min_size=1, unique=True))
            gates.append(Gate(tuple(sources), draw(st.integers(0, len(sources)))))
        capacity = draw(st.none() | st.integers(0, 30))
        isolation = draw(st.sampled_from(["own", "switch", "neighbours"]))
        parts.append(Part(f"p{n}", capacity=capacity, gates=tuple(gates), isolation=isolation))
    codes = [p.code for p in parts]
    for n in range(draw(st.integers(1, 3))):
        sources = draw(st.lists(st.sampled_from(codes), min_size=1, unique=True))
        draws = {"power": draw(st.integers(1, 20))}
        parts.append(Part(f"c{n}", gates=(Gate(tuple(sources)),), draws=draws, load=draws["power"]))
    return Plan(parts)


@given(graphs())
@settings(max_examples=120, deadline=None)
def test_lanes_and_recursion_agree_on_any_graph(plan: Plan) -> None:
    rest = lost(plan, set())
    verdict = maintainable(plan)
    assert set(verdict.unfed) == rest
    told = {v.code: set(v.lost) for v in verdict.violators}
    for i in plan.devices:
        out = {plan.parts[j].code for j in plan.isolated(i)}
        assert told.get(plan.parts[i].code, set()) == lost(plan, out) - rest
        alone = lost(plan, out)
        for harm in harms(plan, plan.parts[i].code):
            assert set(harm.lost) == lost(plan, out | {harm.code}) - alone
    whole = exposure(plan)
    assert whole.harmful == sum(len(harms(plan, plan.parts[i].code)) for i in plan.devices)
