"""The worker's side: every five minutes, every agent is asked."""

from procrastinate.contrib.django import app

from smartsenegal.cable.collection import actions


@app.periodic(cron="*/5 * * * *")  # type: ignore[untyped-decorator]
@app.task(
    name="cable_collection.collect",
    queue="collection",
    queueing_lock="cable_collection.collect",
    lock="cable_collection",
)
def collect(timestamp: int) -> None:
    actions.collect()


@app.task(name="cable_collection.ask_one", queue="collection", lock="cable_collection")
def ask_one(agent: int) -> None:
    actions.collect(agent)
