"""Ask access points by SNMP: how long they have been up, their interfaces, who is on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from smartsenegal.lib.snmp import UPTIME, available, configuration, numbers, run, talking

__all__ = ["Answer", "Question", "available", "configuration", "poll"]

OPER_STATUS = ".1.3.6.1.2.1.2.2.1.8"  # ifOperStatus (RFC 2863): 1 is up
AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Question:
    """Whom to ask and how. `secret` has `community`, or `user`, `auth` (SHA) and `priv` (AES) passphrases."""

    number: int
    address: str
    port: int
    version: str
    secret: dict[str, str]
    stations_oid: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said; `fault` is "" when it answered. None is what it does not know."""

    uptime: int | None = None
    interfaces: int | None = None
    interfaces_up: int | None = None
    stations: int | None = None
    fault: str = ""


async def poll(questions: Sequence[Question]) -> dict[int, Answer]:
    """The answer of each access point, by its number; some at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(question: Question) -> tuple[int, Answer]:
        async with gate:
            return question.number, await _ask(question)

    return dict(await asyncio.gather(*(one(q) for q in questions)))


async def _ask(question: Question) -> Answer:
    with talking(question) as folder:
        wanted = [UPTIME, *filter(None, [question.stations_oid])]
        got, fault = await run("snmpget", folder, question, wanted)
        if fault:
            return Answer(fault=fault)
        walked, _fault = await run("snmpbulkwalk", folder, question, [OPER_STATUS])
    values = numbers(got)
    states = list(numbers(walked).values())
    return Answer(
        uptime=None if UPTIME not in values else values[UPTIME] // 100,
        interfaces=len(states) if states else None,
        interfaces_up=states.count(1) if states else None,
        stations=values.get("." + question.stations_oid.lstrip(".")) if question.stations_oid else None,
    )
