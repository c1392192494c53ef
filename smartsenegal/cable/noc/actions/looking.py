"""One look at everything that can be alarmed of; a job does it each minute."""

from dataclasses import asdict
from datetime import UTC, datetime

from django.db import connection, transaction

from smartsenegal.cable.noc import messages, queries
from smartsenegal.cable.noc.conditions import Condition, Excuse, conditions
from smartsenegal.cable.noc.models import Alarm
from smartsenegal.cable.noc.rules import CAUSES, ITSELF, Watch, step
from smartsenegal.cable.resilience.api import works

HITS_KEPT = 200


@transaction.atomic
def look(now: datetime) -> list[Alarm]:
    """Raise, follow and end alarms; those that were raised and told by this look."""
    with connection.cursor() as cursor:  # two looks at once would raise an alarm twice
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('cable_noc'))")
    excuses = [Excuse.of(work) for work in works(now) if work.starts_at <= now]
    followed = {(a.cause, a.subject): a for a in Alarm.objects.filter(ended_at=None)}
    told = []
    for condition in conditions(now, {subject for _, subject in followed}):
        alarm = followed.pop((condition.cause, condition.subject), None)
        if alarm is None and not condition.holds:
            continue
        reason = next((e.reason for e in excuses if e.explains(condition)), "")
        if _follow(alarm, condition, reason, now):
            told.append((condition.cause, condition.subject))
    for gone in followed.values():  # what it was about is no more
        _end(gone, now)
    raised = [a for a in Alarm.objects.filter(told_at=now) if (a.cause, a.subject) in told]
    for alarm in raised:
        messages.tell_engineers(alarm)
    return raised


def _follow(alarm: Alarm | None, condition: Condition, silenced: str, now: datetime) -> bool:
    """Write what one look changes; whether the alarm is to be told now."""
    _, _, raise_after, end_after = CAUSES[condition.cause]
    before = _watch(alarm) if alarm else Watch()
    after = step(before, condition.holds, now.timestamp(), raise_after, end_after)
    if before.raised and not after.raised:
        assert alarm is not None
        _end(alarm, now)
        return False
    if after.holds_since is None:
        if alarm is not None and condition.holds is False:
            alarm.delete()  # it was never raised
        return False
    since = condition.since or now
    alarm = alarm or Alarm(cause=condition.cause, subject=condition.subject, holds_since=since)
    if condition.holds:
        alarm.title, alarm.sentence, alarm.link = (
            condition.title[:250],
            condition.sentence[:500],
            condition.link,
        )
        alarm.hits = [asdict(hit) for hit in condition.hits[:HITS_KEPT]]
    alarm.silenced = silenced[:300]
    alarm.over_since = _moment(after.over_since)
    if after.raised and alarm.raised_at is None:
        alarm.raised_at = now
    to_tell = (
        alarm.raised_at is not None and alarm.told_at is None and not silenced and after.over_since is None
    )
    if to_tell:
        alarm.told_at = now
    alarm.save()
    return to_tell


def _watch(alarm: Alarm) -> Watch:
    over = alarm.over_since.timestamp() if alarm.over_since else None
    return Watch(alarm.holds_since.timestamp(), alarm.raised_at is not None, over)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _end(alarm: Alarm, now: datetime) -> None:
    """The condition is over: who was told that it began is told so. An alarm that nobody took closes itself:
    there is nothing left to do."""
    if alarm.raised_at is None:
        alarm.delete()
        return
    alarm.ended_at = now
    if not alarm.taken_at:
        alarm.closed_at, alarm.ending = now, ITSELF
    alarm.save(update_fields=["ended_at", "closed_at", "ending"])
    for notice in queries.notices_of(alarm):
        messages.tell_over(notice.contact, alarm)
