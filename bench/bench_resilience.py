"""What failures cut in a nation of 2,000 sites and 2,600 links, and what 50 nodes carry, beside igraph and HiGHS."""

import time
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise
from random import Random
from typing import Any

import igraph

from bench.report import Row, publish
from smartsenegal.cable.resilience.rules import Graph, Groups, Links, Nodes, pack
from smartsenegal.cable.resilience.rules.flow import Flow

SITES, LINKS, TOWNS, SEED = 2_000, 2_600, 46, 1
TIMED = 40  # failures that igraph is timed on; the rest is in proportion


def nation() -> Graph:
    """Towns on a ring with chords, rings and spurs of sites that hang from them, three gateways."""
    random = Random(SEED)
    links = [(i, (i + 1) % TOWNS) for i in range(TOWNS)]
    links += [(a, b) for a, b in (random.sample(range(TOWNS), 2) for _ in range(30))]
    at = TOWNS
    while at < SITES:
        chain = list(range(at, min(at + random.choice([1, 1, 2, 3, 4, 5, 6]), SITES)))
        if random.random() < 0.25:
            links.append((random.randrange(at), chain[0]))
        else:
            town = random.randrange(TOWNS)
            links += [
                (town, chain[0]),
                (chain[-1], town if random.random() < 0.4 else random.randrange(TOWNS)),
            ]
        links += list(pairwise(chain))
        at = chain[-1] + 1
    links += [(random.randrange(SITES), random.randrange(SITES)) for _ in range(LINKS - len(links))]
    weights = [pack(1, random.randrange(20_000), 0) for _ in range(SITES)]
    return Graph(weights, links[:LINKS], [0, 1, 2])


def run() -> None:
    """Measure and publish."""
    graph = nation()
    links, nodes = Links(graph), Nodes(graph)
    _agree(graph, links, nodes)
    publish("resilience", METHOD, [*_connection(graph), *_capacity()])


METHOD = (
    f"Exact impact (sites, people) of failures in a made-up nation of {SITES:,} sites and {LINKS:,} links, in plain "
    "Python on one core, CPU time, best of five; the search in depth is made anew each time, as after an edit. igraph "
    f"(C) answers one failure at a time: {TIMED} are timed, the rest is in proportion. Before timing, 300 random pairs of "
    "links and of nodes are compared with igraph's answers. Capacity: 50 nodes, 80 links, 2,450 demands, HiGHS on one "
    "thread, best of three; its failures once."
)


def _agree(graph: Graph, links: Links, nodes: Nodes) -> None:
    """Pairs drawn at random, and the worst ones, are as igraph says; AssertionError otherwise."""
    random = Random(SEED)
    pairs = [tuple(random.sample(range(LINKS), 2)) for _ in range(150)] + [p[1:] for p in links.worst(150)]
    for i, j in pairs:
        assert links.pair(i, j) == _lost(graph, [i, j], []), (i, j)
    pairs = [tuple(random.sample(range(SITES), 2)) for _ in range(150)] + [p[1:] for p in nodes.worst(150)]
    for u, v in pairs:
        assert nodes.pair(u, v) == _lost(graph, [], [u, v]), (u, v)


def _lost(graph: Graph, links: Sequence[int], nodes: Sequence[int]) -> int:
    """The same by igraph: a copy without what fails, then what the gateways still reach."""
    whole = igraph.Graph(n=SITES + 1, edges=[e for e in graph.ends if e[0] != e[1]])
    kept = [
        e for n, e in enumerate(graph.ends) if n not in links and e[0] != e[1] and not set(e) & set(nodes)
    ]
    reached = set(igraph.Graph(n=SITES + 1, edges=kept).subcomponent(SITES))
    return sum(graph.weights[v] for v in whole.subcomponent(SITES) if v not in reached and v != SITES)


def _connection(graph: Graph) -> list[Row]:
    def anew() -> Graph:
        return Graph(graph.weights, graph.links, graph.gateways)

    base = igraph.Graph(n=SITES + 1, edges=graph.ends)

    def one(number: int) -> None:
        copy = base.copy()
        copy.delete_edges([number])
        copy.subcomponent(SITES)

    def one_node(number: int) -> None:
        copy = base.copy()
        copy.delete_edges(copy.incident(number))
        copy.subcomponent(SITES)

    single = _cpu(lambda: [one(n) for n in range(TIMED)]) / TIMED
    node = _cpu(lambda: [one_node(n) for n in range(TIMED)]) / TIMED
    random = Random(SEED)
    zones = [([random.randrange(LINKS) for _ in range(4)], []) for _ in range(60)]
    link_pairs, node_pairs = LINKS * (LINKS - 1) / 2, SITES * (SITES - 1) / 2
    both = _cpu(lambda: Links(anew()).worst(40))
    return [
        Row("all single and all pairs of links", both, "ms", "igraph, pairs", single * link_pairs, 50.0),
        Row("all nodes and all pairs of nodes", _cpu(lambda: Nodes(anew()).worst(40)), "ms", "igraph, pairs",
            node * node_pairs, 300.0),
        Row("60 zones of 4 links and all pairs of zones", _cpu(lambda: Groups(anew(), zones).pairs()), "ms",
            "igraph, pairs", single * len(list(combinations(zones, 2)))),
        Row("effect of an edit on links", both, "ms", goal=100.0),
    ]  # fmt: skip


def _capacity() -> list[Row]:
    random, count = Random(SEED), 50
    links = [(i, (i + 1) % count, 100.0) for i in range(count)]
    links += [(*random.sample(range(count), 2), 100.0) for _ in range(30)]
    demands = [(a, b, float(random.randint(1, 9))) for a in range(count) for b in range(count) if a != b]
    simplex, answer = _once(lambda: Flow(count, links, demands).carried(), 3)
    inner, other = _once(lambda: Flow(count, links, demands, "ipm").carried(), 3)
    assert abs(answer - other) < 1e-6, (answer, other)
    failures, _ = _once(lambda: Flow(count, links, demands).singles())
    return [
        Row("greatest concurrent flow", simplex, "ms", "interior point", inner, 500.0),
        Row(
            "greatest concurrent flow after each of 80 failures",
            failures,
            "ms",
            "80 anew",
            80 * simplex,
            3_000.0,
        ),
    ]


def _cpu(act: Callable[[], Any]) -> float:
    """Milliseconds of CPU, the best of five."""
    took = []
    for _ in range(5):
        began = time.process_time()
        act()
        took.append(time.process_time() - began)
    return min(took) * 1000


def _once(act: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    """Milliseconds of CPU, the best of so many, and the answer."""
    took, answer = list[float](), None
    for _ in range(times):
        began = time.process_time()
        answer = act()
        took.append(time.process_time() - began)
    return min(took) * 1000, answer
