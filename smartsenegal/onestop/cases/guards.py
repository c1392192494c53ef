"""Who may open the files of a case, and follow it live: registered with the kernel when Django starts."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from smartsenegal.kernel.audit.api import Named, register_subjects, register_verbs
from smartsenegal.kernel.documents.api import register_subject
from smartsenegal.kernel.events.api import register_topic
from smartsenegal.kernel.identity.api import Party, Principal, delegation
from smartsenegal.kernel.payments.api import Place, register_payers
from smartsenegal.lib.ids import CodeRefused, parse_reference, reference
from smartsenegal.onestop.cases.access import may_pay, may_read
from smartsenegal.onestop.cases.models import Case
from smartsenegal.onestop.cases.queries.delegations import may_see_delegation


def _case(key: str) -> Case | None:
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    columns = (
        "applicant_id", "organisation_id", "filed_by_id", "procedure", "state", "service_id",
        "territory_path", "reference",
    )  # fmt: skip
    return Case.objects.only(*columns).filter(pk=wanted).first()


def may_open_file(principal: Principal, subject: str, file: Any) -> bool:
    """Files of a case open to its applicant and who acts for them, to the agents of its service and to
    inspectors."""
    case = _case(subject.partition(":")[2])
    return case is not None and may_read(case, principal)


def may_pay_case(principal: Principal, subject: str) -> bool | None:
    """What a case owes is paid by its applicant, or in their name; None for what is no case."""
    case = _case(subject.partition(":")[2])
    return None if case is None else may_pay(case, principal)


def party_of_case(subject: str) -> Party | None:
    """In whose name what a case owes is paid; None for what is no case."""
    case = _case(subject.partition(":")[2])
    return Party(case.party_key, case.party_name) if case else None


def place_of_case(subject: str) -> Place:
    """The service that has a case, whose accountants see what is paid for it."""
    case = _case(subject.partition(":")[2])
    return Place(case.service_id, case.service.territory.path) if case and case.service else Place()


def may_open_delegation(principal: Principal, subject: str, file: Any) -> bool:
    """The scanned act of a delegation: its two people, inspectors and administrators of the organisation."""
    key = subject.partition(":")[2]
    found = delegation(key) if _is_uuid(key) else None
    return found is not None and may_see_delegation(principal, found)


def purpose_of(subject: str) -> str:
    """What a watermarked copy was made for."""
    case = _case(subject.partition(":")[2])
    return f"dossier {case.reference}" if case and case.reference else "instruction du dossier"


def may_follow_case(principal: Principal, key: str) -> bool:
    """Live changes of a case: those who may read it."""
    case = _case(key)
    return case is not None and may_read(case, principal)


def may_follow_queue(principal: Principal, key: str) -> bool:
    """Live changes of a service's queue: its agents."""
    return key.isascii() and key.isdigit() and principal.may("cases.queue", organisation_id=int(key))


def names_for_the_journal(keys: list[str]) -> dict[str, Named]:
    """References of cases and the pages that show them, in one query."""
    wanted = {key for key in keys if _is_uuid(key)}
    found = Case.objects.filter(pk__in=wanted).exclude(reference=None).values_list("pk", "reference")
    return {str(pk): Named(str(number), reverse("cases:instruct", args=[pk])) for pk, number in found}


def case_named(words: str) -> str | None:
    """Identifier of the case of that reference, however it is typed."""
    try:
        number = reference(*parse_reference(words))
    except (CodeRefused, ValueError):
        return None
    found = Case.objects.filter(reference=number).values_list("pk", flat=True).first()
    return str(found) if found else None


def _is_uuid(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True


VERBS = {
    "opened": "Brouillon ouvert",
    "answered": "Réponses enregistrées",
    "piece_added": "Pièce ajoutée",
    "piece_removed": "Pièce retirée",
    "submitted": "Dossier déposé",
    "payment_settled": "Paiement enregistré",
    "assigned": "Dossier confié",
    "taken": "Dossier pris en charge",
    "corrections_requested": "Corrections demandées",
    "corrected": "Corrections envoyées",
    "opinion_given": "Avis rendu",
    "visa_given": "Visa donné",
    "proposed": "Décision proposée",
    "returned": "Dossier renvoyé à l’agent",
    "signed": "Décision signée",
    "act_issued": "Acte délivré",
    "act_revoked": "Acte révoqué",
    "withdrawn": "Demande retirée",
    "lapsed": "Dossier clos, corrections non reçues",
    "reminded": "Rappel envoyé",
    "noted": "Note ajoutée",
    "reviewed": "Dossier déclaré recevable",
    "assessed": "Montant fixé",
    "visa_refused": "Visa refusé",
    "put_on_notice": "Mise en demeure",
    "deemed_granted": "Accord tacite constaté",
    "deemed_refused": "Refus tacite constaté",
    "attested": "Attestation d’accord tacite délivrée",
    "act_requested": "Acte demandé au représentant de l’État",
    "substituted": "Acte signé par le représentant de l’État",
    "transferred": "Dossier confié à un autre service",
    "rebased": "Dossier passé à une autre révision",
    "rebase_asked": "Passage de dossiers à une révision demandé",
    "refunded": "Remboursement noté au dossier",
    "refusal_issued": "Décision de rejet établie",
    "link_created": "Lien de consultation créé",
    "link_revoked": "Lien de consultation révoqué",
    "link_opened": "Dossier consulté par un lien",
    "batch_signed": "Signature en lot demandée",
    "read": "Dossier consulté",
    "exported": "Liste exportée",
    "draft_erased": "Brouillon abandonné effacé",
    "calendar_set": "Jour fixé par décret",
    "calendar_unset": "Jour remis au calendrier ordinaire",
}


def register() -> None:
    """Called once, when Django starts."""
    register_verbs({f"cases.{kind}": label for kind, label in VERBS.items()})
    register_subjects("case", names_for_the_journal, case_named)
    register_subject("case", may_open_file, purpose_of)
    register_payers("case", may_pay_case, party=party_of_case, place=place_of_case)
    register_subject("delegation", may_open_delegation, lambda subject: "contrôle de la délégation")
    register_topic("case", may_follow_case)
    register_topic("queue", may_follow_queue)
