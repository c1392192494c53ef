"""The worker's side: old answers are forgotten."""

from procrastinate.contrib.django import app

from smartsenegal.kernel.idempotency import actions


@app.periodic(cron="35 3 * * *")
@app.task(name="idempotency.forget_old", queue="events", queueing_lock="idempotency.forget_old")
def forget_old(timestamp: int) -> None:
    actions.forget_old()
