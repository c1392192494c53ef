"""Open cases follow their service when it closes."""

from django.db import transaction

from smartsenegal.kernel.identity.api import Organisation
from smartsenegal.kernel.sites.api import OPEN, Site
from smartsenegal.onestop.cases import queries
from smartsenegal.onestop.cases.actions.base import Content, perform
from smartsenegal.onestop.cases.actions.system import worker
from smartsenegal.onestop.cases.errors import CaseRefused
from smartsenegal.onestop.cases.models import Case, CaseTask


def follow_closed_site(code: str) -> int:
    """Give the open cases of a service whose site closed, and what others await of it, to the service of the
    site that replaces it; returns how many. Nothing moves while the service has another site open.

    Each case moves in its own transaction: cut and started again, the rest follows.
    """
    pair = _moves(code)
    if pair is None:
        return 0
    old, new = pair
    moved, last = 0, None
    while ids := queries.open_cases_of(old.pk, after=last):
        moved += sum(_transfer(case_id, old, new, code) for case_id in ids)
        last = ids[-1]
    CaseTask.objects.filter(service_id=old.pk).update(service_id=new.pk)
    return moved


def _moves(code: str) -> tuple[Organisation, Organisation] | None:
    site = Site.objects.select_related("organisation", "replacement__organisation").get(code=code)
    old = site.organisation
    new = site.replacement.organisation if site.replacement else None
    if site.state == OPEN or old is None or new is None or old.pk == new.pk:
        return None
    return None if Site.objects.filter(organisation=old, state=OPEN).exists() else (old, new)


@transaction.atomic
def _transfer(case_id: object, old: Organisation, new: Organisation, code: str) -> bool:
    plain = {"service": new.pk, "service_name": new.name, "from": old.name, "site": code}
    try:
        done = perform(str(case_id), worker(), "transferred", Content(plain))
    except (CaseRefused, Case.DoesNotExist):
        return False
    CaseTask.objects.filter(case_id=done.case.pk, service_id=old.pk).update(service_id=new.pk)
    return True
