"""From accounting events to counts by minute; from minutes to hours, to days; and out when their time comes.

Everything may be asked again: an event is counted in the transaction that says how far one is.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connections, transaction

from smartsenegal.wifi.monitoring.models import Batch, Day, Hour, Minute, Progress, Seen
from smartsenegal.wifi.sessions.api import Folded

NAME = "accounting"
EVENTS_AT_ONCE = 20_000
# Events that are folded are all committed, and their sessions have a place: see `sessions.fold_events`.
FOLD = "sessions"

# All parts read the rows as they were before: `seen` is asked and written in one statement.
_COUNT = """
WITH batch AS (
    SELECT session, max(octets_in) AS octets_in, max(octets_out) AS octets_out,
           max(happened_us) AS happened_us, bool_or(kind = 2) AS stopped
    FROM wifi_sessions_event
    WHERE id > %(after)s AND id <= %(upto)s AND kind IN (1, 2, 3)
    GROUP BY session
), grown AS (
    SELECT b.session, coalesce(s.hotspot, 0) AS hotspot, b.stopped,
           date_trunc('minute', to_timestamp(b.happened_us / 1e6)) AS minute,
           k.session IS NULL AS new, coalesce(k.ended, false) AS had_ended,
           coalesce(k.octets_in, 0) AS had_in, coalesce(k.octets_out, 0) AS had_out,
           greatest(b.octets_in, coalesce(k.octets_in, 0)) AS octets_in,
           greatest(b.octets_out, coalesce(k.octets_out, 0)) AS octets_out
    FROM batch b
    LEFT JOIN wifi_sessions_session s ON s.key = b.session
    LEFT JOIN wifi_monitoring_seen k ON k.session = b.session
), remembered AS (
    INSERT INTO wifi_monitoring_seen (session, octets_in, octets_out, ended, at)
    SELECT session, octets_in, octets_out, stopped OR had_ended, now() FROM grown ORDER BY session
    ON CONFLICT (session) DO UPDATE SET octets_in = excluded.octets_in, octets_out = excluded.octets_out,
                                        ended = excluded.ended, at = excluded.at
), counts AS (
    SELECT hotspot, minute, stage, sum(number)::bigint AS number
    FROM grown CROSS JOIN LATERAL (VALUES
        ('opened', new::int::bigint),
        ('used', (had_in + had_out = 0 AND octets_in + octets_out > 0)::int::bigint),
        ('ended', (stopped AND NOT had_ended)::int::bigint),
        ('octets_up', octets_in - had_in),
        ('octets_down', octets_out - had_out)
    ) AS each (stage, number)
    WHERE number > 0
    GROUP BY 1, 2, 3
)
INSERT INTO wifi_monitoring_minute AS kept (hotspot, minute, stage, count)
SELECT hotspot, minute, stage, number FROM counts ORDER BY 1, 2, 3
ON CONFLICT (hotspot, minute, stage) DO UPDATE SET count = kept.count + excluded.count
"""
# What the gateways said, by the events themselves: On and Off have no session.
_HEARD = """
INSERT INTO wifi_monitoring_gatewaystate AS kept (nas, radius_at, off_at, beat_sent)
SELECT nas, to_timestamp(max(received_us) FILTER (WHERE kind <> 8) / 1e6),
       to_timestamp(max(received_us) FILTER (WHERE kind = 8) / 1e6), 0
FROM wifi_sessions_event WHERE id > %(after)s AND id <= %(upto)s
GROUP BY nas ORDER BY nas
ON CONFLICT (nas) DO UPDATE SET radius_at = greatest(kept.radius_at, excluded.radius_at),
                                off_at = greatest(kept.off_at, excluded.off_at)
"""


def count_events(limit: int = EVENTS_AT_ONCE) -> int:
    """Count the next folded events, `limit` identifiers at most; how many, 0 when none is left."""
    Progress.objects.get_or_create(name=NAME)
    folded = Folded.objects.filter(name=FOLD).values_list("event", flat=True).first() or 0
    with transaction.atomic(using=settings.FLOWS):
        progress = Progress.objects.select_for_update().get(name=NAME)
        upto = min(folded, progress.event + limit)
        if upto <= progress.event:
            return 0
        values = {"after": progress.event, "upto": upto}
        with connections[settings.FLOWS].cursor() as cursor:
            cursor.execute(_COUNT, values)
            cursor.execute(_HEARD, values)
        Progress.objects.filter(name=NAME).update(event=upto)
    return upto - progress.event


# --- minutes, hours, days -------------------------------------------------------------------------

_HOURS = """
INSERT INTO wifi_monitoring_hour (hotspot, hour, stage, count)
SELECT hotspot, date_trunc('hour', minute), stage, sum(count)
FROM wifi_monitoring_minute WHERE minute >= %(since)s AND minute < %(until)s
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (hotspot, hour, stage) DO UPDATE SET count = excluded.count
"""
_DAYS = """
INSERT INTO wifi_monitoring_day (hotspot, day, stage, count)
SELECT hotspot, (hour AT TIME ZONE 'UTC')::date, stage, sum(count)
FROM wifi_monitoring_hour WHERE hour >= %(since)s AND hour < %(until)s
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (hotspot, day, stage) DO UPDATE SET count = excluded.count
"""
# Devices are known under the key of the day: a device is counted once a day, and never followed further.
_DEVICES = """
INSERT INTO wifi_monitoring_day (hotspot, day, stage, count)
SELECT coalesce(s.hotspot, 0), e.day, 'devices', count(DISTINCT e.device)
FROM wifi_sessions_event e JOIN wifi_sessions_session s ON s.key = e.session
WHERE e.day = %(day)s AND e.kind IN (1, 2, 3)
GROUP BY 1, 2 ORDER BY 1
ON CONFLICT (hotspot, day, stage) DO UPDATE SET count = excluded.count
"""


def roll_up_lately(now: datetime) -> None:
    """Add up the minutes of this hour and the one before, and the hours of their days. Once a minute.

    So that no page of seven days lags behind that of one.
    """
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    until = hour + timedelta(hours=2)
    with connections[settings.FLOWS].cursor() as cursor:
        cursor.execute(_HOURS, {"since": hour, "until": until})
        cursor.execute(_DAYS, {"since": hour.replace(hour=0), "until": until})


def roll_up(now: datetime, days: int = 2) -> None:
    """Add up the minutes of the last days by hour, the hours by day, and the devices of those days.

    The whole of each hour and day is written anew: asked twice it gives the same, and what came late counts.
    Hours whose minutes are gone are left as they are.
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    values = {"since": today - timedelta(days=days - 1), "until": today + timedelta(days=1)}
    with transaction.atomic(using=settings.FLOWS), connections[settings.FLOWS].cursor() as cursor:
        cursor.execute(_HOURS, values)
        cursor.execute(_DAYS, values)
        for back in range(days):
            cursor.execute(_DEVICES, {"day": (today - timedelta(days=back)).date()})


def purge(now: datetime, kept: dict[str, int]) -> int:
    """Remove what is older than the days of `kept` ("minutes", "hours", "days"); how many rows.

    A session's totals are forgotten two days after its last report: it cannot grow any more.
    """
    gone = [
        Minute.objects.filter(minute__lt=now - timedelta(days=kept["minutes"])),
        Hour.objects.filter(hour__lt=now - timedelta(days=kept["hours"])),
        Day.objects.filter(day__lt=(now - timedelta(days=kept["days"])).date()),
        Batch.objects.filter(at__lt=now - timedelta(days=1)),
        Seen.objects.filter(at__lt=now - timedelta(days=2)),
    ]
    return sum(each.delete()[0] for each in gone)
