"""Start an installation: PostgreSQL (unless it is elsewhere), database up to date, pages, jobs, sandboxes."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import psycopg

from smartsenegal.run.config import SANDBOX_PORTS, Config, reachable
from smartsenegal.run.lock import only_one
from smartsenegal.run.postgres import Cluster, PostgresError
from smartsenegal.run.processes import end_leftovers, marked, tied
from smartsenegal.run.secrets import ensure_secrets
from smartsenegal.run.supervisor import Child, StartFailed, Supervisor, say_aloud

SANDBOX_PACKAGE = "smartsenegal.kernel.payments.sandbox"


def main(argv: Sequence[str]) -> int:
    """Run until Ctrl-C; 0 after a clean stop, 1 when something did not start."""
    return launch(Config.from_environment(os.environ), announce=_announce)


def launch(config: Config, announce: Callable[[Config, float], None], prepare: str = "migrate") -> int:
    """Start everything, say so, watch. `prepare` is the sub-command that readies the database."""
    began = time.monotonic()
    with only_one(config.data):
        supervisor = Supervisor([], config.data / "log")
        supervisor.handle_signals()
        try:
            _make_way(config)
            supervisor.children = children(config, prepare)
            supervisor.start()
        except (StartFailed, PostgresError, psycopg.Error, OSError) as error:
            supervisor.stop()
            if not supervisor.asked:
                say_aloud(f"Démarrage impossible : {error}")
            return 0 if supervisor.asked else 1
        if not supervisor.stopping:
            announce(config, time.monotonic() - began)
        supervisor.run()
    return 0


def _make_way(config: Config) -> None:
    """Directories, secrets, ports, and nothing left of a supervisor that was killed."""
    _directories(config)
    end_leftovers(config.data)
    ensure_secrets(config)
    ports = [config.port, *(config.port + shift for shift in SANDBOX_PORTS.values() if config.demo)]
    for port in ports:
        _require_free(config.host, port)
    for port in config.radius_ports or ():
        _require_free_udp(port)
    if config.radsec_port:
        # A demonstration's listens on the address of its pages; elsewhere on all of the machine's.
        host = config.host if config.demo else "0.0.0.0"  # noqa: S104
        _require_free(host, config.radsec_port, "SMARTSENEGAL_RADIUS_RADSEC_PORT")


def _require_free(host: str, port: int, variable: str = "SMARTSENEGAL_PORT") -> None:
    """Raises StartFailed when another program has the port, or when we may not have it."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError:
        raise StartFailed(
            f"le port {port} est réservé ; donnez un port au-dessus de 1023 avec {variable}."
        ) from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise StartFailed(
                f"un autre programme utilise déjà le port {port} ; donnez un autre port avec {variable}."
            ) from None
        raise StartFailed(f"« {host} » n’est pas une adresse de cette machine (SMARTSENEGAL_HOST)") from None


