"""A real PostgreSQL for the tests: one cluster in `SMARTSENEGAL_TEST_DATA`, shared by the xdist workers."""

import fcntl
import os
import signal
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("SMARTSENEGAL_TEST_DATA", ROOT / "var" / "test")).absolute()

os.environ["SMARTSENEGAL_DATA"] = str(DATA)
os.environ["SMARTSENEGAL_DEMO"] = "1"
os.environ.pop("DATABASE_URL", None)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartsenegal.settings")

from smartsenegal.run.config import Config
from smartsenegal.run.postgres import Cluster
from smartsenegal.run.secrets import ensure_secrets
from tests.instance import prepared_in
from tests.sharing import pytest_xdist_make_scheduler  # noqa: F401 - a hook

_server: subprocess.Popen[bytes] | None = None


def pytest_configure(config: pytest.Config) -> None:
    """The controller starts the server before Django's settings read the password; workers find it up."""
    if not hasattr(config, "workerinput"):
        _start_server()
    _let_tests_empty_append_only_tables()
    # Loading the settings is what makes pytest-django set Django up (its own hook runs last).
    from django.conf import settings as django_settings

    assert django_settings.INSTALLED_APPS


def _let_tests_empty_append_only_tables() -> None:
    """The database refuses TRUNCATE on the journal; the flush after a transactional test needs it."""
    from django.db import models  # noqa: F401 - Django's own order of imports
    from django.db.backends.postgresql.operations import DatabaseOperations

    flush = DatabaseOperations.execute_sql_flush

    def without_triggers(self: DatabaseOperations, sql_list: list[str]) -> None:
        off, on = "SET session_replication_role = replica;", "SET session_replication_role = DEFAULT;"
        flush(self, [off, *sql_list, on])

    DatabaseOperations.execute_sql_flush = without_triggers  # type: ignore[method-assign]


def _start_server() -> None:
    global _server
    DATA.mkdir(parents=True, exist_ok=True)
    with (DATA / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        settings = Config.from_environment(os.environ)
        ensure_secrets(settings)
        for name in ("tmp", "static"):
            (DATA / name).mkdir(exist_ok=True)
        cluster = Cluster(settings, durable=False)
        cluster.create()
        if not cluster.answers():
            _server = cluster.start(DATA / "postgres.log")
        cluster.ensure_database("smartsenegal")


def pytest_unconfigure(config: pytest.Config) -> None:
    if _server is not None:
        _server.send_signal(signal.SIGINT)
        _server.wait(timeout=30)


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_the_test(settings: object, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "files"  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a demonstration to begin from, one for all the processes of this run."""
    folder = tmp_path_factory.getbasetemp()
    return prepared_in(folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder)


@pytest.fixture(autouse=True)
def forgotten_figures() -> None:
    """A process keeps the figures of the country for a minute: each test has its own."""
    from smartsenegal.web.dashboard.queries import forget_places

    forget_places()
