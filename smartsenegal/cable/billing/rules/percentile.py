"""The percentile of a month's slots, by nearest rank, in integers.

Of n slots the value of rank ceil(percent * n / 100) from the smallest is the rate: of 8,640 slots of five
minutes that is the 8,208th, and the 432 greatest are free. Several ports are added slot by slot *before* the
percentile; adding percentiles, or putting the slots of several ports in one list, gives other and wrong
figures.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smartsenegal.cable.billing.rules import conventions as c
from smartsenegal.cable.billing.rules.conventions import Terms, share

MISSING = -1

# Every process of the platform holds these rules and few ever bill: what computes loads NumPy, which takes
# 20 MB and a third of a second of each start.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Octets = NDArray[np.int64]
    Flags = NDArray[np.bool_]
else:
    Octets = Flags = Any


def month_of(year: int, month: int, slot_seconds: int) -> int:
    """Number of slots of a month of 28 to 31 days. Senegal is at UTC all year: no day is longer than
    another."""
    return calendar.monthrange(year, month)[1] * 86_400 // slot_seconds


def index_of(percent: int, count: int) -> int:
    """Index of the percentile in sorted values; all the arithmetic is in integers, since 0.95 is no fraction
    of two."""
    return -(-percent * count // 100) - 1


def rank(values: Octets, percent: int) -> int | None:
    """The percentile by nearest rank; None without values."""
    import numpy as np

    if not len(values):
        return None
    at = index_of(percent, len(values))
    above = _top(values, len(values) - at)
    at -= len(values) - len(above)
    return int(np.partition(above, at)[at])


def _top(values: Octets, wanted: int) -> Octets:
    """The greatest of the values, `wanted` of them at least: those above a value guessed from one in
    seventeen, or all when the guess was too high. To partition these is several times quicker than to
    partition all."""
    import numpy as np

    sample = values[::17]
    guess = len(sample) - 2 * wanted * len(sample) // len(values) - 1
    if guess < 0:
        return values
    above: Octets = values[values > np.partition(sample, guess)[guess]]
    return above if len(above) >= wanted else values


@dataclass(frozen=True)
class Month:
    """The slots of a month as the contract counts them. `ports` are arrays 2 × slots (received, sent) after
    the policy for missing slots; `counted` says which slots enter the percentile; `measured` how many all
    ports measured."""

    ports: tuple[Octets, ...]
    counted: Flags
    measured: int

    @property
    def total(self) -> Octets:
        """Received and sent octets of all ports in the slots that count."""
        import numpy as np

        added: Octets = self.ports[0] if len(self.ports) == 1 else np.sum(self.ports, axis=0)
        return added if self.counted.all() else added[:, self.counted]


def usage(terms: Terms, ports: Sequence[Octets]) -> Month:
    """A month's slots (MISSING where not known) after the contract's policy for those that miss."""
    import numpy as np

    known = [port[0] != MISSING for port in ports]
    measured = int(np.logical_and.reduce(known).sum())
    filled = [_fill(terms, port, there) for port, there in zip(ports, known, strict=True)]
    counted = np.logical_and.reduce([port[0] != MISSING for port in filled])
    return Month(tuple(filled), counted, measured)


def _fill(terms: Terms, port: Octets, known: Flags) -> Octets:
    import numpy as np

    if known.all() or terms.missing == c.LEAVE_OUT:
        return port
    filled = port.copy()
    if terms.missing == c.ZERO:
        filled[:, ~known] = 0
        return filled
    there = np.flatnonzero(known)
    for at in np.flatnonzero(np.diff(there) > 1):
        before, after = int(there[at]), int(there[at + 1])
        hole = after - before
        if hole <= terms.gap_slots + 1:
            for side in (0, 1):
                low, high = int(port[side, before]), int(port[side, after])
                filled[side, before + 1 : after] = [
                    (low * (hole - n) + high * n) // hole for n in range(1, hole)
                ]
    return filled


def views(direction: str, total: Octets) -> list[Octets]:
    """What the percentile is taken of, by the contract's rule of direction; the greatest of several is
    billed."""
    import numpy as np

    received, sent = total
    if direction == c.SLOT_MAX:
        return [np.maximum(received, sent)]
    if direction == c.SUM:
        return [received + sent]
    return {c.IN: [received], c.OUT: [sent], c.SIDE_MAX: [received, sent]}[direction]


def billed_octets(terms: Terms, month: Month) -> int | None:
    """Octets of the slot that makes the rate; None when no slot counts."""
    found = [rank(view, terms.percent) for view in views(terms.direction, month.total)]
    return max((value for value in found if value is not None), default=None)


def billed_kbps(terms: Terms, month: Month, slot_seconds: int) -> int | None:
    """The rate of a month in kbit/s; None when too few of its slots were measured for the contract to bill
    one."""
    octets = billed_octets(terms, month)
    if octets is None or 100 * month.measured < terms.least_known * month.counted.size:
        return None
    return rated_kbps(terms, octets, slot_seconds)


def rated_kbps(terms: Terms, octets: int, slot_seconds: int) -> int:
    """The rate of a slot in kbit/s, in whole steps, rounded as the contract says."""
    step = terms.step_kbps * 1000
    return share(terms.rate_rounding, octets * 8, slot_seconds * step) * terms.step_kbps


def limit_octets(terms: Terms, slot_seconds: int) -> int:
    """The most octets of a slot that are still billed at the commitment."""
    commit, step = terms.commit_kbps * 1000, terms.step_kbps * 1000
    if terms.rate_rounding == c.UP:
        return commit * slot_seconds // 8
    if terms.rate_rounding == c.DOWN:
        return -(-(commit + step) * slot_seconds // 8) - 1
    return -(-(2 * commit + step) * slot_seconds // 16) - 1


@dataclass(frozen=True)
class Headroom:
    """Slots above the commitment: how many are free in the month, how many were used, how many are left
    before it costs (negative: so many too many)."""

    free: int
    above: int

    @property
    def left(self) -> int:
        return self.free - self.above


def headroom(terms: Terms, month: Month, slot_seconds: int, to_come: int) -> Headroom:
    """How far a month in progress is from costing more than the commitment. `to_come` slots of it are still
    to be measured and are supposed to be."""
    limit = limit_octets(terms, slot_seconds)
    count = int(month.counted.sum()) + to_come
    free = count - (index_of(terms.percent, count) + 1)
    above = max(int((view > limit).sum()) for view in views(terms.direction, month.total))
    return Headroom(free, above)


def as_array(slots: Sequence[tuple[int, int] | None]) -> Octets:
    """Slots as an array 2 × slots."""
    import numpy as np

    rows: Any = [(MISSING, MISSING) if slot is None else slot for slot in slots]
    return np.array(rows, dtype=np.int64).reshape(-1, 2).T.copy()
