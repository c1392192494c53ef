"""Dates as Senegal writes them, and its calendar of working days.

Africa/Dakar keeps UTC all year (IANA time zone database), so an hour in UTC is the hour in Dakar.
"""

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from smartsenegal.lib.text import APOSTROPHE, NBSP, fold, typography

Unit = Literal["working_days", "calendar_days", "months", "years"]

MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
SHORT_MONTHS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

_SATURDAY = 5
_DAY = timedelta(days=1)


class DateRefused(ValueError):
    """The text is no date; `str(error)` is the French sentence to show."""


# --- the calendar ---------------------------------------------------------------


@dataclass(frozen=True)
class Holiday:
    """A day off work: its French label, and whether its date is only an estimate of the moon's."""

    label: str
    estimated: bool


@dataclass(frozen=True)
class Calendar:
    """Working days of Senegal: Monday to Friday without public holidays, corrected by `decree`.

    `decree` maps a date to the label of the holiday it creates or confirms, or to None when there is none.
    """

    decree: Mapping[date, str | None] = field(default_factory=dict)

    def holiday(self, d: date) -> Holiday | None:
        """The public holiday of that day, or None."""
        if d in self.decree:
            label = self.decree[d]
            return None if label is None else Holiday(label, estimated=False)
        return _holidays_of(d.year).get(d)

    def holiday_name(self, d: date) -> str | None:
        """French name of that day's public holiday, or None."""
        found = self.holiday(d)
        return found.label if found else None

    def is_estimated(self, d: date) -> bool:
        """Whether that day is off only if the moon is seen as computed, no decree having settled it."""
        found = self.holiday(d)
        return found is not None and found.estimated

    def is_working_day(self, d: date) -> bool:
        """Whether administrations work that day."""
        return d.weekday() < _SATURDAY and self.holiday(d) is None

    def next_working_day(self, d: date) -> date:
        """That day if it is a working day, otherwise the first one after it."""
        while not self.is_working_day(d):
            d += _DAY
        return d

    def add(self, start: date, amount: int, unit: Unit) -> date:
        """The last day of a delay; the day it starts from is not counted, the last one is.

        A delay in months or years ends on the same day of the month, or on the month's last day when there
        is none (31 January + 1 month = 28 or 29 February). A negative amount counts backwards.
        Raises ValueError for an unknown unit, OverflowError beyond year 9999.
        """
        if unit == "working_days":
            return self._add_working_days(start, amount)
        if unit == "calendar_days":
            return start + timedelta(days=amount)
        if unit == "months":
            return _add_months(start, amount)
        if unit == "years":
            return _add_months(start, 12 * amount)
        raise ValueError(f"Unknown unit of delay {unit!r}")

    def _add_working_days(self, start: date, amount: int) -> date:
        step = _DAY if amount >= 0 else -_DAY
        day, left = start, abs(amount)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` is before `a`.

        So `working_days_between(a, add(a, n, "working_days")) == n`.
        """
        if b < a:
            return -self._working_days(b - _DAY, a - _DAY)
        return self._working_days(a, b)

    def _working_days(self, after: date, last: date) -> int:
        weeks, rest = divmod((last - after).days, 7)
        count = 5 * weeks + sum((after + timedelta(days=i)).weekday() < _SATURDAY for i in range(1, rest + 1))
        return count - sum(1 for d in self._holidays_between(after, last) if d.weekday() < _SATURDAY)

    def _holidays_between(self, after: date, last: date) -> Iterator[date]:
        for year in range(after.year, last.year + 1):
            days = _holidays_of(year).keys() | {d for d in self.decree if d.year == year}
            yield from (d for d in days if after < d <= last and self.holiday(d))

    def estimates_between(self, a: date, b: date) -> list[date]:
        """Days after `a` up to and including `b` that are off by estimate: they may move a computed delay."""
        return sorted(d for d in self._holidays_between(a, b) if self.is_estimated(d))


def senegal_calendar(decree: Mapping[date, str | None] = MappingProxyType({})) -> Calendar:
    """Senegal's public holidays (laws 63-51, 74-52, 83-54 and 2013-06, by the `holidays` package).

    `decree` settles what the moon decides: a date and a label adds or confirms a holiday, a date and None
    cancels one. To move the Korité by a day: `{estimated_day: None, true_day: "Korité"}`.
    """
    return Calendar(MappingProxyType(dict(decree)))


@lru_cache(maxsize=512)
def _holidays_of(year: int) -> Mapping[date, Holiday]:
    import holidays  # eight megabytes that only who counts days needs

    found = holidays.country_holidays("SN", years=year, language="fr_SN")
    return MappingProxyType({d: _holiday(names.split("; ")) for d, names in found.items() if d.year == year})


def _holiday(names: Sequence[str]) -> Holiday:
    # A day that is off for two reasons is certain as soon as one of them is.
    labels = " et ".join(re.sub(r" \((?:estimé|observé|observé, estimé)\)$", "", name) for name in names)
    return Holiday(typography(labels), estimated=all("estimé)" in name for name in names))


def _add_months(start: date, amount: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + amount, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("date value out of range")
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


# --- writing ----------------------------------------------------------------------


def format_date(d: date) -> str:
    """`24 novembre 2026`, `1er janvier 2027`, with no-break spaces; a datetime is read in Dakar's time."""
    d = _in_dakar(d)
    return f"{_ordinal(d.day)}{NBSP}{MONTHS[d.month - 1]}{NBSP}{d.year}"


def format_long(d: date) -> str:
    """`mardi 24 novembre 2026`."""
    return f"{WEEKDAYS[_in_dakar(d).weekday()]} {format_date(d)}"


def month_told(month: date) -> str:
    """`octobre 2026`."""
    return f"{MONTHS[month.month - 1]}{NBSP}{month.year}"


def of_month(month: date) -> str:
    """`d’octobre 2026`, `de novembre 2026`."""
    told = month_told(month)
    return f"d’{told}" if told[0] in "ao" else f"de {told}"


def format_short(d: date) -> str:
    """`24 nov.`, for tables whose year is obvious."""
    d = _in_dakar(d)
    return f"{_ordinal(d.day)}{NBSP}{SHORT_MONTHS[d.month - 1]}"


def format_time(moment: datetime) -> str:
    """`9 h 05`, `14 h`, in Dakar. Raises ValueError for a moment without time zone."""
    return format_hour(_moment_in_dakar(moment).time())


def format_hour(hour: time) -> str:
    """`9 h 05`, `14 h`: an hour of any day."""
    minutes = f"{NBSP}{hour.minute:02d}" if hour.minute else ""
    return f"{hour.hour}{NBSP}h{minutes}"


def format_datetime(moment: datetime) -> str:
    """`24 novembre 2026 à 9 h 05`, in Dakar. Raises ValueError for a moment without time zone."""
    return f"{format_date(_moment_in_dakar(moment))} à {format_time(moment)}"


def _ordinal(day: int) -> str:
    return "1er" if day == 1 else str(day)


def _in_dakar(d: date) -> date:
    return _moment_in_dakar(d).date() if isinstance(d, datetime) else d


def _moment_in_dakar(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment without time zone could be any hour: make it aware")
    return moment.astimezone(UTC)


# --- reading ----------------------------------------------------------------------

_EXAMPLE = f"par exemple 27{NBSP}3{NBSP}1994"
_MONTH_WORDS = {fold(name): i for i, name in enumerate(MONTHS, 1)} | {
    fold(name): i for i, name in enumerate(SHORT_MONTHS, 1)
}
# « jan », « fév », « sep »… : the first letters are enough where they name one month only.
_MONTH_WORDS |= {"jan": 1, "fev": 2, "juill": 7, "sep": 9}


def parse_date(
    text_or_parts: str | Sequence[str | int | None],
    *,
    earliest: date | None = None,
    latest: date | None = None,
) -> date:
    """The date typed: `27 3 1994`, `27/03/1994`, `27 mars 1994`, `1994-03-27`, or its parts in that order.

    Raises DateRefused, whose sentence says what is missing or wrong, or that the date is out of the bounds.
    """
    parts = _split(text_or_parts) if isinstance(text_or_parts, str) else _three(text_or_parts)
    found = _assemble(*parts)
    if earliest is not None and found < earliest:
        raise DateRefused(f"La date doit être le {format_date(earliest)} ou après.")
    if latest is not None and found > latest:
        raise DateRefused(f"La date doit être le {format_date(latest)} ou avant.")
    return found


def _split(text: str) -> tuple[str, str, str]:
    words = fold(text).split()
    if words and words[0] in WEEKDAYS:
        words = words[1:]
    if not words:
        raise DateRefused(f"Indiquez une date, {_EXAMPLE}.")
    if len(words) != 3:
        raise DateRefused(f"Écrivez le jour, le mois et l{APOSTROPHE}année, {_EXAMPLE}.")
    day, month, year = words
    if re.fullmatch(r"[0-9]{4}", day) and re.fullmatch(r"[0-9]{1,2}", year):
        day, year = year, day
    return day, month, year


def _three(parts: Sequence[str | int | None]) -> tuple[str, str, str]:
    day, month, year = ("" if part is None else fold(str(part)) for part in parts)
    if not (day or month or year):
        raise DateRefused(f"Indiquez une date, {_EXAMPLE}.")
    missing = [
        name
        for name, part in (("le jour", day), ("le mois", month), (f"l{APOSTROPHE}année", year))
        if not part
    ]
    if missing:
        raise DateRefused(f"Indiquez aussi {' et '.join(missing)}.")
    return day, month, year


def _assemble(day: str, month: str, year: str) -> date:
    if not re.fullmatch(r"[0-9]{4}", year) or year < "1000":
        raise DateRefused(f"L{APOSTROPHE}année doit avoir quatre chiffres, par exemple 1994.")
    number = _month(month)
    day = "1" if day in ("1er", "premier") else day
    if not re.fullmatch(r"[0-9]{1,2}", day) or not 1 <= int(day) <= 31:
        raise DateRefused("Le jour doit être un nombre de 1 à 31.")
    try:
        return date(int(year), number, int(day))
    except ValueError:
        last = calendar.monthrange(int(year), number)[1]
        raise DateRefused(
            f"Cette date n{APOSTROPHE}existe pas{NBSP}: {MONTHS[number - 1]} {year} compte {last} jours."
        ) from None


def _month(word: str) -> int:
    if re.fullmatch(r"[0-9]{1,2}", word) and 1 <= int(word) <= 12:
        return int(word)
    if word in _MONTH_WORDS:
        return _MONTH_WORDS[word]
    raise DateRefused("Le mois doit être un nombre de 1 à 12 ou un nom, par exemple 3 ou mars.")
