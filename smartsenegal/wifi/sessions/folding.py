"""The fold of events in SQL, incremental. It gives what `rules.fold` gives: a property test holds it to that.

What makes it possible to go on from a session as stored, without its events:
- a session ended by its Stop has `ended_us = updated_us` (a later report would have opened it again), one
  ended by a restart of its gateway has `ended_us >= updated_us`;
- a Stop older than `updated_us` never ends anything any more, since `updated_us` only grows.
"""

# ruff: noqa: S608 - the pieces put together are constants of this file
from __future__ import annotations

from datetime import date

from smartsenegal.wifi.sessions.rules import NAS_REBOOT, OFF, ON, START, STOP

# Whatever gateways say, one sum that does not fit would stop the fold of all.
_MOST = (1 << 63) - 1
_BATCH = "(SELECT * FROM wifi_sessions_event WHERE id > %(after)s AND id <= %(upto)s)"


def place_of_key(day: date) -> bytes:
    """Where a key of the day belongs, for the vault."""
    return b"wifi_sessions.day_key:" + day.isoformat().encode()


# Where the events of this turn come from, how many, and how many restarts among them.
PLACES = f"""
    SELECT nas, left(access_point, 17), count(*), count(*) FILTER (WHERE kind IN ({ON}, {OFF}))
    FROM {_BATCH} e GROUP BY 1, 2
"""

# What a session grew by each day: the largest total up to that day less the largest before it.
USAGE = f"""
    INSERT INTO wifi_sessions_usage AS u (holder, day, seconds, octets, version)
    SELECT holder, day, least(sum(seconds), {_MOST}), least(sum(octets), {_MOST}), 0
    FROM (
        SELECT holder, day,
               greatest(seconds, had_seconds) - greatest(before_seconds, had_seconds) AS seconds,
               greatest(octets_in, had_in) - greatest(before_in, had_in)
               + greatest(octets_out, had_out) - greatest(before_out, had_out) AS octets
        FROM (
            SELECT holder, day, had_seconds, had_in, had_out,
                   max(seconds) OVER upto AS seconds, max(octets_in) OVER upto AS octets_in,
                   max(octets_out) OVER upto AS octets_out,
                   coalesce(max(seconds) OVER before, 0) AS before_seconds,
                   coalesce(max(octets_in) OVER before, 0) AS before_in,
                   coalesce(max(octets_out) OVER before, 0) AS before_out
            FROM (
                SELECT e.session, max(e.holder) AS holder,
                       (to_timestamp(e.happened_us / 1000000) AT TIME ZONE 'UTC')::date AS day,
                       max(e.seconds) AS seconds, max(e.octets_in) AS octets_in,
                       max(e.octets_out) AS octets_out,
                       coalesce(max(s.seconds), 0) AS had_seconds,
                       coalesce(max(s.octets_in), 0) AS had_in,
                       coalesce(max(s.octets_out), 0) AS had_out
                FROM {_BATCH} e
                LEFT JOIN wifi_sessions_session s ON s.key = e.session AND s.holder IS NOT NULL
                WHERE e.kind NOT IN ({ON}, {OFF}) AND e.holder IS NOT NULL
                GROUP BY 1, 3
            ) by_day
            WINDOW upto AS (PARTITION BY session ORDER BY day),
                   before AS (
                       PARTITION BY session ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ) running
    ) grown
    GROUP BY holder, day
    HAVING sum(seconds) > 0 OR sum(octets) > 0
    ORDER BY holder, day
    ON CONFLICT (holder, day) DO UPDATE
    SET seconds = least(u.seconds::numeric + excluded.seconds, {_MOST}),
        octets = least(u.octets::numeric + excluded.octets, {_MOST})
"""

# How the gateway that ended it restarted, for a session last heard of at that moment.
_REBOOT = f"""(
    SELECT min(r.happened_us) FROM wifi_sessions_event r
    WHERE r.kind IN ({ON}, {OFF}) AND r.nas = j.nas AND r.happened_us >= j.updated_us AND r.id <= %(upto)s
)"""

