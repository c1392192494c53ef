"""Numbers that people quote."""

from django.db import connection

from smartsenegal.lib.ids import reference
from smartsenegal.onestop.cases.models import Counter

_NEXT = f"""
    INSERT INTO {Counter._meta.db_table} AS c (prefix, year, last) VALUES (%s, %s, 1)
    ON CONFLICT (prefix, year) DO UPDATE SET last = c.last + 1 RETURNING last
"""  # noqa: S608 - our own table


def next_reference(prefix: str, year: int) -> str:
    """The next number of a series, as « CJ-2026-004188 ».

    Those who number the same series wait for each other until they commit: call it last.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [prefix, year])
        (number,) = cursor.fetchone()
    return reference(prefix, year, number)
