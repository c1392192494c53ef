"""Figures: how their dimensions are told apart, and what may be shown to everyone. Pure."""

import json
from collections.abc import Mapping, Sequence
from datetime import date

# Below this, a figure could point at somebody: it is hidden in what is published.
SMALLEST_SHOWN = 5

Dims = Mapping[str, str]


def dims_key(dims: Dims) -> str:
    """The same text for the same dimensions, in whatever order they were given."""
    return json.dumps(dict(sorted(dims.items())), ensure_ascii=False, separators=(",", ":"))


def cut_key(cut: Sequence[str]) -> str:
    """Name of a cut: its dimensions in their order."""
    return ",".join(cut)


def shown(value: int) -> int | None:
    """The figure as it is published: None for 1 to 4, which are suppressed."""
    return None if 0 < value < SMALLEST_SHOWN else value


def last_whole_month(today: date) -> date:
    """First day of the month before this one.

    The running month is not published: the difference between two of its downloads would show the few
    cases of a day.
    """
    year, month = divmod(today.year * 12 + today.month - 2, 12)
    return date(year, month + 1, 1)


def month_after(first: date) -> date:
    """First day of the month after the one that begins on `first`."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def told_from(today: date) -> date:
    """Day from which the running month is published: the first one of the next."""
    return month_after(today.replace(day=1))


def months_back(first: date, count: int) -> date:
    """First day of the month `count` months before the one that begins on `first`."""
    year, month = divmod(first.year * 12 + first.month - 1 - count, 12)
    return date(year, month + 1, 1)


def masked(parts: Mapping[str, int]) -> dict[str, int | None]:
    """The parts of a total that is published too, as they may be shown beside it.

    When a single part is small, the total would give it back: the next smallest is hidden with it.
    """
    told = {key: shown(value) for key, value in parts.items()}
    hidden = [key for key, value in told.items() if value is None]
    others = sorted((value, key) for key, value in told.items() if value)
    if len(hidden) == 1 and others:
        told[others[0][1]] = None
    return told


def rate_words(part: int, whole: int) -> str:
    """ "12 %", or nothing when there is nothing to divide by."""
    return f"{round(100 * part / whole)}\u00a0%" if whole else ""


def csv_cell(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
