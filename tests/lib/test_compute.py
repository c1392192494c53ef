import itertools
import os
from collections.abc import Iterator

import pytest

from smartsenegal.lib import compute


def square(n: int) -> int:
    return n * n


def process_of(n: int) -> int:
    return os.getpid()


def fail_at_five(n: int) -> int:
    if n == 5:
        raise LookupError("five")
    return n


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_order(processes: int) -> None:
    assert list(compute.map(square, range(50), processes)) == [n * n for n in range(50)]
    assert list(compute.map(square, [], processes)) == []


def test_work_leaves_this_process_when_asked() -> None:
    assert os.getpid() not in set(compute.map(process_of, range(8), 2))
    assert set(compute.map(process_of, range(8), 1)) == {os.getpid()}


@pytest.mark.parametrize("processes", [1, 2])
def test_a_failure_is_raised_in_its_place(processes: int) -> None:
    results = compute.map(fail_at_five, range(100), processes)
    assert list(itertools.islice(results, 5)) == [0, 1, 2, 3, 4]
    with pytest.raises(LookupError, match="five"):
        next(results)


@pytest.mark.parametrize("processes", [1, 2])
def test_an_endless_source_is_taken_as_needed(processes: int) -> None:
    taken = 0

    def source() -> Iterator[int]:
        nonlocal taken
        for n in itertools.count():
            taken += 1
            yield n

    results = compute.map(square, source(), processes)
    assert list(itertools.islice(results, 10)) == [n * n for n in range(10)]
    results.close()  # type: ignore[attr-defined]
    assert taken < 30


def test_no_process_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="At least one"):
        compute.map(square, [1], 0)
