"""What capacity carries: by two methods of the same solver, and by hand where one can."""

import math
from random import Random

import igraph
import pytest
import topohub
from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.cable.resilience.rules.flow import UNLIMITED, Flow


def test_two_ways_add_up_and_each_direction_has_its_own() -> None:
    links = [(0, 1, 10.0), (0, 2, 5.0), (2, 1, 5.0)]
    flow = Flow(3, links, [(0, 1, 10.0), (1, 0, 10.0)])
    assert flow.carried() == pytest.approx(1.5)
    assert flow.singles() == pytest.approx([0.5, 1.0, 1.0])
    assert flow.carried() == pytest.approx(1.5)  # asked again, failures are forgotten


def test_what_cannot_be_reached_carries_nothing_and_what_is_not_limited_carries_all() -> None:
    assert Flow(3, [(0, 1, 10.0)], [(0, 2, 1.0)]).carried() == 0
    assert Flow(2, [(0, 1, UNLIMITED)], [(0, 1, 1.0)]).carried() == math.inf
    assert Flow(2, [(0, 1, 1.0)], []).carried() == math.inf
    mixed = Flow(2, [(0, 1, UNLIMITED), (0, 1, 4.0)], [(0, 1, 2.0)])
    assert mixed.singles() == [2.0, math.inf]


@st.composite
def networks(draw: st.DrawFn) -> tuple[int, list[tuple[int, int, float]], list[tuple[int, int, float]]]:
    n = draw(st.integers(2, 6))
    random = Random(draw(st.integers(0, 10_000)))
    links = [(*random.sample(range(n), 2), float(random.randint(1, 9))) for _ in range(random.randint(1, 9))]
    demands = [
        (*random.sample(range(n), 2), float(random.randint(1, 9))) for _ in range(random.randint(1, 6))
    ]
    return n, links, demands


@settings(max_examples=40, deadline=None)
@given(networks())
def test_simplex_and_interior_point_agree_and_failures_are_those_of_a_network_without(network) -> None:  # type: ignore[no-untyped-def]
    n, links, demands = network
    flow = Flow(n, links, demands)
    assert flow.carried() == pytest.approx(Flow(n, links, demands, "ipm").carried(), abs=1e-6)
    left = [Flow(n, links[:k] + links[k + 1 :], demands).carried() for k in range(len(links))]
    assert flow.singles() == pytest.approx(left, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(networks())
def test_one_demand_is_a_greatest_flow(network) -> None:  # type: ignore[no-untyped-def]
    """Against igraph's own greatest flow, where one demand is alone (Ford and Fulkerson)."""
    n, links, demands = network
    a, b, size = demands[0]
    graph = igraph.Graph(n=n, edges=[e for u, v, _ in links for e in ((u, v), (v, u))], directed=True)
    capacities = [c for *_, c in links for _ in (0, 1)]
    expected = graph.maxflow_value(a, b, capacity=capacities) / size
    assert Flow(n, links, [demands[0]]).carried() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("abilene", 0.000167), ("nobel-eu", 0.468750), ("pioro40", 0.013143), ("germany50", 0.772201)],
)
def test_networks_of_sndlib_carry_what_was_measured_apart(name: str, expected: float) -> None:
    """100 units each way on every link, the demands as they are published."""
    found = topohub.get(f"sndlib/{name}")
    number = {node["id"]: n for n, node in enumerate(found["nodes"])}
    links = [(number[e["source"]], number[e["target"]], 100.0) for e in found["edges"]]
    rows = found["graph"]["demands"].items()
    demands = [(number[int(a)], number[int(b)], size) for a, row in rows for b, size in row.items()]
    for solver in ("simplex", "ipm"):
        carried = Flow(len(number), links, demands, solver).carried()
        assert carried == pytest.approx(expected, abs=1e-6)
