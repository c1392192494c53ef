"""In whose name one signs: what an action keeps of the delegation that lets a deputy do it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.onestop.cases.access import end_of_delegation
from smartsenegal.onestop.cases.actions.base import Done
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case


def in_whose_name(case: Case, by: Principal, service_id: int | None, step: str) -> dict[str, Any]:
    """What to keep beside a signature: {"delegation": …}, or nothing for who signs in their own name.

    Raises PermissionRefused when the delegation does not cover this step, or when it is the giver's own
    request: nobody decides for themselves, not even by another hand.
    """
    if by.is_system or service_id is None:
        return {}
    grant = by.granting("cases.sign", service_id, case.territory_path, f"{case.procedure}/{step}")
    if grant is None:
        raise PermissionRefused(
            "Votre délégation ne couvre pas cette étape : la signature revient au titulaire."
        )
    held = grant.delegated
    if held is None:
        return {}
    if held.giver_id in (str(case.applicant_id), str(case.filed_by_id)):
        raise PermissionRefused(
            f"C’est la demande de {held.giver}, pour qui vous signez : une autre personne doit en décider."
        )
    kept = {"id": held.id, "kind": held.kind, "giver_id": held.giver_id, "giver": held.giver}
    return {
        "delegation": {
            **kept,
            "quality": held.quality,
            "number": held.number,
            "act_on": held.act_on.isoformat(),
        }
    }


def telling_the_end(case_id: UUID | str, by: Principal, act: Callable[[], Done]) -> Done:
    """Do the act; a refusal after the end of a delegation says that it is over, and since when."""
    try:
        return act()
    except PermissionRefused as refused:
        raise PermissionRefused(sentence_of(case_id, by, refused)) from None


def sentence_of(case_id: UUID | str, by: Principal, refused: CaseRefused | PermissionRefused) -> str:
    """What to tell: that the delegation is over, when it is why, else the refusal's own sentence."""
    if isinstance(refused, CaseRefused):
        return refused.sentence
    case = Case.objects.only("pk", "service_id").get(pk=case_id)
    return end_of_delegation(case, by) or refused.sentence
