"""What the machine of a site holds: packages, files with the hash of each block, counts, reports to send."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from smartsenegal.lib.trust import Trust
from smartsenegal.wifi.media.manifest import Manifest, ManifestRefused, verify

BLOCK = 256 * 1024
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS package (
    code TEXT PRIMARY KEY, shown BLOB, wanted BLOB, pinned INTEGER NOT NULL, position INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS file (sha TEXT PRIMARY KEY, size INTEGER NOT NULL, blocks BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS watched (
    code TEXT NOT NULL, day TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (code, day));
CREATE TABLE IF NOT EXISTS outbox (number INTEGER PRIMARY KEY, body TEXT NOT NULL);
"""


class BadBlock(OSError):
    """Bytes on the disk are no longer those that were verified: the file was dropped, to be fetched again."""


@dataclass(frozen=True)
class Held:
    """A package of this machine: `shown` is what people see, `wanted` what is to replace it or to come."""

    code: str
    shown: Manifest | None
    wanted: Manifest | None
    pinned: bool
    position: int


class Store:
    """A folder of files and its SQLite database, which several processes and threads may use at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("files", "partial"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self._local = threading.local()
        with self.write() as db:
            for statement in filter(str.strip, _SCHEMA.split(";")):
                db.execute(statement)
            db.execute("INSERT OR IGNORE INTO meta VALUES ('teller', ?)", (str(uuid.uuid4()),))
            db.execute("INSERT OR IGNORE INTO meta VALUES ('report', '0')")

    @property
    def _db(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "db", None)
        if found is None:
            found = sqlite3.connect(self.folder / "store.sqlite", timeout=30, isolation_level=None)
            found.execute("PRAGMA journal_mode=WAL")
            found.execute("PRAGMA synchronous=FULL")
            self._local.db = found
        return found

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it is on the disk when this ends, or nothing."""
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def get(self, key: str, default: Any = None) -> Any:
        """A kept value."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return default if row is None else json.loads(row[0]) if row[0][:1] in '{["' else row[0]

    def put(self, key: str, value: Any) -> None:
        """Keep a value."""
        with self.write() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))

    # --- trust --------------------------------------------------------------------------------

    def trust(self) -> Trust | None:
        """The keys that manifests are verified with; None before the first contact."""
        path = self.folder / "trust.json"
        return Trust.from_json(path.read_text()) if path.exists() else None

    def keep_trust(self, trust: Trust) -> bool:
        """Keep newer keys of the same authority; False, and nothing kept, when it is another authority."""
        known = self.trust()
        if known is not None and known.fingerprint() != trust.fingerprint():
            return False
        path = self.folder / "trust.json"
        path.with_suffix(".new").write_text(trust.to_json())
        path.with_suffix(".new").replace(path)
        return True

    # --- packages -----------------------------------------------------------------------------

    def packages(self) -> list[Held]:
        """Packages whose signature holds, in their order."""
        trust = self.trust()
        rows = self._db.execute(
            "SELECT code, shown, wanted, pinned, position FROM package ORDER BY pinned DESC, position, code"
        ).fetchall()
        if trust is None:
            return []
        return [
            Held(code, _read(shown, trust), _read(wanted, trust), bool(pinned), position)
            for code, shown, wanted, pinned, position in rows
        ]

    def shown(self) -> list[Manifest]:
        """What people may see: packages that are whole."""
        files = self.files()
        manifests = [held.shown for held in self.packages() if held.shown]
        return [m for m in manifests if all(entry.sha256 in files for entry in m.files)]

    def want(self, chosen: list[tuple[str, bytes, bool, int]]) -> None:
        """Hold these packages and no other: (code, signed manifest, pinned, position)."""
        with self.write() as db:
            codes = [code for code, *_ in chosen]
            marks = ",".join("?" * len(codes))
            db.execute(f"DELETE FROM package WHERE code NOT IN ({marks})", codes)  # noqa: S608 - marks only
            for code, signed, pinned, position in chosen:
                db.execute(
                    "INSERT INTO package VALUES (?, NULL, ?, ?, ?) ON CONFLICT (code) DO UPDATE SET "
                    "wanted = excluded.wanted, pinned = excluded.pinned, position = excluded.position",
                    (code, signed, pinned, position),
                )

    def promote(self, code: str) -> None:
        """Show from now on the package that was wanted, which is whole."""
        with self.write() as db:
            db.execute("UPDATE package SET shown = wanted WHERE code = ?", (code,))

    def sweep(self) -> int:
        """Delete the files that no package has any more; the bytes made free."""
        named = {
            entry.sha256
            for held in self.packages()
            for manifest in (held.shown, held.wanted)
            if manifest
            for entry in manifest.files
        }
        freed = 0
        for sha, size in self.files().items():
            if sha not in named:
                self.forget(sha)
                freed += size
        for path in [*self.folder.glob("files/*/*"), *self.folder.glob("partial/*")]:
            if path.name not in named:
                path.unlink(missing_ok=True)
        return freed

    # --- files --------------------------------------------------------------------------------

    def path(self, sha: str) -> Path:
        """Where a whole file is."""
        return self.folder / "files" / sha[:2] / sha

    def partial(self, sha: str) -> Path:
        """Where a file is written until it is whole."""
        return self.folder / "partial" / sha

    def files(self) -> dict[str, int]:
        """Files that were verified, with their size."""
        return dict(self._db.execute("SELECT sha, size FROM file").fetchall())

    def free(self) -> int:
        """Bytes left on the disk."""
        return shutil.disk_usage(self.folder).free

    def accept(self, sha: str, size: int) -> bool:
        """Verify a downloaded file and keep it; False, and the bytes dropped, when they are not its own."""
        partial, whole, blocks = self.partial(sha), hashlib.sha256(), bytearray()
        with partial.open("rb") as file:
            while data := file.read(BLOCK):
                whole.update(data)
                blocks += hashlib.sha256(data).digest()
            os.fsync(file.fileno())
        if whole.hexdigest() != sha or partial.stat().st_size != size:
            partial.unlink()
            return False
        path = self.path(sha)
        path.parent.mkdir(exist_ok=True)
        os.replace(partial, path)
        _sync(path.parent)
        with self.write() as db:
            db.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", (sha, size, bytes(blocks)))
        return True

    def forget(self, sha: str) -> None:
        """Hold a file no more."""
        with self.write() as db:
            db.execute("DELETE FROM file WHERE sha = ?", (sha,))
        self.path(sha).unlink(missing_ok=True)

    def block(self, sha: str, number: int) -> bytes:
        """A block of a file, verified as it is read. Raises BadBlock; KeyError for a file not held."""
        row = self._db.execute(
            "SELECT substr(blocks, ?, 32) FROM file WHERE sha = ?", (32 * number + 1, sha)
        ).fetchone()
        if row is None:
            raise KeyError(sha)
        try:
            with self.path(sha).open("rb") as file:
                file.seek(number * BLOCK)
                data = file.read(BLOCK)
        except OSError:
            data = b""
        if hashlib.sha256(data).digest() != row[0]:
            self.forget(sha)
            raise BadBlock(sha)
        return data

    # --- counts and reports -------------------------------------------------------------------

    def count(self, code: str, day: date) -> None:
        """One more opening of a package on this day."""
        with self.write() as db:
            db.execute(
                "INSERT INTO watched VALUES (?, ?, 1) "
                "ON CONFLICT (code, day) DO UPDATE SET count = count + 1",
                (code, day.isoformat()),
            )

    def counted(self) -> dict[str, int]:
        """Openings not yet in a report, by package."""
        rows = self._db.execute("SELECT code, sum(count) FROM watched GROUP BY code").fetchall()
        return dict(rows)

    def make_report(self, state: dict[str, Any]) -> None:
        """Put all counts so far, and this state, into one report to be sent: they leave together."""
        with self.write() as db:
            rows = db.execute("SELECT code, day, count FROM watched ORDER BY day, code").fetchall()
            db.execute("DELETE FROM watched")
            (last,) = db.execute("SELECT value FROM meta WHERE key = 'report'").fetchone()
            (teller,) = db.execute("SELECT value FROM meta WHERE key = 'teller'").fetchone()
            number = int(last) + 1
            body = {**state, "teller": teller, "number": number, "watched": rows}
            db.execute("INSERT INTO outbox VALUES (?, ?)", (number, json.dumps(body)))
            db.execute("UPDATE meta SET value = ? WHERE key = 'report'", (str(number),))

    def reports(self) -> list[dict[str, Any]]:
        """Reports to be sent, the first first."""
        rows = self._db.execute("SELECT body FROM outbox ORDER BY number").fetchall()
        return [json.loads(body) for (body,) in rows]

    def taken(self, number: int) -> None:
        """The centre has the reports up to this one."""
        with self.write() as db:
            db.execute("DELETE FROM outbox WHERE number <= ?", (number,))


def _read(signed: bytes | None, trust: Trust) -> Manifest | None:
    if signed is None:
        return None
    try:
        return verify(signed, trust)
    except ManifestRefused:
        return None


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
