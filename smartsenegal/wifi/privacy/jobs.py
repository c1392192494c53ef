"""The worker's side: what is past its time goes, the figures of yesterday are counted."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from smartsenegal.wifi.privacy.actions import figures, own, retention


@app.periodic(cron="40 3 * * *")
@app.task(name="wifi_privacy.purge", queue="privacy", queueing_lock="wifi_privacy.purge")
def purge(timestamp: int) -> None:
    own.finish_erasures()
    retention.purge_all()


@app.periodic(cron="10 2,5 * * *")
@app.task(name="wifi_privacy.count_days", queue="privacy", queueing_lock="wifi_privacy.count_days")
def count_days(timestamp: int) -> None:
    """Yesterday, and the day before it once more: events that waited elsewhere come late."""
    for back in (2, 1):
        figures.count_day(timezone.localdate() - timedelta(days=back))
