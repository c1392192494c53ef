"""Who invoices in a datacentre, and how: entered by who runs it, never assumed."""

from datetime import date

from django.db import transaction

from smartsenegal.datacenter.billing import rules
from smartsenegal.datacenter.billing.actions.base import tell
from smartsenegal.datacenter.billing.errors import BillingRefused
from smartsenegal.datacenter.billing.models import Terms
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.kernel.identity.api import Organisation, Principal


@transaction.atomic
def write_terms(
    by: Principal,
    center: facility.DataCenter,
    terms: rules.Terms,
    *,
    valid_from: date,
    biller: Organisation,
    source: str,
    is_example: bool = False,
) -> Terms:
    """Write the terms that hold from the first day of a month on. What was written before stays; an invoice
    already issued changes only when it is corrected.

    Raises PermissionRefused, BillingRefused for another day than a first."""
    center = facility.locked(by, center)
    if valid_from.day != 1:
        raise BillingRefused("Les conditions changent le premier jour d’un mois.", "valid_from")
    made = Terms.objects.create(
        center=center, valid_from=valid_from, biller=biller, part_month=terms.part_month,
        money_rounding=terms.money_rounding, payment_days=terms.payment_days, source=source,
        is_example=is_example,
    )  # fmt: skip
    detail = {"from": valid_from.isoformat(), "row": made.pk, "biller": biller.code}
    tell(by, f"datacenter:{center.pk}", "terms_written", detail, source)
    return made
