"""What every demonstration operator keeps in its own SQLite file: faults, and callbacks to be sent.

Every change is committed before it is acknowledged, and a payment is committed together with the callback
that tells of it: the process may be killed at any moment.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RETRY_LIMIT = 20

# What can be made to go wrong, and the value under which it does not.
FAULTS: dict[str, str | int] = {
    "api": "normal",  # "503": answers nothing but 503; "silence": never answers
    "create": "normal",  # "lost_answer": opens the payment and hangs up; "lost_request": hangs up before
    "slow_seconds": 0,
    "callbacks": "normal",  # "lose": none is sent
    "delay_seconds": 0,
    "duplicate": 0,
    "reorder": 0,  # callbacks leave two by two, the later one first
    "amount_delta": 0,  # francs paid too much, or too little
}

_SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
    rank INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL, due REAL NOT NULL,
    copies INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS fault (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Conflict(Exception):
    """The payment is no longer in a state where this can be done."""


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def stamp(moment: datetime) -> str:
    """A moment as the operators' interfaces write it."""
    return moment.isoformat().replace("+00:00", "Z")


class Outbox:
    """`event.body` is JSON whose `id` and `type` name the event; the rest is the operator's own."""

    schema = ""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(self.schema + _SCHEMA)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(row) for row in self._db.execute(statement, values).fetchall()]

    # --- callbacks --------------------------------------------------------------------

    def _queue(self, db: sqlite3.Connection, event: Mapping[str, Any]) -> None:
        """Have an event sent, in the transaction of what it tells of, with the faults of the day."""
        faults = self.faults()
        state = "lost" if faults["callbacks"] == "lose" else "held" if faults["reorder"] else "due"
        db.execute(
            "INSERT INTO event (id, body, due, copies, state) VALUES (?, ?, ?, ?, ?)",
            (
                event["id"],
                json.dumps(event),
                now().timestamp() + int(faults["delay_seconds"]),
                2 if faults["duplicate"] else 1,
                state,
            ),
        )
        held = db.execute("SELECT rank FROM event WHERE state = 'held' ORDER BY rank DESC LIMIT 2").fetchall()
        if len(held) == 2:
            # The later one leaves now, the earlier one a second after it.
            for wait, row in enumerate(held):
                db.execute(
                    "UPDATE event SET state = 'due', due = ? WHERE rank = ?",
                    (now().timestamp() + wait, row["rank"]),
                )

    def due_events(self) -> list[dict[str, Any]]:
        with self._lock:
            rows = self._db.execute(
                "SELECT * FROM event WHERE state = 'due' AND due <= ? ORDER BY due, rank LIMIT 20",
                (datetime.now(UTC).timestamp(),),
            ).fetchall()
        return [dict(row) for row in rows]

    def delivered(self, rank: int) -> None:
        """Count one copy as delivered; the event is done when all are."""
        with self._transaction() as db:
            db.execute("UPDATE event SET copies = copies - 1, tries = 0 WHERE rank = ?", (rank,))
            db.execute("UPDATE event SET state = 'delivered' WHERE rank = ? AND copies <= 0", (rank,))

    def undelivered(self, rank: int, tries: int) -> None:
        """Put a delivery off, longer each time; given up after `RETRY_LIMIT`."""
        state = "given_up" if tries + 1 >= RETRY_LIMIT else "due"
        due = datetime.now(UTC).timestamp() + min(2**tries, 60)
        with self._transaction() as db:
            db.execute(
                "UPDATE event SET tries = tries + 1, due = ?, state = ? WHERE rank = ?", (due, state, rank)
            )

    def events(self, limit: int = 50) -> list[dict[str, Any]]:
        with self._lock:
            rows = self._db.execute(
                "SELECT rank, id, state, tries, body FROM event ORDER BY rank DESC LIMIT ?", (limit,)
            ).fetchall()
        return [{**dict(row), "type": json.loads(row["body"])["type"]} for row in rows]

    # --- faults -----------------------------------------------------------------------

    def faults(self) -> dict[str, str | int]:
        with self._lock:
            rows = self._db.execute("SELECT name, value FROM fault").fetchall()
        return {**FAULTS, **{row["name"]: json.loads(row["value"]) for row in rows if row["name"] in FAULTS}}

    def set_faults(self, wanted: Mapping[str, Any]) -> None:
        """Change some faults. Raises ValueError for an unknown name or a value of another type."""
        for name, value in wanted.items():
            if name not in FAULTS or type(value) is not type(FAULTS[name]):
                raise ValueError(f"{name} = {value!r}")
        with self._transaction() as db:
            for name, value in wanted.items():
                db.execute("REPLACE INTO fault (name, value) VALUES (?, ?)", (name, json.dumps(value)))
