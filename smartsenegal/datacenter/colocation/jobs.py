"""The worker's side: names of visitors go on the day after their time."""

from django.utils import timezone
from procrastinate.contrib.django import app

from smartsenegal.datacenter.colocation.actions import visits


@app.periodic(cron="50 3 * * *")
@app.task(name="colocation.purge", queue="privacy", queueing_lock="colocation.purge")
def purge(timestamp: int) -> None:
    visits.purge(timezone.localdate())
