"""What marks add up to, and from how many on they are shown. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MARKS = [
    (5, "Très bien"),
    (4, "Bien"),
    (3, "Moyen"),
    (2, "Difficile"),
    (1, "Très difficile"),
]
REVIEW_STATES = [("received", "À relire"), ("published", "Publié"), ("hidden", "Non publié")]
# Below this count an average says more of a person than of a procedure.
SHOWN_FROM = 10
LONGEST_COMMENT = 1000


@dataclass(frozen=True)
class Marks:
    """The marks of a procedure, 1 to 5; `average` has one decimal, None while there are too few to show."""

    count: int
    average: Decimal | None


def add_up(counts: Mapping[int, int]) -> Marks:
    """What `counts` (how many gave each mark) add up to."""
    count = sum(counts.values())
    if count < SHOWN_FROM:
        return Marks(count, None)
    total = sum(mark * number for mark, number in counts.items())
    return Marks(count, (Decimal(total) / count).quantize(Decimal("0.1"), ROUND_HALF_UP))
