"""Where accounting events are made durable: PostgreSQL by COPY, or a file that is taken in later, once.

A segment is a sequence of records, each a header and the text of a COPY. A record cut short by a crash was
never acknowledged: its checksum tells. One written because a commit got no answer bears the number of that
transaction: when the file is taken in, PostgreSQL says whether it had committed (`pg_xact_status`).
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

from smartsenegal.wifi.sessions.api import WRITERS_LOCK

COLUMNS = (
    "day, received_us, happened_us, kind, nas, session, nas_session, credential, holder, plan, access_point,"
    " device, calling, address, seconds, octets_in, octets_out, cause"
)
COPY = f"COPY wifi_sessions_event ({COLUMNS}) FROM STDIN"
# A commit that takes longer counts as lost; gateways ask again after two or three seconds.
COMMIT_SECONDS = 2.0
RETRY_SECONDS = 1.0
SEGMENT_OCTETS = 8 * 1024 * 1024
HEADER = struct.Struct(">4sIIIQ")  # mark, octets, events, CRC-32, transaction
MARK = b"SSAE"
SUFFIX = ".segment"

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
        self._retry_at = 0.0
        self._transaction = 0  # the one whose end is unknown
        self._file: int | None = None
        self._written = 0
        self._waiting = sorted(directory.glob(f"*{SUFFIX}"))
        self._watch = Watchdog()

    def write(self, lines: list[str]) -> str:
        """Make events durable: "database", "segment", or "" when nothing took them."""
        text = ("\n".join(lines) + "\n").encode()
        self._transaction = 0
        if self._connected():
            try:
                self._copy(text)
                return "database"
            except psycopg.Error as error:
                self._lost(error)
        return "segment" if self._append(text, len(lines)) else ""

    def tend(self) -> None:
        """To be called between batches: takes in one file that waits, when PostgreSQL is there."""
        if (self._file is None and not self._waiting) or not self._connected():
            return
        self._close_file()
        if self._waiting:
            try:
                self._take_in(self._waiting[0])
                self._waiting.pop(0)
            except NotYet:
                self._retry_at = time.monotonic() + RETRY_SECONDS
            except psycopg.DataError as error:  # no use to try for ever: kept for a person to look at
                log.error("%s is refused by PostgreSQL: %s", self._waiting[0], error)
                path = self._waiting.pop(0)
                path.rename(path.with_suffix(".refused"))
            except (psycopg.Error, OSError) as error:
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
    def _in_transaction(self) -> Iterator[psycopg.Connection[Any]]:
        """A transaction under the writers' lock (see `sessions.fold_events`), given up after two seconds."""
        assert self._connection is not None
        connection = self._connection
        with self._watch.over(connection), connection.transaction():
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
        name = f"{time.time_ns():020d}-{secrets.token_hex(4)}{SUFFIX}"
        self._file = os.open(self._directory / name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._written = 0
        self._path = self._directory / name
        directory = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

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
        records = list(read_records(path))
        with self._in_transaction() as connection:
            taken = connection.execute(
                "INSERT INTO wifi_sessions_segment (name, events, taken_at) VALUES (%s, %s, now())"
                " ON CONFLICT DO NOTHING",
                [path.name, sum(events for events, _, _ in records)],
            )
            if taken.rowcount:
                for _, transaction, text in records:
                    if not (transaction and _committed(connection, transaction)):
                        with connection.cursor().copy(COPY) as copy:
                            copy.write(text)
        path.unlink()
        log.info("%s was taken in", path.name)


def _write_whole(file: int, data: bytes, at: int) -> None:
    done = 0
    while done < len(data):
        done += os.pwrite(file, data[done:], at + done)


def read_records(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Events, transaction (0 for none) and text of each whole record of a file."""
    data = path.read_bytes()
    at = 0
    while at + HEADER.size <= len(data):
        mark, length, events, check, transaction = HEADER.unpack_from(data, at)
        text = data[at + HEADER.size : at + HEADER.size + length]
        if mark != MARK or len(text) != length or zlib.crc32(text) != check:
            return
        yield events, transaction, text
        at += HEADER.size + length


def _committed(connection: psycopg.Connection[Any], transaction: int) -> bool:
    """Whether a transaction whose end we did not see committed. Raises NotYet while it is under way.

    One that is too old for PostgreSQL to know is taken as lost: totals of sessions only grow, so that events
    written twice change nothing.
    """
    row = connection.execute("SELECT pg_xact_status(%s::text::xid8)", [str(transaction)]).fetchone()
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
