"""Figures in words, and what of them may be shown to everyone. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from smartsenegal.kernel.indicators import rules as figures
from smartsenegal.kernel.indicators.rules import Histogram
from smartsenegal.lib.text import plural

T = TypeVar("T")
MONTHS = 12
HIDDEN = "masqué"
NOTHING = "–"


@dataclass(frozen=True)
class Period:
    """Whole months, the first day of the first and of the last."""

    since: date
    until: date

    @property
    def months(self) -> list[date]:
        count = (self.until.year - self.since.year) * 12 + self.until.month - self.since.month
        return [figures.months_back(self.until, back) for back in range(count, -1, -1)]


def last_months(today: date) -> Period:
    """Twelve months that end with the running one: what those in charge look at."""
    until = today.replace(day=1)
    return Period(figures.months_back(until, MONTHS - 1), until)


def published_months(today: date) -> Period:
    """The last twelve whole months: what everyone may see."""
    until = figures.last_whole_month(today)
    return Period(figures.months_back(until, MONTHS - 1), until)


@dataclass(frozen=True)
class Line:
    """The figures of a place, a service or a procedure over a period."""

    filed: int = 0
    granted: int = 0
    refused: int = 0
    examined: int = 0
    invalid: int = 0
    lived: Histogram = field(default_factory=dict)

    @classmethod
    def sum_of(cls, lines: Iterable["Line"]) -> "Line":
        """All of them together."""
        every = list(lines)
        return cls(
            filed=sum(x.filed for x in every),
            granted=sum(x.granted for x in every),
            refused=sum(x.refused for x in every),
            examined=sum(x.examined for x in every),
            invalid=sum(x.invalid for x in every),
            lived=figures.merged(x.lived for x in every),
        )

    @property
    def decided(self) -> int:
        return self.granted + self.refused

    @property
    def half(self) -> str:
        return delay(self.lived, 50)

    @property
    def ninth(self) -> str:
        return delay(self.lived, 90)

    @property
    def invalid_rate(self) -> str:
        return figures.rate_words(self.invalid, self.examined) or NOTHING

    @property
    def refused_rate(self) -> str:
        return figures.rate_words(self.refused, self.decided) or NOTHING


def filed_words(count: int) -> str:
    """How many requests everyone is told of: "Aucune demande déposée", never a number too small."""
    if not count:
        return "Aucune demande déposée"
    if figures.shown(count) is None:
        return f"Moins de {figures.SMALLEST_SHOWN} demandes déposées"
    return plural(count, "demande déposée", "demandes déposées")


def delay(histogram: Histogram, percent: int) -> str:
    """The length that so many in a hundred do not exceed; a dash while too few are known."""
    if figures.total(histogram) < figures.MEASURED_FROM:
        return NOTHING
    minutes = figures.at_most(histogram, percent)
    return figures.duration_words(minutes) if minutes is not None else NOTHING


# --- for everyone -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Public:
    """A line as it may be published: small numbers are hidden, and what would give them back."""

    filed: int | None
    decided: int | None
    invalid_rate: str
    half: str
    ninth: str

    @property
    def cells(self) -> list[str]:
        """The line in words, in the order of the table."""
        numbers = [HIDDEN if n is None else str(n) for n in (self.filed, self.decided)]
        return [*numbers, self.invalid_rate, self.half, self.ninth]


def busiest(
    services: Sequence[tuple[str, str, Line, T]], most: int | None
) -> Sequence[tuple[str, str, Line, T]]:
    """All of them in their order when there are few; else the `most` that were asked most, those first."""
    if most is None or len(services) <= most:
        return services
    return sorted(services, key=lambda row: -row[2].filed)[:most]


def published(lines: Mapping[str, Line]) -> dict[str, Public]:
    """The lines of the parts of one whole, as they may be shown beside it."""
    filed = figures.masked({key: line.filed for key, line in lines.items()})
    decided = figures.masked({key: line.decided for key, line in lines.items()})
    return {key: _public(line, filed[key], decided[key]) for key, line in lines.items()}


def _public(line: Line, filed: int | None, decided: int | None) -> Public:
    shown = filed is not None and decided is not None
    enough = shown and line.examined >= figures.MEASURED_FROM
    told = all(figures.shown(n) is not None for n in (line.invalid, line.examined - line.invalid))
    return Public(
        filed,
        decided,
        line.invalid_rate if enough and told else NOTHING,
        line.half if shown else NOTHING,
        line.ninth if shown else NOTHING,
    )
