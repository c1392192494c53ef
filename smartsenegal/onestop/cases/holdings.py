"""What this module holds about a person: their requests, with pieces and acts. Registered with the kernel."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.documents import api as documents
from smartsenegal.kernel.identity.api import (
    Account,
    Principal,
    RoleAssignment,
    acted_for,
    parties_of,
    principal_for,
    standings,
)
from smartsenegal.lib.text import plural
from smartsenegal.onestop.cases import actions
from smartsenegal.onestop.cases.models import Case, CaseAction
from smartsenegal.onestop.cases.rules import Action

IN_PROGRESS = "La demande est en cours : retirez-la d’abord si vous ne la voulez plus."
DECIDED = (
    "Une demande décidée est gardée avec ses pièces pour le temps fixé par les règles de conservation : elle "
    "fonde un acte, et permet un recours."
)
OF_ORGANISATIONS = "Ces demandes sont celles de l’organisation, pas les vôtres : elles restent à ses membres."


def register() -> None:
    """Called once, when Django starts."""
    audit.register_holder(audit.Holder("cases", "Vos demandes", subjects, export, erase))
    audit.register_outsiders(outside)


def subjects(account_id: str) -> list[str]:
    return [f"case:{pk}" for pk in _held(account_id).values_list("pk", flat=True)]


def _held(account_id: str) -> QuerySet[Case]:
    """Their requests, and those of the companies and associations that they are responsible for."""
    by = principal_for(Account.objects.get(pk=account_id))
    owned = [p.organisation_id for p in parties_of(by) if p.kind == "member" and p.may("manage")]
    return Case.objects.filter(Q(applicant_id=UUID(account_id)) | Q(organisation_id__in=owned)).order_by("pk")


# --- handing over ----------------------------------------------------------------------------


def export(account_id: str) -> Iterator[audit.Item]:
    """Each request as JSON with its whole history, its pieces and its acts as they are kept."""
    owner = principal_for(Account.objects.get(pk=account_id))
    for case in _held(account_id).select_related("organisation", "filed_by").iterator(50):
        folder = f"demandes/{case.reference or case.pk}"
        told = json.dumps(_told(case), ensure_ascii=False, indent=2, default=str)
        yield audit.Item(f"{folder}/demande.json", [told.encode()])
        for file in documents.files_of(case.subject).filter(purged_at=None):
            opened = documents.open_file(file.pk, owner, "archive demandée par la personne")
            yield audit.Item(f"{folder}/pieces/{file.pk}-{file.filename}", opened.chunks)


def _told(case: Case) -> dict[str, Any]:
    history = [action for action, _ in CaseAction.objects.facts(case.pk)]
    return {
        "numero": case.reference or "",
        "demarche": case.procedure,
        "etat": case.get_state_display(),
        "au_nom_de": str(case.organisation or ""),
        "deposee_par": "" if case.filed_by_id == case.applicant_id else str(case.filed_by or ""),
        "reponses": case.answers,
        # What an agent noted for the service is about the person too: it is theirs to read.
        "historique": [
            {"acte": a.kind, "le": a.at.isoformat(), "par": _author(a, case), "contenu": dict(a.data)}
            for a in history
        ],
        "actes": [
            {"numero": act.number, "delivre_le": act.issued_at} for act in documents.acts_of(case.subject)
        ],
    }


def _author(action: Action, case: Case) -> str:
    return "vous" if action.actor_id == str(case.applicant_id) else action.actor_label


# --- erasing -----------------------------------------------------------------------------------


def erase(account_id: str, by: Principal) -> list[audit.Outcome]:
    """Drafts are given up, with their files destroyed; filed requests are kept, with the reason."""
    owner = principal_for(Account.objects.get(pk=account_id))
    drafts = _ids(account_id, state="draft")
    for pk in drafts:
        actions.withdraw(pk, owner)
    running = Case.objects.filter(applicant_id=UUID(account_id), decided_at=None).exclude(submitted_at=None)
    decided = Case.objects.filter(applicant_id=UUID(account_id)).exclude(decided_at=None)
    found = [audit.Outcome(plural(len(drafts), "brouillon", "brouillons"), erased=len(drafts))]
    if count := running.count():
        what = plural(count, "demande en cours", "demandes en cours")
        found.append(audit.Outcome(what, kept=count, why=IN_PROGRESS))
    if count := decided.count():
        what = plural(count, "demande décidée", "demandes décidées")
        until = _kept_until([f"case:{pk}" for pk in decided.values_list("pk", flat=True)])
        found.append(audit.Outcome(what, kept=count, why=DECIDED, until=until))
    theirs = _held(account_id).filter(applicant=None).exclude(state="withdrawn", reference=None)
    if count := theirs.count():
        what = plural(count, "demande d’une organisation", "demandes d’organisations")
        found.append(audit.Outcome(what, kept=count, why=OF_ORGANISATIONS))
    return found


def _ids(account_id: str, state: str) -> list[UUID]:
    return list(Case.objects.filter(applicant_id=UUID(account_id), state=state).values_list("pk", flat=True))


def _kept_until(of: Sequence[str]) -> date | None:
    """The last day on which a piece of these requests is destroyed; None while no rule says."""
    files = documents.StoredFile.objects.filter(subject__in=of, purged_at=None)
    last = files.aggregate(last=Max("purge_after"))["last"]
    return timezone.localtime(last).date() if last else None


# --- readings by strangers ---------------------------------------------------------------------


def outside(pairs: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Readings of cases by accounts that hold no role in the service of the case and did nothing on it.

    Who gave an opinion or a visa for another service was asked to read, and so was who acts in the name of
    the applicant. Three queries, and three more for each pair that still looks strange.
    """
    wanted = {subject: subject.partition(":")[2] for _, subject in pairs if subject.startswith("case:")}
    columns = ("service_id", "applicant_id", "organisation_id")
    cases = Case.objects.only(*columns).in_bulk([UUID(key) for key in wanted.values()])
    found = {subject: cases[UUID(key)] for subject, key in wanted.items() if UUID(key) in cases}
    of_subject = {subject: case.service_id for subject, case in found.items()}
    readers = {account for account, subject in pairs if subject in wanted and _is_uuid(account)}
    roles = set(
        RoleAssignment.objects.filter(account_id__in=readers).values_list("account_id", "organisation_id")
    )
    held = {(str(account), organisation) for account, organisation in roles}
    acted = set(
        CaseAction.objects.filter(case_id__in=wanted.values(), actor_id__in=readers)
        .values_list("actor_id", "case_id")
        .distinct()
    )
    return {
        (account, subject)
        for account, subject in pairs
        if of_subject.get(subject)
        and (account, of_subject[subject]) not in held
        and (account, UUID(wanted[subject])) not in acted
        and not _acts_for(account, found[subject])
    }


def _acts_for(account: str, case: Case) -> bool:
    """Whether this account helps, or helped, who asks: asked of the database for strangers alone."""
    reader = Principal(account, "")
    return bool(standings(reader, case.party_key)) or acted_for(reader, case.party_key)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
