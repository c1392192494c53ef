"""What each process counted: answers, refusals and dropped packets by cause; in files for whoever looks."""

from __future__ import annotations

import json
import logging
import os
import time
from collections import Counter
from pathlib import Path

WRITE_SECONDS = 5.0
SAY_SECONDS = 60.0

log = logging.getLogger(__name__)


class Counters:
    """Counts since the process started; in `<directory>/<name>.json` within five seconds of a change."""

    def __init__(self, directory: Path, name: str) -> None:
        self.counts: Counter[str] = Counter()
        self._path = directory / f"{name}.json"
        self._written: Counter[str] = Counter()
        self._said: Counter[str] = Counter()
        self._write_at = self._say_at = 0.0

    def add(self, what: str, number: int = 1) -> None:
        self.counts[what] += number

    def tend(self) -> None:
        """To be called now and then."""
        now = time.monotonic()
        if now >= self._write_at and self.counts != self._written:
            self._write_at = now + WRITE_SECONDS
            self.write()
        if now >= self._say_at:
            grown = self.counts - self._said
            if grown:
                log.info("%s: %s", self._path.stem, ", ".join(f"{k} {v}" for k, v in sorted(grown.items())))
            self._said, self._say_at = self.counts.copy(), now + SAY_SECONDS

    def write(self) -> None:
        """Write the file now; a full disk does not stop the server."""
        text = json.dumps(
            {"at": time.time(), "pid": os.getpid(), "counts": dict(sorted(self.counts.items()))}
        )
        new = self._path.with_suffix(".new")
        try:
            new.write_text(text)
            new.replace(self._path)
            self._written = self.counts.copy()
        except OSError as error:
            log.warning("the counters cannot be written: %s", error)


def read_all(directory: Path) -> Counter[str]:
    """The sum of what the processes of this directory counted."""
    total: Counter[str] = Counter()
    for path in directory.glob("*.json"):
        total.update(json.loads(path.read_text())["counts"])
    return total
