"""Reading a person's case is an act too: the journal keeps it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.onestop.cases.models import Case

# Going back and forth between two pages is one reading.
ONE_READING = timedelta(minutes=1)


def record_reading(case: Case, by: Principal) -> None:
    """Write in the journal that somebody opened this case, once a minute at most."""
    since = timezone.now() - ONE_READING
    if not audit.done_since(by.actor.id, "cases.read", case.subject, since):
        with transaction.atomic():
            audit.record(by.actor, "cases.read", case.subject, {"reference": case.reference or ""})


def record_reading_for(case: Case, by: Principal) -> None:
    """Write in the journal that somebody opened the request of another; nothing when it is their own."""
    if by.account_id != str(case.applicant_id):
        record_reading(case, by)


@transaction.atomic
def record_export(by: Principal, tab: str) -> None:
    """Write in the journal that an agent took a list out."""
    audit.record(by.actor, "cases.exported", f"account:{by.account_id}", {"list": tab})
