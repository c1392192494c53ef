"""`make bench [ONLY=name]`: run the benches, print and keep their figures, make docs/performance.md."""

import importlib
import multiprocessing
import pkgutil
import sys
from pathlib import Path

import bench
from bench.pages import shared
from bench.report import write_document

INTRODUCTION = """# Performance

Made by `make bench` from `bench/results/`: each bench states its method, a ratio compares with a baseline measured
**in the same run on the same machine**. One machine with two cores holds the server (two web processes), PostgreSQL 18
(durable settings, `shared_buffers` 1 GB for the benches on pages) and the client. Absolute figures drift with what
else the machine does: the load average before each run stands beside its date. The country of the benches has one
million cases over a year and a half (about 8 million actions, 300,000 accounts), folded and sealed as the platform
itself writes them; it is made once, in `var/bench`.

How to read them:

- beside its date, each bench says how long a million turns of an empty Python loop take on the machine at that moment:
  compare it with yours before comparing milliseconds. The last figures come from a machine where it is about 18 ms and a
  bare page costs 4 to 6 ms of CPU; the same page took 1.5 ms on another one. Ratios of CPU travel better, their two terms
  were taken together;
- elapsed times taken under a load average above 1 before the run are partly waiting for a core that something else holds;
- with 8 users in a closed loop on two cores a page takes about 8 × its CPU / 2: 40 ms asks for 10 ms of CPU in all;
- the bare page has neither session, nor account, nor roles, nor shell: 1.5 times that is met by none of our pages. The
  signed-in page is the same one for an agent: session, account and roles (three queries), then 20 rows. What a queue
  costs beyond it is its counts, its 25 rows and its shell ([decision 7](decisions/0007-what-a-page-of-an-agent-costs.md));
- the queue no longer holds the detail of its first case, which is asked for once the list is shown: add both for what
  the first sight of a queue costs the server;
- dashboards are drawn once a minute by each process ([`keeping`](../smartsenegal/web/dashboard/keeping.py)): what is measured is what nearly
  everyone gets; the first of a minute waits for the drawing, 20 ms of CPU for the country and 50 to 70 for a procedure;
- the RADIUS server is compared with FreeRADIUS on the same machine and PostgreSQL in the same run: CPU of all processes of each, every reply verified;
- each upload is inspected in a process of its own, forked from one that has read the libraries
  ([decision 6](decisions/0006-inspectors-are-forked.md)): 7 ms where it took 100."""
# They use the seeded installation; the others start what they need.
ON_PAGES = tuple(
    f"bench_{name}" for name in ("bulk", "case", "clock", "dashboard", "export", "filing", "queue", "search")
)


def main() -> int:
    """Run those that are named, or all of them; 2 when there is no such bench."""
    names = sorted(m.name for m in pkgutil.iter_modules(bench.__path__) if m.name.startswith("bench_"))
    wanted = [n for n in names if not sys.argv[1:] or n.removeprefix("bench_") in sys.argv[1:]]
    if not wanted:
        print("Il y a :", ", ".join(n.removeprefix("bench_") for n in names))
        return 2
    on_pages = [n for n in wanted if n in ON_PAGES]
    for name in wanted:
        if name not in on_pages:
            _run_apart(name)
    if on_pages:
        with shared():
            for name in on_pages:
                run(name)
    write_document(Path("docs/performance.md"), INTRODUCTION)
    return 0


def _run_apart(name: str) -> None:
    """In a process of its own: settings are read once a process, and benches have databases of their own."""
    process = multiprocessing.get_context("fork").Process(target=run, args=(name,))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)


def run(name: str) -> None:
    importlib.import_module(f"bench.{name}").run()


if __name__ == "__main__":
    sys.exit(main())
