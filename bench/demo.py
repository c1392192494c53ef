"""A whole demonstration in a folder of its own, as `make demo` starts it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.instance import free_port

_OURS = (
    "SMARTSENEGAL_PG_BUFFERS",
    "SMARTSENEGAL_WORKERS",
    "SMARTSENEGAL_PROCESS",
    "DJANGO_SETTINGS_MODULE",
    "DATABASE_URL",
)


@dataclass(frozen=True)
class Demo:
    url: str
    pid: int
    seconds: float  # that it took to start


@contextmanager
def demonstration() -> Iterator[Demo]:
    """Start it with the settings it has by default; stop it as Ctrl-C does."""
    folder, port = Path(tempfile.mkdtemp(prefix="ss-demo-")), free_port()
    environment = {k: v for k, v in os.environ.items() if k not in _OURS}
    environment |= {"SMARTSENEGAL_DATA": str(folder), "SMARTSENEGAL_PORT": str(port)}
    began = time.monotonic()
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "smartsenegal", "demo"], env=environment, stdout=out, stderr=out
        )
    try:
        while b"est pr" not in (folder / "out").read_bytes():
            if process.poll() is not None or time.monotonic() - began > 300:
                raise RuntimeError(f"the demonstration did not start: {(folder / 'out').read_text()[-1000:]}")
            time.sleep(0.2)
        yield Demo(f"http://127.0.0.1:{port}", process.pid, time.monotonic() - began)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)
