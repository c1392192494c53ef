"""Memory of the whole demonstration at rest: supervisor, PostgreSQL, pages, worker, sandbox operator."""

import time
from pathlib import Path

from bench.demo import demonstration
from bench.load import descendants, memory_mb
from bench.report import Row, publish

SETTLE = 20
GOAL = 700.0


def run() -> None:
    """Measure and publish."""
    with demonstration() as demo:
        time.sleep(SETTLE)
        pids = descendants(demo.pid)
        families: dict[str, list[int]] = {}
        for pid in pids:
            families.setdefault(_family(pid), []).append(pid)
        rows = [Row("whole demonstration at rest", memory_mb(pids), "MB", goal=GOAL)]
        rows += [Row(name, memory_mb(members), "MB") for name, members in sorted(families.items())]
    words = "Proportional set size (PSS) of every process, what several share counted once"
    publish("memory", f"{words}, {SETTLE} s after a first start.", rows)


def _family(pid: int) -> str:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except FileNotFoundError:
        return "ended"
    marks = {
        "postgres": "PostgreSQL",
        "sandbox": "sandbox operator",
        " worker": "worker",
        " web": "pages",
        " demo": "supervisor",
    }
    return next((name for mark, name in marks.items() if mark in command), "pages")
