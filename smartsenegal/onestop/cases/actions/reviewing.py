"""What the applicant says of a procedure once their request is over."""

from uuid import UUID

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.onestop.cases import queries
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.procedures import api as procedures


def give_review(case_id: UUID | str, by: Principal, mark: int, comment: str) -> None:
    """Keep the applicant's mark and words: of the procedure, with nothing that leads back to the case.

    Raises PermissionRefused for who is not its applicant, CaseRefused before the end, ProcedureRefused once
    it was read or for a mark that does not exist.
    """
    opened = queries.own_case(case_id, by)
    if not opened.facts.owns:
        raise PermissionRefused("Seule la personne qui a fait la demande donne son avis.")
    if not opened.view.may_be_reviewed:
        raise CaseRefused("Vous donnerez votre avis quand la demande sera terminée.", opened.view)
    procedures.give_review(opened.case.procedure, about(case_id), mark, comment, by)


def about(case_id: UUID | str) -> str:
    """What a review is kept under; only its keyed fingerprint is written."""
    return f"case:{case_id}"
