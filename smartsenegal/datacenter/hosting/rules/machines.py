"""What brings a machine from what it is to what is wanted of it. Pure; the hypervisor does the steps."""

import re
from dataclasses import dataclass

RUNNING, STOPPED, DELETED = "running", "stopped", "deleted"
WANTED = [(RUNNING, "En marche"), (STOPPED, "Arrêtée"), (DELETED, "Supprimée")]
PAUSED, CRASHED, ABSENT, UNSEEN = "paused", "crashed", "absent", ""
REAL = [
    (UNSEEN, "Pas encore vue"),
    (RUNNING, "En marche"),
    (STOPPED, "Arrêtée"),
    (PAUSED, "En pause"),
    (CRASHED, "Plantée"),
    (ABSENT, "Absente de l’hyperviseur"),
]
# Seconds that a guest has to stop by itself before its power is cut.
GRACE = 60
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_a-z])")


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a machine; `since`, in seconds, is how long it has been."""

    state: str
    vcpus: int
    memory_mib: int
    disk_gib: int
    reboots: int = 0
    hard: bool = False
    since: int = 0


@dataclass(frozen=True)
class Real:
    """What the hypervisor says of it. Without an answer about it, it is absent."""

    state: str = ABSENT
    vcpus: int = 0
    memory_mib: int = 0


@dataclass(frozen=True)
class Done:
    """What was done that the hypervisor does not tell: size of its disk, reboots carried out."""

    disk_gib: int = 0
    reboots: int = 0


def steps(wanted: Wanted, real: Real, done: Done) -> tuple[str, ...]:
    """The acts that remain, in their order; none when it is as wanted."""
    if wanted.state == DELETED:
        return _away(real, done)
    if real.state == ABSENT:
        return ("create", "start") if wanted.state == RUNNING else ("create",)
    if wanted.state == STOPPED:
        return _down(wanted, real, done)
    if real.state == RUNNING:
        return ("reset",) if done.reboots < wanted.reboots else ()
    if real.state == PAUSED:
        return ("resume",)
    before = ("destroy",) if real.state == CRASHED else ()
    return (*before, *_fit(wanted, real, done), "start")


def _away(real: Real, done: Done) -> tuple[str, ...]:
    if real.state == ABSENT:
        return ("wipe",) if done.disk_gib else ()
    return ("remove", "wipe") if real.state == STOPPED else ("destroy", "remove", "wipe")


def _down(wanted: Wanted, real: Real, done: Done) -> tuple[str, ...]:
    if real.state == STOPPED:
        return _fit(wanted, real, done)
    if real.state == RUNNING and not wanted.hard and wanted.since < GRACE:
        return ("shutdown",)
    return ("destroy",)


def _fit(wanted: Wanted, real: Real, done: Done) -> tuple[str, ...]:
    """Its size can only change while it is stopped."""
    found = []
    if (real.vcpus, real.memory_mib) != (wanted.vcpus, wanted.memory_mib):
        found.append("define")
    if done.disk_gib < wanted.disk_gib:
        found.append("grow")
    return tuple(found)


def as_wanted(wanted: Wanted, real: Real, done: Done) -> bool:
    """Whether nothing remains to be done."""
    return not steps(wanted, real, done)


def printable(raw: bytes, most: int = 16_000) -> str:
    """The end of a console as a page may show it: no control sequence, no control character."""
    text = raw[-4 * most :].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    text = _ESCAPES.sub("", text)
    kept = "".join(c for c in text if c in "\n\t" or (c.isprintable() and c != "\ufffd"))
    return kept[-most:]
