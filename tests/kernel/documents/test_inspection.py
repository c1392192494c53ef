"""One process a file, forked from a nursery that dies with the process it works for."""

import os
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import IO

import pytest

from smartsenegal.kernel.documents.inspection import __main__ as child
from smartsenegal.kernel.documents.inspection import parent
from smartsenegal.kernel.documents.inspection.facts import Bounds, Facts, Refused
from smartsenegal.run.check.filling import photograph

BOUNDS = Bounds(max_pixels=50_000_000, max_pages=50, max_expanded=100_000_000)


@pytest.fixture
def photo() -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as file:
        file.write(photograph())
        file.flush()
        yield file


def _look(photo: IO[bytes]) -> Facts:
    return parent.inspect(photo.fileno(), "image/jpeg", BOUNDS)


def _nursery() -> int:
    return parent._nursery.processes[0].pid


def _until(condition: object, seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def test_the_same_nursery_serves_many_files_at_once(photo: IO[bytes]) -> None:
    found: list[Facts] = []
    threads = [Thread(target=lambda: found.append(_look(photo))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    before = _nursery()
    assert len(found) == 12
    assert len(set(found)) == 1
    _look(photo)
    assert _nursery() == before


def test_a_nursery_that_was_killed_is_replaced(photo: IO[bytes]) -> None:
    _look(photo)
    killed = _nursery()
    os.kill(killed, signal.SIGKILL)
    parent._nursery.processes[0].wait()
    assert _look(photo).pages == 1
    assert _nursery() != killed


def test_it_keeps_nothing_of_what_it_handed_on(photo: IO[bytes]) -> None:
    _look(photo)
    held = {os.readlink(f"/proc/{_nursery()}/fd/{fd}") for fd in os.listdir(f"/proc/{_nursery()}/fd")}
    assert all(name == "/dev/null" or name.startswith("socket:") for name in held)
    assert _until(lambda: not _children(_nursery()))


def _children(pid: int) -> str:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text()


def test_a_process_that_forks_has_a_nursery_of_its_own(photo: IO[bytes]) -> None:
    _look(photo)
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _look(photo)
            os.write(writer, str(_nursery()).encode())
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    assert int(os.read(reader, 20)) != _nursery()
    os.close(reader)
    os.close(writer)


def test_a_child_holds_its_file_and_its_answer_only(
    photo: IO[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell() -> None:
        held = " ".join(sorted(os.listdir("/proc/self/fd"), key=int))
        os.write(child._TALK, f"{held} {os.readlink('/proc/self/fd/0')}".encode())

    monkeypatch.setattr(child, "look", tell)
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        for standard in (1, 2):  # as the nursery has them
            os.dup2(os.open(os.devnull, os.O_WRONLY), standard)
        child._work(photo.fileno(), theirs.fileno())
    os.waitpid(pid, 0)
    # The last number is that of the listing itself.
    assert ours.recv(1000) == b"0 1 2 3 4 5 /dev/null"
    ours.close()
    theirs.close()


def test_a_child_that_does_not_answer_in_time_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    pid = os.fork()
    if pid == 0:
        time.sleep(60)
        os._exit(0)
    children = {pid: time.monotonic() - 1}
    child._bury(children)
    assert _until(lambda: child._bury(children) or not children)


def test_an_answer_without_end_is_refused(photo: IO[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    class Chatterbox:
        def hand(self, file: int, talk: int) -> None:
            os.write(talk, b"{" * 4096)

    monkeypatch.setattr(parent, "_nursery", Chatterbox())
    monkeypatch.setattr(parent, "_LONGEST_ANSWER", 1000)
    with pytest.raises(Refused, match="bomb"):
        _look(photo)


def test_no_room_for_a_process_is_said(photo: IO[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> int:
        raise BlockingIOError

    monkeypatch.setattr(child.os, "fork", full)
    ours, theirs = socket.socketpair()
    child._raise_child({}, [os.dup(photo.fileno()), theirs.detach()])
    assert ours.recv(100) == b'{"refused": "busy"}\n'
    ours.close()


def test_the_nursery_ends_with_the_process_it_works_for(photo: IO[bytes]) -> None:
    ended = parent._Nursery()
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ended.hand(photo.fileno(), theirs.fileno())
    ended._leave()
    assert ended.processes[0].wait(10) == 0
