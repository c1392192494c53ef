"""How far something done to many cases is."""

from collections import Counter
from dataclasses import dataclass

from smartsenegal.onestop.cases.models import DONE, LEFT, REFUSED, Batch, BatchLine, Rebase, RebaseLine


@dataclass(frozen=True)
class Progress:
    """Counts by outcome, and the lines that were refused, each with its case."""

    done: int
    refused: int
    left: int
    stayed: list[BatchLine | RebaseLine]

    @property
    def total(self) -> int:
        return self.done + self.refused + self.left

    @property
    def treated(self) -> int:
        return self.done + self.refused


def progress_of(made: Batch | Rebase) -> Progress:
    """How far it is. Two queries."""
    states = Counter(made.lines.values_list("state", flat=True))
    rows = made.lines.filter(state=REFUSED).select_related("case").defer("case__sealed_answers")
    return Progress(states[DONE], states[REFUSED], states[LEFT], list(rows.order_by("pk")))
