"""What is done to many cases, a few in a transaction: cut at any point and started again, nothing twice."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction

from smartsenegal.kernel.identity.api import PermissionRefused, Principal, principal_for
from smartsenegal.onestop.cases import moment
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import DONE, LEFT, REFUSED, Batch, BatchLine, Rebase, RebaseLine

Line = BatchLine | RebaseLine
# Does some lines; the sentence of each that was refused, "" when it is done, by the key of its row.
Do = Callable[[Sequence[Line], Principal], Mapping[int, str]]


def run(made: Batch | Rebase, do: Do, together: int = 1) -> None:
    """Do what is left of it, so many in a transaction; a refusal is kept on its line with its sentence."""
    # Every batch takes its cases in the same order: two of them never wait for each other in a ring.
    left = list(made.lines.filter(state=LEFT).order_by("case_id").values_list("pk", flat=True))
    for first in range(0, len(left), together):
        _some(made, left[first : first + together], do)
    type(made).objects.filter(pk=made.pk, finished_at=None).update(finished_at=moment.now())


@transaction.atomic
def _some(made: Batch | Rebase, ids: Sequence[int], do: Do) -> None:
    left = made.lines.select_for_update(of=("self",)).filter(pk__in=ids, state=LEFT)
    lines: list[Any] = list(left.order_by("case_id"))
    # Asked anew each time: a role or a delegation may end in the middle.
    said = do(lines, principal_for(made.account))
    for line in lines:
        line.sentence = said[line.pk][:500]
        line.state = REFUSED if line.sentence else DONE
    made.lines.bulk_update(lines, ["state", "sentence"])


def one_by_one(act: Callable[[Line, Principal], object]) -> Do:
    """Each line by itself; what a refused one had begun is undone."""

    def do(lines: Sequence[Line], by: Principal) -> dict[int, str]:
        return {line.pk: _attempt(act, line, by) for line in lines}

    return do


def _attempt(act: Callable[[Line, Principal], object], line: Line, by: Principal) -> str:
    try:
        with transaction.atomic():
            act(line, by)
    except (CaseRefused, PermissionRefused) as refused:
        return refused.sentence
    return ""
