"""What one more failure does while something is already out for work: one maintenance, or every pair."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from smartsenegal.datacenter.facility.rules.graph import Plan
from smartsenegal.datacenter.tier.rules.structure import lanes

HOURS_OF_A_YEAR = 8_760
# Octets that the answers of all parts may take together: maintenances are asked about in turns of so many.
MEMORY = 256 * 1024 * 1024


@dataclass(frozen=True)
class Harm:
    """A failure that loses loads during a maintenance.

    `watt_hours` is what may be expected to be lost: load × chance of the failure in the window × hours to
    repair; None where one of the three times is not known.
    """

    code: str
    lost: tuple[str, ...]
    watts: int
    watt_hours: float | None


@dataclass(frozen=True)
class Exposure:
    """Every maintenance × failure pair: how many there are, how many lose a load, how many of each part."""

    pairs: int
    harmful: int
    by_part: tuple[tuple[str, int], ...]


def harms(plan: Plan, code: str, already: Iterable[str] = ()) -> list[Harm]:
    """The single failures that lose a load while `code` is out for work, worst first.

    Utilities are present and may be what fails. What is `already` broken stays out. Loads that the
    maintenance loses by itself are not counted again. Raises KeyError for a code that is not in the plan.
    """
    maintained = plan.index[code]
    gone = plan.isolated(maintained) | {plan.index[c] for c in already}
    cases = [i for i in plan.devices if i not in gone]
    whole = (1 << len(cases) + 1) - 1
    removed = dict.fromkeys(gone, whole) | {i: 1 << lane for lane, i in enumerate(cases)}
    works = lanes(plan, len(cases) + 1, removed)
    fed = [load for load in plan.loads if works[load] >> len(cases) & 1]
    window = plan.parts[maintained].work_hours
    found = []
    for lane, i in enumerate(cases):
        lost = [load for load in fed if not works[load] >> lane & 1]
        if lost:
            watts = sum(plan.parts[load].load for load in lost)
            names = tuple(plan.parts[load].code for load in lost)
            found.append(Harm(plan.parts[i].code, names, watts, _expected(plan, i, watts, window)))
    return sorted(found, key=lambda h: (-(h.watt_hours or 0.0), -h.watts, h.code))


def _expected(plan: Plan, i: int, watts: int, window: float | None) -> float | None:
    part = plan.parts[i]
    if window is None or part.mttr is None or not part.mtbf:
        return None
    return watts * min(1.0, window / part.mtbf) * part.mttr


def exposure(plan: Plan) -> Exposure:
    """Every pair of a maintenance and a failure; as many maintenances at once as memory allows."""
    devices, count = plan.devices, len(plan.devices)
    width = -(-(count + 1) // 8)
    at_once = max(1, MEMORY // (width * max(1, len(plan.parts))))
    by_part = []
    for start in range(0, count, at_once):
        by_part += _harmful(plan, devices[start : start + at_once], width)
    pairs = sum(_failures(plan, device, count).bit_count() for device in devices)
    total = sum(number for _, number in by_part)
    return Exposure(pairs, total, tuple(sorted(by_part, key=lambda each: (-each[1], each[0]))))


def _harmful(plan: Plan, maintained: Sequence[int], width: int) -> list[tuple[str, int]]:
    """How many failures hurt during each of these maintenances, where some do.

    Lane m × width + f is the maintenance of the m-th while device f fails.
    """
    rows: dict[int, list[int]] = {}
    for m, device in enumerate(maintained):
        for i in plan.isolated(device):
            rows.setdefault(i, []).append(m)
    count = len(maintained)
    removed = {i: _column(f, rows.get(i, ()), width, count) for f, i in enumerate(plan.devices)}
    works = lanes(plan, count * width * 8, removed)
    every = len(plan.devices)
    hurt = _hurt(plan, works, width, count, every)
    # Lanes of what the maintenance itself takes out are no failures, nor is the last column of each row.
    harmful = [_row(hurt, m, width) & _failures(plan, device, every) for m, device in enumerate(maintained)]
    return [(plan.parts[maintained[m]].code, row.bit_count()) for m, row in enumerate(harmful) if row]


def _column(failure: int, rows: Iterable[int], width: int, count: int) -> int:
    """The lanes where a device is out: one column, and the whole rows of the maintenances that take it."""
    row = (1 << failure).to_bytes(width, "little")
    lanes_out = bytearray(row * count)
    for m in rows:
        lanes_out[m * width : (m + 1) * width] = b"\xff" * width
    return int.from_bytes(lanes_out, "little")


def _hurt(plan: Plan, works: list[int], width: int, count: int, rest: int) -> int:
    """The lanes where a load is lost that the maintenance alone (the lane past the devices) does not lose."""
    whole = (1 << count * width * 8) - 1
    hurt = 0
    for served in {works[load] for load in plan.loads}:
        lost = bytearray((whole ^ served).to_bytes(count * width, "little"))
        for m in range(count):
            if lost[m * width + rest // 8] >> rest % 8 & 1:
                lost[m * width : (m + 1) * width] = bytes(width)
        hurt |= int.from_bytes(lost, "little")
    return hurt


def _row(lanes_of_all: int, m: int, width: int) -> int:
    return lanes_of_all >> m * width * 8 & (1 << width * 8) - 1


def _failures(plan: Plan, device: int, count: int) -> int:
    row = (1 << count) - 1
    position = plan.positions
    for i in plan.isolated(device):
        row &= ~(1 << position[i])
    return row
