"""What operators write, made fit to keep."""

from typing import Any


def plain(value: Any, length: int) -> str:
    """A value as PostgreSQL can keep it: no NUL, no lone surrogate."""
    text = "" if value is None else str(value)
    return text.encode("utf-8", "ignore").decode().replace("\x00", "")[:length]


def francs(text: Any) -> int:
    """Whole francs of an amount ("1000", or "1000.00"); raises ValueError for a fraction of a franc."""
    whole, _, decimals = str(text).partition(".")
    if decimals.strip("0"):
        raise ValueError(f"{text} has centimes")
    return int(whole)
