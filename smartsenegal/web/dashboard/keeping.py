"""Figures and what is drawn of them, kept a minute by each process: they are prepared ones, and few."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from django.utils.translation import get_language

P = ParamSpec("P")
T = TypeVar("T")
KEPT_SECONDS = 60
_forgets: list[Callable[[], None]] = []


def for_a_minute(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep what a function gives for `most` arguments (hashable), in each language, until the minute ends."""

    def kept(function: Callable[P, T]) -> Callable[P, T]:
        @lru_cache(maxsize=most)
        def remembered(_moment: int, _language: str | None, *args: P.args, **kwargs: P.kwargs) -> T:
            return function(*args, **kwargs)

        @wraps(function)
        def asked(*args: P.args, **kwargs: P.kwargs) -> T:
            moment = int(time.monotonic() // KEPT_SECONDS)
            return remembered(moment, get_language(), *args, **kwargs)  # type: ignore[arg-type] # hashable, as asked

        _forgets.append(remembered.cache_clear)
        return asked

    return kept


def forget() -> None:
    """Read and draw again at the next call in this process."""
    for clear in _forgets:
        clear()
