"""Heavy work spread over processors: one function over many items, results in the items' order."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# Items waiting per process: enough to keep it busy, few enough to keep memory flat.
_AHEAD = 4


def map(  # noqa: A001 - read as `compute.map`
    function: Callable[[Item], Result], items: Iterable[Item], processes: int | None = None
) -> Iterator[Result]:
    """Results of `function` in the order of `items`, computed by local processes (all processors by default).

    Items are taken as they are needed, so an endless or huge source is fine. `function` and its data are
    pickled: a function of a module, not a lambda. The first exception it raises ends the map and is raised
    here. With `processes=1` all runs in this process. Raises ValueError for less than one process.
    """
    count = processes if processes is not None else os.cpu_count() or 1
    if count < 1:
        raise ValueError("At least one process is needed")
    if count == 1:
        return (function(item) for item in items)
    return _spread(function, iter(items), count)


def _spread(function: Callable[[Item], Result], items: Iterator[Item], processes: int) -> Iterator[Result]:
    # Forking a process that holds threads and database connections is unsafe: the children start afresh.
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        waiting: deque[Future[Result]] = deque(
            pool.submit(function, item) for item in islice(items, processes * _AHEAD)
        )
        try:
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(pool.submit(function, item) for item in islice(items, 1))
        finally:
            for future in waiting:
                future.cancel()
