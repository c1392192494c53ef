"""Reference data for a test: loaded by the platform's own loaders once a process, copied afterwards.

Loading the territory, its sites and the procedures takes seconds, and two hundred tests stand on them. What
a loader wrote is kept, table by table, and written again as it was for the next test that begins from the
same state. Tables that it changed rather than filled (the journal) are written again whole, where they hold
what they held the first time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import psycopg
from django.db import connection

LOADERS = {
    "territory": "smartsenegal.kernel.territory.actions",
    "sites": "smartsenegal.kernel.sites.actions",
    "procedures": "smartsenegal.onestop.procedures.actions",
}
Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Written:
    """One table: its columns that are not computed, and its rows in PostgreSQL's binary format."""

    table: str
    columns: str
    rows: bytes


@dataclass(frozen=True)
class Kept:
    """What a loader writes into tables that were empty, and all of those it changed, with what these held."""

    fresh: list[Written]
    changed: list[Written]
    standing: list[tuple[Any, ...]]

    def fits(self) -> bool:
        """Whether the tables that it changes hold now what they held then."""
        return not self.changed or self.standing == _digests([(w.table, 1) for w in self.changed])


_kept: dict[tuple[str, Counts], list[Kept]] = {}
_written: list[set[str]] = []  # tables that each load since the last sweep wrote
_SWEPT_EVERY = 12
_MOST_KEPT = 3  # for one state of the tables: what begins otherwise each time is not worth its memory


def load(*names: str) -> None:
    """Load these reference data, in this order, into the present test's database."""
    for name in names:
        _load(name)


def sweep_when_due() -> None:
    """Between two tests, give back the room of what those before wrote and took back.

    PostgreSQL does so by itself only for tables in use, which it then believes empty and reads badly; never
    done, counting their rows reads a hundred megabytes of dead ones. Swept to nothing, a table is as new.
    """
    if len(_written) < _SWEPT_EVERY:
        return
    tables = sorted(set().union(*_written))
    _written.clear()
    here = connection.settings_dict
    given = {"host": here["HOST"], "port": here["PORT"], "user": here["USER"], "password": here["PASSWORD"]}
    given = {name: value for name, value in given.items() if value}
    with psycopg.connect(dbname=here["NAME"], autocommit=True, **given) as link:
        link.execute(f"VACUUM (PARALLEL 0) {', '.join(tables)}".encode())


def _load(name: str) -> None:
    before = _counts()
    known = _kept.setdefault((name, before), [])
    if kept := next((each for each in known if each.fits()), None):
        _write_again(kept)
        _written.append({each.table for each in kept.fresh})
        return
    standing = _digests(before)
    import_module(LOADERS[name]).load_reference()
    if len(known) < _MOST_KEPT:
        known.append(_kept_since(before, standing))


def _kept_since(before: Counts, standing: list[tuple[Any, ...]]) -> Kept:
    after, now = dict(_counts()), set(_digests(before))
    fresh = [table for table, count in before if count == 0 and after[table]]
    touched = [row for row in standing if row not in now]
    return Kept([_read(table) for table in fresh], [_read(row[0]) for row in touched], touched)


def _rows(query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def _tables() -> list[str]:
    return sorted(connection.introspection.table_names())


def _counts() -> Counts:
    parts = (f"SELECT '{table}', count(*) FROM {table}" for table in _tables())
    return tuple(_rows(" UNION ALL ".join(parts) + " ORDER BY 1"))


def _digests(counts: Sequence[tuple[str, int]]) -> list[tuple[Any, ...]]:
    """What stands in the tables that were not empty."""
    digest = "SELECT '{0}', count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM {0} t"
    parts = [digest.format(table) for table, count in counts if count]
    return _rows(" UNION ALL ".join(parts) + " ORDER BY 1") if parts else []


def _read(table: str) -> Written:
    found = _rows(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
        " AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    columns = ", ".join(f'"{name}"' for (name,) in found)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) TO STDOUT (FORMAT BINARY)") as copy,
    ):
        return Written(table, columns, b"".join(bytes(part) for part in copy))


def _write_again(given: Kept) -> None:
    with connection.cursor() as cursor:
        # The rows are right by construction, and stand in no order of their references.
        cursor.execute("SET session_replication_role = replica")
        for kept in given.changed:
            cursor.execute(f"DELETE FROM {kept.table}")
        for kept in (*given.changed, *given.fresh):
            with cursor.copy(f"COPY {kept.table} ({kept.columns}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.write(kept.rows)
        cursor.execute("SET session_replication_role = DEFAULT")
