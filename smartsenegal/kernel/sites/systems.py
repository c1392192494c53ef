"""What the platform's systems run at places: each says so for itself, who studies a failure asks all."""

from collections.abc import Callable, Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """Something that a system runs at a place: its name, what is at stake, the page that shows it."""

    label: str
    detail: str = ""
    url: str = ""


Finder = Callable[[Collection[int]], list[Run]]
_finders: dict[str, Finder] = {}


def register_system(name: str, finder: Finder) -> None:
    """Say how to find what a system (its French name) runs at places, by their keys. Called at start."""
    _finders[name] = finder


def run_at(sites: Collection[int]) -> list[tuple[str, list[Run]]]:
    """What each system runs at these places; systems that run nothing there are left out."""
    if not sites:
        return []
    found = ((name, finder(sites)) for name, finder in _finders.items())
    return [(name, runs) for name, runs in found if runs]
