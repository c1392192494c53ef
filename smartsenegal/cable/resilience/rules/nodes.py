"""What every failure of one node and of two nodes cuts, exactly.

Two nodes cut together only inside one block (a part that no single node cuts), where each node weighs what
hangs from it. There the links around the two that lead to what they cut are a cut of links, and the labels of
a cut cancel out (`graph.Tree`): so a sum of labels of links around one node equals one around the other. Sums
are compared by hashing for nodes with few links; for a node with many, one search in depth without it says
which others then cut.
"""

import heapq
from collections.abc import Iterator

from smartsenegal.cable.resilience.rules.graph import Graph

_MANY = 8  # links around a node inside its block, from which a search costs less than its 2⁷ sums


class Nodes:
    """Answers for one network. Weights are packed (`graph.pack`); a node that fails is cut off itself."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        tree = graph.tree
        self.single = [0] * graph.root
        self._top = [-1] * len(graph.around)  # of each node, where its block hangs
        self._first = [-1] * len(graph.around)  # of each node, the child under which its block begins
        for v in tree.order[1:]:
            self.single[v] += graph.weights[v]
            above = tree.parent[v]
            begins = tree.low[v] >= tree.entered[above]
            self._top[v] = above if begins else self._top[above]
            self._first[v] = v if begins else self._first[above]
            if begins and above != graph.root:
                self.single[above] += tree.weight[v]
        self._kept: dict[int, list[tuple[int, int]]] = {}
        self._sums: dict[int, list[tuple[int, list[int]]]] = {}
        self._extra: dict[tuple[int, int], int] = {}
        many = [v for v in tree.order[1:] if not self._note_sums(v)]
        for entries in self._sums.values():
            for n, one in enumerate(entries):
                for other in entries[:n]:
                    self._note(one[0], other[0], self._between(one, other))
        for v in many:
            for u, weight in self._without(v):
                self._note(u, v, weight)

    def pair(self, u: int, v: int) -> int:
        """What the failure of both nodes cuts, themselves among it."""
        if u == v:
            return self.single[u]
        tree = self.graph.tree
        if tree.entered[u] < 0 or tree.entered[v] < 0:
            return self.single[u] + self.single[v]
        if self._hangs_from(u, v):
            return self.single[v]
        if self._hangs_from(v, u):
            return self.single[u]
        return self.single[u] + self.single[v] + self._extra.get((min(u, v), max(u, v)), 0)

    def cuts(self) -> Iterator[tuple[int, int, int]]:
        """Pairs that cut together more than each alone: (what is cut beyond both, node, node)."""
        for (u, v), weight in self._extra.items():
            yield weight, u, v

    def worst(self, count: int) -> list[tuple[int, int, int]]:
        """The heaviest of `cuts`, the heaviest first."""
        return heapq.nlargest(count, self.cuts())

    def _hangs_from(self, u: int, v: int) -> bool:
        """Whether `u` is cut off when `v` fails: a block that hangs from `v` is on its way to the root."""
        tree = self.graph.tree
        if not tree.above(v, u):
            return False
        while u >= 0 and tree.entered[u] > tree.entered[v]:
            u = self._top[u]
        return u == v

    def _note(self, u: int, v: int, weight: int) -> None:
        key = (min(u, v), max(u, v))
        if weight > self._extra.get(key, 0):
            self._extra[key] = weight

    def _inside(self, v: int) -> list[tuple[int, int]]:
        """Links around a node inside the block that ties it to the root, with their other ends."""
        if (known := self._kept.get(v)) is None:
            top, first = self._top[v], self._first[v]
            known = self._kept[v] = [
                (other, number)
                for other, number in self.graph.around[v]
                if other == top or self._first[other] == first
            ]
        return known

    def _note_sums(self, v: int) -> bool:
        """Note what links around a node add up to; False when they are too many for that."""
        labels = self.graph.tree.labels
        around = [number for _, number in self._inside(v)]
        if len(around) >= _MANY:
            return False
        # Without the last link: a set and its complement add up to the same.
        found: list[tuple[int, list[int]]] = [(0, [])]
        for number in around[:-1]:
            found += [(total ^ labels[number], [*chosen, number]) for total, chosen in found]
        for total, chosen in found[1:]:
            if total:
                self._sums.setdefault(total, []).append((v, chosen))
        return True

    def _between(self, one: tuple[int, list[int]], other: tuple[int, list[int]]) -> int:
        """What two nodes cut together beyond themselves, given the links that lead to it."""
        (u, from_u), (v, from_v) = one, other
        if self._first[u] != self._first[v]:
            return 0
        tree, ends = self.graph.tree, self.graph.ends
        under = []
        for number in set(from_u) ^ set(from_v):
            a, b = ends[number]
            if tree.parent_link[a] == number:
                under.append(a)
            elif tree.parent_link[b] == number:
                under.append(b)
        # A node is on the far side of the cut when an odd number of its links stand above it.
        weight = 0
        for t in under:
            deep = sum(tree.above(other, t) for other in under)
            weight += tree.weight[t] if deep % 2 else -tree.weight[t]
        for node in (u, v):
            if sum(tree.above(t, node) for t in under) % 2:
                weight -= self.single[node]
        return weight

    def _without(self, v: int) -> list[tuple[int, int]]:
        """Nodes that cut something more of the block of `v` once `v` has failed, with what."""
        top = self._top[v]
        inside = {top: [(w, n) for w, n in self.graph.around[top] if self._first[w] == self._first[v]]}
        entered, low, weight = {v: -1, top: 0}, {top: 0}, {top: 0}
        above: dict[int, tuple[int, int]] = {}
        path, steps = [top], {top: iter(inside[top])}
        found: dict[int, int] = {}
        while path:
            at = path[-1]
            by = above.get(at, (-1, -1))[1]
            for other, number in steps[at]:
                if other == v or number == by:
                    continue
                if other in entered:
                    low[at] = min(low[at], entered[other])
                    continue
                entered[other] = low[other] = len(entered)
                weight[other] = self.single[other]
                above[other] = (at, number)
                steps[other] = iter(self._inside(other))
                path.append(other)
                break
            else:
                path.pop()
                if path:
                    up = path[-1]
                    low[up] = min(low[up], low[at])
                    weight[up] += weight[at]
                    if up != top and low[at] >= entered[up]:
                        found[up] = found.get(up, 0) + weight[at]
        return list(found.items())
