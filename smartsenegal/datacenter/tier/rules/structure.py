"""Which parts work, for many scenarios at once: one bit a scenario, or one node of a decision diagram."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Protocol, TypeVar

from smartsenegal.datacenter.facility.rules.graph import Plan

Value = TypeVar("Value")


class Algebra(Protocol[Value]):
    """True, false, and, or over scenarios."""

    true: Value
    false: Value

    def both(self, a: Value, b: Value) -> Value:
        """Where a and b hold."""

    def either(self, a: Value, b: Value) -> Value:
        """Where a or b holds."""


class Lanes:
    """Scenarios as the bits of one integer: an operation answers all of them."""

    def __init__(self, count: int) -> None:
        self.true, self.false = (1 << count) - 1, 0

    def both(self, a: int, b: int) -> int:
        return a & b

    def either(self, a: int, b: int) -> int:
        return a | b


def working(plan: Plan, algebra: Algebra[Value], up: Callable[[int], Value]) -> list[Value]:
    """For each part of the plan, where it works: it is up itself, and each of its gates is satisfied."""
    found: list[Value] = []
    for i, gates in enumerate(plan.gates):
        at = up(i)
        for sources, weights, need in gates:
            if at == algebra.false:
                break
            at = algebra.both(at, enough(algebra, [found[s] for s in sources], weights, need))
        found.append(at)
    return found


def enough(
    algebra: Algebra[Value], sources: Sequence[Value], weights: Sequence[Fraction], need: Fraction
) -> Value:
    """Where the weights of the sources that work add up to what is needed."""
    if len(sources) == 1:
        return sources[0] if weights[0] >= need else algebra.false
    left = [sum(weights[i:], Fraction(0)) for i in range(len(weights) + 1)]
    known: dict[tuple[int, Fraction], Value] = {}

    def at(i: int, missing: Fraction) -> Value:
        if missing <= 0:
            return algebra.true
        if left[i] < missing:
            return algebra.false
        if (i, missing) not in known:
            with_it = algebra.both(sources[i], at(i + 1, missing - weights[i]))
            known[i, missing] = algebra.either(with_it, at(i + 1, missing))
        return known[i, missing]

    return at(0, need)


def lanes(plan: Plan, count: int, removed: Mapping[int, int]) -> list[int]:
    """For each part, the bits of the scenarios where it works; `removed` says where a part is taken out."""
    algebra = Lanes(count)
    return working(plan, algebra, lambda i: algebra.true ^ removed.get(i, 0))
