"""The web or worker process's side: has a child look, waits, and turns silence into a refusal."""

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

from smartsenegal.kernel.documents.inspection.facts import Bounds, Facts, Refused

_ROOT = Path(__file__).resolve().parents[4]
_SECONDS = 30
_LONGEST_ANSWER = 64 * 1024 * 1024
# Children under way at once for this process: hostile files must not starve the pages.
_SLOTS = BoundedSemaphore(max(2, os.cpu_count() or 2))


@dataclass(frozen=True)
class _Answer:
    header: dict[str, Any]
    body: bytes


def inspect(descriptor: int, media_type: str, bounds: Bounds) -> Facts:
    """Facts of the file open on `descriptor`; raises Refused with the code of what is wrong."""
    header = _ask(descriptor, {"do": "inspect", "media_type": media_type, **asdict(bounds)}).header
    return Facts(pixels=header["pixels"], pages=header["pages"])


def render(descriptor: int, media_type: str, page: int, words: str, bounds: Bounds) -> bytes:
    """JPEG of one page of the file open on `descriptor`, watermarked with `words`; raises Refused."""
    request = {"do": "render", "media_type": media_type, "page": page, "words": words, **asdict(bounds)}
    return _ask(descriptor, request).body


def check(descriptor: int, trust: str) -> dict[str, Any]:
    """Plain `checking.Verdict` on the file open on `descriptor`, given the trust bundle; raises Refused."""
    return _ask(descriptor, {"do": "check", "trust": trust}).header


def _ask(descriptor: int, request: dict[str, Any]) -> _Answer:
    with _SLOTS:
        done = _run(descriptor, json.dumps(request).encode() + b"\n")
    head, _, body = done.partition(b"\n")
    try:
        header = json.loads(head)
    except ValueError as error:  # the child was killed by one of its limits
        raise Refused("bomb") from error
    if "refused" in header:
        raise Refused(header["refused"])
    return _Answer(header, body)


def _run(descriptor: int, request: bytes) -> bytes:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            _nursery.hand(descriptor, theirs.fileno())
        try:
            ours.settimeout(_SECONDS)
            ours.sendall(request)
            return _read(ours, time.monotonic() + _SECONDS)
        except TimeoutError as error:
            raise Refused("busy") from error
        except ConnectionError:  # the child ended before it had read or told everything
            return b""


def _read(talk: socket.socket, until: float) -> bytes:
    """All that the child says before it ends. Raises TimeoutError, and Refused when it says too much."""
    told = bytearray()
    while chunk := talk.recv(1 << 20):
        told += chunk
        if len(told) > _LONGEST_ANSWER:
            raise Refused("bomb")
        talk.settimeout(max(0.001, until - time.monotonic()))
    return bytes(told)


class _Nursery:
    """The process that children are forked from: started when first asked, and again should it die."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.owner = 0
        self.control: socket.socket | None = None
        self.processes: list[subprocess.Popen[bytes]] = []  # one, and those that are ending

    def hand(self, file: int, talk: int) -> None:
        """Have a child look into `file` and speak on `talk`."""
        with self.lock:
            try:
                socket.send_fds(self._reached(), [b"1"], [file, talk])
            except OSError:
                self._leave()
                socket.send_fds(self._reached(), [b"1"], [file, talk])

    def _reached(self) -> socket.socket:
        if self.control is None or self.owner != os.getpid():  # never a nursery inherited by a fork
            self._leave()
            self._start()
        assert self.control is not None
        return self.control

    def _start(self) -> None:
        self.control, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        command = [sys.executable, "-s", "-m", "smartsenegal.kernel.documents.inspection"]
        environment = {"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LANG": "C.UTF-8"}
        with theirs:
            started = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                cwd="/",
            )
        self.processes = [started, *(p for p in self.processes if p.poll() is None)]
        self.owner = os.getpid()

    def _leave(self) -> None:
        """Close our end: it stops once the children under way have answered."""
        if self.control is not None:
            self.control.close()
        self.control = None


_nursery = _Nursery()
