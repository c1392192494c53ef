"""The worker's side of payments."""

from contextlib import suppress
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from smartsenegal.kernel.payments import actions, queries
from smartsenegal.kernel.payments.registry import operators

# Twelve tries over about two days; the minute's check reads the payment back in the meantime.
CALLBACK_RETRY = RetryStrategy(max_attempts=12, exponential_wait=3)
# A statement that cannot be had is asked for again during the morning.
STATEMENT_RETRY = RetryStrategy(max_attempts=8, wait=900)


@app.task(name="payments.callback", queue="payments", retry=CALLBACK_RETRY)
def callback(event_id: int) -> None:
    actions.deal_with(event_id)


@app.task(name="payments.check", queue="payments")
def check(attempt_id: str) -> None:
    actions.check(attempt_id)


@app.periodic(cron="* * * * *")
@app.task(name="payments.check_due", queue="payments", queueing_lock="payments.check_due")
def check_due(timestamp: int) -> None:
    """Read back what is pending or unknown, each attempt at its own pace (`rules.check_delay`)."""
    for attempt_id in queries.due_for_check():
        ask_for_check(str(attempt_id))


@app.task(name="payments.refund", queue="payments")
def refund(refund_id: str) -> None:
    actions.carry_out(refund_id)


@app.periodic(cron="* * * * *")
@app.task(name="payments.refunds_due", queue="payments", queueing_lock="payments.refunds_due")
def refunds_due(timestamp: int) -> None:
    """Ask again for the refunds an operator has not yet answered, each at its own pace."""
    for refund_id in queries.due_refunds():
        with suppress(AlreadyEnqueued), transaction.atomic():
            job = refund.configure(queueing_lock=f"payments.refund:{refund_id}")
            job.defer(refund_id=str(refund_id))


@app.task(name="payments.reconcile", queue="payments", retry=STATEMENT_RETRY)
def reconcile(provider: str, day: str) -> None:
    actions.reconcile(provider, date.fromisoformat(day))


@app.periodic(cron="20 4 * * *")
@app.task(name="payments.reconcile_yesterday", queue="payments", queueing_lock="payments.reconcile")
def reconcile_yesterday(timestamp: int) -> None:
    """Read the statement that each operator gives of the day before."""
    day = timezone.localdate() - timedelta(days=1)
    for operator in operators():
        reconcile.defer(provider=operator.name, day=day.isoformat())


def ask_for_check(attempt_id: str) -> None:
    """Defer one reading of an attempt; nothing when one is waiting already."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        check.configure(queueing_lock=f"payments.check:{attempt_id}").defer(attempt_id=attempt_id)
