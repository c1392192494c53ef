"""The legal clock of open cases computed again, as when a decree makes a day off."""

import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from bench.pages import instance
from bench.report import Row, publish

STANDING, MOVED, BATCH = 20_000, 300, 500
GOAL = 10.0


def run() -> None:
    """Measure and publish."""
    from smartsenegal.onestop.cases import queries
    from smartsenegal.onestop.cases.queries.calendar import outdated

    with instance():
        ids = queries.open_cases(limit=STANDING)
        outdated(ids[:BATCH])
        seconds, cpu = _checked(ids)
        moved = _moved(ids[:: len(ids) // MOVED][:MOVED])
    each = seconds * 1000 / len(ids)
    rows = [
        Row("a case whose clock stands", each, "ms"),
        Row("a case whose clock stands: CPU of the worker", cpu * 1000 / len(ids), "ms"),
        Row("100,000 of them, at that rate", each * 100, "s", goal=GOAL),
        Row("a case whose clock has moved, written and journalled", moved * 1000 / MOVED, "ms"),
    ]
    words = f"{len(ids):,} open cases folded by batches of {BATCH}, one process; {MOVED} of them set wrong, then right."
    publish("clock", words, rows)


def _checked(ids: Sequence[UUID]) -> tuple[float, float]:
    from smartsenegal.onestop.cases.queries.calendar import outdated

    began, cpu = time.perf_counter(), time.process_time()
    found = [key for n in range(0, len(ids), BATCH) for key in outdated(ids[n : n + BATCH])]
    if len(found) > len(ids) // 10:
        raise RuntimeError(f"{len(found)} clocks were not as the rules have them")
    return time.perf_counter() - began, time.process_time() - cpu


def _moved(ids: Sequence[UUID]) -> float:
    from django.db.models import F

    from smartsenegal.onestop.cases.actions.calendar import _recompute
    from smartsenegal.onestop.cases.models import Case
    from smartsenegal.onestop.cases.queries.calendar import outdated

    Case.objects.filter(pk__in=ids).update(sort_on=F("sort_on") - timedelta(days=1))
    began = time.perf_counter()
    for key in outdated(ids):
        _recompute(key)
    return time.perf_counter() - began
