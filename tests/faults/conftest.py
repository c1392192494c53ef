"""One instance for the whole folder, ill-treated by all and healthy again after each."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from smartsenegal.run.check.browser import Page
from smartsenegal.run.config import Config
from smartsenegal.run.postgres import Cluster
from tests.faults.people import Applicant
from tests.instance import Instance, free_port

NO_FAULT = {
    "api": "normal", "create": "normal", "slow_seconds": 0, "callbacks": "normal", "delay_seconds": 0,
    "duplicate": 0, "reorder": 0, "amount_delta": 0,
}  # fmt: skip


@dataclass
class Ill(Instance):
    """An instance to ill-treat, and to look into."""

    def truth(self) -> dict[str, Any]:
        """What it holds (see `truth.py`)."""
        done = self.run(module="tests.faults.truth")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def verify_journal(self) -> str:
        """What `smartsenegal audit verify` says; fails when it finds a fault."""
        done = self.run("audit", "verify")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        config = Config.from_environment(self.environ())
        with psycopg.connect(Cluster(config).dsn("smartsenegal"), autocommit=True) as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]

    def operator_faults(self, **faults: str | int) -> None:
        """Set what goes wrong at the demonstration's operator; what is not named goes right."""
        answer = httpx.post(f"{self.operator}/_operateur/pannes", json={**NO_FAULT, **faults})
        assert answer.status_code == 200, answer.text

    def operator_ready(self) -> None:
        """Wait until the operator, which its supervisor brings back, answers."""
        until = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{self.operator}/_operateur/etat", timeout=3)
                return
            except httpx.TransportError:
                assert time.monotonic() < until, self.logs()
                time.sleep(0.1)

    def operator_state(self) -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{self.operator}/_operateur/etat").json()
        return found


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Ill]:
    instance = Ill(
        tmp_path_factory.mktemp("ill") / "data",
        free_port(),
        {
            # Each person of a test has an address of their own, as behind a proxy.
            "SMARTSENEGAL_BEHIND_PROXY": "1",
            "SMARTSENEGAL_RESTART_SECONDS": "1",
        },
    )
    instance.begin_from(prepared)
    instance.start()
    try:
        yield instance
    finally:
        assert instance.stop() == 0


@pytest.fixture
def instance(shared: Ill) -> Iterator[Ill]:
    """The shared instance, healthy and without faults at the operator."""
    shared.wait_healthy()
    shared.operator_ready()
    shared.operator_faults()
    yield shared
    shared.wait_healthy()


@pytest.fixture(scope="session")
def _person(shared: Ill) -> Applicant:
    person = Applicant(shared.url)
    person.sign_up()
    return person


@pytest.fixture
def applicant(instance: Ill, _person: Applicant) -> Applicant:
    """A person who has an account; whatever draft was left is given up."""
    _person.person.page = Page(instance.url, 0, "")
    return _person
