"""A made-up day of the nation: who comes to which hotspot, what gateways report, what was sent. Pure.

Times are seconds of the day, 0 to 86,400. The same minute always gives the same visits. The curve of the day
and what people use are assumptions, not measures: a million visits, eight reports each on average.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from smartsenegal.wifi.radius import codec
from smartsenegal.wifi.sessions.rules import INTERIM, ON, START, STOP

DAY = 86_400
USERS, HOTSPOTS, POINTS = 1_000_000, 120, 8
EVERY = 300  # seconds between two reports
LONGEST = 3600
# Thousandths of the day's visits that begin in each hour.
HOURS = (10, 6, 4, 4, 6, 14, 30, 46, 52, 55, 56, 57, 58, 55, 50, 50, 54, 60, 66, 72, 78, 66, 36, 15)
BUSIEST = HOURS.index(max(HOURS)) * 3600
LATE, TOLD_AGAIN = 0.01, 0.005
HEAVY = 0.01  # of the visits: they take a hundred times what the others do, beyond 4 GiB for some
DOWN = 30_000.0  # octets a second, on average, of the others; a tenth of it upwards
BY_USER, BY_TIME = 1, 5  # Acct-Terminate-Cause (RFC 2866 §5.10)
_FIRST = (0, *accumulate(HOURS))


@dataclass(slots=True, eq=False)
class Visit:
    """One person on one device at one hotspot, from login to end. `told` is the largest report sent of it."""

    user: int
    hotspot: int
    point: int
    begins: float
    interims: int
    rest: float
    down: float
    number: int = 0
    head: bytes = b""
    told: Report | None = None
    stopped: bool = False
    cut: bool = False

    @property
    def ends(self) -> float:
        return self.begins + self.interims * EVERY + self.rest

    def again(self, begins: float, at: float) -> Visit:
        """The same person, cut off at that moment, who comes back for what was left."""
        left = max(1, int((self.ends - at) // EVERY))
        return Visit(self.user, self.hotspot, self.point, begins, left, self.rest, self.down)

    def report(self, kind: int, at: float) -> Report:
        """What the gateway's counters say at that moment."""
        seconds = int(at) - int(self.begins)
        return Report(kind, at, seconds, int(self.down * seconds / 10), int(self.down * seconds))


@dataclass(frozen=True, slots=True)
class Report:
    """One accounting event: totals of the visit so far. `delay`: how late the gateway says it tells it."""

    kind: int
    at: float
    seconds: int
    octets_in: int
    octets_out: int
    delay: int = 0

    def attributes(self, epoch: float) -> bytes:
        """As RADIUS has it; `epoch` is the moment of second 0 of the day."""
        found = codec.attribute(codec.STATUS_TYPE, self.kind)
        found += codec.attribute(codec.EVENT_TIMESTAMP, int(epoch + self.at))
        if self.delay:
            found += codec.attribute(codec.DELAY_TIME, self.delay)
        if self.kind in (START, ON):
            return found
        found += codec.attribute(codec.SESSION_TIME, self.seconds)
        found += _counter(codec.INPUT_OCTETS, codec.INPUT_GIGAWORDS, self.octets_in)
        found += _counter(codec.OUTPUT_OCTETS, codec.OUTPUT_GIGAWORDS, self.octets_out)
        if self.kind == STOP:
            cause = BY_TIME if self.seconds >= LONGEST - EVERY else BY_USER
            found += codec.attribute(codec.TERMINATE_CAUSE, cause)
        return found


def _counter(low: int, high: int, octets: int) -> bytes:
    found = codec.attribute(low, octets & 0xFFFFFFFF)
    return found + codec.attribute(high, octets >> 32) if octets >> 32 else found


def visits_before(minute: int) -> int:
    """How many visits of the day began before that minute."""
    hour, rest = divmod(minute, 60)
    return USERS * _FIRST[hour] // 1000 + (_of_hour(hour) * rest // 60 if rest else 0)


def _of_hour(hour: int) -> int:
    return USERS * HOURS[hour] // 1000


def visits_of(minute: int) -> Iterator[Visit]:
    """The visits that begin in a minute of the day, each of another person."""
    random = Random(minute)
    for turn in range(visits_before(minute), visits_before(minute + 1)):
        heavy = 100.0 if random.random() < HEAVY else 1.0
        yield Visit(
            user=user_of(turn),
            # The busiest hotspot sees seven times what the quietest does.
            hotspot=int(HOTSPOTS * random.random() ** 1.5),
            point=random.randrange(POINTS),
            begins=minute * 60 + random.random() * 60,
            interims=random.randint(1, 11),
            rest=random.uniform(1, EVERY - 1),
            down=DOWN * heavy * random.uniform(0.1, 1.9),
        )


def user_of(turn: int) -> int:
    """Who comes as the so-manieth of the day: everybody once, in a scattered order."""
    return turn * 7919 % USERS


def reports(visit: Visit) -> list[tuple[float, Report]]:
    """The reports of a visit, each with the moment it leaves.

    One in a hundred leaves after the next one; one in two hundred is told again, with its Acct-Delay-Time.
    """
    random = Random(visit.user)
    found = [visit.report(START, visit.begins)]
    found += [visit.report(INTERIM, visit.begins + EVERY * turn) for turn in range(1, visit.interims + 1)]
    found.append(visit.report(STOP, visit.ends))
    leaving = []
    for report in found:
        leaves = report.at + (random.uniform(EVERY, 2 * EVERY) if random.random() < LATE else 0.0)
        leaving.append((leaves, report))
        if random.random() < TOLD_AGAIN:
            told = Report(
                report.kind, report.at, report.seconds, report.octets_in, report.octets_out,
                delay=int(leaves - report.at) + 5,
            )  # fmt: skip
            leaving.append((leaves + 5, told))
    return leaving


@dataclass(slots=True)
class Total:
    """What the sessions of a hotspot add up to."""

    sessions: int = 0
    seconds: int = 0
    octets_in: int = 0
    octets_out: int = 0

    def __sub__(self, other: Total) -> Total:
        return Total(
            self.sessions - other.sessions, self.seconds - other.seconds,
            self.octets_in - other.octets_in, self.octets_out - other.octets_out,
        )  # fmt: skip


@dataclass
class Ledger:
    """What was sent. A packet sent twice, octet for octet, is one event."""

    hotspots: list[Total] = field(default_factory=lambda: [Total() for _ in range(HOTSPOTS)])
    events: int = 0
    stopped: int = 0
    restarted: int = 0

    @property
    def octets(self) -> int:
        return sum(total.octets_in + total.octets_out for total in self.hotspots)

    @property
    def sessions(self) -> int:
        return sum(total.sessions for total in self.hotspots)

    @property
    def open(self) -> int:
        return self.sessions - self.stopped - self.restarted

    def note(self, visit: Visit, report: Report) -> None:
        """A report left. A total that is smaller than one told before changes nothing."""
        self.events += 1
        total, told = self.hotspots[visit.hotspot], visit.told
        if told is None:
            total.sessions += 1
        if told is None or report.seconds > told.seconds:
            total.seconds += report.seconds - (told.seconds if told else 0)
            total.octets_in += report.octets_in - (told.octets_in if told else 0)
            total.octets_out += report.octets_out - (told.octets_out if told else 0)
            visit.told = report
        if report.kind == STOP and not visit.stopped:
            visit.stopped = True
            self.stopped += 1

    def cut(self, visit: Visit) -> None:
        """Its gateway lost its power: what was told of it and not ended is ended by that."""
        visit.cut = True
        self.restarted += visit.told is not None and not visit.stopped
