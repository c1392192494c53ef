"""How long a draft is kept once nobody changes it, and from when its owner is warned.

The length is dated data ("draft" among the lengths of keeping): an internal rule, since no text gives one.
"""

from datetime import date, timedelta

# Nothing is erased without having been announced for that long.
WARNING_DAYS = 7


def to_warn(touched: date, kept_days: int | None, today: date) -> bool:
    """Whether the owner of a draft last changed on that day is to be warned now."""
    return kept_days is not None and today >= touched + timedelta(days=kept_days - WARNING_DAYS)


def erased_on(touched: date, kept_days: int | None, today: date) -> date | None:
    """The day on which a draft not yet announced will be erased when nobody changes it; None: it is kept.

    Late for the warning, erasing waits for it.
    """
    if kept_days is None:
        return None
    return max(touched + timedelta(days=kept_days), today + timedelta(days=WARNING_DAYS))
