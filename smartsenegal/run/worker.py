"""The worker process: takes jobs from PostgreSQL as they come."""

import asyncio
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

HEARTBEAT_SECONDS = 3
# Jobs of a worker that has not been heard of for this long are given back; each may be run again.
LOST_AFTER_SECONDS = 12
# How long the worker waits for a connection: it cannot end before, when the database ended first.
CONNECTION_SECONDS = 10

log = logging.getLogger(__name__)


def main(argv: Sequence[str]) -> int:
    """Run jobs until stopped; a job under way is finished first. Successful jobs are deleted."""
    os.environ["SMARTSENEGAL_PROCESS"] = "worker"
    import django

    django.setup()
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    with worker_app() as app:
        asyncio.run(_work(app))
    return 0


@contextmanager
def worker_app() -> Iterator[Any]:
    """The application with the worker's own connection to listen and to take jobs.

    What a job defers still goes through Django's connection, so that it belongs to the job's transaction:
    it is not taken before the commit, and a rollback takes it back.
    """
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params

    of_django = app.connector
    own = PsycopgConnector(kwargs=connector_params(), timeout=CONNECTION_SECONDS)
    own.get_sync_connector = lambda: of_django  # type: ignore[method-assign]
    with app.replace_connector(own) as replaced:
        yield replaced


async def _work(app: Any) -> None:
    async with app.open_async():
        rescue = asyncio.create_task(_rescue(app))
        try:
            await app.run_worker_async(
                concurrency=int(os.environ.get("SMARTSENEGAL_JOBS", "4")),
                wait=True,
                delete_jobs="successful",
                shutdown_graceful_timeout=15,
                fetch_job_polling_interval=2,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=LOST_AFTER_SECONDS,
                task_middleware=[_usable_connections],
            )
        finally:
            rescue.cancel()


async def _rescue(app: Any) -> None:
    """Give back to the queue what a worker that was killed had in hand."""
    from procrastinate.exceptions import ProcrastinateException

    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=LOST_AFTER_SECONDS):
                log.warning("job %s (%s) was left by a worker that is gone", job.id, job.task_name)
                await app.job_manager.retry_job(job)
        except ProcrastinateException as error:
            log.warning("no look at the jobs left behind: %s", error.__cause__ or error)
        await asyncio.sleep(HEARTBEAT_SECONDS)


def _usable_connections(run: Callable[[], Any], context: Any, worker: Any) -> Any:
    """After a job that failed, drop the thread's connections that the database closed."""
    from django.db import connections

    try:
        return run()
    except Exception:
        for connection in connections.all(initialized_only=True):
            if connection.connection is not None and not connection.is_usable():
                connection.close()
        raise
