"""Several acts at the same moment: real transactions in real threads."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connections


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Start all acts together; returns what each gave, or the exception it raised."""
    barrier, outcomes = Barrier(len(acts)), [None] * len(acts)

    def run(rank: int, act: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            outcomes[rank] = act()
        except Exception as error:
            outcomes[rank] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes
