"""The worker's side: deliveries, stalled jobs, clean-up."""

from datetime import timedelta

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from smartsenegal.kernel.events import actions

# 12 attempts over about two days: an operator may be away for a night.
RETRY = RetryStrategy(max_attempts=12, exponential_wait=3)
STALLED_AFTER_SECONDS = 60


@app.task(name="events.deliver", retry=RETRY, queue="events")
def deliver(event_id: str, listener: str) -> None:
    actions.deliver_once(event_id, listener)


@app.periodic(cron="* * * * *")
@app.task(
    name="events.retry_stalled", queue="events", queueing_lock="events.retry_stalled", pass_context=False
)
async def retry_stalled(timestamp: int) -> None:
    """Give back to the queue the jobs of a worker that was killed."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        await app.job_manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(name="events.forget_old", queue="events")
def forget_old(timestamp: int) -> None:
    actions.forget_before(timezone.now() - timedelta(days=90))
