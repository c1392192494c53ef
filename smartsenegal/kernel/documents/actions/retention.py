"""How long files are kept: dated rules that an administrator adds."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.documents import rules
from smartsenegal.kernel.documents.errors import RetentionRefused
from smartsenegal.kernel.documents.models import RetentionRule
from smartsenegal.kernel.identity.api import PermissionRefused, Principal


@transaction.atomic
def set_retention(
    by: Principal, purpose: str, starts_on: date, days: int | None, basis: str
) -> RetentionRule:
    """From `starts_on` on, keep files of this purpose `days` after the decision (None: for good).

    A rule of the same day that does not hold yet is replaced. Files already decided keep their term. Raises
    PermissionRefused, RetentionRefused for a day that is past or begun, ValueError for an unknown purpose.
    """
    if not by.may("documents.manage"):
        raise PermissionRefused("Seul un administrateur fixe les durées de conservation.")
    if purpose not in rules.PURPOSES or (days is not None and days < 0):
        raise ValueError(f"No rule of retention for {purpose!r}, {days}")
    if starts_on <= timezone.localdate():
        raise RetentionRefused(
            "Une durée change à partir de demain au plus tôt\u00a0: choisissez un jour à venir."
        )
    rule, _ = RetentionRule.objects.update_or_create(
        purpose=purpose, starts_on=starts_on, defaults={"days": days, "basis": basis}
    )
    detail = {"purpose": purpose, "starts_on": starts_on.isoformat(), "days": days}
    audit.record(by.actor, "documents.retention", f"retention:{purpose}", detail, basis)
    return rule
