"""Read figures."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db import connection
from django.db.models import QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.utils import timezone

from smartsenegal.kernel.indicators import rules
from smartsenegal.kernel.indicators.models import DailyFigure
from smartsenegal.kernel.indicators.registry import BUCKET, Series, published, series_named
from smartsenegal.kernel.indicators.rules import Histogram, cut_key


@dataclass(frozen=True)
class Point:
    """The figure of a day for some dimensions."""

    day: date
    dims: Mapping[str, str]
    value: int


def series(
    name: str, since: date | None = None, until: date | None = None, dims: Mapping[str, str] | None = None
) -> list[Point]:
    """Figures of a series by day, oldest first, both ends included; `dims` keeps those that hold them."""
    found = _figures(name, since, until, dims).order_by("day", "dims_key")
    return [Point(f.day, f.dims, f.value) for f in found]


def totals(
    name: str,
    by: str = "",
    since: date | None = None,
    until: date | None = None,
    dims: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Sums of a series by one dimension (under "" for all of it, or for figures without that dimension)."""
    found = _figures(name, since, until, dims)
    if not by:
        return {"": int(found.aggregate(sum=Coalesce(Sum("value"), 0))["sum"])}
    keyed = found.annotate(key=KeyTextTransform(by, "dims")).values("key")
    rows = keyed.annotate(sum=Sum("value")).order_by()
    return {row["key"] or "": int(row["sum"]) for row in rows}


def _figures(
    name: str, since: date | None, until: date | None, dims: Mapping[str, str] | None
) -> QuerySet[DailyFigure]:
    found = DailyFigure.objects.filter(name=name)
    if since:
        found = found.filter(day__gte=since)
    if until:
        found = found.filter(day__lte=until)
    return found.filter(dims__contains=dict(dims)) if dims else found


# --- prepared figures --------------------------------------------------------------------


def by_cut(
    name: str, cut: Sequence[str], since: date, until: date, head: str | None = None
) -> dict[tuple[str, ...], int]:
    """Sums of whole months by the values of a cut (then of the dimensions the series always keeps).

    Months from the one of `since` to the one of `until`, both included; `head` keeps one value of the first
    dimension. Raises KeyError for a series or a cut that is not kept ready.
    """
    shown = _ready(name, cut)
    dims = shown.stored(cut)
    columns = "".join("dims ->> %s, " for _ in dims)
    keys = ", ".join(str(n + 1) for n in range(len(dims)))
    where, values = _months(shown, cut, since, until, head)
    statement = f"SELECT {columns}sum(value) FROM indicators_monthlyfigure WHERE {where}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} GROUP BY {keys}" if keys else statement, [*dims, *values])
        return {tuple(key or "" for key in row[:-1]): int(row[-1] or 0) for row in cursor.fetchall()}


def by_month(
    name: str, cut: Sequence[str], since: date, until: date, head: str | None = None
) -> dict[date, int]:
    """Sums by month of all that a cut holds under `head`. Raises KeyError as `by_cut`."""
    where, values = _months(_ready(name, cut), cut, since, until, head)
    statement = f"SELECT month, sum(value) FROM indicators_monthlyfigure WHERE {where} GROUP BY 1"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {month: int(value) for month, value in cursor.fetchall()}


def histograms(
    name: str, cut: Sequence[str], since: date, until: date, head: str | None = None
) -> dict[tuple[str, ...], Histogram]:
    """The histogram of delays for each value of a cut, months merged. Raises KeyError as `by_cut`."""
    found: dict[tuple[str, ...], dict[int, int]] = defaultdict(dict)
    for (*key, bucket), value in by_cut(name, cut, since, until, head).items():
        found[tuple(key)][int(bucket)] = value
    return dict(found)


def _ready(name: str, cut: Sequence[str]) -> Series:
    shown = series_named(name)
    if shown is None or tuple(cut) not in shown.cuts:
        raise KeyError(f"{name} is not kept ready by {cut_key(cut) or 'month'}")
    return shown


def _months(
    shown: Series, cut: Sequence[str], since: date, until: date, head: str | None
) -> tuple[str, list[str | date]]:
    values: list[str | date] = [shown.name, cut_key(cut), since.replace(day=1), until]
    where = "name = %s AND cut = %s AND month >= %s AND month <= %s"
    if head is None:
        return where, values
    return f"{where} AND head = %s", [*values, head]


def state(name: str, dims: Mapping[str, str] | None = None) -> tuple[date | None, list[Point]]:
    """What `publish_state` set last: its day, and its figures (those that hold `dims`)."""
    day = DailyFigure.objects.filter(name=name).order_by("-day").values_list("day", flat=True).first()
    if day is None:
        return None, []
    return day, [p for p in series(name, day, day, dims) if p.dims]


# --- what is published --------------------------------------------------------------------


@dataclass(frozen=True)
class PublicRow:
    """A month of a published series; `value` is None when it is too small to be shown.

    For delays, the value is the number of decisions, and `median` and `ninth` are in minutes.
    """

    month: date
    dims: Sequence[str]
    value: int | None
    median: int | None = None
    ninth: int | None = None


def public_rows(shown: Series) -> Iterator[PublicRow]:
    """A series by whole month and by its declared dimensions, oldest first, small figures suppressed."""
    if shown.is_histogram:
        yield from _public_delays(shown)
        return
    for month, dims, value in _rows(shown, list(shown.dims)):
        yield PublicRow(month, dims, rules.shown(value))


def anything_published() -> bool:
    """Whether a published series has a figure of a whole month. One query."""
    names = [shown.name for shown in published()]
    end = rules.month_after(rules.last_whole_month(timezone.localdate()))
    return DailyFigure.objects.filter(name__in=names, day__lt=end).exists()


def _public_delays(shown: Series) -> Iterator[PublicRow]:
    rows = _rows(shown, (*shown.dims, BUCKET))
    for (month, *dims), group in groupby(rows, key=lambda row: (row[0], *row[1][:-1])):
        whole = {int(row[1][-1]): row[2] for row in group}
        count = rules.total(whole)
        if count < rules.MEASURED_FROM:
            yield PublicRow(month, dims, rules.shown(count))
            continue
        yield PublicRow(month, dims, count, rules.at_most(whole, 50), rules.at_most(whole, 90))


def _rows(shown: Series, dims: Sequence[str]) -> Iterator[tuple[date, list[str], int]]:
    columns = "".join(", coalesce(dims ->> %s, '')" for _ in dims)
    keys = ", ".join(str(n) for n in range(1, len(dims) + 2))
    (month_of, source), values = _source(shown)
    statement = (
        f"SELECT {month_of} AS month{columns}, sum(value) FROM {source} GROUP BY {keys} ORDER BY {keys}"  # noqa: S608
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*dims, *values])
        while rows := cursor.fetchmany(1000):
            for month, *key, value in rows:
                yield month, key, int(value)


def _source(shown: Series) -> tuple[tuple[str, str], list[str | date]]:
    """Where the months of a published series are read: a cut kept ready when there is one."""
    end = rules.month_after(rules.last_whole_month(timezone.localdate()))
    cut = tuple(d for d in shown.dims if d not in shown.kept)
    if cut in shown.cuts:
        table = "indicators_monthlyfigure WHERE name = %s AND month < %s AND cut = %s"
        return ("month", table), [shown.name, end, cut_key(cut)]
    table = "indicators_dailyfigure WHERE name = %s AND day < %s"
    return ("date_trunc('month', day)::date", table), [shown.name, end]
