"""The copy of the signed heads outside the database: `<data>/audit/heads.jsonl`, one head a line.

Whoever rules the database can take away the last rows of a chain together with its heads; this file, best
copied to another machine, still knows them.
"""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

from smartsenegal.kernel.audit.rules import Fault, SignedHead

_TAIL = 16_384  # bytes: some fifty lines


def path() -> Path:
    return Path(settings.DATA_DIR) / "audit" / "heads.jsonl"


def append(heads: Iterable[SignedHead]) -> int:
    """Add heads to the file durably; returns how many. A line cut by a crash is taken away first."""
    lines = [json.dumps(head.to_plain()) + "\n" for head in heads]
    if not lines:
        return 0
    path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path().open("ab") as file:
        file.truncate(_whole_bytes())
        file.write("".join(lines).encode())
        file.flush()
        os.fsync(file.fileno())
    return len(lines)


def last_number() -> int:
    """Number of the last head in the file; 0 when there is none."""
    for line in reversed(_tail().splitlines()):
        try:
            return SignedHead.from_plain(json.loads(line)).number
        except (ValueError, KeyError, TypeError):
            continue
    return 0


def read() -> tuple[list[SignedHead], list[Fault]]:
    """The heads of the file, and a fault for each line that cannot be read."""
    heads, faults = [], []
    for number, line in enumerate(_lines(), start=1):
        try:
            heads.append(SignedHead.from_plain(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            sentence = f"Sceaux gardés hors de la base, ligne {number}\u00a0: elle est illisible."
            faults.append(Fault("file", -1, number, None, sentence))
    return heads, faults


def _lines() -> Iterator[str]:
    if not path().exists():
        return
    with path().open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.endswith("\n"):  # the last line, when a crash cut it, was never acknowledged
                yield line


def _tail() -> bytes:
    """The last complete lines of the file."""
    if not path().exists():
        return b""
    with path().open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
        data = file.read()
    return data[: data.rfind(b"\n") + 1]


def _whole_bytes() -> int:
    """Length of the file up to its last complete line."""
    if not path().exists():
        return 0
    with path().open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        data = file.read()
    return size - len(data) + data.rfind(b"\n") + 1
