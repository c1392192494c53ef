"""A day of the nation on the RADIUS server, twenty times as fast as it was: what is kept must be what was sent.

`make bench ONLY=nation` plays the busiest hour; `SMARTSENEGAL_BENCH_DAY=20` the whole day at 20 × real time.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from bench import nation, nation_load
from bench.bench_radius import accounts, database, server
from bench.instance import free_port
from bench.load import cpu_seconds, descendants, memory_mb, percentile
from bench.nation import Total
from bench.nation_load import Sender
from bench.report import Row, publish
from smartsenegal.run.postgres import Cluster
from smartsenegal.wifi.sessions.rules import NAS_REBOOT

PACE = 20
DAY = int(os.environ.get("SMARTSENEGAL_BENCH_DAY", "0"))  # the whole day, so many times as fast as it was
HALF_HOUR, QUARTER = 1800, 900
FOLLOW_SECONDS = 2.0
EARLIER = "earlier"  # the sessions that were over before
METHOD = (
    "A made-up day: 1,000,000 people of 1,000,000 accounts at 120 hotspots, one gateway with an address and a secret of its own"
    " each, 8 access points each; a visit is a login by PAP, a start, a report every 300 s (1 to 11 of them) and a stop, with the"
    " Class of its login: 8,000,000 events over a curve by the hour, which is assumed. One packet in 50 is sent twice, octet for"
    " octet, one report in 200 again under another identifier with Acct-Delay-Time, one in 100 after the next one; the busiest"
    " gateway loses its power, and numbers its sessions from one again. No answer in 2 s: asked again, 5 times. The server has two"
    " workers; every reply's authenticator is verified; accounting is durable before its answer; server, PostgreSQL and sender"
    " share two cores. Totals are read from the sessions as folded, once nothing is left to fold, against what the sender"
    " counted. {part} `SMARTSENEGAL_BENCH_DAY=20 make bench ONLY=nation` plays the whole day (72 minutes) into `nation-day`."
)
SLICE = (
    "Here, the busiest hour (78,000 visits, 1.9 times the mean): those who are on log in beforehand, the day so far is in the"
    " tables, its first half is played at 20 × real time, the next quarter as fast as it goes."
)
WHOLE = "Here, the whole day at {pace} × real time, from nobody on."


def run() -> None:
    """Measure and publish."""
    minute = 0 if DAY else nation.BUSIEST // 60
    with database("nation", lambda cluster: _fill(cluster, minute)) as (cluster, postgres):
        port = free_port()
        with (
            server(cluster, port) as (process, _),
            psycopg.connect(cluster.dsn("smartsenegal"), autocommit=True) as connection,
        ):
            measure = Measure(connection, process.pid, postgres)
            rows = _day(measure, port) if DAY else _busiest(measure, port, minute)
    if DAY:
        publish("nation-day", METHOD.format(part=WHOLE.format(pace=DAY)), rows)
    else:
        publish("nation", METHOD.format(part=SLICE), rows)


def _day(measure: Measure, port: int) -> list[Row]:
    sender = Sender(port, time.time() + nation.DAY / DAY - nation.DAY, 0)
    sender.restart(0, float(nation.BUSIEST))
    rows = _paced(measure, sender, nation.DAY, DAY)
    sender.close()
    return [*rows, *measure.agreement(sender)]


def _busiest(measure: Measure, port: int, minute: int) -> list[Row]:
    middle, end = nation.BUSIEST + HALF_HOUR, nation.BUSIEST + HALF_HOUR + QUARTER
    # What gateways say of the hour is never later than the server's clock: RFC 2869 §5.3 is heeded as it is.
    sender = Sender(port, time.time() + HALF_HOUR / PACE - end, minute)
    sender.restart(0, nation.BUSIEST + HALF_HOUR / 2)
    sender.run(nation.BUSIEST)
    measure.folded()
    sender.forget_latencies()
    rows = _paced(measure, sender, middle, PACE)
    sent, began = sender.ledger.events, time.perf_counter()
    answered = sender.run(end)
    behind = measure.behind()
    measure.folded()
    kept, sent = time.perf_counter() - began, sender.ledger.events - sent
    sender.close()
    return [
        *rows,
        Row("flat out: a simulated hour answered in, at that rate", 4 * answered, "s", goal=3600.0 / PACE),
        Row(
            "flat out: a simulated hour answered and folded in, at that rate",
            4 * kept,
            "s",
            goal=3600.0 / PACE,
        ),
        Row("flat out: times real time, answered and folded", QUARTER / kept, "×"),
        Row("flat out: events a second, answered and folded", sent / kept, "/s"),
        Row("flat out: the fold behind at the last answer", behind.seconds, "s"),
        Row("load average of the last minute, at the end", os.getloadavg()[0], ""),
        *measure.agreement(sender),
    ]


def _paced(measure: Measure, sender: Sender, until: int, pace: int) -> list[Row]:
    sent, wanted = sender.ledger.events, (until - sender.clock) / pace
    with measure.followed():
        seconds = sender.run(until, pace)
    last = measure.behind()
    measure.folded()
    events, at = sender.ledger.events - sent, f"at {pace} × real time"
    each = (measure.server_cpu + measure.database_cpu) / events * 1e6
    return [
        Row(f"{at}: later than {wanted:g} s at the last answer", max(0.0, seconds - wanted), "s", goal=1.0),
        Row(f"{at}: times real time reached", pace * wanted / seconds, "×"),
        Row(f"{at}: events a second", events / seconds, "/s"),
        Row(f"{at}: a packet leaves late, 99th percentile", percentile(sender.late, 0.99), "ms"),
        Row(f"{at}: a report, 99th percentile", sender.reports.p99, "ms"),
        Row(f"{at}: a login, 99th percentile", sender.logins.p99, "ms"),
        Row(f"{at}: the fold behind, at most", max(told.seconds for told in measure.seen), "s"),
        Row(f"{at}: the fold behind at the last answer", last.seconds, "s"),
        Row(f"{at}: CPU of the server and PostgreSQL, an event, all else included", each, "µs"),
        Row(f"{at}: CPU of the server, of one core", measure.server_cpu / seconds * 100, "%"),
        Row(f"{at}: of which its busiest process", measure.busiest_cpu / seconds * 100, "%"),
        Row(f"{at}: CPU of PostgreSQL, of one core", measure.database_cpu / seconds * 100, "%"),
        Row(f"{at}: CPU of the sender, of one core", measure.sender_cpu / seconds * 100, "%"),
        Row(f"{at}: memory of the server, all processes (PSS)", memory_mb(measure.pids), "MB"),
    ]


@dataclass(frozen=True)
class Behind:
    """What is not folded yet: how many events, and for how long the oldest waits."""

    events: int
    seconds: float


class Measure:
    """What the server keeps, by a connection of its own, and what it costs."""

    def __init__(self, connection: psycopg.Connection[Any], server: int, postgres: int) -> None:
        self.pids = [server, *descendants(server)]
        self.seen: list[Behind] = []
        self.server_cpu = self.busiest_cpu = self.database_cpu = self.sender_cpu = 0.0
        self._connection = connection
        self._postgres = postgres
        self._before = self._totals()
        self._used_before = self._used()

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Within, CPU is counted and the fold is looked at."""
        over = threading.Event()
        follower = threading.Thread(target=self._follow, args=(over,), daemon=True)
        follower.start()
        before = self._cpu()
        try:
            yield
        finally:
            self.database_cpu, self.sender_cpu, *each = (
                now - then for now, then in zip(self._cpu(), before, strict=True)
            )
            self.server_cpu, self.busiest_cpu = sum(each), max(each)
            over.set()
            follower.join()

    def _follow(self, over: threading.Event) -> None:
        while not over.wait(FOLLOW_SECONDS):
            self.seen.append(self.behind())

    def _cpu(self) -> list[float]:
        """Of PostgreSQL, of the sender, then of each process of the server."""
        database = cpu_seconds(descendants(self._postgres))
        return [database, time.process_time(), *(cpu_seconds([pid]) for pid in self.pids)]

    def behind(self) -> Behind:
        """How far the fold is behind what is durable."""
        row = self._one(
            "SELECT count(*), coalesce(extract(epoch FROM now()) * 1000000 - min(received_us), 0)::bigint"
            " FROM wifi_sessions_event"
            " WHERE id > (SELECT coalesce(max(event), 0) FROM wifi_sessions_folded)"
        )
        return Behind(row[0], row[1] / 1e6)

    def folded(self) -> None:
        """Wait until nothing is left to fold. Raises RuntimeError after ten minutes without an end."""
        until = time.monotonic() + 600
        while self.behind().events:
            if time.monotonic() > until:
                raise RuntimeError("the fold does not come to an end, see radius.log")
            time.sleep(0.05)

    def agreement(self, sender: Sender) -> list[Row]:
        """What is kept against what was sent: every difference is a fault."""
        ledger, kept = sender.ledger, self._totals()
        grown = [now - then for now, then in zip(kept, self._before, strict=True)]
        octets = sum(total.octets_in + total.octets_out for total in grown)
        events, opened, stopped, restarted = self._one(
            "SELECT (SELECT count(*) FROM wifi_sessions_event), count(*) FILTER (WHERE ended_us IS NULL),"
            " count(*) FILTER (WHERE ended_us IS NOT NULL AND cause <> %s),"
            " count(*) FILTER (WHERE cause = %s) FROM wifi_sessions_session WHERE nas_session <> %s",
            [NAS_REBOOT, NAS_REBOOT, EARLIER],
        )
        ends = (opened, stopped, restarted), (ledger.open, ledger.stopped, ledger.restarted)
        lost = sum(door.wrong + door.lost for door in (sender.logins, sender.reports))
        differing = sum(now != told for now, told in zip(grown, ledger.hotspots, strict=True))
        asked_again = sender.logins.asked_again + sender.reports.asked_again
        return [
            Row("events sent, each answered", ledger.events, ""),
            Row("logins by PAP, each answered", sender.logins.right, ""),
            Row("octets sent", ledger.octets / 1e9, "GB"),
            Row("requests asked again after 2 s", asked_again, ""),
            Row("answers lost or wrong", lost, "", goal=0),
            Row("events kept, other than sent", abs(events - ledger.events), "", goal=0),
            Row("hotspots of 120 whose sessions, seconds or octets differ", differing, "", goal=0),
            Row("octets in all, kept other than sent", abs(octets - ledger.octets), "", goal=0),
            Row("octets of holders, kept other than sent", abs(self._used() - self._used_before - ledger.octets),
                "", goal=0),
            Row(f"sessions open ({ledger.open}), stopped ({ledger.stopped}) or ended by the restart"
                f" ({ledger.restarted}) otherwise", sum(abs(a - b) for a, b in zip(*ends, strict=True)), "", goal=0),
        ]  # fmt: skip

    def _totals(self) -> list[Total]:
        rows = self._connection.execute(
            "SELECT h.ssid::int, count(s.key), coalesce(sum(s.seconds), 0)::bigint,"
            " coalesce(sum(s.octets_in), 0)::bigint, coalesce(sum(s.octets_out), 0)::bigint"
            " FROM wifi_network_hotspot h LEFT JOIN wifi_sessions_session s ON s.hotspot = h.id"
            " GROUP BY 1 ORDER BY 1"
        )
        return [Total(*row[1:]) for row in rows]

    def _used(self) -> int:
        return int(self._one("SELECT coalesce(sum(octets), 0)::bigint FROM wifi_sessions_usage")[0])

    def _one(self, query: str, values: Sequence[object] = ()) -> tuple[Any, ...]:
        row = self._connection.execute(query, values).fetchone()
        assert row is not None
        return tuple(row)


