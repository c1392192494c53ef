"""Count and publish figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from smartsenegal.kernel.indicators.models import DailyFigure, Mark, MonthlyFigure
from smartsenegal.kernel.indicators.registry import series_named
from smartsenegal.kernel.indicators.rules import cut_key, dims_key

_UPSERT = """
    INSERT INTO indicators_dailyfigure AS f (name, day, dims, dims_key, value)
    VALUES (%s, %s, %s::jsonb, %s, %s)
    ON CONFLICT (name, day, dims_key) DO UPDATE SET value = {value}
"""
_ADD = _UPSERT.format(value="f.value + excluded.value")
_SET = _UPSERT.format(value="excluded.value")
_ADD_MONTHLY = """
    INSERT INTO indicators_monthlyfigure AS f (name, cut, head, month, dims, dims_key, value)
    VALUES (%s, %s, %s, %s, %s::jsonb, %s, %s)
    ON CONFLICT (name, cut, head, month, dims_key) DO UPDATE SET value = f.value + excluded.value
"""


@dataclass(frozen=True)
class Count:
    """So many more of a series on a day."""

    name: str
    day: date
    dims: Mapping[str, str] = field(default_factory=dict)
    by: int = 1


def add(name: str, day: date, dims: Mapping[str, str] | None = None, by: int = 1) -> None:
    """Add `by` to the figure of a day, in the caller's transaction; two at once both count."""
    add_all([Count(name, day, dims or {}, by)])


@transaction.atomic
def add_all(counts: Iterable[Count]) -> None:
    """Add several figures, each to its day and to the cuts of its month.

    Rows are written in one order whoever writes them, so that two transactions cannot wait for each other.
    """
    given = list(counts)
    if not given:
        return
    daily = sorted((c.name, c.day, key, key, c.by) for c in given for key in [dims_key(c.dims)])
    monthly = sorted(row for count in given for row in _monthly(count))
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, daily)
        if monthly:
            cursor.executemany(_ADD_MONTHLY, monthly)


def _monthly(count: Count) -> Iterable[tuple[str, str, str, date, str, str, int]]:
    series = series_named(count.name)
    for cut in series.cuts if series else ():
        dims = {dim: count.dims.get(dim, "") for dim in series.stored(cut)} if series else {}
        head = dims[cut[0]] if cut else ""
        key = dims_key(dims)
        yield count.name, cut_key(cut), head, count.day.replace(day=1), key, key, count.by


def publish(name: str, value: int, at: date | datetime, dims: Mapping[str, str] | None = None) -> None:
    """Set the figure of a day (Dakar's, when `at` is a moment) to a value counted elsewhere."""
    key = dims_key(dims or {})
    with connection.cursor() as cursor:
        cursor.execute(_SET, [name, _day(at), key, key, value])


@transaction.atomic
def publish_state(name: str, at: date | datetime, values: Iterable[tuple[Mapping[str, str], int]]) -> None:
    """Set all the figures of a day at once: what is not among `values` is nothing any more.

    Their sum is kept too, without dimensions: it tells that the day was counted, even to nothing.
    """
    day, given = _day(at), list(values)
    whole = [*given, ({}, sum(value for _, value in given))]
    DailyFigure.objects.filter(name=name, day=day).delete()
    DailyFigure.objects.bulk_create(
        DailyFigure(name=name, day=day, dims=dict(dims), dims_key=dims_key(dims), value=value)
        for dims, value in whole
    )


def _day(at: date | datetime) -> date:
    return timezone.localtime(at).date() if isinstance(at, datetime) else at


# --- histories that are counted once -------------------------------------------------------


def mark_of(subject: str) -> int:
    """How far this subject's history was counted; locked until the end of the caller's transaction."""
    Mark.objects.bulk_create([Mark(subject=subject)], ignore_conflicts=True)
    return Mark.objects.select_for_update().get(pk=subject).sequence


def set_mark(subject: str, sequence: int) -> None:
    """Note that the history is counted up to that rank, in the transaction that counted it."""
    Mark.objects.filter(pk=subject).update(sequence=sequence)


@transaction.atomic
def forget(names: Sequence[str], subjects: str) -> None:
    """Drop the figures of these series and the marks of the subjects of one kind, to count them anew.

    Whoever is counting is waited for: nothing of it is lost or counted twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Mark._meta.db_table} IN EXCLUSIVE MODE")
    Mark.objects.filter(subject__startswith=f"{subjects}:").delete()
    for model in (DailyFigure, MonthlyFigure):
        model._default_manager.filter(name__in=names).delete()
