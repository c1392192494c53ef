"""Reduced ordered binary decision diagrams (Bryant 1986): the exact probability of a structure of events."""

from collections.abc import Callable, Sequence

TRUE, FALSE = 1, 0


class TooLarge(ValueError):
    """The diagram passed its limit of nodes: the structure is too entangled for an exact answer."""


class Bdd:
    """Nodes are integers: 0 is false, 1 is true. Variables are asked in the order of their numbers."""

    true, false = TRUE, FALSE

    def __init__(self, most: int = 400_000) -> None:
        self.most = most
        self.nodes: list[tuple[int, int, int]] = [(1 << 30, 0, 0), (1 << 30, 1, 1)]
        self._unique: dict[tuple[int, int, int], int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self._either: dict[tuple[int, int], int] = {}

    def variable(self, number: int) -> int:
        """The diagram "event `number` holds"."""
        return self._node(number, FALSE, TRUE)

    def _node(self, variable: int, low: int, high: int) -> int:
        if low == high:
            return low
        key = (variable, low, high)
        if key not in self._unique:
            if len(self.nodes) >= self.most:
                raise TooLarge
            self._unique[key] = len(self.nodes)
            self.nodes.append(key)
        return self._unique[key]

    def both(self, a: int, b: int) -> int:
        """a and b."""
        if a == b or b == TRUE:
            return a
        if a == TRUE:
            return b
        if FALSE in (a, b):
            return FALSE
        key = (a, b) if a < b else (b, a)
        if key not in self._both:
            self._both[key] = self._node(*self._split(key, self.both))
        return self._both[key]

    def either(self, a: int, b: int) -> int:
        """a or b."""
        if a == b or b == FALSE:
            return a
        if a == FALSE:
            return b
        if TRUE in (a, b):
            return TRUE
        key = (a, b) if a < b else (b, a)
        if key not in self._either:
            self._either[key] = self._node(*self._split(key, self.either))
        return self._either[key]

    def _split(self, key: tuple[int, int], apply: Callable[[int, int], int]) -> tuple[int, int, int]:
        (va, la, ha), (vb, lb, hb) = self.nodes[key[0]], self.nodes[key[1]]
        if va == vb:
            return va, apply(la, lb), apply(ha, hb)
        if va < vb:
            return va, apply(la, key[1]), apply(ha, key[1])
        return vb, apply(key[0], lb), apply(key[0], hb)

    def probability(self, root: int, chances: Sequence[float]) -> tuple[float, list[float]]:
        """The probability of a diagram, and Birnbaum's importance of each variable: dP/d(its chance)."""
        order = self._below(root)
        at = {FALSE: 0.0, TRUE: 1.0}
        for node in order:
            variable, low, high = self.nodes[node]
            at[node] = at[low] + chances[variable] * (at[high] - at[low])
        reached = dict.fromkeys(order, 0.0) | {FALSE: 0.0, TRUE: 0.0, root: 1.0}
        importance = [0.0] * len(chances)
        for node in reversed(order):
            variable, low, high = self.nodes[node]
            importance[variable] += reached[node] * (at[high] - at[low])
            reached[low] += reached[node] * (1 - chances[variable])
            reached[high] += reached[node] * chances[variable]
        return at[root], importance

    def _below(self, root: int) -> list[int]:
        """The inner nodes under a root, each after those it leads to: nodes are numbered as they are made."""
        seen, waiting = {FALSE, TRUE}, [root]
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += self.nodes[node][1:]
        return sorted(seen - {FALSE, TRUE})
