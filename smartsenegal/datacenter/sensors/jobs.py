"""The worker's side: every five minutes, every source is asked."""

from procrastinate.contrib.django import app

from smartsenegal.datacenter.sensors.actions import rounds


@app.periodic(cron="*/5 * * * *")
@app.task(name="sensors.collect", queue="hosting", lock="sensors.collect", queueing_lock="sensors.collect")
def collect(timestamp: int) -> None:
    rounds.collect()
