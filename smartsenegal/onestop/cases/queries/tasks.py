"""What cases await of services besides their own, and what jobs must look at: one indexed query each."""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.onestop.cases.access import Scope
from smartsenegal.onestop.cases.models import Batch, Case, CaseTask, ConsultationLink
from smartsenegal.onestop.cases.queries.one import WHOSE, Opened, find, opened_by
from smartsenegal.onestop.cases.rules import OPEN

TASKS_PAGE = 50
Place = tuple[date, int]


def tasks_of(scope: Scope, after: Place | None = None, limit: int = TASKS_PAGE) -> list[CaseTask]:
    """Up to `limit` + 1 of what awaits these services, the nearest date first."""
    if not scope.services:
        return []
    rows = _awaiting(scope).select_related("case").defer("case__sealed_answers")
    if after:
        day, key = after
        rows = rows.filter(Q(sort_on__gt=day) | Q(sort_on=day, pk__gt=key))
    return list(rows.order_by("sort_on", "pk")[: limit + 1])


def _awaiting(scope: Scope) -> QuerySet[CaseTask]:
    found = Q(service_id__in=[service for service, path in scope.places if not path])
    for service, path in scope.places:
        if path:
            found |= Q(service_id=service) & _under(path)
    for service, path, codes in scope.partly:
        found |= Q(service_id=service, case__procedure__in=codes) & (_under(path) if path else Q())
    return CaseTask.objects.filter(found)


def _under(path: str) -> Q:
    return Q(case__territory_path=path) | Q(case__territory_path__startswith=f"{path}/")


def task_case(case_id: UUID | str, step: str, by: Principal) -> tuple[Opened, CaseTask] | None:
    """A case for the service that it awaits, with what it awaits; None when it awaits it no more.

    Raises Http404, PermissionRefused when it awaits it of another service.
    """
    case = find(case_id, *WHOSE)
    task = CaseTask.objects.select_related("service").filter(case_id=case.pk, step=step).first()
    if task is None:
        if not by.may("cases.queue"):
            raise PermissionRefused("Cette page est réservée aux agents des services consultés.")
        return None
    if not by.may(
        "cases.read",
        organisation_id=task.service_id,
        territory_path=case.territory_path,
        about=f"{case.procedure}/{step}",
    ):
        raise PermissionRefused("Ce dossier n’attend rien de votre service.")
    return opened_by(case, by), task


def tasks_on(case_id: UUID | str) -> list[CaseTask]:
    """What one case awaits of services, in the order it was asked."""
    return list(CaseTask.objects.filter(case_id=case_id).select_related("service").order_by("pk"))


def links_on(case_id: UUID | str) -> list[ConsultationLink]:
    """The links made for one case, the latest first."""
    return list(ConsultationLink.objects.filter(case_id=case_id).order_by("-pk"))


# --- jobs ------------------------------------------------------------------------------------


def silent_before(day: date, limit: int = 500) -> list[UUID]:
    """Cases in which silence has decided before that day, the oldest first."""
    rows = Case.objects.filter(silent_on__lt=day).order_by("silent_on", "id")
    return list(rows.values_list("pk", flat=True)[:limit])


def silent_opinions(day: date, limit: int = 500) -> list[tuple[UUID, str]]:
    """Opinions whose silence counts as favourable since that day."""
    rows = CaseTask.objects.filter(silence=True, due_on__lt=day).order_by("due_on", "id")
    return list(rows.values_list("case_id", "step")[:limit])


def open_cases_of(service_id: int, after: UUID | None = None, limit: int = 500) -> list[UUID]:
    """Cases of a service still to be decided, in order of identifier, after one of them."""
    rows = Case.objects.filter(service_id=service_id, state__in=OPEN)
    if after:
        rows = rows.filter(pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


# --- batches ------------------------------------------------------------------------------------


def batch_of(batch_id: UUID | str, by: Principal) -> Batch:
    """A batch for the signatory who asked for it; raises Http404."""
    found = Batch.objects.filter(pk=batch_id, account_id=by.account_id).first() if by.account_id else None
    if found is None:
        raise Http404("Ce lot n’existe pas.")
    return found
