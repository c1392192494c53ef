"""How tests are shared among processes (`pytest -n`): those that share an instance go to one process, first.

Two instances killed at the same time on two cores would only show that the machine is slow, and each process
that takes one test of a browser's journeys starts an instance for it.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

GROUPS = {"tests/journeys/": "journeys", "tests/faults/": "instance", "tests/run/test_whole.py": "instance"}


class Sharing(LoadScopeScheduling):
    """Each test is a piece of work of its own, but for those of a group."""

    def _split_scope(self, nodeid: str) -> str:
        return next((group for start, group in GROUPS.items() if nodeid.startswith(start)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    return Sharing(config, log)
