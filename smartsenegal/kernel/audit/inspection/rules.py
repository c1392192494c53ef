"""Which acts are readings, and which readings are unusual. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

# The last word of a verb that tells of a reading, not of a change.
READING_WORDS = ("read", "exported", "link_opened", "found_at_desk")
READING_PATTERN = rf"\.({'|'.join(READING_WORDS)})$"
LEAST_REASON = 10


def is_reading(verb: str) -> bool:
    """Whether this act only looked."""
    return verb.rpartition(".")[2] in READING_WORDS


@dataclass(frozen=True)
class Threshold:
    """From how many files a day on readings are shown; odd hours run from `odd_from` to `odd_until`."""

    files: int
    outside: int
    odd: int
    odd_from: int
    odd_until: int


# Until the inspection sets its own: no text fixes them.
STARTING = Threshold(files=60, outside=5, odd=5, odd_from=20, odd_until=7)


@dataclass(frozen=True)
class Day:
    """What an agent read in one day; `by_hour` counts the readings of each hour in Dakar."""

    day: date
    actor_id: str
    label: str
    organisation: str
    files: int
    outside: int
    by_hour: Sequence[int]


def odd_readings(day: date, by_hour: Sequence[int], threshold: Threshold) -> int:
    """How many readings fell at odd hours: at night, and all day at the weekend."""
    if day.weekday() >= 5:
        return sum(by_hour)
    late, early = threshold.odd_from, threshold.odd_until
    return sum(n for hour, n in enumerate(by_hour) if hour >= late or hour < early)


def unusual(read: Day, threshold: Threshold) -> list[str]:
    """French reasons why this day is shown; none when it is not unusual."""
    odd = odd_readings(read.day, read.by_hour, threshold)
    found = [
        (read.files >= threshold.files, f"{read.files} dossiers lus"),
        (read.outside >= threshold.outside, f"{read.outside} hors de son service"),
        (odd >= threshold.odd, f"{odd} lectures la nuit ou en fin de semaine"),
    ]
    return [words for is_so, words in found if is_so]
