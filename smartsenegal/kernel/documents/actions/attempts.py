"""Doors that can be guessed at: how often one address has tried lately."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from smartsenegal.kernel.documents.models import Attempt

WINDOW = timedelta(minutes=10)

_COUNT = """
    INSERT INTO documents_attempt AS a (address, "window", count) VALUES (%s, %s, 1)
    ON CONFLICT (address, "window") DO UPDATE SET count = a.count + 1 RETURNING count
"""


def count_attempt(address: str) -> int:
    """Note one attempt from this address; returns how many there were in the present ten minutes."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [address, window()])
        total: int = cursor.fetchone()[0]
    return total


def window() -> datetime:
    """Start of the present ten minutes."""
    seconds = int(WINDOW.total_seconds())
    now = int(timezone.now().timestamp())
    return datetime.fromtimestamp(now - now % seconds, tz=timezone.get_default_timezone())


def forget_attempts(before: datetime) -> int:
    """Delete the counts of windows before this; returns how many."""
    return Attempt.objects.filter(window__lt=before).delete()[0]
