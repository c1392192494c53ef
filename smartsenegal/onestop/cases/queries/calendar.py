"""The days off of a year, and what decrees say of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from smartsenegal.onestop.cases import rules
from smartsenegal.onestop.cases.calendar import country_calendar
from smartsenegal.onestop.cases.models import Case, CaseTask, HolidayDecree
from smartsenegal.onestop.procedures.api import definition_of


@dataclass(frozen=True)
class DayOff:
    """One line of the calendar: `label` empty for a day that a decree makes a working day."""

    day: date
    label: str
    estimated: bool
    reference: str
    decreed: bool


def days_off(year: int) -> list[DayOff]:
    """Public holidays of the year and every day a decree speaks of, in order."""
    decreed = {d.day: d for d in HolidayDecree.objects.filter(day__year=year)}
    calendar, found = country_calendar(), []
    for rank in range((date(year + 1, 1, 1) - date(year, 1, 1)).days):
        day = date(year, 1, 1) + timedelta(days=rank)
        holiday, text = calendar.holiday(day), decreed.get(day)
        if text:
            found.append(DayOff(day, text.label, False, text.reference, True))
        elif holiday:
            found.append(DayOff(day, holiday.label, holiday.estimated, "", False))
    return found


def outdated(ids: Collection[UUID]) -> list[UUID]:
    """Those of these cases whose dates are no more those kept: two queries in all, no history read."""
    kept = ("pk", "revision_id", "timing", "due_on", "sort_on", "silent_on")
    tasks, calendar = _tasks_of(ids), country_calendar()
    rows = Case.objects.filter(pk__in=ids).values_list(*kept)
    return [
        case_id
        for case_id, revision, timing, *dates in rows
        if timing is None
        or _moved(rules.dates_of(definition_of(revision), timing, calendar), dates, tasks.get(case_id, ()))
    ]


def _moved(now: rules.Dates, kept: list[date | None], tasks: Collection[tuple[str, date | None]]) -> bool:
    steps = {**now.steps, rules.SUBSTITUTION: now.act_due}
    return [now.due, now.sort_on, now.silent_on] != kept or any(steps.get(s) != due for s, due in tasks)


def _tasks_of(ids: Collection[UUID]) -> dict[UUID, list[tuple[str, date | None]]]:
    found: dict[UUID, list[tuple[str, date | None]]] = {}
    for case_id, step, due in CaseTask.objects.filter(case_id__in=ids).values_list(
        "case_id", "step", "due_on"
    ):
        found.setdefault(case_id, []).append((step, due))
    return found
