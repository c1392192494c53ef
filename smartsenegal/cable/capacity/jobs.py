"""Background work of the sale of capacity; each job calls one action."""

from procrastinate.contrib.django import app

from smartsenegal.cable.capacity import actions


@app.periodic(cron="10 0 * * *")
@app.task(name="cable_capacity.close_ended", queue="events", queueing_lock="cable_capacity.close_ended")
def close_ended(timestamp: int) -> None:
    actions.close_ended()
