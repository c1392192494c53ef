"""What the dates of a case are reckoned from, kept so that a change of calendar need not read its history.

The facts of a case do not depend on the calendar; only its dates do. Kept beside the cached columns, they
give the dates again without opening a single seal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from smartsenegal.lib.dates import Calendar
from smartsenegal.onestop.cases.rules import clock as legal
from smartsenegal.onestop.cases.rules.clock import Clock, Suspension
from smartsenegal.onestop.cases.rules.facts import OPEN, Corrections, Filing, State
from smartsenegal.onestop.cases.rules.record import Record
from smartsenegal.onestop.cases.rules.silence import silence_of
from smartsenegal.onestop.cases.rules.view import LAST, CaseView
from smartsenegal.onestop.procedures.definition import Definition, Delay

Packed = dict[str, Any]


@dataclass(frozen=True)
class Dates:
    """Every date of a case that a calendar can move; `steps` holds those of the open steps that have one."""

    due: date | None
    sort_on: date
    silent_on: date | None
    act_due: date | None = None
    steps: Mapping[str, date] = field(default_factory=dict)


def dates_in(view: CaseView) -> Dates:
    """The dates of a case that has been folded."""
    steps = {s.key: s.due for s in view.open_steps if s.due}
    act_due = view.silence.act_due if view.silence else None
    return Dates(view.due, view.sort_on, view.silent_on, act_due, steps)


def pack(view: CaseView) -> Packed:
    """What `dates_of` needs, as JSON; empty for a case that has not been filed."""
    record = view.record
    if record.filing is None:
        return {}
    stopped = record.decision.at if record.decision else record.ended_at
    packed = {
        "state": view.state,
        "filed": record.filing.at,
        "start": view.clock.started_at,
        "stopped": stopped,
        "stops": [[s.cause, _iso(s.since), _iso(s.until), s.effect] for s in record.suspensions],
        "notice": record.notice_at,
        "requested": record.requested_at,
        "corrections": record.corrections.due_on if record.corrections else None,
        "steps": {s.key: _iso(s.opened_at) for s in view.open_steps if s.step.delay},
    }
    return {name: _plain(value) for name, value in packed.items() if value}


def dates_of(definition: Definition, packed: Packed, calendar: Calendar) -> Dates:
    """The dates that folding the case again would give under this calendar."""
    if not packed:
        return Dates(None, LAST, None)
    record, is_open = _record(packed), _state(packed) in OPEN
    started = _moment(packed.get("start"))
    clock = legal.read(definition.delay, started, record.suspensions, record.ended_at, calendar)
    silence = silence_of(definition, record, clock, calendar)
    due = clock.due if is_open else None
    return Dates(
        due,
        record.corrections.due_on if record.corrections else due or LAST,
        silence.ends_on if silence and is_open else None,
        silence.act_due if silence else None,
        _steps(definition, packed, record, calendar),
    )


def _steps(definition: Definition, packed: Packed, record: Record, calendar: Calendar) -> dict[str, date]:
    opened = packed.get("steps")
    if not opened:
        return {}
    found = (
        (step.key, _step(step.delay, opened[step.key], record, calendar).due)
        for step in definition.circuit
        if step.delay and step.key in opened
    )
    return {key: due for key, due in found if due}


def _step(delay: Delay, opened: str, record: Record, calendar: Calendar) -> Clock:
    return legal.read(delay, datetime.fromisoformat(opened), record.suspensions, None, calendar)


def _record(packed: Packed) -> Record:
    """The few facts that the dates come from; how the delay ended does not move them."""
    due, filed = packed.get("corrections"), datetime.fromisoformat(packed["filed"])
    return Record(
        filing=Filing(filed, ""),
        suspensions=tuple(_suspension(*stop) for stop in packed.get("stops", ())),
        notice_at=_moment(packed.get("notice")),
        requested_at=_moment(packed.get("requested")),
        corrections=Corrections(filed, date.fromisoformat(due), ()) if due else None,
        ended_at=_moment(packed.get("stopped")),
    )


def _suspension(cause: str, since: str, until: str | None, effect: Any) -> Suspension:
    return Suspension(cause, datetime.fromisoformat(since), _moment(until), effect)


def _state(packed: Packed) -> State:
    found: State = packed["state"]
    return found


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
