"""Back up and restore: the database and the files in one archive, the keys in another.

The files are encrypted under master keys; who steals the archive alone reads nothing. The keys go to
`<archive>.keys`, to be kept in another place. The archive lists the SHA-256 of each of its members and of
the keys that go with it. A restore checks them all and loads the database beside the present one; what is
there is replaced only when all of that has succeeded.
"""

import argparse
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from smartsenegal.run.config import Config
from smartsenegal.run.lock import only_one
from smartsenegal.run.postgres import Cluster, PostgresError, binaries
from smartsenegal.run.processes import end_leftovers
from smartsenegal.run.secrets import write_secret

DUMP = "database.dump"
MANIFEST = "manifest.json"
# The heads of the journal outside the database go with it: they prove that its end was not cut off.
FOLDERS = ("files", "audit")
SECRETS = "secrets"
# Each cluster has its own password, which no row depends on.
_OWN_SECRETS = frozenset({"database-password"})


class BackupError(RuntimeError):
    """Why a backup or a restore was not done, in French."""


def backup(argv: Sequence[str]) -> int:
    """`smartsenegal backup FILE`: 0 when FILE and FILE.keys are written and synced, 1 and why otherwise."""
    target = _arguments("backup", argv).file.absolute()
    return _told(lambda: _backup(Config.from_environment(os.environ), target))


def restore(argv: Sequence[str]) -> int:
    """`smartsenegal restore FILE [--keys FILE] [--replace]` into an installation that is stopped.

    0 when it is done; 1 and why otherwise, and then nothing of what was there has changed.
    """
    arguments = _arguments("restore", argv)
    source = arguments.file.absolute()
    keys = (arguments.keys or keys_file(source)).absolute()
    config = Config.from_environment(os.environ)
    return _told(lambda: _restore(config, source, keys, replace=arguments.replace))


def keys_file(archive: Path) -> Path:
    return archive.with_name(archive.name + ".keys")


def _told(work: Callable[[], str]) -> int:
    try:
        print(work())
    except (BackupError, PostgresError, psycopg.Error, OSError, tarfile.TarError) as error:
        print(f"Rien n’a été fait : {error}", file=sys.stderr)
        return 1
    return 0


# --- backing up -------------------------------------------------------------------------


def _backup(config: Config, target: Path) -> str:
    if not (config.data / SECRETS / "keyring").exists():
        raise BackupError(f"il n’y a pas d’installation dans {config.data} (SMARTSENEGAL_DATA).")
    with running(config):
        _write_archive(config, target)
    return f"Sauvegarde faite : {target}\nClés : {keys_file(target)} (gardez-les ailleurs que la sauvegarde)"


@contextmanager
def running(config: Config) -> Iterator[None]:
    """The embedded server, started for the time of the block when it is not up already."""
    if os.environ.get("DATABASE_URL") or Cluster(config).answers():
        yield
        return
    with only_one(config.data), started(config):
        yield


@contextmanager
def started(config: Config) -> Iterator[None]:
    """The embedded server of an installation whose lock we hold, for the time of the block."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    end_leftovers(config.data)
    cluster = Cluster(config)
    cluster.create()
    cluster.forget_dead_server()
    (config.data / "log").mkdir(parents=True, exist_ok=True, mode=0o700)
    process = cluster.start(config.data / "log" / "postgres.log")
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _write_archive(config: Config, target: Path) -> None:
    partial, dump, keys = (
        target.with_name(f".{target.name}.{part}") for part in ("partial", "dump", "keys-partial")
    )
    hashes: dict[str, str] = {}
    try:
        # The rows first: a file is on the disk before the row that names it is committed.
        _pg(config, "pg_dump", "--format=custom", "--no-owner", f"--file={dump}")
        with partial.open("wb") as raw:
            with tarfile.open(fileobj=raw, mode="w|") as tar:
                _add(tar, dump, DUMP, hashes)
                for path in _kept(config.data):
                    _add(tar, path, str(path.relative_to(config.data)), hashes)
                # The keys last: one made meanwhile seals files that are in the archive.
                _add_manifest(tar, hashes, _write_keys(config, keys))
            _sync(raw)
        keys.rename(keys_file(target))
        partial.rename(target)
    finally:
        for path in (dump, partial, keys):
            path.unlink(missing_ok=True)


def _kept(data: Path) -> list[Path]:
    """What to keep besides the database; uploads under way are nobody's yet."""
    found = (p for folder in FOLDERS for p in (data / folder).rglob("*") if p.is_file())
    return sorted(p for p in found if p.parent != data / "files" / "tmp")


def _add(tar: tarfile.TarFile, path: Path, name: str, hashes: dict[str, str]) -> None:
    try:
        with path.open("rb") as stream:
            info = tar.gettarinfo(arcname=name, fileobj=stream)
            counted = _Counted(stream)
            tar.addfile(info, counted)
    except FileNotFoundError:  # purged since the listing: its key is gone too
        return
    hashes[name] = counted.digest.hexdigest()


