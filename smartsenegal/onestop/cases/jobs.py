"""Background work; each job calls one action and may be run any number of times."""

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from smartsenegal.onestop.cases import actions, figures, moment, queries

RETRY = RetryStrategy(max_attempts=12, exponential_wait=3)
# The reminder leaves this long before the date of the corrections.
REMINDER_DAYS = 3


@app.task(name="cases.issue_act", retry=RETRY, queue="acts")
def issue_act(case_id: str) -> None:
    actions.issue_act(case_id)


@app.task(name="cases.issue_attestation", retry=RETRY, queue="acts")
def issue_attestation(case_id: str) -> None:
    actions.issue_attestation(case_id)


@app.task(name="cases.issue_refusal", retry=RETRY, queue="acts")
def issue_refusal(case_id: str) -> None:
    actions.issue_refusal(case_id)


@app.task(name="cases.run_batch", retry=RETRY, queue="cases")
def run_batch(batch_id: str) -> None:
    actions.run_batch(batch_id)


@app.task(name="cases.run_rebase", retry=RETRY, queue="cases")
def run_rebase(rebase_id: str) -> None:
    actions.run_rebase(rebase_id)


@app.task(name="cases.run_preview", retry=RETRY, queue="cases")
def run_preview(preview_id: str) -> None:
    actions.run_preview(preview_id)


@app.task(name="cases.follow_closed_site", retry=RETRY, queue="cases")
def follow_closed_site(code: str) -> None:
    actions.follow_closed_site(code)


@app.periodic(cron="10 0 * * *")
@app.task(name="cases.hear_silence", queue="cases", queueing_lock="cases.hear_silence")
def hear_silence(timestamp: int) -> None:
    """Write down, the day after each delay, what the texts make of silence."""
    actions.hear_silence()


@app.task(name="cases.recompute_open", retry=RETRY, queue="cases", queueing_lock="cases.recompute_open")
def recompute_open() -> None:
    actions.recompute_open()


@app.periodic(cron="20 6 * * *")
@app.task(name="cases.close_overdue", queue="cases", queueing_lock="cases.close_overdue")
def close_overdue(timestamp: int) -> None:
    """Close the cases whose corrections did not come."""
    today = moment.today()
    while overdue := queries.overdue_corrections(today):
        closed = [actions.lapse(case_id) for case_id in overdue]
        if not any(closed):
            return


@app.periodic(cron="40 8 * * *")
@app.task(name="cases.remind", queue="cases", queueing_lock="cases.remind")
def remind(timestamp: int) -> None:
    """Remind those whose corrections are due soon, once a request."""
    for case_id in queries.corrections_due_by(moment.today() + timedelta(days=REMINDER_DAYS)):
        actions.remind(case_id)


@app.periodic(cron="50 8 * * *")
@app.task(name="cases.warn_drafts", queue="cases", queueing_lock="cases.warn_drafts")
def warn_drafts(timestamp: int) -> None:
    """Tell the owners of abandoned drafts when they will be erased, at an hour when a telephone may ring."""
    actions.warn_drafts()


@app.periodic(cron="20 3 * * *")
@app.task(name="cases.erase_drafts", queue="cases", queueing_lock="cases.erase_drafts")
def erase_drafts(timestamp: int) -> None:
    """Erase the drafts whose announced day has come."""
    actions.erase_drafts()


@app.periodic(cron="*/15 * * * *")
@app.task(name="cases.count_standing", queue="cases", queueing_lock="cases.count_standing")
def count_standing(timestamp: int) -> None:
    figures.count_standing()


@app.task(name="cases.recount", queue="cases", queueing_lock="cases.recount")
def recount() -> None:
    """Count all cases anew: after a restore, or when what is counted has changed."""
    figures.recount()
