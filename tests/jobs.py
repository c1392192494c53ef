"""Runs the deferred jobs in the test's own transaction: the real tasks, without the worker's process."""

from typing import Any

from django.db import connection
from procrastinate.contrib.django import app

_TAKE = """
    UPDATE procrastinate_jobs SET status = 'doing'
    WHERE id = (
        SELECT id FROM procrastinate_jobs
        WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
            AND (%s OR task_name = ANY(%s))
        ORDER BY id LIMIT 1
    ) RETURNING id, task_name, args
"""


def drain(*only: str, at_most: int = 500) -> list[str]:
    """Run every job that is due, in order, and those they defer; returns the names of those that ran."""
    ran: list[str] = []
    while job := _take(only):
        job_id, name, arguments = job
        app.tasks[name].func(**arguments)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job_id])
        ran.append(name)
        assert len(ran) < at_most, f"the jobs feed each other: {ran[-6:]}"
    return ran


def _take(only: tuple[str, ...]) -> tuple[int, str, dict[str, Any]] | None:
    import json

    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [not only, list(only)])
        row = cursor.fetchone()
    if row is None:
        return None
    arguments = row[2] if isinstance(row[2], dict) else json.loads(row[2])
    return row[0], row[1], arguments
