"""The worker's side: archives are made and destroyed."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from smartsenegal.kernel.privacy import actions

RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.task(name="privacy.make_archive", retry=RETRY, queue="privacy")
def make_archive(request_id: str) -> None:
    actions.make_archive(request_id)


@app.periodic(cron="10 7 * * *")
@app.task(name="privacy.alert_officers", queue="privacy", queueing_lock="privacy.alert_officers")
def alert_officers(timestamp: int) -> None:
    actions.alert_officers()


@app.periodic(cron="50 2 * * *")
@app.task(name="privacy.destroy_expired", queue="privacy", queueing_lock="privacy.destroy_expired")
def destroy_expired(timestamp: int) -> None:
    actions.destroy_expired()
