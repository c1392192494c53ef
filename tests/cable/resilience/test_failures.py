"""What failures cut, against a search made again for each of them."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from smartsenegal.cable.resilience.rules import Graph, Groups, Harm, Links, Nodes, pack, unpack


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Small networks with parallel links, loops, islands, one to three gateways or none."""
    n = draw(st.integers(1, 9))
    node = st.integers(0, n - 1)
    links = draw(st.lists(st.tuples(node, node), max_size=16))
    weights = [pack(1, draw(st.integers(0, 9)), draw(st.integers(0, 1))) for _ in range(n)]
    return Graph(weights, links, draw(st.sets(node, max_size=3)))


def reached(graph: Graph, links: set[int], nodes: set[int]) -> set[int]:
    """Nodes from which a gateway is reached without these links and nodes."""
    seen = {g for g in graph.gateways if g not in nodes}
    path = list(seen)
    while path:
        at = path.pop()
        for number, (a, b) in enumerate(graph.links):
            other = b if a == at else a if b == at else at
            if number not in links and other not in nodes and other not in seen:
                seen.add(other)
                path.append(other)
    return seen


def cut(graph: Graph, links: set[int] = frozenset(), nodes: set[int] = frozenset()) -> int:  # type: ignore[assignment]
    before, after = reached(graph, set(), set()), reached(graph, links, nodes)
    return sum(graph.weights[v] for v in before - after)


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_every_link_and_pair_of_links_is_as_a_search_without_them_says(graph: Graph) -> None:
    links = Links(graph)
    count = len(graph.links)
    for i in range(count):
        assert links.single[i] == cut(graph, {i})
    expected = {}
    for i, j in combinations(range(count), 2):
        weight = cut(graph, {i, j})
        assert links.pair(i, j) == links.pair(j, i) == weight
        if weight and not links.single[i] and not links.single[j]:
            expected[i, j] = weight
    assert {(min(i, j), max(i, j)): weight for weight, i, j in links.cuts()} == expected
    assert [w for w, *_ in links.worst(3)] == sorted(expected.values(), reverse=True)[:3]


@settings(max_examples=300, deadline=None)
@given(graphs(), st.booleans())
def test_every_node_and_pair_of_nodes_is_as_a_search_without_them_says(graph: Graph, searched: bool) -> None:
    from smartsenegal.cable.resilience.rules import nodes as module

    many = module._MANY
    module._MANY = 3 if searched else many  # the same by sums and by searches
    try:
        nodes = Nodes(graph)
    finally:
        module._MANY = many
    seen = reached(graph, set(), set())
    for v in range(graph.root):
        assert nodes.single[v] == cut(graph, nodes={v})
    expected = {}
    for u, v in combinations(range(graph.root), 2):
        weight = cut(graph, nodes={u, v})
        assert nodes.pair(u, v) == nodes.pair(v, u) == weight
        beyond = weight - nodes.single[u] - nodes.single[v]
        if u in seen and v in seen and beyond > 0:
            expected[u, v] = beyond
    assert {(u, v): weight for weight, u, v in nodes.cuts()} == expected


@settings(max_examples=150, deadline=None)
@given(graphs(), st.data())
def test_groups_alone_and_two_by_two(graph: Graph, data: st.DataObject) -> None:
    some_links = st.sets(st.integers(0, len(graph.links) - 1)) if graph.links else st.just(set())
    some_nodes = st.sets(st.integers(0, graph.root - 1), max_size=2)
    groups = data.draw(st.lists(st.tuples(some_links, some_nodes), max_size=5))
    found = Groups(graph, groups)
    assert found.single == [cut(graph, *group) for group in groups]
    pairs = {(i, j): weight for weight, i, j in found.pairs()}
    for (i, (li, ni)), (j, (lj, nj)) in combinations(enumerate(groups), 2):
        assert pairs.get((i, j), 0) == found.pair(i, j) == cut(graph, li | lj, ni | nj)


@settings(max_examples=150, deadline=None)
@given(graphs(), st.data())
def test_what_a_further_failure_harms_is_counted_apart(graph: Graph, data: st.DataObject) -> None:
    away = data.draw(st.sets(st.integers(0, graph.root - 1), max_size=2))
    left = graph.without(nodes=away)
    single = Links(left).single
    for i in range(len(graph.links)):
        assert single[i] == cut(graph, {i}, away) - cut(graph, nodes=away)
    assert set(graph.lost(nodes=away)) == reached(graph, set(), set()) - reached(graph, set(), away)


def test_two_parallel_links_are_no_bridge_and_cut_together() -> None:
    graph = Graph([pack(1, 0, 0), pack(1, 500, 1)], [(0, 1), (0, 1), (1, 1)], {0})
    links = Links(graph)
    assert links.single == [0, 0, 0]
    assert [(unpack(w), i, j) for w, i, j in links.worst(9)] == [(Harm(1, 500, 1), 0, 1)]


def test_an_island_is_dark_and_nothing_cuts_it_off() -> None:
    graph = Graph([pack(1, 10, 0)] * 3, [(1, 2)], {0})
    assert graph.dark == [1, 2]
    assert Links(graph).single == [0]
    assert Nodes(graph).pair(1, 2) == 0


def test_a_network_without_gateway_is_dark_everywhere() -> None:
    graph = Graph([pack(1, 1, 1)] * 2, [(0, 1)], ())
    assert graph.dark == [0, 1]
    assert Links(graph).single == [0]
    assert Nodes(graph).single == [0, 0]
