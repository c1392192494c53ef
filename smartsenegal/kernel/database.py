"""What several modules ask of PostgreSQL."""

import pgtrigger
from django.db import InterfaceError, OperationalError


def may_have_committed(error: BaseException) -> bool:
    """Whether the transaction this error ended may be committed all the same.

    A connection lost while COMMIT was on its way leaves that unknown: what the rows may name must stay.
    """
    return isinstance(error, InterfaceError | OperationalError)


def append_only() -> list[pgtrigger.Trigger]:
    """Triggers of a table whose rows are written once: no update, no delete, no truncate."""
    refuse = "RAISE EXCEPTION 'rows of % are written once', TG_TABLE_NAME; RETURN NULL;"
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func=refuse,
        ),
    ]
