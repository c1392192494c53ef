"""What a job defers is part of the job's own transaction."""

import pytest
from django.db import connection, transaction

from smartsenegal.run.worker import worker_app

pytestmark = pytest.mark.django_db


class Broken(Exception):
    """The job fails after it has deferred another."""


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        return int(cursor.fetchone()[0])


def defer() -> None:
    from smartsenegal.kernel.payments.jobs import ask_for_check

    ask_for_check("01a20f50-2992-72be-bbf3-3ace3f69b018")


@transaction.atomic
def job() -> None:
    defer()
    assert waiting() == 1
    raise Broken


def test_a_job_that_fails_takes_back_what_it_deferred() -> None:
    with worker_app():
        with pytest.raises(Broken):
            job()
        assert waiting() == 0


def test_the_worker_has_a_connection_of_its_own_to_listen() -> None:
    from procrastinate.contrib.django import app

    of_django = app.connector
    with worker_app() as worker:
        assert worker.connector is not of_django
        assert worker.job_manager.connector is worker.connector
    assert app.connector is of_django
