"""Background work of `identity`."""

from procrastinate.contrib.django import app

from smartsenegal.kernel.identity import actions


@app.periodic(cron="41 3 * * *")  # type: ignore[untyped-decorator]
@app.task(name="identity.forget_pending", queue="identity")  # type: ignore[untyped-decorator]
def forget_pending(timestamp: int) -> None:
    """Forget accounts opened by asking for a code that nobody typed, old sessions, spent rate limits.

    Mandates whose last day is past end here too.
    """
    actions.expire_mandates()
    actions.forget_pending()
    actions.forget_expired()


@app.periodic(cron="17 4 * * *")  # type: ignore[untyped-decorator]
@app.task(name="identity.rotate_signing_keys", queue="identity")  # type: ignore[untyped-decorator]
def rotate_signing_keys(timestamp: int) -> None:
    """Make the next key that signs for other services when it is due, and forget those that are past."""
    actions.rotate_signing_keys()