# --- the country ------------------------------------------------------------------------


def _fill(cluster: Cluster, minute: int) -> None:
    from smartsenegal.kernel.sites.api import Site
    from smartsenegal.kernel.territory.models import Territory
    from smartsenegal.wifi.network.api import AccessPoint, Hotspot, Nas, Zone, seal_secret

    place = Territory.objects.create(code="x", kind="commune", name="X", path="X")
    for number in range(nation.HOTSPOTS):
        code = f"wifi-{number}"
        site = Site.objects.create(code=code, name=code, kind="hotspot", territory=place)
        hotspot = Hotspot.objects.create(site=site, ssid=str(number))
        zone = Zone.objects.create(hotspot=hotspot, code="zone", name="Zone")
        AccessPoint.objects.bulk_create(
            AccessPoint(zone=zone, name=f"{point}", mac=nation_load.point_of(number, point))
            for point in range(nation.POINTS)
        )
        Nas.objects.create(
            hotspot=hotspot, code=code, gateway="generic", network=f"{nation_load.address_of(number)}/32",
            secret=seal_secret(code, nation_load.secret_of(number)), interim_seconds=nation.EVERY,
        )  # fmt: skip
    with psycopg.connect(cluster.dsn("smartsenegal"), autocommit=True) as connection:
        accounts(connection, nation.USERS)
        _earlier(connection, nation.visits_before(max(0, minute - nation.LONGEST // 60)))
        connection.execute("VACUUM ANALYZE")


def _earlier(connection: psycopg.Connection[Any], visits: int) -> None:
    """The visits of the day that are over: sessions, and the use of those who came; triggers rest meanwhile."""
    connection.execute("SET session_replication_role = replica")
    connection.execute(
        "INSERT INTO wifi_sessions_session (key, nas, hotspot, holder, device, nas_session, calling,"
        " started_us, updated_us, ended_us, cause, interim_seconds, seconds, octets_in, octets_out, version)"
        " SELECT substring(sha256(n::text::bytea), 1, 16), g.id, g.hotspot_id, n::bigint * 7919 %% %s,"
        " substring(sha256(('d' || n)::bytea), 1, 16), %s, '', t - 2000000000, t, t, 1, %s, 2000, 6000000,"
        " 60000000, 0 FROM generate_series(0, %s) n"
        " JOIN (SELECT id, hotspot_id, row_number() OVER (ORDER BY id) AS turn FROM wifi_network_nas) g"
        " ON g.turn = 1 + n %% %s,"
        " (SELECT (extract(epoch FROM now() - interval '6 hours') * 1000000)::bigint t) clock",
        [nation.USERS, EARLIER, nation.EVERY, visits - 1, nation.HOTSPOTS],
    )
    connection.execute(
        "INSERT INTO wifi_sessions_usage (holder, day, seconds, octets, version)"
        " SELECT holder, (to_timestamp(started_us / 1000000) AT TIME ZONE 'UTC')::date, seconds,"
        " octets_in + octets_out, 0 FROM wifi_sessions_session"
    )
    connection.execute("SET session_replication_role = DEFAULT")
