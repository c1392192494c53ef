import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartsenegal.cable.resilience.rules import people
from smartsenegal.cable.resilience.rules.repair import Fleet, down, enough, simulated


def test_one_cable_is_up_for_its_share_of_the_time() -> None:
    fleet = Fleet(1, faults=365.25 / 100, crews=1, least=10, most=10)  # up 100 days, down 10
    assert down(fleet)[0] == pytest.approx(100 / 110)


@pytest.mark.parametrize("crews", [1, 2])
def test_formula_and_simulation_agree_on_exponential_repairs(crews: int) -> None:
    fleet = Fleet(3, faults=3, crews=crews, least=28, most=56)
    for exact, drawn in zip(down(fleet), simulated(fleet, 6_000, 7, exponential=True), strict=True):
        assert drawn == pytest.approx(exact, abs=0.01)


def test_with_a_crew_for_each_cable_only_the_mean_counts() -> None:
    fleet = Fleet(3, faults=3, crews=3, least=28, most=56)
    for exact, drawn in zip(down(fleet), simulated(fleet, 6_000, 7), strict=True):
        assert drawn == pytest.approx(exact, abs=0.01)


@given(st.integers(1, 8), st.floats(0.01, 10), st.integers(1, 8))
def test_shares_add_up_and_another_crew_never_harms(cables: int, faults: float, crews: int) -> None:
    fewer, more = (down(Fleet(cables, faults, n, 28, 56)) for n in (crews, crews + 1))
    assert sum(fewer) == pytest.approx(1)
    for needed in range(1, cables + 1):
        assert enough(more, needed) >= enough(fewer, needed) - 1e-12
    assert enough(fewer, 0) == pytest.approx(1)


def test_nobody_is_counted_twice_when_a_region_and_its_parts_depend_on_different_nodes() -> None:
    paths = {"R": "SN/R", "D": "SN/R/D", "E": "SN/R/E", "C": "SN/R/D/C"}
    found, unknown = people.of_nodes({"R": 1, "D": 2, "C": 3, "E": 4}, paths, {"R": 100, "D": 40, "C": 15})
    assert found == {1: 60, 2: 25, 3: 15}
    assert unknown == ["E"]
    assert sum(found.values()) == 100
