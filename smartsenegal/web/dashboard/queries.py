"""What dashboards show: prepared figures alone, never a case."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from smartsenegal.kernel.identity.api import Organisation, Principal
from smartsenegal.kernel.indicators import api as indicators
from smartsenegal.kernel.indicators.rules import Histogram
from smartsenegal.kernel.territory import api as territory
from smartsenegal.onestop.cases.api import figures
from smartsenegal.onestop.procedures.api import Procedure
from smartsenegal.web.dashboard.keeping import for_a_minute
from smartsenegal.web.dashboard.rules import Line, Period

READ = "indicators.read"


@dataclass(frozen=True)
class Place:
    """A region or a département with its figures."""

    code: str
    name: str
    region: str
    line: Line
    at: tuple[float, float] | None = None  # longitude, latitude


def lines(cut: tuple[str, ...], period: Period, head: str | None = None) -> dict[str, Line]:
    """Figures of each value of the last dimension of a cut: four queries."""
    rank = len(cut) - 1
    span = (period.since, period.until)
    filed = indicators.by_cut(figures.FILED_SERIES, cut, *span, head)
    closed = indicators.by_cut(figures.CLOSED_SERIES, cut, *span, head)
    examined = indicators.by_cut(figures.EXAMINED_SERIES, cut, *span, head)
    lived = _gathered(indicators.histograms(figures.LIVED_SERIES, cut, *span, head), rank)
    counted = {
        "filed": _added(filed, rank),
        "granted": _added(closed, rank, "granted"),
        "refused": _added(closed, rank, "refused"),
        "examined": _added(examined, rank),
        "invalid": _added(examined, rank, "invalid"),
    }
    return {
        key: Line(
            **{name: counts[key] for name, counts in counted.items()},
            lived=indicators.rules.merged(lived.get(key, ())),
        )
        for key in {k[rank] for k in (*filed, *closed, *examined)} | set(lived)
    }


def _added(found: Mapping[tuple[str, ...], int], rank: int, says: str = "") -> Counter[str]:
    """The sum of each value of a dimension, of what says so alone."""
    sums = Counter[str]()
    for key, value in found.items():
        if not says or key[-1] == says:
            sums[key[rank]] += value
    return sums


def _gathered(found: Mapping[tuple[str, ...], Histogram], rank: int) -> dict[str, list[Histogram]]:
    together = dict[str, list[Histogram]]()
    for key, histogram in found.items():
        together.setdefault(key[rank], []).append(histogram)
    return together


@for_a_minute(16)
def places(kind: str, period: Period) -> list[Place]:
    """Every region, or every département, by name; those without a request too. Five queries, once a minute:
    what is told there is of whole months."""
    found = lines((kind,), period)
    known = territory.of_kind(kind).values_list("code", "name", "path", "longitude", "latitude")
    return [
        Place(code, name, path.split("/")[1], found.get(code, Line()), _point(*at))
        for code, name, path, *at in known
    ]


def _point(longitude: Decimal | None, latitude: Decimal | None) -> tuple[float, float] | None:
    return None if longitude is None or latitude is None else (float(longitude), float(latitude))


# --- one procedure ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """How many cases are open, past their day without a decision, and untouched; and on which day."""

    day: date | None = None
    open: int = 0
    silent: int = 0
    still: int = 0


@dataclass(frozen=True)
class Sheet:
    """Everything the person in charge of a procedure looks at. Seventeen queries, whatever the figures."""

    whole: Line
    legal: Histogram
    standing: Standing
    services: list[tuple[str, str, Line, Standing]]
    departements: list[tuple[str, str, Line]]
    months: list[tuple[date, int, int]] = field(default_factory=list)


def sheet(code: str, period: Period) -> Sheet:
    """The figures of a procedure over a period, by service, by département and by month."""
    span = (period.since, period.until)
    by_service = lines(("procedure", "service"), period, code)
    standing = _standing(code)
    by_place = lines(("procedure", "departement"), period, code)
    legal = indicators.histograms(figures.LEGAL_SERIES, ("procedure",), *span, code)
    filed = indicators.by_month(figures.FILED_SERIES, ("procedure",), *span, code)
    closed = indicators.by_month(figures.CLOSED_SERIES, ("procedure",), *span, code)
    services = indicators.labels_of("service", {*by_service, *standing} - {""})
    names = indicators.labels_of("departement", set(by_place))
    return Sheet(
        whole=Line.sum_of(by_service.values()),
        legal=legal.get((code,), {}),
        standing=standing.get("", Standing()),
        services=[
            (key, name, by_service.get(key, Line()), standing.get(key, Standing()))
            for key, name in sorted(services.items(), key=lambda pair: pair[1])
        ],
        departements=[
            (key, names.get(key, key), line)
            for key, line in sorted(by_place.items(), key=lambda pair: -pair[1].filed)
            if key
        ],
        months=[(month, filed.get(month, 0), closed.get(month, 0)) for month in period.months],
    )


def _standing(code: str) -> dict[str, Standing]:
    """By service, and under "" for all of them."""
    named = {"procedure": code}
    day, opened = indicators.state(figures.OPEN_SERIES, named)
    _, silent = indicators.state(figures.SILENT_SERIES, named)
    _, still = indicators.state(figures.STILL_SERIES, named)
    counts = [_by_service(points) for points in (opened, silent, still)]
    found = {key: Standing(day, *(c.get(key, 0) for c in counts)) for c in counts for key in c}
    return {**found, "": Standing(day, *(sum(c.values()) for c in counts))}


def _by_service(points: Iterable[indicators.Point]) -> dict[str, int]:
    return {point.dims["service"]: point.value for point in points}


def watched(by: Principal) -> list[Procedure]:
    """The procedures whose figures this principal reads: those of the organisations they answer for."""
    return _watched(by, Procedure.objects.filter(published=True).order_by("title"))


def watched_one(by: Principal, code: str) -> Procedure | None:
    """One of these procedures, in force or not; None when there is none of that code among them."""
    return next(iter(_watched(by, Procedure.objects.filter(code=code))), None)


def _watched(by: Principal, found: Iterable[Procedure]) -> list[Procedure]:
    """As `procedures.may_manage`: a procedure whose organisation is not known here is anybody's in charge."""
    every = list(found)
    owners = Organisation.objects.filter(code__in={p.owner for p in every})
    ids = dict(owners.values_list("code", "pk"))
    return [p for p in every if by.may(READ, organisation_id=ids.get(p.owner))]
