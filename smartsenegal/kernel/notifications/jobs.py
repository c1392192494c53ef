"""The worker's side of messages."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from smartsenegal.kernel.notifications import actions, delivery


# The attempts of a message are counted on its row; these are for faults of our own.
@app.task(name="notifications.deliver", queue="messages", retry=RetryStrategy(max_attempts=5, wait=30))
def deliver(message_id: str) -> None:
    delivery.deliver(message_id)


@app.task(name="notifications.confirm", queue="messages", retry=RetryStrategy(max_attempts=3, wait=60))
def confirm(message_id: str, asked: int) -> None:
    delivery.confirm(message_id, asked)


@app.periodic(cron="*/5 * * * *")
@app.task(name="notifications.erase_demo_secrets", queue="messages")
def erase_demo_secrets(timestamp: int) -> None:
    actions.erase_demo_secrets()
