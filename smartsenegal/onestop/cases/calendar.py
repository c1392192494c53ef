"""The calendar that clocks are computed with: Senegal's, corrected by the decrees of the year."""

import time
from functools import lru_cache

from smartsenegal.lib.dates import Calendar, senegal_calendar
from smartsenegal.onestop.cases.models import HolidayDecree

# Every process sees a new decree within this time; cases are computed again after it.
KEPT_SECONDS = 30


def country_calendar() -> Calendar:
    """Senegal's working days as decrees leave them."""
    return _calendar(int(time.monotonic() // KEPT_SECONDS))


@lru_cache(maxsize=1)
def _calendar(moment: int) -> Calendar:
    return senegal_calendar({d.day: d.label or None for d in HolidayDecree.objects.all()})


def forget_calendar() -> None:
    """Read the decrees again at the next call in this process."""
    _calendar.cache_clear()
