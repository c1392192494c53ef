"""The worker's side of webhooks."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from smartsenegal.kernel.webhooks import actions


# The attempts of a call are counted on its row; these are for faults of our own.
@app.task(name="webhooks.send", queue="webhooks", retry=RetryStrategy(max_attempts=5, wait=30))
def send(outgoing_id: str) -> None:
    actions.send(outgoing_id)


@app.periodic(cron="5 4 * * *")
@app.task(name="webhooks.forget_old", queue="webhooks", queueing_lock="webhooks.forget_old")
def forget_old(timestamp: int) -> None:
    actions.forget_old()