class _Counted:
    """A stream that digests what is read from it."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        block: bytes = self.stream.read(size)
        self.digest.update(block)
        return block


def _add_manifest(tar: tarfile.TarFile, hashes: Mapping[str, str], keys: str) -> None:
    made_at = datetime.now(UTC).isoformat()
    content = json.dumps({"format": 1, "made_at": made_at, "keys": keys, "files": dict(hashes)}).encode()
    info = tarfile.TarInfo(MANIFEST)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def _write_keys(config: Config, target: Path) -> str:
    """Write the keys; returns their digest."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with tarfile.open(fileobj=raw, mode="w") as tar:
            for path in sorted(p for p in (config.data / SECRETS).rglob("*") if p.is_file()):
                if path.name not in _OWN_SECRETS:
                    tar.add(path, path.relative_to(config.data))
        _sync(raw)
    with target.open("rb") as stream:
        return _digest(stream)


def _sync(raw: Any) -> None:
    raw.flush()
    os.fsync(raw.fileno())


def _digest(stream: Any) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


# --- restoring --------------------------------------------------------------------------


def _restore(config: Config, source: Path, keys: Path, *, replace: bool) -> str:
    with only_one(config.data):
        if (config.data / "postgres").exists() and not replace:
            raise BackupError(
                f"{config.data} contient déjà une installation ; ajoutez --replace pour l’écraser."
            )
        check_keys(keys, check_archive(source))
        work = config.data / "restore.new"
        shutil.rmtree(work, ignore_errors=True)
        try:
            _unpack(source, work)
            _unpack(keys, work)
            with started(config), _restored_database(config, work / DUMP):
                _swap(config, work)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return f"Restauration faite dans {config.data}"


def check_archive(archive: Path) -> dict[str, Any]:
    """Manifest of a whole archive. Raises BackupError naming the first member that is wrong."""
    manifest: dict[str, Any] = {}
    seen: dict[str, str] = {}
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                stream = tar.extractfile(member)
                if stream is None or not _belongs(member.name):
                    raise BackupError(f"« {member.name} » n’a rien à faire dans une sauvegarde.")
                if member.name == MANIFEST:
                    manifest = json.load(stream)
                else:
                    seen[member.name] = _digest(stream)
        listed = dict(manifest["files"])
    except (tarfile.TarError, ValueError, KeyError, TypeError, EOFError):
        raise BackupError(f"la sauvegarde {archive.name} est abîmée ou incomplète.") from None
    for name in sorted(set(listed) | set(seen)):
        if listed.get(name) != seen.get(name):
            raise BackupError(f"la sauvegarde est abîmée : « {name} » manque ou a changé.")
    return manifest


def _belongs(name: str) -> bool:
    parts = Path(name).parts
    return name in {DUMP, MANIFEST} or (len(parts) > 1 and parts[0] in FOLDERS and ".." not in parts)


def check_keys(keys: Path, manifest: Mapping[str, Any]) -> None:
    """Raises BackupError when the keys are missing or are not those of this backup."""
    if not keys.exists():
        raise BackupError(
            f"les clés manquent : {keys}. Sans elles les pièces sont illisibles ; donnez --keys."
        )
    with keys.open("rb") as stream:
        if _digest(stream) != manifest.get("keys"):
            raise BackupError(f"{keys.name} n’est pas la clé de cette sauvegarde, ou est abîmée.")


def _unpack(archive: Path, to: Path) -> None:
    with tarfile.open(archive) as tar:
        tar.extractall(to, filter="data")


@contextmanager
def _restored_database(config: Config, dump: Path) -> Iterator[None]:
    """The dump loaded; after the block, which replaces the files, it takes the name of the present one."""
    name = str(config.database("DATABASE_URL")["NAME"])
    if os.environ.get("DATABASE_URL"):
        # The operator's own server, where we may not make databases: pg_restore wants an empty one.
        _load(config, name, dump)
        yield
        return
    fresh = f"{name}_restore"
    with psycopg.connect(Cluster(config).dsn(), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{fresh}"')
        connection.execute(f'CREATE DATABASE "{fresh}"')
        _load(config, fresh, dump)
        yield
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'ALTER DATABASE "{fresh}" RENAME TO "{name}"')


def _load(config: Config, name: str, dump: Path) -> None:
    options = ("--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={name}", str(dump))
    _pg(config, "pg_restore", *options)


def _swap(config: Config, work: Path) -> None:
    """Put the restored files and keys in the place of those that are there."""
    own = {name: config.read_secret(name) for name in _OWN_SECRETS}
    for name in (*FOLDERS, SECRETS):
        (work / name).mkdir(exist_ok=True, mode=0o700)
        shutil.rmtree(config.data / name, ignore_errors=True)
        (work / name).rename(config.data / name)
    for name, value in own.items():
        write_secret(config, name, value)


def _pg(config: Config, tool: str, *options: str) -> None:
    settings = config.database("DATABASE_URL")
    environment = {
        **os.environ,
        "PGHOST": str(settings["HOST"]),
        "PGPORT": str(settings["PORT"] or 5432),
        "PGUSER": str(settings["USER"]),
        "PGPASSWORD": str(settings["PASSWORD"]),
        "PGDATABASE": str(settings["NAME"]),
    }
    command = [str(binaries() / tool), *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise BackupError(f"{tool} a échoué : {done.stderr.strip()[-800:]}")


def _arguments(name: str, argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"smartsenegal {name}")
    parser.add_argument("file", type=Path, help="archive de la sauvegarde")
    if name == "restore":
        parser.add_argument("--keys", type=Path, help="archive des clés (par défaut FICHIER.keys)")
        parser.add_argument("--replace", action="store_true", help="écraser l’installation présente")
    return parser.parse_args(list(argv))
