"""The worker's side: sign where the journal stands, verify it when asked."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from smartsenegal.kernel import vault
from smartsenegal.kernel.audit import actions
from smartsenegal.kernel.audit.inspection import actions as inspection


@app.periodic(cron="*/5 * * * *")
@app.task(name="audit.sign_heads", queue="audit", queueing_lock="audit.sign_heads")
def sign_heads(timestamp: int) -> None:
    """Sign every chain that has grown, in the database and in the file outside it."""
    actions.sign_heads(vault.authority())
    actions.publish_heads()


@app.task(name="audit.verify", queue="audit")
def verify(check_id: int) -> None:
    actions.run_check(check_id)


@app.periodic(cron="35 * * * *")
@app.task(name="audit.count_readings", queue="audit", queueing_lock="audit.count_readings")
def count_readings(timestamp: int) -> None:
    """Count who read how much yesterday and today, for the report of unusual readings."""
    today = timezone.localdate()
    for day in (today - timedelta(days=1), today):
        inspection.count_readings(day)
