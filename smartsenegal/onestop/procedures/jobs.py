"""Background work of the catalogue."""

from procrastinate.contrib.django import app

from smartsenegal.onestop.procedures import actions

NAME = "procedures.bring_up_to_date"


@app.periodic(cron="3 0 * * *")  # type: ignore[untyped-decorator]
@app.task(name=NAME, queueing_lock=NAME)  # type: ignore[untyped-decorator]
def bring_up_to_date(timestamp: int) -> None:
    """At midnight in Dakar, what was published ahead takes effect."""
    actions.bring_up_to_date()
