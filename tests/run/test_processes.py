"""Children end with their parent, and a new start finds what a dead one left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from smartsenegal.run.processes import MARK, end_leftovers, leftovers, marked

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print(1, flush=True); time.sleep(60)",
]


def wait_until(condition: Callable[[], object], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_tied_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal, subprocess, sys, time, pathlib\n"
            "from smartsenegal.run.processes import tied\n"
            "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'],"
            " start_new_session=True, preexec_fn=tied(signal.SIGTERM))\n"
            f"pathlib.Path({str(note)!r}).write_text(str(child.pid))\n"
            "time.sleep(60)",
        ]
    )
    try:
        assert wait_until(lambda: note.exists() and note.read_text())
        child = int(note.read_text())
        assert alive(child)
    finally:
        parent.kill()
        parent.wait()
    assert wait_until(lambda: not alive(child))


def test_leftovers_of_one_installation_are_ended_and_those_of_another_left_alone(tmp_path: Path) -> None:
    ours, other = tmp_path / "ours", tmp_path / "ours-too"
    children = [subprocess.Popen(SLEEP, env=marked(os.environ, data)) for data in (ours, other)]
    try:
        assert wait_until(lambda: leftovers(ours) == [children[0].pid])
        assert end_leftovers(ours) == [children[0].pid]
        assert children[0].wait(5) == -signal.SIGTERM
        assert children[1].poll() is None
        assert end_leftovers(ours) == []
    finally:
        for child in children:
            child.kill()
            child.wait()


def test_a_leftover_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    deaf = subprocess.Popen(DEAF, env=marked(os.environ, tmp_path), stdout=subprocess.PIPE)
    try:
        assert deaf.stdout is not None
        assert deaf.stdout.readline() == b"1\n"
        end_leftovers(tmp_path, seconds=0.3)
        assert deaf.wait(5) == -signal.SIGKILL
    finally:
        deaf.kill()


def test_the_supervisor_itself_is_no_leftover(tmp_path: Path) -> None:
    inside = subprocess.run(
        [
            sys.executable,
            "-c",
            "import pathlib\nfrom smartsenegal.run.processes import leftovers\n"
            f"print(leftovers(pathlib.Path({str(tmp_path)!r})))",
        ],
        env={**os.environ, MARK: str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert inside.stdout.strip() == "[]"
