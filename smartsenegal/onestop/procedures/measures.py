"""The delay that people really wait: told by the module that counts it, shown beside the promised one."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """What the sheet says: a value, and what is behind it."""

    value: str
    note: str = ""


_sources: list[Callable[[str], Measured]] = []


def register_measure(source: Callable[[str], Measured]) -> None:
    """Say who measures: `source(code)` returns what to show for a procedure, in one query."""
    _sources[:] = [source]


def measured(code: str) -> Measured | None:
    """The measured delay of a procedure; None while nobody measures."""
    return next((source(code) for source in _sources), None)
