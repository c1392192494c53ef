"""The worker's side: each minute, what is real is brought to what is wanted."""

from procrastinate.contrib.django import app

from smartsenegal.datacenter.hosting.actions import reconcile

# One lock a backend: two rounds at once would do a step twice.


@app.periodic(cron="* * * * *")
@app.task(name="hosting.machines", queue="hosting", lock="hosting.machines", queueing_lock="hosting.machines")
def machines(timestamp: int) -> None:
    reconcile.reconcile_machines()


@app.periodic(cron="* * * * *")
@app.task(name="hosting.objects", queue="hosting", lock="hosting.objects", queueing_lock="hosting.objects")
def objects(timestamp: int) -> None:
    reconcile.reconcile_objects()
