"""The worker's side: a look each minute."""

from django.utils import timezone
from procrastinate.contrib.django import app

from smartsenegal.cable.noc import actions


@app.periodic(cron="* * * * *")  # type: ignore[untyped-decorator]
@app.task(name="cable_noc.look", queue="collection", queueing_lock="cable_noc.look")
def look(timestamp: int) -> None:
    actions.look(timezone.now())
