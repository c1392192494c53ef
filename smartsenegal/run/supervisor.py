"""One parent for the processes of an installation: ordered start, health, restart with back-off, clean stop.

A child is ready when its probe says so; the next one starts only then. A child that ends is started again
after a delay that doubles each time, and is forgiven once it has stayed up. SIGINT or SIGTERM stops all of
them, last started first. Children end with their supervisor even when it is killed.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from smartsenegal.run.processes import tied

FIRST_BACKOFF = 0.5
LAST_BACKOFF = float(os.environ.get("SMARTSENEGAL_RESTART_SECONDS", "30"))
FORGIVEN_AFTER = 60.0


@dataclass
class Child:
    """One process to keep alive. `ready` is asked until it says True, for `patience` seconds at most."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    ready: Callable[[], bool] = lambda: True
    patience: float = 60.0
    before: Callable[[], None] | None = None  # done once, before the first start
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 20.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    started_at: float = 0.0
    restart_at: float = 0.0
    backoff: float = FIRST_BACKOFF
    restarts: int = 0


class StartFailed(RuntimeError):
    """A process did not come up; the message names it and its log."""


def say_aloud(sentence: str) -> None:
    """Print, unless nobody can hear: a full disk or a closed terminal must not end what still runs."""
    with suppress(OSError):
        print(sentence, file=sys.stderr, flush=True)


class Supervisor:
    def __init__(self, children: list[Child], logs: Path, say: Callable[[str], None] = say_aloud) -> None:
        self.children = children
        self.logs = logs
        self.say = say
        self.stopping = False
        self.asked = False  # to stop, by a signal: not because a child failed
        logs.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        """Start every child in order. Raises StartFailed after having stopped those already up."""
        for child in self.children:
            if self.stopping:
                return
            if child.before:
                child.before()
            self._spawn(child)
            if not self._wait_ready(child) and not self.stopping:
                self.stop()
                raise StartFailed(f"« {child.name} » n’a pas démarré, voir {self.log_of(child)}")

    def run(self) -> None:
        """Watch until told to stop by a signal, then stop all."""
        try:
            while not self.stopping:
                self.tend(time.monotonic())
                time.sleep(0.2)
        finally:
            self.stop()

    def handle_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def _asked_to_stop(self, *_: object) -> None:
        self.asked = self.stopping = True

    def log_of(self, child: Child) -> Path:
        return self.logs / f"{child.name}.log"

    def tend(self, now: float) -> None:
        """One look at each child: bring back the dead when their time has come."""
        for child in self.children:
            if child.process is None:
                if now >= child.restart_at:
                    self._bring_back(child, now)
            elif child.process.poll() is not None:
                self._bury(child, now)
            elif now - child.started_at > FORGIVEN_AFTER:
                child.backoff = FIRST_BACKOFF

    def _bury(self, child: Child, now: float) -> None:
        assert child.process is not None
        status = child.process.returncode
        self.say(f"« {child.name} » s’est arrêté ({status}), nouveau départ dans {child.backoff:g} s")
        _kill_group(child.process.pid)
        child.process = None
        self._put_off(child, now)

    def _bring_back(self, child: Child, now: float) -> None:
        child.restarts += 1
        try:
            self._spawn(child)
        except OSError as error:  # no memory, no room: the others go on, and this one is tried again
            why = error.strerror or error
            self.say(f"« {child.name} » ne peut pas repartir ({why}), essai dans {child.backoff:g} s")
            self._put_off(child, now)

    def _put_off(self, child: Child, now: float) -> None:
        child.restart_at = now + child.backoff
        child.backoff = min(child.backoff * 2, max(LAST_BACKOFF, FIRST_BACKOFF))

    def _spawn(self, child: Child) -> None:
        with self.log_of(child).open("ab") as log:
            child.process = subprocess.Popen(
                child.command,
                env=dict(child.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches us alone: we stop them in order
                preexec_fn=tied(child.stop_signal),
            )
        child.started_at = time.monotonic()

    def _wait_ready(self, child: Child) -> bool:
        until = time.monotonic() + child.patience
        while time.monotonic() < until and not self.stopping:
            if child.process is None or child.process.poll() is not None:
                return False
            if child.ready():
                return True
            time.sleep(0.05)
        return False

    def stop(self) -> None:
        """Stop the children, last started first; kill those that outlive their grace."""
        self.stopping = True
        for child in reversed(self.children):
            if child.process is not None and child.process.poll() is None:
                child.process.send_signal(child.stop_signal)
                try:
                    child.process.wait(child.grace)
                except subprocess.TimeoutExpired:
                    child.process.kill()
                    child.process.wait()
                _kill_group(child.process.pid)
            child.process = None


def _kill_group(leader: int) -> None:
    """End what a dead child left running: its own children would keep the port."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return
