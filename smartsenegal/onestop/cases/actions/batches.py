"""Many cases signed together, in the background."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.onestop.cases.actions import many
from smartsenegal.onestop.cases.actions.service import sign_together
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Batch, BatchLine, Case
from smartsenegal.onestop.procedures.api import definition_of

MOST = 500
# So many share a commit: who waits for one of them, or for the link of the journal, waits 0.2 s at most.
TOGETHER = 20


@transaction.atomic
def start_batch(by: Principal, versions: Mapping[UUID, int]) -> Batch:
    """Ask for the signature of these cases, each as it was seen (its version); a job does it.

    Raises PermissionRefused for those who sign nowhere, CaseRefused for none, too many, or a procedure whose
    decisions are not taken together.
    """
    if by.account_id is None or not by.may("cases.sign"):
        raise PermissionRefused("Seul un signataire décide de dossiers.")
    cases = list(Case.objects.filter(pk__in=versions).only("pk", "revision_id"))
    _check(cases)
    batch = Batch.objects.create(account_id=by.account_id)
    BatchLine.objects.bulk_create(
        BatchLine(batch=batch, case_id=case.pk, version=versions[case.pk]) for case in cases
    )
    audit.record(by.actor, "cases.batch_signed", f"account:{by.account_id}", {"count": len(cases)})
    from smartsenegal.onestop.cases.jobs import run_batch as job

    job.configure(lock=f"batch:{batch.pk}").defer(batch_id=str(batch.pk))
    return batch


def _check(cases: Sequence[Case]) -> None:
    if not cases:
        raise CaseRefused("Cochez au moins un dossier.")
    if len(cases) > MOST:
        raise CaseRefused(f"Cochez au plus {MOST} dossiers à la fois.")
    if not all(definition_of(revision).bulk for revision in {case.revision_id for case in cases}):
        raise CaseRefused("Un dossier choisi se signe seul : sa démarche n’admet pas la signature en lot.")


def run_batch(batch_id: UUID | str) -> None:
    """Sign what is left of a batch; cut at any point and started again, it signs nothing twice."""

    def do(lines: Sequence[many.Line], by: Principal) -> dict[int, str]:
        seen = {line.case_id: line.version for line in lines if isinstance(line, BatchLine)}
        said = sign_together(seen, by, request_key=f"batch:{batch_id}")
        return {line.pk: said[line.case_id] for line in lines}

    many.run(Batch.objects.select_related("account").get(pk=batch_id), do, TOGETHER)