def _require_free_udp(port: int) -> None:
    """Raises StartFailed when another program has the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise StartFailed(
                f"un autre programme utilise déjà le port UDP {port} ; donnez un autre port avec"
                " SMARTSENEGAL_RADIUS_PORT, ou SMARTSENEGAL_RADIUS=0 pour ne pas servir RADIUS ici"
            ) from None


def migrate(argv: Sequence[str]) -> int:
    """Bring the database and the collected static files to this version, load the reference data."""
    import django

    # The static files are collected hashed and compressed, as the pages will ask for them.
    os.environ["SMARTSENEGAL_PROCESS"] = "prepare"
    django.setup()
    from smartsenegal.run.prepare import prepare

    prepare(demo="--demo" in argv)
    return 0


def children(config: Config, prepare: str) -> list[Child]:
    """The processes of this installation, in the order in which they start."""
    environment = marked({**os.environ, **_environment(config)}, config.data)
    python = [sys.executable, "-m", "smartsenegal"]
    embedded = not os.environ.get("DATABASE_URL")
    ready = Child("pages", [*python, "web"], environment, ready=lambda: _healthy(config), patience=60)
    ready.before = lambda: _prepare([*python, *prepare.split()], environment, config)
    found = [_postgres(config, environment)] if embedded else []
    return [
        *found,
        ready,
        Child("travaux", [*python, "worker"], environment),
        Child("wifi-surveillance", [*python, "wifi-watch"], environment),
        *_radius(config, environment),
        *_bmp(environment),
        *_sandboxes(config, environment),
    ]


def _postgres(config: Config, environment: Mapping[str, str]) -> Child:
    cluster = Cluster(config)
    cluster.create()
    cluster.forget_dead_server()
    # After a crash the server first replays its journal, which may take minutes on a large database.
    child = Child("postgres", cluster.command(), environment, ready=cluster.answers, patience=900)
    child.stop_signal = signal.SIGINT  # "fast": running statements are cancelled, nothing committed is lost
    return child


def _radius(config: Config, environment: Mapping[str, str]) -> list[Child]:
    """The server of the Wi-Fi's gateways, ready once it has its ports and what it must know in memory."""
    if config.radius_ports is None:
        return []
    place = Path(environment.get("SMARTSENEGAL_RADIUS_DATA") or config.data / "radius")
    port, accounting = config.radius_ports
    more = {"SMARTSENEGAL_RADIUS_PORT": str(port), "SMARTSENEGAL_RADIUS_ACCT_PORT": str(accounting)}
    more["SMARTSENEGAL_RADIUS_RADSEC_PORT"] = str(config.radsec_port)
    if config.demo:
        more["SMARTSENEGAL_RADIUS_HOST"] = environment.get("SMARTSENEGAL_RADIUS_HOST") or config.host
        more["SMARTSENEGAL_RADIUS_WORKERS"] = environment.get("SMARTSENEGAL_RADIUS_WORKERS") or "1"
    command = [sys.executable, "-m", "smartsenegal", "radius"]
    child = Child("radius", command, {**environment, **more}, ready=(place / "pulse").exists, patience=120)
    child.before = lambda: (place / "pulse").unlink(missing_ok=True)
    return [child]


def _bmp(environment: Mapping[str, str]) -> list[Child]:
    """The collector of BMP, where a port is given: routers that speak it are not everywhere."""
    if not environment.get("SMARTSENEGAL_BMP_PORT"):
        return []
    return [Child("bmp", [sys.executable, "-m", "smartsenegal", "bmp"], environment)]


def _sandboxes(config: Config, environment: Mapping[str, str]) -> list[Child]:
    if not config.demo:
        return []
    return [
        Child(
            f"operateur-{name}",
            [sys.executable, "-m", f"{SANDBOX_PACKAGE}.{name}"],
            environment,
            ready=partial(_listens, config, config.port + shift),
        )
        for name, shift in SANDBOX_PORTS.items()
    ]


def _listens(config: Config, port: int) -> bool:
    with suppress(OSError), socket.create_connection((reachable(config.host).strip("[]"), port), timeout=2):
        return True
    return False


def _environment(config: Config) -> dict[str, str]:
    return {
        "SMARTSENEGAL_HOST": config.host,
        "SMARTSENEGAL_PORT": str(config.port),
        "SMARTSENEGAL_DATA": str(config.data),
        "SMARTSENEGAL_DEMO": "1" if config.demo else "",
        "PYTHONUNBUFFERED": "1",
    }


def _prepare(command: list[str], environment: Mapping[str, str], config: Config) -> None:
    if not os.environ.get("DATABASE_URL"):
        Cluster(config).ensure_database(os.environ.get("SMARTSENEGAL_DATABASE", "smartsenegal"))
    with (config.data / "log" / "preparation.log").open("ab") as log:
        done = subprocess.run(
            command, env=dict(environment), stdout=log, stderr=log, preexec_fn=tied(signal.SIGTERM)
        )
    if done.returncode:
        raise StartFailed(
            f"la préparation de la base a échoué, voir {config.data / 'log' / 'preparation.log'}"
        )


def _healthy(config: Config) -> bool:
    url = f"http://{reachable(config.host)}:{config.port}/healthz?seul=pages"
    try:
        # Straight to the pages, whatever proxy this machine has.
        with build_opener(ProxyHandler({})).open(url, timeout=2) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (OSError, HTTPException):
        return False


def _directories(config: Config) -> None:
    for name in ("log", "tmp", "files", "secrets", "audit", "sandbox"):
        (config.data / name).mkdir(parents=True, exist_ok=True, mode=0o700)


def _announce(config: Config, seconds: float) -> None:
    print(
        f"Smart Sénégal est prêt sur {config.public_url} ({seconds:.0f} s). Ctrl-C pour arrêter.", flush=True
    )
