"""Counts of a process: added once, held while the database is away, bounded."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connections

from smartsenegal.wifi.monitoring.api import Minute, Tally
from smartsenegal.wifi.monitoring.models import Batch


def counts() -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for row in Minute.objects.all():
        found[row.hotspot, row.stage] = found.get((row.hotspot, row.stage), 0) + row.count
    return found


@pytest.mark.django_db
def test_counts_of_two_flushes_are_added() -> None:
    tally = Tally()
    tally.add(7, "accept", 2)
    tally.add(None, "reject:unknown")
    assert tally.flush()
    tally.add(7, "accept", 3)
    assert tally.flush()
    assert counts() == {(7, "accept"): 5, (0, "reject:unknown"): 1}
    assert tally.held == 0


class Cut:
    """Makes statements fail, before or after the server did them."""

    def __init__(self, when: str) -> None:
        self.when = when

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "wifi_monitoring_minute" not in sql or not self.when:
            return execute(sql, params, many, context)
        raise OperationalError("the connection is lost")


@pytest.fixture
def cut(db: None) -> Iterator[Cut]:
    cutting = Cut("before")
    with connections[django_settings.FLOWS].execute_wrapper(cutting):
        yield cutting


def test_what_the_database_does_not_take_is_held_and_then_added(cut: Cut) -> None:
    tally = Tally()
    tally.add(7, "accept")
    assert not tally.flush()
    tally.add(7, "accept")
    assert not tally.flush()
    assert tally.held == 2
    cut.when = ""
    assert tally.flush()
    assert counts() == {(7, "accept"): 2}


@pytest.mark.django_db
def test_a_batch_whose_answer_was_lost_is_added_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tally = Tally()
    tally.add(7, "accept")
    added = tally._added

    def without_answer(*batch: Any) -> bool:
        added(*batch)
        return False

    monkeypatch.setattr(tally, "_added", without_answer)
    assert not tally.flush()
    monkeypatch.undo()
    tally.add(7, "portal")
    assert tally.flush()
    assert counts() == {(7, "accept"): 1, (7, "portal"): 1}
    assert Batch.objects.count() == 2


def test_what_is_held_is_bounded() -> None:
    tally = Tally(keys_at_most=2)
    for hotspot in range(1, 6):
        tally.add(hotspot, "accept")
    tally.add(1, "accept")
    assert (tally.held, tally.lost) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_threads_that_count_and_flush_together_lose_nothing() -> None:
    tally = Tally()

    def count() -> None:
        for number in range(200):
            tally.add(number % 3, "accept")
            if number % 50 == 0:
                tally.flush()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tally.flush()
    assert sum(counts().values()) == 800


@pytest.mark.django_db
def test_a_word_too_long_for_its_column_stops_nothing() -> None:
    tally = Tally()
    tally.add(1, "reject:" + "x" * 80)
    assert tally.flush()
