"""Ask routers for the counters of their interfaces (IF-MIB, RFC 2863)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from smartsenegal.cable.collection.rules import Answer, table
from smartsenegal.lib.snmp import UPTIME, numbers, run, talking, words

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
            return question.number, await ask(question)

    return dict(await asyncio.gather(*(one(q) for q in questions)))


async def ask(question: Question) -> Answer:
    """What one agent says; an answer that breaks off counts for nothing, as a reading is whole or is not."""
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
            walked, broken = await run("snmpbulkwalk", folder, question, [oid])
            if fault or broken:
                return Answer(at, fault=fault or broken)
            said[column] = _by_index(numbers(walked))
    return Answer(at, uptime, table(said, _by_index(words(names))))


def _by_index(values: dict[str, T]) -> dict[int, T]:
    return {int(oid.rpartition(".")[2]): value for oid, value in values.items()}
