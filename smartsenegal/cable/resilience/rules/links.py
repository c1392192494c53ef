"""What every failure of one link and of two links cuts, exactly, from one search in depth."""

import heapq
from collections.abc import Iterator

from smartsenegal.cable.resilience.rules.graph import Graph


class Links:
    """Answers for one network. Weights are packed (`graph.pack`).

    A link whose label is 0 is a bridge. Two links with the same label cut together what lies between them:
    those of a label stand one under the other in the tree, so that what they cut is a difference of two
    subtrees.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        tree = graph.tree
        count = len(graph.links)
        self.single = [0] * count
        self._below = [0] * count  # weight under a link of the tree; 0 for a link that closes a circle
        self._child = [-1] * count
        for v in tree.order[1:]:
            number = tree.parent_link[v]
            if number < count:
                self._child[number] = v
                self._below[number] = tree.weight[v]
                if not tree.labels[number]:
                    self.single[number] = tree.weight[v]
        self._classes: dict[int, list[int]] = {}
        for number in range(count):
            if label := tree.labels[number]:
                self._classes.setdefault(label, []).append(number)

    def pair(self, i: int, j: int) -> int:
        """What the failure of both links cuts."""
        if i == j:
            return self.single[i]
        labels, tree = self.graph.tree.labels, self.graph.tree
        if labels[i] and labels[i] == labels[j]:
            return abs(self._below[i] - self._below[j])
        a, b = self._child[i], self._child[j]
        is_nested = a >= 0 and b >= 0 and (tree.above(a, b) or tree.above(b, a))
        if is_nested and self.single[i] and self.single[j]:
            return max(self.single[i], self.single[j])
        return self.single[i] + self.single[j]

    def cuts(self) -> Iterator[tuple[int, int, int]]:
        """Pairs of links of which neither cuts anything alone: (weight, link, link)."""
        for members in self._classes.values():
            for n, i in enumerate(members):
                for j in members[:n]:
                    if weight := abs(self._below[i] - self._below[j]):
                        yield weight, j, i

    def worst(self, count: int) -> list[tuple[int, int, int]]:
        """The heaviest of `cuts`, the heaviest first."""
        return heapq.nlargest(count, self.cuts())
