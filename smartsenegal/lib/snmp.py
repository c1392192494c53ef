"""Ask agents by SNMP (RFC 3416), v2c and v3 (RFC 3414), with the tools of Net-SNMP.

They are Debian's package `snmp`: without it nobody is asked. Secrets go by a file that only we may read,
never on a command line.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

UPTIME = ".1.3.6.1.2.1.1.3.0"  # sysUpTime (RFC 3418), hundredths of a second
PATIENCE_SECONDS = 12.0
SILENT = "no answer"
WIDEST = 20  # digits of a Counter64


class Agent(Protocol):
    """Whom to ask and how. `secret` has `community`, or `user`, `auth` (SHA) and `priv` (AES) passphrases."""

    @property
    def address(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def version(self) -> str: ...
    @property
    def secret(self) -> dict[str, str]: ...


def available() -> bool:
    """Whether the tools are installed."""
    return shutil.which("snmpget") is not None and shutil.which("snmpbulkwalk") is not None


@contextmanager
def talking(agent: Agent) -> Iterator[str]:
    """The folder in which the tools find how to speak with an agent. Raises ValueError as `configuration`."""
    with tempfile.TemporaryDirectory(prefix="snmp-") as folder:  # 0700
        (Path(folder) / "snmp.conf").write_text(configuration(agent))
        yield folder


async def run(tool: str, folder: str, agent: Agent, words: list[str]) -> tuple[str, str]:
    """What a tool prints, and what is wrong (one line, "" when nothing is)."""
    host = f"udp6:[{agent.address}]" if ":" in agent.address else f"udp:{agent.address}"
    options = ["-Cr50"] if tool == "snmpbulkwalk" else []
    command = [tool, "-m", "", "-Oqnt", "-t", "2", "-r", "1", *options, f"{host}:{agent.port}", *words]
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
        return "", SILENT
    told = err.decode(errors="replace").strip().split("\n")[0][:200]
    return out.decode(errors="replace"), told if running.returncode else ""


def configuration(agent: Agent) -> str:
    """The file of Net-SNMP for one agent (snmp.conf(5)). Raises ValueError for a secret it cannot hold."""
    secret = agent.secret
    if any(c in value for value in secret.values() for c in '"\n\r\\'):
        raise ValueError("a secret has no quotation mark, backslash or end of line")
    if agent.version == "3":
        return (
            f'defVersion 3\ndefSecurityName "{secret["user"]}"\ndefSecurityLevel authPriv\n'
            f'defAuthType SHA\ndefAuthPassphrase "{secret["auth"]}"\n'
            f'defPrivType AES\ndefPrivPassphrase "{secret["priv"]}"\n'
        )
    return f'defVersion 2c\ndefCommunity "{secret["community"]}"\n'


def numbers(text: str) -> dict[str, int]:
    """Whole numbers by object; what is not one is left out."""
    found = {}
    for line in text.splitlines():
        oid, _, value = line.partition(" ")
        value = value.strip()
        if value.isascii() and value.isdigit() and len(value) <= WIDEST:
            found[oid] = int(value)
    return found


def words(text: str) -> dict[str, str]:
    """Strings by object, without their quotation marks; one that goes over several lines is cut at its
    first."""
    found = {}
    for line in text.splitlines():
        oid, _, value = line.partition(" ")
        if oid.startswith(".1."):
            found[oid] = value.strip().strip('"')
    return found
