"""Delays and states of requests about one's data. Pure.

Loi n° 2008-12 du 25 janvier 2008 gives the rights of access and of erasure. No delay of answer was found in a
text we could read: the starting values below are the platform's own, dated and replaced from the pages.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

KINDS = [("access", "Recevoir mes données"), ("erasure", "Effacer mes données")]
STATES = [
    ("asked", "À traiter"),
    ("preparing", "En préparation"),
    ("done", "Traitée"),
    ("refused", "Refusée"),
]
OPEN = frozenset({"asked", "preparing"})


@dataclass(frozen=True)
class Delays:
    """In days: to answer each kind of request, and how long an archive may be downloaded."""

    access: int
    erasure: int
    archive: int
    effective_from: date = date.min


STARTING = Delays(access=30, erasure=30, archive=30)


def delays_on(day: date, known: Iterable[Delays]) -> Delays:
    """The delays in force on a day; the starting ones before any was set."""
    in_force = [d for d in known if d.effective_from <= day]
    return max(in_force, key=lambda d: d.effective_from, default=STARTING)


def due_on(kind: str, asked_on: date, delays: Delays) -> date:
    """Last day to answer a request."""
    return asked_on + timedelta(days=delays.access if kind == "access" else delays.erasure)


SOON_DAYS = 7
LATE_EVERY = 7


def alert(state: str, due: date, today: date) -> str:
    """Which alert the officers are owed today: "" none, "soon" a week before, "last" from the eve on.

    Once the delay is over, "late1", then "late2" a week later, and so on until somebody answers.
    """
    left = (due - today).days
    if state not in OPEN or left > SOON_DAYS:
        return ""
    if left < 0:
        return f"late{(-left - 1) // LATE_EVERY + 1}"
    return "last" if left <= 1 else "soon"


def is_late(state: str, due: date, today: date) -> bool:
    """Whether the answer should have come."""
    return state in OPEN and today > due
