"""What is done to many cases, one transaction each: cut at any point and started again, nothing twice."""

from collections.abc import Callable

from django.db import transaction

from smartsenegal.kernel.identity.api import PermissionRefused, Principal, principal_for
from smartsenegal.onestop.cases import moment
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import DONE, LEFT, REFUSED, Batch, BatchLine, Rebase, RebaseLine

Line = BatchLine | RebaseLine
Do = Callable[[Line, Principal], object]


def run(made: Batch | Rebase, do: Do) -> None:
    """Do what is left of it; a refusal is kept on its line with its sentence."""
    for line_id in list(made.lines.filter(state=LEFT).order_by("pk").values_list("pk", flat=True)):
        _one(made, line_id, do)
    type(made).objects.filter(pk=made.pk, finished_at=None).update(finished_at=moment.now())


@transaction.atomic
def _one(made: Batch | Rebase, line_id: int, do: Do) -> None:
    line = made.lines.select_for_update(of=("self",)).get(pk=line_id)
    if line.state != LEFT:
        return
    try:
        with transaction.atomic():
            # Asked for each case: a role or a delegation may end in the middle.
            do(line, principal_for(made.account))
        line.state = DONE
    except (CaseRefused, PermissionRefused) as refused:
        line.state, line.sentence = REFUSED, refused.sentence[:500]
    line.save(update_fields=["state", "sentence"])
