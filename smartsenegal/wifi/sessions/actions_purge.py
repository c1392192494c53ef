"""What of sessions is removed when its time is over; each says how much it removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from smartsenegal.wifi.sessions.models import DayKey, Folded, Session, Usage

_PARTITION = "wifi_sessions_event_"


def _start_us(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp()) * 1_000_000


@transaction.atomic(using=settings.FLOWS)
def purge_events(before: date) -> int:
    """Remove the events received before that day and folded; a whole day's partition is dropped."""
    folded = max(Folded.objects.values_list("event", flat=True), default=0)
    with connections[settings.FLOWS].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'wifi_sessions_event'::regclass AND c.relname ~ %s",
            [f"^{_PARTITION}[0-9]{{8}}$"],
        )
        parts = [name for (name,) in cursor.fetchall() if _day_of(name) < before]
        removed = sum(_drop(cursor, name, folded) for name in sorted(parts))
        cursor.execute("DELETE FROM wifi_sessions_event_rest WHERE day < %s AND id <= %s", [before, folded])
        return removed + int(cursor.rowcount)


def _day_of(name: str) -> date:
    return datetime.strptime(name.removeprefix(_PARTITION), "%Y%m%d").date()  # noqa: DTZ007 - a day only


def _drop(cursor: object, name: str, folded: int) -> int:
    # The name is one that the catalogue gave and the pattern checked.
    cursor.execute(f"SELECT count(*), coalesce(max(id), 0) FROM {name}")  # type: ignore[attr-defined]  # noqa: S608
    count, last = cursor.fetchone()  # type: ignore[attr-defined]
    if last > folded:
        return 0  # not all folded yet: the next turn of the job finds it again
    cursor.execute(f"DROP TABLE {name}")  # type: ignore[attr-defined]
    return int(count)


def purge_sessions(before: date) -> int:
    """Remove the sessions last heard of before that day, and the use of those days."""
    sessions, _ = Session.objects.filter(updated_us__lt=_start_us(before)).delete()
    usage, _ = Usage.objects.filter(day__lt=before).delete()
    return sessions + usage


def destroy_day_keys(before: date) -> int:
    """Destroy the keys that hash the devices of the days before that one; how many."""
    kept = DayKey.objects.filter(day__lt=before, sealed__isnull=False)
    return kept.update(sealed=None, destroyed_at=timezone.now())


@transaction.atomic(using=settings.FLOWS)
def forget_holders(holders: Sequence[int], today: date) -> None:
    """Take these holders out of connections that are over, and of the events and the use before today.

    What is of today stays counted under their number: it is what says that a quota is used up.
    """
    Session.objects.filter(holder__in=holders, ended_us__isnull=False).update(holder=None, credential=None)
    Usage.objects.filter(holder__in=holders, day__lt=today).delete()
    with connections[settings.FLOWS].cursor() as cursor:
        cursor.execute(
            "UPDATE wifi_sessions_event SET holder = NULL, credential = NULL"
            " WHERE day < %s AND holder = ANY(%s)",
            [today, list(holders)],
        )
