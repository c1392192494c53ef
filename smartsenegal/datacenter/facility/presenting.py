"""How amounts, racks and the one-line diagram are shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from smartsenegal.datacenter.facility.models import Component
from smartsenegal.datacenter.facility.rules.graph import NETWORK, Plan
from smartsenegal.datacenter.facility.rules.ledger import Claim
from smartsenegal.lib.text import NBSP, group_digits

UNKNOWN = "Non connu"
UNIT_TALL, RACK_WIDE, MARGIN = 16, 300, 30
BOX_WIDE, BOX_TALL, STEP_X, STEP_Y = 132, 38, 148, 74


def amount(value: int | None, system: str = "power") -> str:
    """`1 400 kW`, `2,5 kW`, `10 Gbit/s`; `Non connu` for None, which is never zero."""
    if value is None:
        return UNKNOWN
    unit = "Gbit/s" if system == NETWORK else "kW"
    whole, rest = divmod(abs(value), 1_000)
    tenths = round(rest / 100)
    if tenths == 10:
        whole, tenths = whole + 1, 0
    sign = "−" if value < 0 else ""
    return f"{sign}{group_digits(whole)}{f',{tenths}' if tenths else ''}{NBSP}{unit}"


def count(value: int | None, unit: str) -> str:
    """`12 kg`; `Non connu` for None."""
    return UNKNOWN if value is None else f"{group_digits(value) if value >= 0 else value}{NBSP}{unit}"


def elevation(units: int, claims: Sequence[Claim]) -> dict[str, object]:
    """A rack seen from the front, U1 at the bottom, as rectangles of a drawing."""
    top = {claim.first + claim.units - 1: claim for claim in claims if not claim.within}
    boxes = [
        {
            "y": (units - high) * UNIT_TALL,
            "tall": claim.units * UNIT_TALL,
            "text_y": (units - high) * UNIT_TALL + claim.units * UNIT_TALL / 2 + 4,
            "label": claim.label[:34],
            "state": claim.state,
        }
        for high, claim in sorted(top.items(), reverse=True)
    ]
    marks = [
        {"y": (units - unit) * UNIT_TALL + 12, "line": (units - unit + 1) * UNIT_TALL, "unit": unit}
        for unit in range(1, units + 1)
        if unit == 1 or unit % 3 == 0
    ]
    return {"tall": units * UNIT_TALL, "boxes": boxes, "marks": marks}


@dataclass(frozen=True)
class Box:
    """One part of the diagram."""

    code: str
    name: str
    x: int
    y: int
    path: str
    broken: bool


def diagram(
    plan: Plan, components: Iterable[Component], system: str, broken: Iterable[str] = ()
) -> dict[str, object]:
    """The one-line diagram of a system: sources at the top, each part under what feeds it."""
    rows = {c.code: c for c in components if c.system == system}
    depth = _depths(plan, rows)
    layers: dict[int, list[str]] = {}
    for part in plan.parts:
        if part.code in rows:
            layers.setdefault(depth[part.code], []).append(part.code)
    out = set(broken)
    widest = max((len(codes) for codes in layers.values()), default=0)
    boxes: dict[str, Box] = {}
    for level, codes in layers.items():
        codes.sort(key=lambda code: (rows[code].path or "", code))
        left = (widest - len(codes)) * STEP_X // 2
        for n, code in enumerate(codes):
            row = rows[code]
            boxes[code] = Box(
                code, row.name[:20], left + n * STEP_X + 4, level * STEP_Y + 4, row.path.lower(), code in out
            )
    return {
        "boxes": list(boxes.values()),
        "lines": _lines(plan, boxes),
        "wide": max(widest * STEP_X, 1),
        "tall": max(len(layers) * STEP_Y, 1),
    }


def _depths(plan: Plan, rows: Mapping[str, Component]) -> dict[str, int]:
    depth: dict[str, int] = {}
    for part in plan.parts:
        above = [depth[s] for gate in part.gates for s in gate.sources if s in depth and s in rows]
        if part.code in rows:
            depth[part.code] = max(above, default=-1) + 1
    return depth


def _lines(plan: Plan, boxes: Mapping[str, Box]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for code, box in boxes.items():
        for gate in plan.parts[plan.index[code]].gates:
            for n, source in enumerate(gate.sources):
                if source in boxes:
                    above = boxes[source]
                    found.append(
                        {
                            "x1": above.x + BOX_WIDE // 2, "y1": above.y + BOX_TALL,
                            "x2": box.x + BOX_WIDE // 2, "y2": box.y,
                            "standby": gate.standby and n > 0,
                        }
                    )  # fmt: skip
    return found
