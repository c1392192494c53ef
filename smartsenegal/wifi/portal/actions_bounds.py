"""How many codes a day are sent: a decision, dated, with who says so."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.identity.api import PermissionRefused, Principal
from smartsenegal.wifi.portal.models import SmsBound

PERMISSION, READ = "wifi.manage", "wifi.read"
REFUSED = "Ce qui vaut partout est réglé par qui administre tout le pays."


def may_set(by: Principal) -> bool:
    """Whether `by` sets what holds in all the country."""
    return by.may(PERMISSION, territory_path="")


@transaction.atomic
def set_bound(
    by: Principal, bound: str, *, at_most: int, basis: str, confirmed: bool, effective_from: date
) -> SmsBound:
    """Send so many codes a day at most, from a day on. Raises PermissionRefused."""
    if not may_set(by):
        raise PermissionRefused(REFUSED)
    made = SmsBound.objects.create(
        bound=bound, at_most=at_most, basis=basis, confirmed=confirmed,
        effective_from=effective_from, set_by=by.label[:200],
    )  # fmt: skip
    detail = {"bound": bound, "at_most": at_most, "from": made.effective_from.isoformat()}
    audit.record(by.actor, "wifi.sms_bound_set", f"wifi_sms_bound:{bound}", detail, basis)
    return made
