"""A whole instance in processes of its own, for the tests that come in by the front door."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx


@dataclass
class Instance:
    """`smartsenegal demo` on free ports, with its data in a folder of its own."""

    data: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def operator(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    def begin_from(self, prepared: Path) -> None:
        """Take the data of one that was prepared and stopped: a first start is half a minute of work."""
        subprocess.run(["cp", "-a", str(prepared), str(self.data)], check=True)

    def start(self, seconds: float = 300) -> None:
        """Start and wait until it says so; raises RuntimeError with the end of its output otherwise."""
        self.data.mkdir(parents=True, exist_ok=True)
        output = self.data / "demo.out"
        before = output.stat().st_size if output.exists() else 0
        with output.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "smartsenegal", "demo"], env=self.environ(), stdout=out, stderr=out
            )
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if "est prêt" in output.read_bytes()[before:].decode(errors="replace"):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"the demonstration did not start: {self.logs()}")

    def environ(self) -> dict[str, str]:
        """The environment under which a command works on this instance."""
        environment = {
            **os.environ,
            "SMARTSENEGAL_DATA": str(self.data),
            "SMARTSENEGAL_PORT": str(self.port),
            "SMARTSENEGAL_HOST": "127.0.0.1",
            **self.environment,
        }
        for name in ("SMARTSENEGAL_PROCESS", "SMARTSENEGAL_PUBLIC_URL", "DATABASE_URL"):
            environment.pop(name, None)
        return environment

    def run(self, *arguments: str, module: str = "smartsenegal") -> subprocess.CompletedProcess[str]:
        """`smartsenegal ARGUMENTS`, or another module, on this instance, to its end."""
        return subprocess.run(
            [sys.executable, "-m", module, *arguments], env=self.environ(), capture_output=True, text=True
        )

    def stop(self) -> int:
        """Stop as Ctrl-C does; the exit status of the supervisor."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def logs(self) -> str:
        texts = [f"--- {p.name}\n{p.read_text()[-1500:]}" for p in sorted((self.data / "log").glob("*.log"))]
        return (self.data / "demo.out").read_text()[-1500:] + "\n".join(texts)

    def kill(self, name: str) -> None:
        """`kill -9` of the process group of one child ("pages", "travaux", "postgres", "operateur-wave")."""
        for pid in self.pids(name):
            os.kill(pid, signal.SIGKILL)

    def pids(self, name: str) -> list[int]:
        """Processes of one child, parents first."""
        assert self.process is not None
        marks = {
            "pages": "smartsenegal web",
            "travaux": "smartsenegal worker",
            "postgres": "postgres -D",
            "operateur-wave": "sandbox.wave",
            "operateur-mobile": "sandbox.mobile",
        }
        found = []
        for pid in descendants(self.process.pid):
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (FileNotFoundError, ProcessLookupError):  # ended meanwhile
                continue
            if marks[name] in command:
                found.append(pid)
        return found

    def healthy(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=3).status_code == 200
        except httpx.HTTPError:
            return False

    def wait_healthy(self, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while not self.healthy():
            assert time.monotonic() < until, self.logs()
            time.sleep(0.2)


def prepared_in(folder: Path) -> Path:
    """The data of a demonstration that was started and stopped once; made by the first process that asks."""
    with (folder / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = Instance(folder / "prepared", free_port())
        if not (folder / "prepared.ok").exists():
            shutil.rmtree(made.data, ignore_errors=True)
            made.start()
            assert made.stop() == 0
            (folder / "prepared.ok").touch()
        return made.data


def descendants(root: int) -> list[int]:
    found = [root]
    for pid in found:
        try:
            found += [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except FileNotFoundError:
            continue
    return found


def free_port() -> int:
    """A port free now, and the next two (the operators')."""
    while True:
        with socket.socket() as first, socket.socket() as second, socket.socket() as third:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
                third.bind(("127.0.0.1", port + 2))
            except (OSError, OverflowError):
                continue
            return port
