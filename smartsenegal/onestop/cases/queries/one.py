"""One case, whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from smartsenegal.kernel.identity.api import PERMISSIONS, Account, Party, Principal, RoleAssignment, system
from smartsenegal.onestop.cases import rules
from smartsenegal.onestop.cases.access import check_agent, check_owner, facts_for
from smartsenegal.onestop.cases.calendar import country_calendar
from smartsenegal.onestop.cases.models import Case, CaseAction
from smartsenegal.onestop.cases.rules import Action, CaseView, Facts
from smartsenegal.onestop.procedures.api import Definition, definition_of

WHOSE = ("applicant", "organisation", "filed_by")
INSTRUCTING = [role for role, allowed in PERMISSIONS.items() if "cases.instruct" in allowed]


@dataclass(frozen=True)
class Opened:
    """A case with its actions, as one person sees it: two queries."""

    case: Case
    actions: Sequence[Action]
    facts: Facts

    @property
    def definition(self) -> Definition:
        return definition_of(self.case.revision_id)

    @cached_property
    def view(self) -> CaseView:
        return rules.fold(self.definition, self.actions, country_calendar())


def own_case(case_id: UUID | str, by: Principal) -> Opened:
    """A case for its applicant, or who acts for them. Raises Http404, PermissionRefused."""
    case = find(case_id, *WHOSE)
    return _opened(case, by, check_owner(case, by))


def agent_case(case_id: UUID | str, by: Principal) -> Opened:
    """A case for an agent of its service. Raises Http404, PermissionRefused."""
    case = find(case_id, *WHOSE)
    check_agent(case, by)
    return _opened(case, by)


def for_system(case_id: UUID | str) -> Opened:
    """A case for background work. Raises Http404."""
    return _opened(find(case_id, *WHOSE, "service"), system("worker"))


def draft_row(case_id: UUID | str, by: Principal) -> Case:
    """The columns of an applicant's case, for pages that need no history. Raises as `own_case`."""
    case = find(case_id)
    check_owner(case, by)
    return case


def find(case_id: UUID | str, *related: str) -> Case:
    """The row of a case, with those of its relations. Raises Http404."""
    rows = Case.objects.select_related(*related) if related else Case.objects.all()
    try:
        return rows.get(pk=case_id)
    except Case.DoesNotExist:
        raise Http404("Ce dossier n’existe pas.") from None


def opened_by(case: Case, by: Principal) -> Opened:
    """A case already found, with its actions; who may see it was checked before."""
    return _opened(case, by)


def _opened(case: Case, by: Principal, titles: Sequence[Party] | None = None) -> Opened:
    actions = [action for action, _key in CaseAction.objects.facts(case.pk)]
    return Opened(case, actions, facts_for(case, by, titles))


def draft_of(party: Party, code: str) -> Case | None:
    """The one draft of this person or organisation for this procedure, or None."""
    drafts = Case.objects.filter(procedure=code, state="draft")
    if party.organisation_id is not None:
        return drafts.filter(organisation_id=party.organisation_id).first()
    return drafts.filter(applicant_id=UUID(party.account_id or "")).first()


def by_reference(reference: str) -> Case | None:
    """The case of that number, or None."""
    return Case.objects.filter(reference=reference).defer("sealed_answers").first()


def agents_of(service_id: int) -> list[Account]:
    """The agents who instruct in a service today, by name."""
    today = timezone.localdate()
    held = RoleAssignment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        organisation_id=service_id,
        role__in=INSTRUCTING,
        starts_on__lte=today,
    )
    return list(Account.objects.filter(pk__in=held.values("account"), is_active=True).order_by("name", "pk"))
