"""What modules above tell this one: it stands below them and may not ask."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from smartsenegal.kernel.identity.rules import Principal


class Keeper(Protocol):
    """Keeps a scanned paper: returns the name it is kept under, raises IdentityRefused on field "paper"."""

    def __call__(
        self, stream: Any, filename: str, declared_type: str, subject: str, by: "Principal"
    ) -> str: ...


_keepers: list[Keeper] = []
_listers: list[Callable[[], list[tuple[str, str]]]] = []


def register_procedures(lister: Callable[[], list[tuple[str, str]]]) -> None:
    """Let mandates name procedures: `lister` returns the code and the French title of each one open today."""
    if lister not in _listers:
        _listers.append(lister)


def procedures() -> list[tuple[str, str]]:
    """Procedures that a mandate may name, by title."""
    return sorted((pair for lister in _listers for pair in lister()), key=lambda pair: pair[1])


def register_keeper(keeper: Keeper) -> None:
    """Let the papers signed at a desk be kept, encrypted; the last one told does it."""
    _keepers.append(keeper)


def keep_paper(stream: Any, filename: str, declared_type: str, subject: str, by: "Principal") -> str:
    """Keep a scanned paper about a subject ("mandate:<id>"); returns its name. Raises IdentityRefused."""
    return _keepers[-1](stream, filename, declared_type, subject, by)
