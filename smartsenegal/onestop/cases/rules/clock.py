"""Legal time: when the delay started, what stopped it, when it ends.

The day of the deposit does not count; the days after the one on which the clock stops, up to and with the
one on which it starts again, do not count either: a case deposited on the 2nd with 40 days, stopped from the
6th to the 14th, falls due 48 days after the 2nd.

What asking for corrections does is the procedure's `on_corrections`: the delay stands until the answer
(suspend), starts again whole after it (reset), or goes on (run). Asked once the delay is over, corrections
change nothing to it: an authority that is late does not give itself time again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from smartsenegal.lib.dates import Calendar
from smartsenegal.lib.text import plural
from smartsenegal.onestop.procedures.definition import Delay, OnCorrections
from smartsenegal.onestop.procedures.rules import delay_words

CAUSES = {"corrections": "corrections demandées", "payment": "paiement attendu du demandeur"}


@dataclass(frozen=True)
class Suspension:
    """What the authority waits for; `until` None while it does, `effect` what that does to the clock."""

    cause: str
    since: datetime
    until: datetime | None = None
    effect: OnCorrections = "suspend"


@dataclass(frozen=True)
class Line:
    """One line of the reasoning, printable as it is."""

    on: date
    until: date | None
    text: str


@dataclass(frozen=True)
class Clock:
    """Legal time of one case. `due` is None while stopped, before the start, or without a legal delay; a
    delay that was over when something was asked keeps its date."""

    delay: Delay
    started_at: datetime | None = None
    suspensions: tuple[Suspension, ...] = ()
    stopped_at: datetime | None = None
    due: date | None = None

    @property
    def suspended(self) -> bool:
        return self.stopped_at is None and any(
            s.until is None and s.effect != "run" for s in self.suspensions
        )


def read(
    delay: Delay,
    started_at: datetime | None,
    suspensions: tuple[Suspension, ...],
    stopped_at: datetime | None,
    calendar: Calendar,
) -> Clock:
    """The clock as it stands; `stopped_at` is the decision, the withdrawal or the lapse."""
    clock = Clock(delay, started_at, suspensions, stopped_at)
    if started_at is None or delay.amount is None:
        return clock
    due = _reckon(day_of(started_at), delay, suspensions, calendar)
    return Clock(delay, started_at, suspensions, stopped_at, due)


def _reckon(start: date, delay: Delay, suspensions: Iterable[Suspension], calendar: Calendar) -> date | None:
    """Last day of the delay, None while it stands."""
    stops: list[tuple[date, date]] = []
    for met in sorted(suspensions, key=lambda s: s.since):
        if met.effect == "run":
            continue
        if day_of(met.since) >= (due := due_date(start, delay, stops, calendar)):
            return due
        if met.until is None:
            return None
        if met.effect == "reset":
            start, stops = max(start, day_of(met.until)), []
        else:
            stops.append((day_of(met.since), day_of(met.until)))
    return due_date(start, delay, stops, calendar)


def due_date(start: date, delay: Delay, stops: Iterable[tuple[date, date]], calendar: Calendar) -> date:
    """Last day of the delay; `stops` are (stopped on, started again on) pairs.

    Raises ValueError for a delay without an amount.
    """
    if delay.amount is None:
        raise ValueError("a delay that no text fixes has no end")
    pauses = _merge(start, stops)
    if delay.unit in ("months", "years"):
        return _prolong(calendar.add(start, delay.amount, delay.unit), pauses)
    left, since = delay.amount, start
    for stopped, resumed in pauses:
        elapsed = _elapsed(since, stopped, delay, calendar)
        if elapsed >= left:
            break  # already over when the clock stopped
        left, since = left - elapsed, resumed
    return calendar.add(since, left, delay.unit)


def _elapsed(after: date, last: date, delay: Delay, calendar: Calendar) -> int:
    if delay.unit == "calendar_days":
        return (last - after).days
    return calendar.working_days_between(after, last)


def _prolong(due: date, pauses: list[tuple[date, date]]) -> date:
    for stopped, resumed in pauses:
        if stopped < due:
            due += resumed - stopped
    return due


def _merge(start: date, stops: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """The stops after the start, in order, overlapping ones made one."""
    merged: list[tuple[date, date]] = []
    for since, until in sorted((max(s, start), u) for s, u in stops if u > start and u > s):
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((since, until))
    return merged


def day_of(moment: datetime) -> date:
    """Day in Senegal, which keeps universal time all year."""
    return moment.astimezone(UTC).date()


# --- in words --------------------------------------------------------------------


def reasoning(clock: Clock) -> list[Line]:
    """The clock line by line, as an agent or a court would check it."""
    if clock.started_at is None:
        return []
    start = day_of(clock.started_at)
    words = delay_words(clock.delay) or "aucun délai fixé par les textes"
    return [
        Line(start, None, f"Dépôt complet, le délai court\u00a0: {words}"),
        *(_suspension_line(s) for s in clock.suspensions),
        *_end_lines(clock),
    ]


def _suspension_line(suspension: Suspension) -> Line:
    since = day_of(suspension.since)
    cause = CAUSES.get(suspension.cause, suspension.cause)
    if suspension.effect == "run":
        return Line(since, None, f"{cause.capitalize()}, le délai continue")
    if suspension.until is None:
        return Line(since, None, f"Délai suspendu\u00a0: {cause}")
    until = day_of(suspension.until)
    if suspension.effect == "reset":
        return Line(since, until, f"Délai repris en entier après réponse\u00a0: {cause}")
    if until == since:
        return Line(since, None, f"Suspendu et repris le même jour\u00a0: {cause}")
    days = plural((until - since).days, "jour", "jours")
    return Line(since, until, f"Suspendu {days}\u00a0: {cause}")


def _end_lines(clock: Clock) -> list[Line]:
    lines = [Line(clock.due, None, "Échéance")] if clock.due else []
    if clock.stopped_at:
        lines.append(Line(day_of(clock.stopped_at), None, "Fin du délai"))
    return sorted(lines, key=lambda line: line.on)
