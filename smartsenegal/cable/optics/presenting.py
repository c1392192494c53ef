"""How light is told in French, and how its curve is drawn."""

import math
from collections.abc import Sequence
from typing import Any

WIDE, TALL = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 34, 10, 10, 34
TICK_DB = 2


def decimal(value: float, places: int = 1) -> str:
    """`26,4`; a minus is the typographic one."""
    return f"{value:.{places}f}".replace("-", "−").replace(".", ",")


def db(value: float) -> str:
    """`26,4 dB`."""
    return f"{decimal(value)}\u00a0dB"


def plain(value: float) -> str:
    """A figure as it was typed: `0,165`, `50`."""
    return f"{value:g}".replace("-", "−").replace(".", ",")


def curve(points: Sequence[tuple[float, float, float]], launch: float) -> dict[str, Any]:
    """The drawing of the sweep: ratio when new and when old by launch power, ticks, and the launch."""
    powers = [p for p, _, _ in points]
    ratios = [r for _, *both in points for r in both]
    low = math.floor(min(ratios) / TICK_DB) * TICK_DB
    high = math.ceil(max(ratios) / TICK_DB) * TICK_DB + (max(ratios) % TICK_DB == 0) * TICK_DB

    def across(power: float) -> str:
        span = powers[-1] - powers[0]
        return _at(LEFT + (power - powers[0]) / span * (WIDE - LEFT - RIGHT))

    def down(ratio: float) -> str:
        return _at(TOP + (high - ratio) / (high - low) * (TALL - TOP - BOTTOM))

    lines = (" ".join(f"{across(p[0])},{down(p[n])}" for p in points) for n in (1, 2))
    new, old = lines
    inside = powers[0] <= launch <= powers[-1]
    return {
        "wide": WIDE, "tall": TALL, "left": LEFT, "right": WIDE - RIGHT, "top": TOP, "bottom": TALL - BOTTOM,
        "new": new, "old": old, "launch": across(launch) if inside else None,
        "rows": [{"y": down(r), "label": plain(r)} for r in range(low, high + 1, TICK_DB)],
        "columns": [{"x": across(p), "label": plain(p)} for p in powers if p % 2 == 0],
        "label_y": TALL - BOTTOM + 14, "name_y": TALL - 4,
    }  # fmt: skip


def _at(place: float) -> str:
    # As SVG reads it: a template would write it the French way.
    return f"{place:.1f}"
