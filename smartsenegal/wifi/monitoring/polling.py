"""Ask access points by SNMP (RFC 3416), v2c and v3 (RFC 3414), with the tools of Net-SNMP.

They are Debian's package `snmp`: without it no access point is asked. Secrets go by a file that only we may
read, never on a command line.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

UPTIME = ".1.3.6.1.2.1.1.3.0"  # sysUpTime (RFC 3418), hundredths of a second
OPER_STATUS = ".1.3.6.1.2.1.2.2.1.8"  # ifOperStatus (RFC 2863): 1 is up
AT_ONCE = 16
PATIENCE_SECONDS = 12.0


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


def available() -> bool:
    """Whether the tools are installed."""
    return shutil.which("snmpget") is not None and shutil.which("snmpbulkwalk") is not None


async def poll(questions: Sequence[Question]) -> dict[int, Answer]:
    """The answer of each access point, by its number; some at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(question: Question) -> tuple[int, Answer]:
        async with gate:
            return question.number, await _ask(question)

    return dict(await asyncio.gather(*(one(q) for q in questions)))


async def _ask(question: Question) -> Answer:
    with tempfile.TemporaryDirectory(prefix="snmp-") as folder:  # 0700
        (Path(folder) / "snmp.conf").write_text(configuration(question))
        wanted = [UPTIME, *filter(None, [question.stations_oid])]
        got, fault = await _run("snmpget", folder, question, wanted)
        if fault:
            return Answer(fault=fault)
        walked, _fault = await _run("snmpbulkwalk", folder, question, [OPER_STATUS])
    values = _values(got)
    states = list(_values(walked).values())
    return Answer(
        uptime=None if UPTIME not in values else values[UPTIME] // 100,
        interfaces=len(states) if states else None,
        interfaces_up=states.count(1) if states else None,
        stations=values.get("." + question.stations_oid.lstrip(".")) if question.stations_oid else None,
    )


async def _run(tool: str, folder: str, question: Question, oids: list[str]) -> tuple[str, str]:
    """What a tool prints, and what is wrong (one line, "" when nothing is)."""
    host = f"udp6:[{question.address}]" if ":" in question.address else f"udp:{question.address}"
    command = [tool, "-m", "", "-Oqnt", "-t", "2", "-r", "1", f"{host}:{question.port}", *oids]
    environment = {"PATH": os.environ.get("PATH", ""), "SNMPCONFPATH": folder, "SNMP_PERSISTENT_DIR": folder}
    running = await asyncio.create_subprocess_exec(
        *command,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(running.communicate(), PATIENCE_SECONDS)
    except TimeoutError:
        running.kill()
        await running.wait()
        return "", "no answer"
    told = err.decode(errors="replace").strip().split("\n")[0][:200]
    return out.decode(errors="replace"), told if running.returncode else ""


def configuration(question: Question) -> str:
    """The file of Net-SNMP for one question (snmp.conf(5)). Raises ValueError for a secret it cannot hold."""
    secret = question.secret
    if any(c in value for value in secret.values() for c in '"\n\r\\'):
        raise ValueError("a secret has no quotation mark, backslash or end of line")
    if question.version == "3":
        return (
            f'defVersion 3\ndefSecurityName "{secret["user"]}"\ndefSecurityLevel authPriv\n'
            f'defAuthType SHA\ndefAuthPassphrase "{secret["auth"]}"\n'
            f'defPrivType AES\ndefPrivPassphrase "{secret["priv"]}"\n'
        )
    return f'defVersion 2c\ndefCommunity "{secret["community"]}"\n'


def _values(text: str) -> dict[str, int]:
    """Whole numbers by object; what is not one is left out."""
    found = {}
    for line in text.splitlines():
        oid, _, value = line.partition(" ")
        if value.strip().isdigit():
            found[oid] = int(value)
    return found
