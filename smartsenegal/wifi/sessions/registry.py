"""Who reads the events of a turn before addresses are taken out of them."""

from collections.abc import Callable

from django.db.backends.utils import CursorWrapper

# Called inside the transaction of the fold, with its cursor: the events are those with after < id <= upto.
Reader = Callable[[CursorWrapper, int, int], None]
_readers: list[Reader] = []


def register_reader(reader: Reader) -> None:
    """Have `reader` called for each turn of the fold, once a reader. What it raises undoes the turn."""
    if reader not in _readers:
        _readers.append(reader)


def readers() -> list[Reader]:
    """Those registered, in order."""
    return list(_readers)
