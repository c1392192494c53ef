"""The RADIUS server against FreeRADIUS of Debian, on the same PostgreSQL, in the same run."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench import radius_load as load
from bench import radius_peer as peer
from bench.instance import _outside_pid, _stop, environment, free_port
from bench.load import cpu_seconds, descendants, memory_mb
from bench.report import Row, publish
from smartsenegal.run.postgres import Cluster
from smartsenegal.run.secrets import ensure_secrets
from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.radius.codec import ACCESS_ACCEPT, ACCOUNTING_RESPONSE

USERS, ACCOUNTS, OPEN = 100_000, 1_000_000, 300_000
LOGINS, REPORTS, EAP = 80_000, 24_000, 400
METHOD = (
    "One machine holds the servers, PostgreSQL and the sender (one process, 8 sockets, 32 in flight each, packets made"
    " beforehand and signed, every reply's authenticator verified). 100,000 users; ours has 1,000,000 accounts and"
    " 300,000 open sessions in memory, two workers, and adds a Message-Authenticator, which FreeRADIUS 3.2.1 does"
    " not. CPU is that of all processes of the server, and of PostgreSQL for accounting. Accounting is durable"
    " (fsync) before its answer. EAP-TTLS with PAP, TLS 1.2, P-256, 16 at once."
)


def run() -> None:
    """Measure and publish."""
    if not peer.present():
        print(
            "radius: the packages freeradius and freeradius-postgresql are not installed: nothing is measured."
        )
        return
    with database("radius", _fill) as (cluster, postgres):
        rows = _measured(cluster, postgres)
    publish("radius", METHOD, rows)


def _measured(cluster: Cluster, postgres: int) -> list[Row]:
    from smartsenegal.wifi.radius import authority
    from smartsenegal.wifi.radius.eap.certificates import chain_pem, key_pem

    place = cluster.config.data / "freeradius"
    ours = authority.ensure()
    pem, key = cluster.config.data / "server.pem", cluster.config.data / "server.key"
    pem.write_bytes(chain_pem(ours.server().chain))
    key.write_bytes(key_pem(ours.server().key))
    key.chmod(0o600)
    port = free_port()
    with peer.running(place, port, cluster, USERS, pem, key) as pid:
        theirs = _figures([pid], postgres, port)
    port = free_port()
    with server(cluster, port) as (process, started):
        pids = [process.pid, *descendants(process.pid)]
        mine = _figures(pids, postgres, port)
        half = load.drive(port, load.access_requests(LOGINS // 2, USERS), ACCESS_ACCEPT, mine["pap rate"] / 2)
        memory = memory_mb(pids)
        change = _policy_change(port)
    return [
        _against("PAP: CPU of the server, each", "pap", mine, theirs, "µs", 0.5),
        _against("PAP: elapsed, each", "pap elapsed", mine, theirs, "µs", None),
        _against(
            "accounting, durable: CPU of the server and PostgreSQL, each", "acct", mine, theirs, "µs", 0.2
        ),
        _against("accounting, durable: elapsed, each", "acct elapsed", mine, theirs, "µs", 0.2),
        _against("EAP-TTLS, full login: CPU of the server", "eap", mine, theirs, "µs", 1.0),
        _against("EAP-TTLS, resumed login: CPU of the server", "resumed", mine, theirs, "µs", 1.0),
        _against("answers lost or wrong", "bad", mine, theirs, "", None),
        Row("PAP at half of the peak: 99th percentile", half.p99, "ms", goal=50.0),
        Row(
            "300,000 open sessions, 1,000,000 accounts: memory of all processes (PSS)",
            memory,
            "MB",
            goal=1000.0,
        ),
        Row("1,000,000 accounts and 300,000 sessions loaded at the start", started, "s", goal=10.0),
        Row("a change of plan known to every worker", change, "s", goal=1.0),
    ]


def _against(
    name: str, what: str, mine: dict[str, float], theirs: dict[str, float], unit: str, times: float | None
) -> Row:
    goal = None if times is None else theirs[what] * times
    return Row(name, mine[what], unit, "FreeRADIUS 3.2.1", theirs[what], goal)


def _figures(pids: list[int], postgres: int, port: int) -> dict[str, float]:
    """The same loads on one server. µs each."""
    found: dict[str, float] = {"bad": 0.0}
    both = [*pids, postgres, *descendants(postgres)]

    def measured(what: str, whose: list[int], work: Callable[[], load.Run]) -> load.Run:
        before = cpu_seconds(whose)
        done = work()
        found[what] = (cpu_seconds(whose) - before) / max(done.right, 1) * 1e6
        found[f"{what} elapsed"] = done.seconds / max(done.right, 1) * 1e6
        found[f"{what} rate"] = done.rate
        found["bad"] += done.wrong + done.lost
        return done

    load.drive(port, load.access_requests(4_000, USERS), ACCESS_ACCEPT)
    packets = load.access_requests(LOGINS, USERS)
    measured("pap", pids, lambda: load.drive(port, packets, ACCESS_ACCEPT))
    load.drive(port + 1, load.starts(1_000), ACCOUNTING_RESPONSE)
    reports = load.starts(REPORTS)
    measured("acct", both, lambda: load.drive(port + 1, reports, ACCOUNTING_RESPONSE))
    context = load.client_context()
    load.log_in(port, 50, context)
    kept: list[object] = []

    def full() -> load.Run:
        done, sessions = load.log_in(port, EAP, context)
        kept.extend(sessions)
        return done

    measured("eap", pids, full)
    measured("resumed", pids, lambda: load.log_in(port, EAP, context, kept)[0])  # type: ignore[arg-type]
    return found


def _policy_change(port: int) -> float:
    """Seconds from the commit of a plan until all answers, of many ports and so of each worker, bear it."""
    from smartsenegal.wifi.access.api import Plan
    from smartsenegal.wifi.network.api import wake

    Plan.objects.update(session_seconds=1234)
    wake()
    began = time.perf_counter()
    while time.perf_counter() - began < 10:
        if all(_told(port) == 1234 for _ in range(16)):
            return time.perf_counter() - began
    return 10.0


def _told(port: int) -> int | None:
    import socket

    packet = load.access_requests(load.SOCKETS, USERS)[0][0]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(2)
        line.sendto(packet, ("127.0.0.1", port))
        return codec.read(line.recv(4096)).number(codec.SESSION_TIMEOUT)


@contextmanager
def database(name: str, fill: Callable[[Cluster], None]) -> Iterator[tuple[Cluster, int]]:
    """PostgreSQL of one bench alone, durable, with what `fill` puts in its tables; and its process."""
    os.environ["SMARTSENEGAL_BENCH_DATA"] = os.environ.get("SMARTSENEGAL_BENCH_DATA", "var/bench")
    config = environment()
    data = config.data.with_name(f"{config.data.name}-{name}")
    os.environ["SMARTSENEGAL_DATA"] = str(data)
    from smartsenegal.run.config import Config

    config = Config.from_environment(os.environ)
    shutil.rmtree(data, ignore_errors=True)
    for name in ("log", "tmp", "files", "secrets", "audit", "sandbox"):
        (data / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    ensure_secrets(config)
    cluster = Cluster(config)
    cluster.create()
    process = cluster.start(data / "log" / "postgres.log")
    try:
        cluster.ensure_database("smartsenegal")
        migrate()
        fill(cluster)
        postmaster = int((cluster.directory / "postmaster.pid").read_text().split()[0])
        yield cluster, _outside_pid(postmaster, cluster)
    finally:
        from django.db import connections

        connections.close_all()
        _stop(process, signal.SIGINT)
        shutil.rmtree(data, ignore_errors=True)


def migrate() -> None:
    """Make the tables; Django is set up in this process."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    for alias in dict.fromkeys(["default", settings.FLOWS]):
        call_command("migrate", database=alias, verbosity=0, interactive=False)


