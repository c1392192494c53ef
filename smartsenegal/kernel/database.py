"""What several modules ask of PostgreSQL."""

import pgtrigger
from django.db import InterfaceError, OperationalError


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
