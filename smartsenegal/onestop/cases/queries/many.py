"""What many cases would be signed for, and how far something done to them is."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from smartsenegal.onestop.cases.models import (
    DONE,
    LEFT,
    REFUSED,
    Batch,
    BatchLine,
    CaseAction,
    Rebase,
    RebaseLine,
)


def outcomes_proposed(cases: Collection[UUID]) -> dict[UUID, str]:
    """What was last proposed for each of these cases, "granted" or "refused": one query."""
    proposed = CaseAction.objects.filter(case_id__in=cases, kind="proposed").order_by("sequence")
    return dict(proposed.values_list("case_id", "payload__outcome"))


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
