"""The installation under measure, kept in `var/bench` (or `SMARTSENEGAL_BENCH_DATA`): PostgreSQL, one million cases, pages."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.load import Client, Server, descendants
from bench.seed import CASES, digest, seed
from smartsenegal.run.config import Config
from smartsenegal.run.postgres import Cluster
from smartsenegal.run.secrets import ensure_secrets

DATA = Path(os.environ.get("SMARTSENEGAL_BENCH_DATA", "var/bench")).absolute()
SIZE = int(os.environ.get("SMARTSENEGAL_BENCH_CASES", CASES))
BUFFERS = os.environ.setdefault("SMARTSENEGAL_PG_BUFFERS", "1GB")
WORKERS = os.environ.setdefault("SMARTSENEGAL_WORKERS", "2")
USERS = 32


@dataclass(frozen=True)
class Instance:
    """A running installation and the people who use it."""

    url: str
    server: Server
    known: dict[str, Any]
    officers: Sequence[str]
    citizens: Sequence[str]

    def clients(self, cookies: Sequence[str], users: int) -> list[Client]:
        """That many connections, each signed in as somebody else."""
        return [Client(self.url, cookie) for cookie in cookies[:users]]


def environment() -> Config:
    """Set what every process of the installation reads, once, and return it."""
    os.environ["SMARTSENEGAL_DATA"] = str(DATA)
    os.environ["SMARTSENEGAL_DEMO"] = "1"
    os.environ.setdefault("SMARTSENEGAL_PORT", str(free_port()))
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ["SMARTSENEGAL_LOG"] = "WARNING"
    for name in ("DATABASE_URL", "SMARTSENEGAL_PROCESS", "SMARTSENEGAL_PUBLIC_URL"):
        os.environ.pop(name, None)
    return Config.from_environment(os.environ)


@contextmanager
def database() -> Iterator[Cluster]:
    """PostgreSQL with the seeded cases, durable as in production; Django is set up in this process."""
    config = environment()
    for name in ("log", "tmp", "files", "secrets", "audit", "sandbox"):
        (config.data / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    ensure_secrets(config)
    cluster = Cluster(config)
    cluster.create()
    process = cluster.start(config.data / "log" / "postgres.log")
    try:
        cluster.ensure_database("smartsenegal")
        _ready(cluster, config)
        yield replace(cluster)
    finally:
        from django.db import connections

        connections.close_all()  # the next bench of this process starts the server anew
        _stop(process, signal.SIGINT)


def _ready(cluster: Cluster, config: Config) -> None:
    import django

    os.environ["SMARTSENEGAL_PROCESS"] = "prepare"
    django.setup()
    from smartsenegal.run.demo.sample import load_accounts
    from smartsenegal.run.prepare import prepare

    prepare()
    load_accounts()
    os.environ.pop("SMARTSENEGAL_PROCESS")
    _seed_once(cluster, config)


def _seed_once(cluster: Cluster, config: Config) -> None:
    marker = config.data / "seeded.json"
    wanted = digest(SIZE)
    if marker.exists() and json.loads(marker.read_text())["digest"] == wanted:
        return
    from smartsenegal.onestop.cases.models import Case

    if Case.objects.exists():
        raise SystemExit(f"The seed has changed: remove {config.data} and run again.")
    print(f"Seeding {SIZE:,} cases in {config.data} (once)…", flush=True)
    known = seed(cluster.dsn("smartsenegal"), SIZE)
    marker.write_text(json.dumps({**known, "digest": wanted}) + "\n")
    print(f"Seeded in {known['seconds']} s.", flush=True)


@contextmanager
def running() -> Iterator[Instance]:
    """The database and the pages, with USERS officers of the heavy service and USERS citizens signed in."""
    with database() as cluster:
        known = json.loads((DATA / "seeded.json").read_text())
        officers, citizens = officers_of(known["service"]), _citizens()
        config = cluster.config
        with (config.data / "log" / "pages.log").open("ab") as log:
            command = [sys.executable, "-m", "smartsenegal", "web"]
            pages = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            url = f"http://127.0.0.1:{config.port}"
            _wait(url)
            postmaster = int((cluster.directory / "postmaster.pid").read_text().split()[0])
            server = Server(pages.pid, _outside_pid(postmaster, cluster))
            yield Instance(url, server, known, officers, citizens)
        finally:
            _stop(pages, signal.SIGTERM)


def _outside_pid(postmaster: int, cluster: Cluster) -> int:
    """The server's process as this process sees it."""
    found = [pid for pid in descendants(os.getpid()) if str(cluster.directory) in _command(pid)]
    return found[-1] if found else postmaster


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except FileNotFoundError:
        return ""


def _stop(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    process.send_signal(number)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(url: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if Client(url).request("GET", "/healthz?seul=pages").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the pages did not start, see pages.log")


def free_port() -> int:
    """A port of this machine that nobody uses now, nor the next one, which a demonstration takes too."""
    while True:
        with socket.socket() as probe, socket.socket() as beside:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
            try:
                beside.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


# --- people -------------------------------------------------------------------------


def officers_of(service: int, count: int = USERS) -> list[str]:
    """Cookies of officers who instruct in the heavy service."""
    from smartsenegal.kernel.identity.api import (
        Organisation,
        assign_role,
        create_account,
        find_account,
        system,
    )

    seeder, unit = system("bench"), Organisation.objects.get(pk=service)
    made = []
    for number in range(count):
        login = f"agent{number}@bench.sn"
        account = find_account(login)
        if account is None:
            account = create_account(seeder, name=f"Agent {number}", email=login, verified=True)
            assign_role(seeder, account, "officer", unit)
        made.append(session_of(account))
    return made


def _citizens() -> list[str]:
    """Cookies of people who have no draft yet."""
    from smartsenegal.kernel.identity.api import create_account, find_account, system

    made = []
    for number in range(USERS):
        phone = f"+22176000{number:04d}"
        account = find_account(phone) or create_account(
            system("bench"), name="Awa Ndiaye", phone=phone, verified=True
        )
        made.append(session_of(account))
    return made


def session_of(account: Any) -> str:
    """The cookie of an account that has just signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
