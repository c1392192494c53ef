"""A real PostgreSQL for the tests: one cluster in `SMARTSENEGAL_TEST_DATA`, shared by the xdist workers."""

import fcntl
import os
import signal
import subprocess
from pathlib import Path

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher
from hypothesis import HealthCheck
from hypothesis import settings as examples

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("SMARTSENEGAL_TEST_DATA", ROOT / "var" / "test")).absolute()

os.environ["SMARTSENEGAL_DATA"] = str(DATA)
os.environ["SMARTSENEGAL_DEMO"] = "1"
os.environ.pop("DATABASE_URL", None)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartsenegal.settings")

from smartsenegal.lib.collecting import collect_seldom, keep_what_is_loaded
from smartsenegal.run.config import Config
from smartsenegal.run.postgres import Cluster
from smartsenegal.run.secrets import ensure_secrets
from tests.database import copy_what_is_migrated, empty_quickly
from tests.instance import prepared_in
from tests.sharing import pytest_xdist_make_scheduler  # noqa: F401 - a hook

# A machine that has other work to do breaks no rule.
examples.register_profile(
    "unhurried", examples(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
examples.load_profile("unhurried")

_server: subprocess.Popen[bytes] | None = None


def pytest_configure(config: pytest.Config) -> None:
    """The controller starts the server before Django's settings read the password; workers find it up."""
    if not hasattr(config, "workerinput"):
        _start_server()
    collect_seldom()
    empty_quickly()
    copy_what_is_migrated(DATA / "migrated.lock")
    # Loading the settings is what makes pytest-django set Django up (its own hook runs last).
    from django.conf import settings as django_settings

    assert django_settings.INSTALLED_APPS
    # What makes a stolen password slow to guess makes nothing surer here: an instance of its own keeps it.
    ScryptPasswordHasher.work_factor = 2**4


def pytest_collection_finish() -> None:
    """What was collected lives until the end: the collector need not walk six thousand tests each time."""
    keep_what_is_loaded()


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


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    from tests.reference import sweep_when_due

    sweep_when_due()


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
    from smartsenegal.web.dashboard.keeping import forget

    forget()
