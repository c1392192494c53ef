"""Where accounting events are made durable: PostgreSQL by COPY, or a file that is taken in later, once.

A segment is a sequence of records, each a header and the text of a COPY. A record cut short by a crash was
never acknowledged: its checksum tells. One written because a commit got no answer bears the number of that
transaction: when the file is taken in, PostgreSQL says whether it had committed (`pg_xact_status`).

A row that PostgreSQL refuses holds up no other: it is kept in a file of its own (`.refused`), and a file with
octets that are no record is kept (`.damaged`); `pulse.files` says how many wait for a person.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from smartsenegal.wifi.radius.pulse import DAMAGED, REFUSED, SEGMENT
from smartsenegal.wifi.sessions.api import WRITERS_LOCK

COLUMNS = (
    "day, received_us, happened_us, kind, nas, session, nas_session, credential, holder, plan, access_point,"
    " device, calling, address, seconds, octets_in, octets_out, cause"
)
COPY = f"COPY wifi_sessions_event ({COLUMNS}) FROM STDIN"
# A commit that takes longer counts as lost; gateways ask again after two or three seconds.
COMMIT_SECONDS = 2.0
RETRY_SECONDS = 1.0
SEGMENT_OCTETS = 2 * 1024 * 1024
# How slow a database may be and still take in a file: or the same file would be begun again for ever.
SLOWEST_OCTETS_A_SECOND = 128 * 1024
HEADER = struct.Struct(">4sIIIQ")  # mark, octets, events, CRC-32, transaction
MARK = b"SSAE"
# What is wrong with a row, and not with the database.
OF_A_ROW = (psycopg.DataError, psycopg.IntegrityError)
# Finding the rows that are refused takes many statements.
SEARCH = 16

log = logging.getLogger(__name__)


class NotYet(Exception):
    """PostgreSQL does not know yet how a transaction ended."""


class Writer:
    """Writes batches. `connect` opens a connection in autocommit to the database of flows."""

    def __init__(self, directory: Path, connect: Callable[[], psycopg.Connection[Any]]) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._directory = directory
        self._connect = connect
        self._connection: psycopg.Connection[Any] | None = None
        self._retry_at = self._take_at = 0.0
        self._transaction = 0  # the one whose end is unknown
        self._file: int | None = None
        self._written = 0
        self._waiting = sorted(directory.glob(f"*{SEGMENT}"))
        self._watch = Watchdog()

    def write(self, lines: list[str]) -> str:
        """Make events durable: "database", "segment", or "" when nothing took them."""
        text = ("\n".join(lines) + "\n").encode()
        self._transaction = 0
        if self._connected():
            try:
                self._copy(text)
                return "database"
            except OF_A_ROW as error:  # the other rows get in when the file is taken in
                log.error("a batch has a row that PostgreSQL refuses: %s", error)
            except psycopg.Error as error:
                self._lost(error)
        return "segment" if self._append(text, len(lines)) else ""

    def tend(self) -> None:
        """To be called between batches: takes in one file that waits, when PostgreSQL is there."""
        if (self._file is None and not self._waiting) or not self._connected():
            return
        self._close_file()
        if not self._waiting or time.monotonic() < self._take_at:
            return
        path = self._waiting.pop(0)
        try:
            self._take_in(path)
        except FileNotFoundError:
            log.error("%s is gone", path)
        except (NotYet, OSError) as error:  # the others first
            log.warning("%s cannot be taken in yet: %s", path.name, error or "a commit is under way")
            self._waiting.append(path)
            self._take_at = time.monotonic() + RETRY_SECONDS
        except psycopg.Error as error:
            self._waiting.insert(0, path)
            self._lost(error)

    @property
    def behind(self) -> int:
        """Files that wait to be taken in."""
        return len(self._waiting) + (self._file is not None)

    def close(self) -> None:
        self._close_file()
        if self._connection is not None:
            self._connection.close()

    # --- PostgreSQL -------------------------------------------------------------------

    def _connected(self) -> bool:
        if self._connection is not None and not self._connection.closed:
            return True
        if time.monotonic() < self._retry_at:
            return False
        try:
            self._connection = self._connect()
        except psycopg.Error as error:
            self._lost(error)
            return False
        log.info("events go into PostgreSQL")
        return True

    def _lost(self, error: Exception) -> None:
        if self._connection is not None:
            log.warning("events do not go into PostgreSQL: %s", error)
            with contextlib.suppress(psycopg.Error, OSError):
                self._connection.close()
        self._connection = None
        self._retry_at = time.monotonic() + RETRY_SECONDS

    @contextlib.contextmanager
    def _in_transaction(self, seconds: float = COMMIT_SECONDS) -> Iterator[psycopg.Connection[Any]]:
        """A transaction under the writers' lock (see `sessions.fold_events`), given up after so long."""
        assert self._connection is not None
        connection = self._connection
        with self._watch.over(connection, seconds), connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock_shared(%s)", [WRITERS_LOCK])
            yield connection

    def _copy(self, text: bytes) -> None:
        with self._in_transaction() as connection:
            row = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
            with connection.cursor().copy(COPY) as copy:
                copy.write(text)
            # From here on a failure leaves unknown whether the events are there.
            self._transaction = row[0] if row else 0
        self._transaction = 0

    # --- segments ---------------------------------------------------------------------

    def _append(self, text: bytes, events: int) -> bool:
        """Write a record and sync it; False when the disk does not take it, and then nothing of it stays."""
        header = HEADER.pack(MARK, len(text), events, zlib.crc32(text), self._transaction)
        try:
            if self._file is None:
                self._open_file()
            assert self._file is not None
            _write_whole(self._file, header + text, self._written)
            os.fdatasync(self._file)
        except OSError as error:
            log.error("events cannot be written: %s", error)
            self._cut_back()
            return False
        self._written += len(header) + len(text)
        if self._written >= SEGMENT_OCTETS:
            self._close_file()
        return True

    def _open_file(self) -> None:
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}{SEGMENT}"
        self._file = os.open(self._directory / name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._written = 0
        self._path = self._directory / name
        _sync(self._directory)

    def _cut_back(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self._written)

    def _close_file(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
            self._waiting.append(self._path)

    def _take_in(self, path: Path) -> None:
        """Copy a file's events in one transaction with a row of its name: never twice. Raises NotYet."""
        data = path.read_bytes()
        records = list(records_of(data))
        try:
            self._enter(path, records)
        except OF_A_ROW:
            self._enter(path, records, row_by_row=True)
        if sum(HEADER.size + len(text) for _, _, text in records) < len(data):
            log.error("%s has octets that are no record: it is kept", path.name)
            path.rename(path.with_suffix(DAMAGED))
        else:
            path.unlink()
        log.info("%s was taken in", path.name)

    def _enter(self, path: Path, records: list[Record], row_by_row: bool = False) -> None:
        octets = sum(len(text) for _, _, text in records)
        seconds = COMMIT_SECONDS + octets / SLOWEST_OCTETS_A_SECOND * (SEARCH if row_by_row else 1)
        aside: list[bytes] = []
        with self._in_transaction(seconds) as connection:
            taken = connection.execute(
                "INSERT INTO wifi_sessions_segment (name, events, taken_at) VALUES (%s, %s, now())"
                " ON CONFLICT DO NOTHING",
                [path.name, sum(events for events, _, _ in records)],
            )
            if not taken.rowcount:
                return
            for _, transaction, text in records:
                if transaction and _committed(connection, transaction):
                    continue
                if row_by_row:
                    aside += _copy_what_passes(connection, text.splitlines(keepends=True))
                else:
                    _copy_text(connection, text)
            if aside:  # before the commit: a row is in one place or in the other
                log.error("PostgreSQL refuses %d events of %s", len(aside), path.name)
                _keep(path.with_suffix(REFUSED), b"".join(aside))


def _copy_text(connection: psycopg.Connection[Any], text: bytes) -> None:
    with connection.cursor().copy(COPY) as copy:
        copy.write(text)


def _copy_what_passes(connection: psycopg.Connection[Any], rows: list[bytes]) -> list[bytes]:
    """Copy what PostgreSQL takes, halving what it does not; the rows it refuses."""
    try:
        with connection.transaction():
            _copy_text(connection, b"".join(rows))
    except OF_A_ROW:
        if len(rows) == 1:
            return rows
        middle = len(rows) // 2
        return _copy_what_passes(connection, rows[:middle]) + _copy_what_passes(connection, rows[middle:])
    return []


def _keep(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    _sync(path.parent)


def _sync(directory: Path) -> None:
    file = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _write_whole(file: int, data: bytes, at: int) -> None:
    done = 0
    while done < len(data):
        done += os.pwrite(file, data[done:], at + done)


Record = tuple[int, int, bytes]
"""How many events, the transaction that may hold them already (0 for none), and their text."""


def records_of(data: bytes) -> Iterator[Record]:
    """The whole records of a file; octets that are none of a record are passed over."""
    at = data.find(MARK)
    while 0 <= at <= len(data) - HEADER.size:
        _, length, events, check, transaction = HEADER.unpack_from(data, at)
        text = data[at + HEADER.size : at + HEADER.size + length]
        if len(text) == length and zlib.crc32(text) == check:
            yield events, transaction, text
            at += HEADER.size + length
        else:
            at += 1
        at = data.find(MARK, at)


def _committed(connection: psycopg.Connection[Any], transaction: int) -> bool:
    """Whether a transaction whose end we did not see committed. Raises NotYet while it is under way.

    One that PostgreSQL does not know, too old or later than a restored copy, is taken as lost: totals of
    sessions only grow, so that events written twice change nothing.
    """
    row = connection.execute(
        "SELECT CASE WHEN %(it)s::text::xid8 < pg_current_xact_id()"
        " THEN pg_xact_status(%(it)s::text::xid8) END",
        {"it": str(transaction)},
    ).fetchone()
    status = row[0] if row else None
    if status == "in progress":
        raise NotYet
    return bool(status == "committed")


class Watchdog:
    """Cuts a connection that does not answer in time: libpq itself would wait for ever."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._until: float | None = None
        self._line: socket.socket | None = None
        threading.Thread(target=self._run, name="wifi-watchdog", daemon=True).start()

    @contextlib.contextmanager
    def over(self, connection: psycopg.Connection[Any], seconds: float = COMMIT_SECONDS) -> Iterator[None]:
        """Within, the connection is cut after that many seconds, and then psycopg raises OperationalError."""
        line = socket.socket(fileno=os.dup(connection.fileno()))
        with self._lock:
            self._line, self._until = line, time.monotonic() + seconds
            self._lock.notify()
        try:
            yield
        finally:
            with self._lock:
                self._line = self._until = None
            line.close()

    def _run(self) -> None:
        while True:
            with self._lock:
                if self._until is None:
                    self._lock.wait()
                    continue
                left = self._until - time.monotonic()
                if left > 0:
                    self._lock.wait(left)
                    continue
                if self._line is not None:
                    with contextlib.suppress(OSError):
                        self._line.shutdown(socket.SHUT_RDWR)
                self._until = None
