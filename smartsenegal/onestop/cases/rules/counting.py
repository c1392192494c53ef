"""What one case adds to the figures: each fact once, whatever comes after it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from smartsenegal.onestop.cases.rules.clock import Clock
from smartsenegal.onestop.cases.rules.facts import Action
from smartsenegal.onestop.cases.rules.view import CaseView

FILED, EXAMINED, CLOSED = 1, 2, 4
# What an agent does first on a case that they look at.
_FIRST_LOOKS = frozenset(
    {
        "corrections_requested",
        "reviewed",
        "assessed",
        "opinion_given",
        "visa_given",
        "visa_refused",
        "proposed",
    }
)


@dataclass(frozen=True)
class Fact:
    """One fact to count: its bit, its day, and what it says."""

    bit: int
    day: date
    says: str = ""
    minutes: dict[str, int] = field(default_factory=dict)


def facts_to_count(view: CaseView, actions: Sequence[Action]) -> Iterator[Fact]:
    """The filing, the first look, the end: those that have happened.

    The first look says `invalid` when it asks for corrections, otherwise `complete`. The end of a decided
    case has two lengths: `lived`, from the deposit to the decision, and `legal`, as the law counts it: from
    the complete deposit, without the days on which corrections were awaited.
    """
    filing = view.record.filing
    if filing is None:
        return
    yield Fact(FILED, _day(filing.at))
    looked = next((a for a in actions if a.kind in _FIRST_LOOKS), None)
    if looked:
        result = "invalid" if looked.kind == "corrections_requested" else "complete"
        yield Fact(EXAMINED, looked.day, result)
    if decision := view.record.decision:
        yield Fact(CLOSED, _day(decision.at), decision.outcome, _lengths(view, filing.at, decision.at))
    elif view.record.ended and view.record.ended_at:
        yield Fact(CLOSED, _day(view.record.ended_at), view.record.ended)


def _lengths(view: CaseView, filed_at: datetime, decided_at: datetime) -> dict[str, int]:
    return {
        "lived": _minutes(decided_at - filed_at),
        "legal": _minutes(_running(view.clock, filed_at, decided_at)),
    }


def _running(clock: Clock, filed_at: datetime, decided_at: datetime) -> timedelta:
    start = clock.started_at or filed_at
    stopped = sum(((s.until or decided_at) - s.since for s in clock.suspensions), timedelta())
    return max(decided_at - start - stopped, timedelta())


def _minutes(length: timedelta) -> int:
    return -(-int(length.total_seconds()) // 60)


def _day(moment: datetime) -> date:
    return Action(0, "noted", moment).day
