"""One row a figure: name, value, unit, peer, the peer's value, ratio, goal, met. Printed and kept as JSON."""

import json
import os
import platform
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Row:
    """One figure. `ratio` is value / peer_value; `goal` is the most it may be, None when it is only told."""

    name: str
    value: float
    unit: str
    peer: str = ""
    peer_value: float | None = None
    goal: float | None = None

    @property
    def ratio(self) -> float | None:
        return round(self.value / self.peer_value, 2) if self.peer_value else None

    @property
    def met(self) -> bool | None:
        return None if self.goal is None else self.value <= self.goal

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "value": round(self.value, 2), "ratio": self.ratio, "met": self.met}


_load_before = os.getloadavg()[0]


def load_before() -> float:
    """The machine's load average of the last minute, as it was before this run."""
    return _load_before


def million() -> float:
    """Milliseconds of CPU that a million turns of an empty loop take now: how fast this machine is for Python."""
    began = time.process_time()
    for _ in range(1_000_000):
        pass
    return (time.process_time() - began) * 1000


def publish(bench: str, method: str, rows: list[Row]) -> None:
    """Print the rows as a table and write `bench/results/<bench>.json`."""
    RESULTS.mkdir(exist_ok=True)
    content = {
        "bench": bench,
        "method": method,
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "load_before": round(load_before(), 2),
        "million": round(min(million() for _ in range(5))),
        "rows": [row.as_dict() for row in rows],
    }
    (RESULTS / f"{bench}.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    print(f"\n{bench} — {method}")
    for line in table(content["rows"]):  # type: ignore[arg-type]
        print(line)


def table(rows: list[dict[str, object]]) -> list[str]:
    """Rows as the lines of a Markdown table."""
    lines = ["| figure | value | peer | ratio | goal | met |", "| --- | ---: | ---: | ---: | ---: | --- |"]
    for row in rows:
        peer = f"{row['peer']}: {row['peer_value']:.4g}" if row["peer_value"] else ""
        met = {True: "yes", False: "**no**", None: ""}[row["met"]]  # type: ignore[index]
        goal = "" if row["goal"] is None else f"{row['goal']:.4g}"
        value = f"{row['value']:g} {row['unit']}"
        lines.append(f"| {row['name']} | {value} | {peer} | {row['ratio'] or ''} | {goal} | {met} |")
    return lines


def _told(content: dict[str, Any]) -> str:
    load = f"load average before the run {content['load_before']:g}"
    speed = f", a million turns of an empty loop in {content['million']} ms" if "million" in content else ""
    return f"{content['method']} Measured on {content['date']}, {load}{speed}."


def write_document(path: Path, introduction: str) -> None:
    """Make `docs/performance.md` from every result there is."""
    parts = [introduction]
    for file in sorted(RESULTS.glob("*.json")):
        content = json.loads(file.read_text())
        parts += [f"## {content['bench']}", _told(content)]
        parts.append("\n".join(table(content["rows"])))
    path.write_text("\n\n".join(parts) + "\n")
