"""What time it is for cases: the one place their acts, jobs and pages ask.

A demonstration may be moved forward to show what a delay leads to: SMARTSENEGAL_TEST_CLOCK then names a file
that holds a number of days. Elsewhere the variable does nothing.
"""

import os
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """This moment."""
    return timezone.now() + _moved()


def today() -> date:
    """This day in Senegal."""
    return timezone.localdate() + _moved()


def _moved() -> timedelta:
    named = os.environ.get("SMARTSENEGAL_TEST_CLOCK", "") if settings.DEMO else ""
    if not named:
        return timedelta()
    try:
        return timedelta(days=int(Path(named).read_text("ascii").strip() or "0"))
    except (OSError, ValueError):
        return timedelta()
