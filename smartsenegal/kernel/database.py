"""What several modules ask of PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import pgtrigger
import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.backends.utils import CursorWrapper


@contextmanager
def planned_once() -> Iterator[CursorWrapper]:
    """A cursor whose statements PostgreSQL parses and plans once a connection, then executes with new values.

    For what each page asks, when its plan does not depend on the values: planning the roles of an agent takes
    twenty times what reading them does. Behind PgBouncer (`SMARTSENEGAL_PGBOUNCER=1`) they are planned each
    time, as others are. The text must be the same from one page to the next: values go in the parameters.
    """
    with connection.cursor():  # opens the connection, or another when it died, as Django does
        kind = _Told if connection.queries_logged else psycopg.Cursor
        with connection._prepare_cursor(kind(connection.connection)) as cursor:  # type: ignore[attr-defined]
            yield cursor


class _Told(psycopg.Cursor[Any]):
    """Keeps the text of a prepared statement, where Django looks for it to log it."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        super().execute(query, params, **options)
        if self._query is None:
            self._query = self._convert_query(query, params)
        return self


def may_have_committed(error: BaseException) -> bool:
    """Whether the transaction this error ended may be committed all the same.

    A connection lost while COMMIT was on its way leaves that unknown: what the rows may name must stay.
    """
    return isinstance(error, InterfaceError | OperationalError)


def append_only(
    refused: pgtrigger.Operation = pgtrigger.Update | pgtrigger.Delete,
) -> list[pgtrigger.Trigger]:
    """Triggers of a table whose rows are written once: no update, no delete, no truncate.

    With `pgtrigger.Update` alone, the caller adds the trigger that says which rows may be deleted.
    """
    refuse = "RAISE EXCEPTION 'rows of % are written once', TG_TABLE_NAME; RETURN NULL;"
    return [
        pgtrigger.Protect(name="append_only", operation=refused),
        pgtrigger.Trigger(
            name="no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=refuse,
        ),
    ]


def versioned() -> list[pgtrigger.Trigger]:
    """Triggers of a table with a column `version`: each write sets it to the number of its transaction.

    A process that keeps a copy of the table asks again and again for the rows with `version >= seen`, where
    `seen` is `pg_snapshot_xmin(pg_current_snapshot())` of its last look: nothing that commits late escapes.
    """
    stamp = "NEW.version = pg_current_xact_id()::text::bigint; RETURN NEW;"
    return [
        pgtrigger.Trigger(
            name="version", when=pgtrigger.Before, operation=pgtrigger.Insert | pgtrigger.Update, func=stamp
        )
    ]


class FlowsRouter:
    """Sends the tables of `FLOWS_APPS` (sessions, meters, events) to the database of flows."""

    def _alias(self, label: str) -> str:
        return str(settings.FLOWS) if label in settings.FLOWS_APPS else "default"

    def db_for_read(self, model: type[Any], **hints: Any) -> str:
        return self._alias(model._meta.app_label)

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Each table is made in one database only: flows in theirs, jobs and all the rest in the first."""
        return db == self._alias(app_label)