SESSIONS = f"""
    WITH heard AS (
        SELECT session AS key, min(nas) AS nas,
               min(happened_us - seconds * 1000000) AS started_us, max(happened_us) AS updated_us,
               max(happened_us) FILTER (WHERE kind = {STOP}) AS stopped_us,
               (array_agg(cause ORDER BY happened_us DESC, id DESC) FILTER (WHERE kind = {STOP}))[1] AS cause,
               max(seconds) AS seconds, max(octets_in) AS octets_in, max(octets_out) AS octets_out,
               max(credential) AS credential, max(holder) AS holder,
               (array_agg(plan ORDER BY happened_us DESC, id DESC))[1] AS plan,
               (array_agg(device ORDER BY happened_us DESC, id DESC))[1] AS device,
               (array_agg(calling ORDER BY happened_us DESC, id DESC))[1] AS calling,
               (array_agg(nas_session ORDER BY happened_us DESC, id DESC))[1] AS nas_session,
               (array_agg(address ORDER BY happened_us DESC, id DESC)
                   FILTER (WHERE address IS NOT NULL))[1] AS address,
               (array_agg(left(access_point, 17) ORDER BY happened_us DESC, id DESC))[1] AS called
        FROM {_BATCH} b WHERE kind NOT IN ({ON}, {OFF}) GROUP BY session
    ), joined AS (
        SELECT h.key, h.nas, coalesce(p.hotspot, g.hotspot, s.hotspot) AS hotspot,
               coalesce(p.zone, s.zone) AS zone, coalesce(s.credential, h.credential) AS credential,
               coalesce(s.holder, h.holder) AS holder, h.nas_session,
               CASE WHEN h.updated_us < s.updated_us THEN s.plan ELSE h.plan END AS plan,
               CASE WHEN h.updated_us < s.updated_us THEN s.device ELSE h.device END AS device,
               CASE WHEN h.updated_us < s.updated_us AND s.calling <> '' THEN s.calling
                    ELSE h.calling END AS calling,
               CASE WHEN h.updated_us < s.updated_us THEN coalesce(s.address, h.address)
                    ELSE coalesce(h.address, s.address) END AS address,
               least(s.started_us, h.started_us) AS started_us,
               greatest(s.updated_us, h.updated_us) AS updated_us,
               greatest(s.seconds, h.seconds) AS seconds, greatest(s.octets_in, h.octets_in) AS octets_in,
               greatest(s.octets_out, h.octets_out) AS octets_out,
               coalesce(g.interim, s.interim_seconds, 300) AS interim_seconds,
               greatest(h.stopped_us, CASE WHEN s.ended_us = s.updated_us THEN s.ended_us END) AS stopped_us,
               CASE WHEN h.stopped_us >= s.ended_us OR s.ended_us IS NULL OR s.ended_us > s.updated_us
                    THEN h.cause ELSE s.cause END AS cause
        FROM heard h
        LEFT JOIN wifi_sessions_session s ON s.key = h.key
        LEFT JOIN unnest(%(nas)s::int[], %(nas_hotspot)s::int[], %(interim)s::int[])
               AS g(nas, hotspot, interim) ON g.nas = h.nas
        LEFT JOIN unnest(%(called)s::text[], %(called_hotspot)s::int[], %(called_zone)s::int[])
               AS p(called, hotspot, zone)
               ON p.called = h.called AND coalesce(g.hotspot, p.hotspot) = p.hotspot
    ), ended AS (
        SELECT j.*,
               CASE WHEN stopped_us >= updated_us THEN stopped_us ELSE {_REBOOT} END AS ended_us
        FROM joined j
    )
    INSERT INTO wifi_sessions_session AS old (
        key, nas, hotspot, zone, credential, holder, plan, device, nas_session, calling, address, started_us,
        updated_us, ended_us, cause, interim_seconds, seconds, octets_in, octets_out, version)
    SELECT key, nas, hotspot, zone, credential, holder, plan, device, nas_session,
           CASE WHEN ended_us IS NULL THEN calling ELSE '' END, CASE WHEN ended_us IS NULL THEN address END,
           started_us, updated_us, ended_us,
           CASE WHEN stopped_us >= updated_us THEN cause WHEN ended_us IS NOT NULL THEN {NAS_REBOOT} END,
           interim_seconds, seconds, octets_in, octets_out, 0
    FROM ended ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        hotspot = excluded.hotspot, zone = excluded.zone, credential = excluded.credential,
        holder = excluded.holder, plan = excluded.plan, device = excluded.device, calling = excluded.calling,
        address = excluded.address, started_us = excluded.started_us, updated_us = excluded.updated_us,
        ended_us = excluded.ended_us, cause = excluded.cause, interim_seconds = excluded.interim_seconds,
        seconds = excluded.seconds, octets_in = excluded.octets_in, octets_out = excluded.octets_out
"""

# A restart ends what its gateway had and was last heard of before; the first of several counts.
REBOOTS = f"""
    UPDATE wifi_sessions_session s
    SET ended_us = r.at_us, cause = {NAS_REBOOT}, calling = '', address = NULL
    FROM (
        SELECT key, min(b.happened_us) AS at_us
        FROM wifi_sessions_session t
        JOIN {_BATCH} b ON b.kind IN ({ON}, {OFF}) AND b.nas = t.nas AND b.happened_us >= t.updated_us
        WHERE t.ended_us IS NULL OR t.ended_us > t.updated_us
        GROUP BY key
    ) r
    WHERE s.key = r.key AND (s.ended_us IS NULL OR s.ended_us > r.at_us)
"""

# Who began or ended a session, and when first: a Start that was lost is made up for by the Stop.
HOLDERS = f"""
    SELECT holder, min(happened_us - CASE WHEN kind = {STOP} THEN seconds * 1000000::bigint ELSE 0 END)
    FROM {_BATCH} b WHERE kind IN ({START}, {STOP}) AND holder IS NOT NULL GROUP BY holder
"""

FORGET = """
    UPDATE wifi_sessions_event SET calling = '', address = NULL
    WHERE id > %(after)s AND id <= %(upto)s AND (calling <> '' OR address IS NOT NULL)
"""
