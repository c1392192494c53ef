"""Open an inspection, take its result out, set what is unusual; each is in the journal itself."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from smartsenegal.kernel.audit.actions import record
from smartsenegal.kernel.audit.inspection import queries
from smartsenegal.kernel.audit.inspection.rules import Threshold
from smartsenegal.kernel.audit.models import Inspection, ReadingDay, ReadingThreshold
from smartsenegal.lib.actor import Actor


@transaction.atomic
def open_inspection(
    by: Actor,
    kind: str,
    label: str,
    since: date,
    until: date,
    reason: str,
    *,
    actor_id: str = "",
    subjects: Sequence[str] = (),
) -> Inspection:
    """Write down who looks at whom, over which days and why; returns the inspection, whose pages show it."""
    opened = Inspection.objects.create(
        kind=kind,
        label=label[:200],
        actor_id=actor_id,
        subjects=list(subjects),
        since=since,
        until=until,
        reason=reason[:500],
        opened_by=by.id,
        opened_by_label=by.label[:200],
    )
    subject = f"account:{actor_id}" if actor_id else next(iter(subjects), "journal:pages")
    detail = {"inspection": str(opened.pk), "kind": kind, "since": str(since), "until": str(until)}
    record(by, "audit.inspected", subject, detail, reason)
    return opened


def record_page(by: Actor, inspection: Inspection, verb: str = "audit.read") -> None:
    """Write in the journal that a page of an inspection was read, or all of it exported."""
    with transaction.atomic():
        record(by, verb, "journal:pages", {"inspection": str(inspection.pk)}, inspection.reason)


def record_report(by: Actor, since: date, until: date, verb: str = "audit.read") -> None:
    """Write in the journal that the report of unusual readings was read or exported."""
    with transaction.atomic():
        record(by, verb, "journal:readings", {"since": str(since), "until": str(until)})


@transaction.atomic
def count_readings(day: date) -> int:
    """Count anew who read how much on a day; returns how many agents read something."""
    found = queries.readings_of(day)
    ReadingDay.objects.filter(day=day).delete()
    ReadingDay.objects.bulk_create(
        ReadingDay(
            day=d.day, actor_id=d.actor_id, actor_label=d.label, organisation=d.organisation,
            files=d.files, outside=d.outside, by_hour=list(d.by_hour),
        )
        for d in found
    )  # fmt: skip
    return len(found)


@transaction.atomic
def set_threshold(by: Actor, effective_from: date, threshold: Threshold, reason: str) -> ReadingThreshold:
    """Set from a day on what is shown as unusual; days before keep the thresholds they had."""
    made = ReadingThreshold.objects.create(
        effective_from=effective_from, set_by=by.label[:200], reason=reason[:500], **vars(threshold)
    )
    detail = {**vars(threshold), "from": str(effective_from)}
    record(by, "audit.threshold_set", "journal:readings", detail, reason)
    return made
