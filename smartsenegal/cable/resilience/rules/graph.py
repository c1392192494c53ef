"""The network as failures see it: nodes with what they serve, links, and the gateways to the world."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

_SHIFT = 44  # people and services stay under 17 thousand billions
_MASK = (1 << _SHIFT) - 1
# Two sets of links that are no cut look like one with a probability of 2⁻¹²⁰ a pair of labels compared.
_LABEL_BITS = 120


@dataclass(frozen=True)
class Harm:
    """What is cut off: sites, people they serve, and services of priority that stand on them."""

    sites: int
    people: int
    services: int


def pack(sites: int, people: int, services: int) -> int:
    """One integer whose sums are the sums of the three; it orders by sites, then people, then services."""
    return (sites << 2 * _SHIFT) | (people << _SHIFT) | services


def unpack(weight: int) -> Harm:
    """The three figures of a packed weight."""
    return Harm(weight >> 2 * _SHIFT, weight >> _SHIFT & _MASK, weight & _MASK)


@dataclass
class Graph:
    """Nodes 0 … n-1 with their packed weights, links as pairs of nodes (parallel ones count, loops carry
    nothing), and the gateways through which the world is reached.

    A virtual root (node n) is joined to each gateway by a link that never fails, after the real ones.
    `tree` is the search in depth from the root, made once for all questions.
    """

    weights: Sequence[int]
    links: Sequence[tuple[int, int]]
    gateways: Collection[int]
    ends: list[tuple[int, int]] = field(init=False)
    around: list[list[tuple[int, int]]] = field(init=False)
    tree: "Tree" = field(init=False)

    def __post_init__(self) -> None:
        n = len(self.weights)
        self.ends = [*self.links, *((n, g) for g in sorted(self.gateways))]
        self.around = [[] for _ in range(n + 1)]
        for number, (a, b) in enumerate(self.ends):
            if a != b:
                self.around[a].append((b, number))
                self.around[b].append((a, number))
        self.tree = _search(self)

    @property
    def root(self) -> int:
        """The virtual root."""
        return len(self.weights)

    @property
    def dark(self) -> list[int]:
        """Nodes that reach no gateway even when nothing fails: no failure can cut them off."""
        return [v for v in range(self.root) if self.tree.entered[v] < 0]

    def without(self, links: Iterable[int] = (), nodes: Iterable[int] = ()) -> "Graph":
        """The same network while these are away; what is then cut off weighs nothing, so that what a further
        failure harms is counted apart. Links keep their numbers (those away are loops)."""
        gone, away = set(links), set(nodes)
        kept = [
            (a, a) if number in gone or a in away or b in away else (a, b)
            for number, (a, b) in enumerate(self.links)
        ]
        left = Graph(self.weights, kept, [g for g in self.gateways if g not in away])
        lost = {*left.dark, *self.dark, *away}
        return Graph([0 if v in lost else w for v, w in enumerate(self.weights)], kept, left.gateways)

    def without_links(self, links: Iterable[int]) -> "Graph":
        """The same network had these links never been: what is then cut off keeps its weight."""
        gone = set(links)
        kept = [(a, a) if number in gone else (a, b) for number, (a, b) in enumerate(self.links)]
        return Graph(self.weights, kept, self.gateways)

    def lost(self, links: Iterable[int] = (), nodes: Iterable[int] = ()) -> list[int]:
        """Nodes that lose every gateway when these fail, those that fail themselves among them."""
        after, before = self.without(links, nodes), set(self.dark)
        return [v for v in after.dark if v not in before]


@dataclass
class Tree:
    """A search in depth: `order` of entry, parents, the numbers of a node's subtree in that order, the weight
    of each subtree, and of each link the label whose equality means a cut (Pritchard and Thurimella, "Fast
    computation of small cuts via cycle space sampling", 2011)."""

    order: list[int]
    entered: list[int]  # -1 for what is not reached
    left: list[int]
    parent: list[int]
    parent_link: list[int]
    low: list[int]
    weight: list[int]
    labels: list[int]

    def above(self, a: int, b: int) -> bool:
        """Whether node `a` is `b` or stands above it."""
        return self.entered[a] <= self.entered[b] < self.left[a]


def _search(graph: Graph) -> Tree:
    tree = _walk(graph)
    random = Random(len(graph.ends))  # noqa: S311 - the same network gives the same labels
    sums = [0] * len(graph.around)
    for number, (a, b) in enumerate(graph.ends):
        is_tree = number in (tree.parent_link[a], tree.parent_link[b])
        if a != b and tree.entered[a] >= 0 and not is_tree:
            label = tree.labels[number] = random.getrandbits(_LABEL_BITS) or 1
            sums[a] ^= label
            sums[b] ^= label
            early = min(tree.entered[a], tree.entered[b])
            for v in (a, b):
                tree.low[v] = min(tree.low[v], early)
    for v in reversed(tree.order[1:]):
        above = tree.parent[v]
        tree.labels[tree.parent_link[v]] = sums[v]
        sums[above] ^= sums[v]
        tree.weight[above] += tree.weight[v]
        tree.low[above] = min(tree.low[above], tree.low[v])
    return tree


def _walk(graph: Graph) -> Tree:
    size = len(graph.around)
    tree = Tree(
        [], [-1] * size, [0] * size, [-1] * size, [-1] * size, [0] * size,
        [*graph.weights, 0], [0] * len(graph.ends),
    )  # fmt: skip
    steps = [iter(around) for around in graph.around]
    path = [graph.root]
    entered, order = tree.entered, tree.order
    entered[graph.root] = tree.low[graph.root] = 0
    order.append(graph.root)
    while path:
        v = path[-1]
        for other, number in steps[v]:
            if entered[other] < 0:
                entered[other] = tree.low[other] = len(order)
                tree.parent[other], tree.parent_link[other] = v, number
                order.append(other)
                path.append(other)
                break
        else:
            path.pop()
            tree.left[v] = len(order)
    return tree
