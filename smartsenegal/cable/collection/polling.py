"""Ask routers for the counters of their interfaces (IF-MIB, RFC 2863)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from smartsenegal.cable.collection.rules import TICKS, Answer, table
from smartsenegal.lib.snmp import SILENT, UPTIME, numbers, run, talking, words

NAME = ".1.3.6.1.2.1.31.1.1.1.1"
COLUMNS = {
    "discontinuity": ".1.3.6.1.2.1.31.1.1.1.19",  # ifCounterDiscontinuityTime
    "state": ".1.3.6.1.2.1.2.2.1.8",  # ifOperStatus
    "wide_in": ".1.3.6.1.2.1.31.1.1.1.6",  # ifHCInOctets
    "wide_out": ".1.3.6.1.2.1.31.1.1.1.10",
    "narrow_in": ".1.3.6.1.2.1.2.2.1.10",  # ifInOctets
    "narrow_out": ".1.3.6.1.2.1.2.2.1.16",
}
AT_ONCE = 16
LONGEST = 11  # digits of a number of 32 bits, and one
UNREADABLE = "Sa réponse ne se lit pas."
_REFUSED = ("unknown user", "authentication", "decrypt", "usm", "authorization")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """Whom to ask and how; `narrow` when counters of 32 bits are wanted too."""

    number: int
    address: str
    port: int
    version: str
    secret: dict[str, str]
    narrow: bool = False


async def poll(questions: Sequence[Question]) -> dict[int, Answer]:
    """The answer of each agent, by its number; some at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(question: Question) -> tuple[int, Answer]:
        async with gate:
            try:
                return question.number, await ask(question)
            except (ValueError, OSError):
                # Whatever one agent answers, the others are read.
                return question.number, Answer(int(time.time()), fault=UNREADABLE)

    return dict(await asyncio.gather(*(one(q) for q in questions)))


async def ask(question: Question) -> Answer:
    """What one agent says; an answer that breaks off counts for nothing, as a reading is whole or is not."""
    found = await _ask(question)
    return replace(found, fault=told(found.fault)) if found.fault else found


def told(fault: str) -> str:
    """What a tool says is wrong, in French."""
    low = fault.lower()
    if fault == SILENT or "timeout" in low:
        return "Il ne répond pas : vérifiez son adresse, son secret et ce qui filtre entre lui et nous."
    if any(word in low for word in _REFUSED):
        return "Il refuse cet utilisateur ou ses phrases."
    return f"{UNREADABLE} ({fault})"


async def _ask(question: Question) -> Answer:
    with talking(question) as folder:
        names, fault = await run("snmpbulkwalk", folder, question, [NAME])
        if fault:
            return Answer(int(time.time()), fault=fault)
        said: dict[str, dict[int, int]] = {}
        wanted = {c: oid for c, oid in COLUMNS.items() if question.narrow or not c.startswith("narrow")}
        uptime: int | None = None
        at = int(time.time())
        for column, oid in wanted.items():
            if column == "wide_in":
                # The clock and the counters that it dates are asked for one after the other.
                clock, fault = await run("snmpget", folder, question, [UPTIME])
                at = int(time.time())
                uptime = numbers(clock).get(UPTIME)
                # Of another type than TimeTicks, it is no clock.
                uptime = uptime if uptime is not None and uptime < TICKS else None
            walked, broken = await run("snmpbulkwalk", folder, question, [oid])
            if fault or broken:
                return Answer(at, fault=fault or broken)
            said[column] = _by_index(numbers(walked))
    return Answer(at, uptime, table(said, _by_index(words(names))))


def _by_index(values: dict[str, T]) -> dict[int, T]:
    """By the last number of their object. A text of several lines can make what is none: it is left out."""
    last = {oid.rpartition(".")[2]: value for oid, value in values.items()}
    return {int(n): v for n, v in last.items() if n.isascii() and n.isdigit() and len(n) < LONGEST}
