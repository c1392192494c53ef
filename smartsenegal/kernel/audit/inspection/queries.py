"""What one agent did, who read one person's data, and which readings are unusual."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from smartsenegal.kernel.audit import holdings
from smartsenegal.kernel.audit.inspection import rules
from smartsenegal.kernel.audit.inspection.rules import Day, Threshold
from smartsenegal.kernel.audit.models import Entry, Inspection, ReadingDay, ReadingThreshold
from smartsenegal.kernel.audit.queries import Page

BATCH = 1000


def latest(limit: int = 50) -> list[Inspection]:
    """The inspections opened last."""
    return list(Inspection.objects.order_by("-opened_at")[:limit])


def _entries(inspection: Inspection) -> QuerySet[Entry]:
    found = Entry.objects.filter(at__gte=_midnight(inspection.since), at__lt=_after(inspection.until))
    if inspection.kind == "agent":
        return found.filter(actor_id=inspection.actor_id)
    return found.filter(subject__in=inspection.subjects, verb__regex=rules.READING_PATTERN)


def page(inspection: Inspection, before: int | None = None, size: int = 50) -> Page:
    """One page of what was looked for, newest first."""
    found = _entries(inspection)
    if before is not None:
        found = found.filter(id__lt=before)
    entries = list(found.order_by("-id")[: size + 1])
    return Page(entries[:size], entries[size - 1].pk if len(entries) > size else None)


def batches(inspection: Inspection) -> Iterator[list[Entry]]:
    """All of it, newest first, a batch at a time: memory does not grow with the journal."""
    before: int | None = None
    while True:
        found = page(inspection, before, BATCH)
        if found.entries:
            yield found.entries
        if found.older is None:
            return
        before = found.older


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def _after(day: date) -> datetime:
    return _midnight(day + timedelta(days=1))


# --- unusual readings ---------------------------------------------------------------------

_READINGS = """
    SELECT actor_id, actor_label, organisation, subject,
        extract(hour FROM at AT TIME ZONE 'UTC')::int, count(*)
    FROM audit_entry
    WHERE at >= %s AND at < %s AND organisation <> '' AND subject NOT LIKE 'journal:%%'
        AND verb ~ %s
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1
"""


def readings_of(day: date) -> list[Day]:
    """What each agent read on a day, counted from the journal."""
    names: dict[str, tuple[str, str]] = {}
    hours: dict[str, list[int]] = defaultdict(lambda: [0] * 24)
    files: dict[str, int] = defaultdict(int)
    outside: dict[str, int] = defaultdict(int)
    for pairs in _batched(_read_on(day, names, hours)):
        for actor, _ in pairs:
            files[actor] += 1
        for actor, _ in holdings.outside(pairs):
            outside[actor] += 1
    return [Day(day, a, *names[a], files[a], outside[a], hours[a]) for a in sorted(names)]


def _read_on(
    day: date, names: dict[str, tuple[str, str]], hours: dict[str, list[int]]
) -> Iterator[tuple[str, str]]:
    """Each (agent, subject) once; fills names and hours on the way."""
    seen: set[str] = set()
    with connection.chunked_cursor() as cursor:
        cursor.execute(_READINGS, [_midnight(day), _after(day), rules.READING_PATTERN])
        for actor, label, organisation, subject, hour, count in cursor:
            if actor not in names:
                seen = set()
            names[actor] = (label, organisation)
            hours[actor][hour] += count
            if subject not in seen:
                seen.add(subject)
                yield actor, subject


def _batched(pairs: Iterator[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    while batch := list(islice(pairs, BATCH)):
        yield batch


def threshold_on(day: date, known: list[ReadingThreshold]) -> Threshold:
    """The thresholds in force on a day, among those known (latest first); the starting ones before any."""
    found = next((t for t in known if t.effective_from <= day), None)
    if found is None:
        return rules.STARTING
    return Threshold(found.files, found.outside, found.odd, found.odd_from, found.odd_until)


def thresholds() -> list[ReadingThreshold]:
    """All thresholds, the latest first."""
    return list(ReadingThreshold.objects.order_by("-effective_from", "-id"))


def unusual(since: date, until: date) -> Iterator[tuple[Day, list[str]]]:
    """Days on which an agent's readings were unusual, newest first, with the reasons. Two queries."""
    known = thresholds()
    rows = ReadingDay.objects.filter(day__gte=since, day__lte=until).order_by("-day", "actor_label")
    for row in rows.iterator(BATCH):
        day = Day(
            row.day, row.actor_id, row.actor_label, row.organisation, row.files, row.outside, row.by_hour
        )
        if reasons := rules.unusual(day, threshold_on(row.day, known)):
            yield day, reasons
