"""`smartsenegal wifi-watch`, a process of its own: killed or cut off, it counts nothing twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connection, connections

from smartsenegal.wifi.monitoring.models import Minute, State
from smartsenegal.wifi.monitoring.watching import Watch
from smartsenegal.wifi.network.models import Hotspot, Nas
from tests.wifi.monitoring.conftest import INTERIM, report
from tests.wifi.radius.conftest import no_events  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_events")]


def test_a_round_that_fails_is_followed_by_one_that_does_not(hotspot: Hotspot) -> None:
    watch = Watch(0.1)

    def refuse(*_: object) -> None:
        raise OperationalError("the database is away")

    with connections["default"].execute_wrapper(refuse):
        assert not watch.once()
    assert watch.once()
    assert State.objects.get(hotspot=hotspot.pk).health == "unknown"


class Process:
    """The command, on the database of this test."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {
            **os.environ,
            "SMARTSENEGAL_DATABASE": connections["default"].settings_dict["NAME"],
            "SMARTSENEGAL_WATCH_SECONDS": "0.05",
        }
        environment.pop("SMARTSENEGAL_PROCESS", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "smartsenegal", "wifi-watch"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture
def process() -> Iterator[Process]:
    made = Process()
    yield made
    if made.process is not None and made.process.poll() is None:
        made.end(signal.SIGKILL)


def counted(stage: str) -> int:
    return sum(Minute.objects.filter(stage=stage).values_list("count", flat=True))


def until(stage: str, wanted: int) -> None:
    """Wait until that much is counted, as long as it takes a busy machine."""
    end = time.monotonic() + 60
    while counted(stage) < wanted and time.monotonic() < end:
        time.sleep(0.05)


def test_killed_and_cut_off_it_counts_each_event_once(
    process: Process, heard: Callable[..., None], nas: Nas
) -> None:
    process.start()
    for number in range(12):
        names = [f"{number:02}{n:02}".encode() for n in range(25)]
        heard([report(nas, name) for name in names])
        heard([report(nas, name, INTERIM, octets_out=1000) for name in names])
        if number % 4 == 1:
            process.end(signal.SIGKILL)
            process.start()
        elif number % 4 == 3:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
    until("octets_down", 300_000)
    assert (counted("opened"), counted("used"), counted("octets_down")) == (300, 300, 300_000)
    assert process.end(signal.SIGTERM) == 0
    assert (counted("opened"), counted("octets_down")) == (300, 300_000)
