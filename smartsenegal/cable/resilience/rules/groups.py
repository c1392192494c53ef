"""What shared-risk groups cut, alone and two by two: a trench, a landing, a canyon takes all its links at
once."""

from collections.abc import Collection, Sequence

from smartsenegal.cable.resilience.rules.graph import Graph

Group = tuple[Collection[int], Collection[int]]  # links, nodes


class Groups:
    """Answers for one network and its groups. What no group touches is contracted first, so that a pair costs
    as much as the groups are large, and not as the network is."""

    def __init__(self, graph: Graph, groups: Sequence[Group]) -> None:
        self._falls = [_links_of(graph, group) for group in groups]
        touched = frozenset().union(*self._falls)
        part = _parts(graph, touched)
        dark = set(graph.dark)
        self._weights: dict[int, int] = {}
        for v, weight in enumerate(graph.weights):
            if v not in dark:
                self._weights[part[v]] = self._weights.get(part[v], 0) + weight
        self._around: dict[int, list[tuple[int, int]]] = {}
        for number in touched:
            a, b = (part[end] for end in graph.ends[number])
            self._around.setdefault(a, []).append((b, number))
            self._around.setdefault(b, []).append((a, number))
        self._root = part[graph.root]
        self._all = sum(self._weights.values())
        self.single = [self._cut(falls) for falls in self._falls]

    def pair(self, i: int, j: int) -> int:
        """What both groups cut when they fail together."""
        return self._cut(self._falls[i] | self._falls[j])

    def pairs(self) -> list[tuple[int, int, int]]:
        """Every pair that cuts something: (weight, group, group), the heaviest first."""
        count = len(self._falls)
        found = [(self.pair(i, j), i, j) for i in range(count) for j in range(i + 1, count)]
        return sorted((each for each in found if each[0]), reverse=True)

    def _cut(self, falls: Collection[int]) -> int:
        seen, path = {self._root}, [self._root]
        while path:
            for other, number in self._around.get(path.pop(), ()):
                if other not in seen and number not in falls:
                    seen.add(other)
                    path.append(other)
        return self._all - sum(self._weights.get(part, 0) for part in seen)


def _links_of(graph: Graph, group: Group) -> frozenset[int]:
    links, nodes = group
    return frozenset([*links, *(number for v in nodes for _, number in graph.around[v])])


def _parts(graph: Graph, touched: Collection[int]) -> list[int]:
    """Of each node, what stands for all that stays together whatever fails."""
    part = list(range(len(graph.around)))

    def find(v: int) -> int:
        while part[v] != v:
            part[v] = part[part[v]]
            v = part[v]
        return v

    for number, (a, b) in enumerate(graph.ends):
        if number not in touched:
            part[find(a)] = find(b)
    return [find(v) for v in range(len(part))]
