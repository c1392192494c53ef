"""The worker's side: destroy what must no longer be kept, sweep what was left behind."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from smartsenegal.kernel.documents import actions
from smartsenegal.kernel.identity.api import system

# An upload under way is younger than this; a file left by one that was cut is older.
ORPHAN_AGE = timedelta(hours=24)


@app.periodic(cron="10 2 * * *")
@app.task(name="documents.purge", queue="documents", queueing_lock="documents.purge")
def purge(timestamp: int) -> None:
    actions.purge_due(system("conservation"))


@app.periodic(cron="40 2 * * *")
@app.task(name="documents.sweep", queue="documents", queueing_lock="documents.sweep")
def sweep(timestamp: int) -> None:
    actions.sweep_orphans(timezone.now() - ORPHAN_AGE)
    actions.forget_attempts(timezone.now() - ORPHAN_AGE)
