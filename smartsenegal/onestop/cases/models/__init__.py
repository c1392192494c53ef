"""The case and its actions, what it awaits of services, what is done to many, what it reads."""

from smartsenegal.onestop.cases.models.case import CONSULTING, IN_QUEUE, TO_SIGN, WAITING, Case, CaseAction
from smartsenegal.onestop.cases.models.country import Counter, HolidayDecree
from smartsenegal.onestop.cases.models.drafts import DraftNotice
from smartsenegal.onestop.cases.models.many import (
    DONE,
    LEFT,
    REFUSED,
    Batch,
    BatchLine,
    Rebase,
    RebaseLine,
    RebasePreview,
)
from smartsenegal.onestop.cases.models.tasks import TASKS, CaseTask, ConsultationLink

__all__ = [
    "CONSULTING", "DONE", "IN_QUEUE", "LEFT", "REFUSED", "TASKS", "TO_SIGN", "WAITING", "Batch", "BatchLine",
    "Case", "CaseAction", "CaseTask", "ConsultationLink", "Counter", "DraftNotice", "HolidayDecree", "Rebase",
    "RebaseLine", "RebasePreview",
]  # fmt: skip
