"""What each module holds about a person: where it stands, how it is handed over, what of it may be erased.

Modules register a holder when Django starts. `privacy` treats requests with them, inspections find with them
what belongs to one person. Loi n° 2008-12 du 25 janvier 2008: right of access, right of erasure.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Item:
    """One file of an archive: its path in it, and its content."""

    path: str
    chunks: Iterable[bytes]


@dataclass(frozen=True)
class Outcome:
    """What was done with some of a person's data: erased, or kept with the reason and until when."""

    what: str
    erased: int = 0
    kept: int = 0
    why: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Holder:
    """A module that holds data about persons. `subjects` are those of the journal that concern them.

    `export(account)` yields the archive's files; `erase(account, by)` erases what the law allows and says
    what it did; `by` is the principal of the officer. Where nothing may be erased, `erase` says so.
    """

    name: str
    label: str
    subjects: Callable[[str], Iterable[str]]
    export: Callable[[str], Iterator[Item]]
    erase: Callable[[str, Any], Sequence[Outcome]]


_holders: dict[str, Holder] = {}
_finders: list[Callable[[str], str | None]] = []
_strangers: list[Callable[[Sequence[tuple[str, str]]], set[tuple[str, str]]]] = []


def register_holder(holder: Holder) -> None:
    """Add a holder. Raises ValueError when its name is taken."""
    if holder.name in _holders:
        raise ValueError(f"holder {holder.name} is registered twice")
    _holders[holder.name] = holder


def holders() -> list[Holder]:
    """All of them, in order of registration."""
    return list(_holders.values())


def subjects_of(account_id: str) -> list[str]:
    """Every subject of the journal that concerns a person, each once."""
    return list(dict.fromkeys(s for holder in holders() for s in holder.subjects(account_id)))


def register_finder(find: Callable[[str], str | None]) -> None:
    """Say how a person is found: `find(words)` returns the account that a login or a number names."""
    _finders.append(find)


def find_person(words: str) -> str | None:
    """Account of the person that these words name, or None."""
    return next((found for find in _finders if (found := find(words))), None)


def register_outsiders(outside: Callable[[Sequence[tuple[str, str]]], set[tuple[str, str]]]) -> None:
    """Say which readings are outside the reader's own services, among (account, subject) pairs."""
    _strangers.append(outside)


def outside(pairs: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of these (account, subject) pairs whose reader belongs to another service."""
    return set().union(*(told(pairs) for told in _strangers)) if pairs else set()