def accounts(connection: psycopg.Connection[Any], number: int) -> None:
    """So many accounts, `user0` and following, each its own holder, with one plan for all.

    Triggers and foreign keys rest meanwhile: they would take most of the time.
    """
    from smartsenegal.wifi.access.api import Plan, PlanRule, local_realm, verifier

    plan = Plan.objects.create(code="public", name="Public", session_seconds=3600, devices=50)
    PlanRule.objects.create(plan=plan)
    realm = local_realm()
    realm.methods = ["ttls-pap"]
    realm.save()
    connection.execute("SET session_replication_role = replica")
    connection.execute(
        "INSERT INTO wifi_access_credential (realm_id, login, kind, holder, verifier, closed_because,"
        " made_at, version) SELECT %s, 'user' || n, 'password', n, %s, '', now(), 0"
        " FROM generate_series(0, %s) n",
        [realm.pk, verifier(load.PASSWORD), number - 1],
    )
    connection.execute("SET session_replication_role = DEFAULT")


def _fill(cluster: Cluster) -> None:
    from smartsenegal.wifi.network.api import Nas, seal_secret

    Nas.objects.create(
        code="gw", gateway="generic", network="127.0.0.1/32", secret=seal_secret("gw", load.SECRET)
    )
    with psycopg.connect(cluster.dsn("smartsenegal"), autocommit=True) as connection:
        accounts(connection, ACCOUNTS)
        connection.execute(
            "INSERT INTO wifi_sessions_session (key, nas, holder, device, nas_session, calling, started_us,"
            " updated_us, interim_seconds, seconds, octets_in, octets_out, version)"
            " SELECT substring(sha256(n::text::bytea), 1, 16), 1, 200000 + n,"
            " substring(sha256(('d' || n)::bytea), 1, 16), 's' || n, '', t, t, 3600, 0, 0, 0, 0"
            " FROM generate_series(1, %s) n, (SELECT (extract(epoch FROM now()) * 1000000)::bigint t) clock",
            [OPEN],
        )
        connection.execute("VACUUM ANALYZE wifi_access_credential")
    peer.schema(cluster)


@contextmanager
def server(cluster: Cluster, port: int) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Ours, with two workers; and the seconds it says it took to load."""
    log = cluster.config.data / "log" / "radius.log"
    environ = {
        **os.environ, "SMARTSENEGAL_RADIUS_HOST": "127.0.0.1", "SMARTSENEGAL_RADIUS_PORT": str(port),
        "SMARTSENEGAL_RADIUS_WORKERS": "2", "SMARTSENEGAL_LOG": "INFO", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "smartsenegal", "radius"], env=environ, stdout=out, stderr=out
        )
    try:
        until = time.monotonic() + 120
        while "est prêt" not in log.read_text(errors="replace"):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(log.read_text(errors="replace")[-2000:])
            time.sleep(0.1)
        told = re.search(r"sessions in ([\d.]+) s", log.read_text())
        yield process, float(told[1]) if told else 0.0
    finally:
        _stop(process, signal.SIGTERM)
        Path(log).touch()
