"""Processes that never outlive their supervisor, whatever ends it."""

import ctypes
import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

# Each process of an installation carries the data directory it works on, and so do those it starts.
MARK = "SMARTSENEGAL_SUPERVISED"
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def tied(number: signal.Signals) -> Callable[[], None]:
    """What a child does between fork and exec so that Linux sends it `number` when we die (prctl(2))."""
    parent = os.getpid()

    def tie() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # we died in between
            os._exit(1)

    return tie


def marked(environment: Mapping[str, str], data: Path) -> dict[str, str]:
    """The environment of a process of the installation in `data`."""
    return {**environment, MARK: str(data.resolve())}


def leftovers(data: Path) -> list[int]:
    """Processes of the installation in `data`, but this one."""
    mark = f"{MARK}={data.resolve()}".encode()
    own = os.getpid()
    found = (int(p.name) for p in Path("/proc").glob("[0-9]*"))
    return [pid for pid in found if pid != own and mark in _read(pid, "environ").split(b"\0")]


def end_leftovers(data: Path, seconds: float = 10) -> list[int]:
    """End what a supervisor that was killed left running; returns what there was.

    To be called by the one that holds the installation's lock. Those that do not stop in time are killed.
    """
    found = leftovers(data)
    for pid in found:
        is_server = b"/postgres\0-D" in _read(pid, "cmdline")
        _send(pid, signal.SIGINT if is_server else signal.SIGTERM)
    until = time.monotonic() + seconds
    while leftovers(data) and time.monotonic() < until:
        time.sleep(0.1)
    for pid in leftovers(data):
        _send(pid, signal.SIGKILL)
    while leftovers(data) and time.monotonic() < until + 5:
        time.sleep(0.05)
    return found


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:  # ended meanwhile, or somebody else's
        return b""


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
