"""How what feeds a part is written: one line a need, all lines needed.

`A + B` share the load; `A > B` means A, and B when A is out; `2 de A, B, C` counts heads.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

SHARED, STANDBY, COUNTED = "shared", "standby", "counted"
SOURCES_AT_MOST = 64
CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,39}")
_COUNTED = re.compile(r"(\d{1,3}) de (.+)")


class FeedRefused(ValueError):
    """A line that cannot be read; `sentence` says why, in French."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class Feed:
    """One need: codes of sources, how they serve together, and how many must when heads are counted."""

    sources: tuple[str, ...]
    mode: str = SHARED
    need: int = 0


def read(text: str) -> tuple[Feed, ...]:
    """The needs written in lines (or parted by `|`). Raises FeedRefused."""
    lines = [line.strip() for line in re.split(r"[\n|]", text)]
    return tuple(_line(line) for line in lines if line)


def _line(line: str) -> Feed:
    counted = _COUNTED.fullmatch(line)
    separator = "," if counted else ">" if ">" in line else "+"
    codes = tuple(code.strip().upper() for code in (counted[2] if counted else line).split(separator))
    if len(codes) > SOURCES_AT_MOST:
        raise FeedRefused(f"Une ligne nomme {SOURCES_AT_MOST} pièces au plus : passez par un tableau.")
    for code in codes:
        if not CODE.fullmatch(code):
            raise FeedRefused(
                f"« {code[:40] or line[:40]} » n’est pas un code :"
                " écrivez « A + B », « A > B » ou « 2 de A, B, C »."
            )
    if len(set(codes)) < len(codes):
        raise FeedRefused(f"« {line[:60]} » nomme deux fois la même pièce : gardez-la une fois.")
    if counted and not 1 <= int(counted[1]) <= len(codes):
        raise FeedRefused(f"« {line[:60]} » : le nombre va de 1 à {len(codes)}.")
    if counted:
        return Feed(codes, COUNTED, int(counted[1]))
    return Feed(codes, STANDBY if separator == ">" else SHARED)


def write(feeds: Sequence[Feed], between: str = "\n") -> str:
    """The lines that `read` gives these needs back from."""
    return between.join(_written(feed) for feed in feeds)


def _written(feed: Feed) -> str:
    if feed.mode == COUNTED:
        return f"{feed.need} de {', '.join(feed.sources)}"
    return (" > " if feed.mode == STANDBY else " + ").join(feed.sources)
