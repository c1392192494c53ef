"""Processes under one parent, with real processes."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from smartsenegal.run.supervisor import Child, StartFailed, Supervisor, say_aloud

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def child(name: str, command: list[str] = SLEEP, **options: object) -> Child:
    return Child(name, command, os.environ, **options)  # type: ignore[arg-type]


@pytest.fixture
def supervisors(tmp_path: Path) -> Iterator[list[Supervisor]]:
    made: list[Supervisor] = []
    yield made
    for supervisor in made:
        supervisor.stop()


def wait_until(condition: object, seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def test_children_start_in_order_once_the_one_before_is_ready(
    tmp_path: Path, supervisors: list[Supervisor]
) -> None:
    mark = tmp_path / "ready"
    first = child(
        "first",
        [
            sys.executable,
            "-c",
            f"import time, pathlib; time.sleep(.3); pathlib.Path({str(mark)!r}).touch(); time.sleep(60)",
        ],
        ready=mark.exists,
    )
    seen: list[bool] = []
    second = child("second", before=lambda: seen.append(mark.exists()))
    supervisors.append(Supervisor([first, second], tmp_path / "log"))
    supervisors[0].start()
    assert seen == [True]
    assert second.started_at > first.started_at


def test_a_child_that_never_gets_ready_stops_the_rest(tmp_path: Path, supervisors: list[Supervisor]) -> None:
    good = child("good")
    bad = child("bad", [sys.executable, "-c", "raise SystemExit(3)"], ready=lambda: False)
    supervisors.append(Supervisor([good, bad], tmp_path / "log"))
    with pytest.raises(StartFailed, match="bad"):
        supervisors[0].start()
    assert good.process is None


def test_a_killed_child_comes_back_after_a_delay_that_grows(
    tmp_path: Path, supervisors: list[Supervisor]
) -> None:
    one = child("one")
    said: list[str] = []
    supervisor = Supervisor([one], tmp_path / "log", say=said.append)
    supervisors.append(supervisor)
    supervisor.start()
    delays = []
    for _ in range(3):
        assert one.process is not None
        os.kill(one.process.pid, signal.SIGKILL)
        one.process.wait()
        now = time.monotonic()
        supervisor.tend(now)
        assert one.process is None
        delays.append(one.restart_at - now)
        supervisor.tend(now)  # too early
        assert one.process is None
        supervisor.tend(one.restart_at)
        assert one.process is not None
    assert delays == [0.5, 1.0, 2.0]
    assert one.restarts == 3
    assert len(said) == 3


def test_what_a_dead_child_left_running_is_ended(tmp_path: Path, supervisors: list[Supervisor]) -> None:
    pid_file = tmp_path / "grandchild"
    script = (
        "import subprocess, sys, time, pathlib; "
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        f"pathlib.Path({str(pid_file)!r}).write_text(str(p.pid)); time.sleep(60)"
    )
    one = child("one", [sys.executable, "-c", script])
    supervisor = Supervisor([one], tmp_path / "log", say=lambda _: None)
    supervisors.append(supervisor)
    supervisor.start()
    assert wait_until(lambda: pid_file.exists() and pid_file.read_text())
    grandchild = int(pid_file.read_text())
    assert one.process is not None
    os.kill(one.process.pid, signal.SIGKILL)
    one.process.wait()
    supervisor.tend(time.monotonic())
    assert wait_until(lambda: not _alive(grandchild))


def test_stop_ends_the_last_started_first_and_kills_the_deaf(
    tmp_path: Path, supervisors: list[Supervisor]
) -> None:
    order = tmp_path / "order"
    polite = (
        "import signal, sys, time, pathlib\n"
        "def end(*_):\n"
        "    with open({path!r}, 'a') as f: f.write({name!r} + ' ')\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "pathlib.Path({path!r} + {name!r}).touch()\n"
        "time.sleep(60)"
    )
    children = [
        child(
            n,
            [sys.executable, "-c", polite.format(path=str(order), name=n)],
            ready=Path(f"{order}{n}").exists,
        )
        for n in ("a", "b")
    ]
    deaf_ready = tmp_path / "deaf"
    deaf = child(
        "deaf",
        [
            sys.executable,
            "-c",
            "import signal, time, pathlib; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
            f"pathlib.Path({str(deaf_ready)!r}).touch(); time.sleep(60)",
        ],
        ready=deaf_ready.exists,
        grace=0.3,
    )
    supervisor = Supervisor([*children, deaf], tmp_path / "log")
    supervisors.append(supervisor)
    supervisor.start()
    supervisor.stop()
    assert order.read_text().split() == ["b", "a"]
    assert all(c.process is None for c in supervisor.children)


def test_each_child_has_its_log(tmp_path: Path, supervisors: list[Supervisor]) -> None:
    one = child("one", [sys.executable, "-c", "print('bonjour'); import time; time.sleep(60)"])
    one.environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    supervisor = Supervisor([one], tmp_path / "log")
    supervisors.append(supervisor)
    supervisor.start()
    assert wait_until(lambda: "bonjour" in (tmp_path / "log" / "one.log").read_text())


def test_a_child_that_cannot_be_started_again_is_put_off_and_the_others_go_on(
    tmp_path: Path, supervisors: list[Supervisor]
) -> None:
    one, other = child("one"), child("other")
    said: list[str] = []
    supervisor = Supervisor([one, other], tmp_path / "log", say=said.append)
    supervisors.append(supervisor)
    supervisor.start()
    assert one.process is not None
    one.process.kill()
    one.process.wait()
    now = time.monotonic()
    supervisor.tend(now)
    one.command = [str(tmp_path / "gone")]
    supervisor.tend(now + 1)
    assert one.process is None
    assert one.restart_at == now + 2
    assert "ne peut pas repartir" in said[-1]
    one.command = SLEEP
    supervisor.tend(now + 2)
    assert one.process is not None
    assert other.restarts == 0


def test_nobody_to_hear_does_not_end_the_supervisor(monkeypatch: pytest.MonkeyPatch) -> None:
    full = open("/dev/full", "w")  # noqa: SIM115 - closing it fails too
    with pytest.raises(OSError, match="No space left"):
        print("…", file=full, flush=True)
    monkeypatch.setattr(sys, "stderr", full)
    say_aloud("…")
    monkeypatch.undo()
    with suppress(OSError):
        full.close()


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
