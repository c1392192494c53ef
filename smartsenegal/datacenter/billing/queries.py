"""Reads of `datacenter.billing`: terms, invoices, and what a month would be invoiced at."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet

from smartsenegal.datacenter.billing import rules
from smartsenegal.datacenter.billing.models import Invoice, Terms
from smartsenegal.datacenter.billing.rules import Line
from smartsenegal.datacenter.colocation import api as colocation
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.hosting import api as hosting
from smartsenegal.kernel.identity.api import Organisation, Principal
from smartsenegal.lib.text import NBSP

WITH = ("center__site__territory", "customer", "biller__territory", "replaces", "replaced_by")


def terms_on(of: facility.DataCenter, month: date) -> Terms | None:
    """The terms that hold in a month: of those from then or before, the latest; written twice, the last."""
    found = of.billing_terms.filter(valid_from__lte=month).select_related("biller__territory")
    kept: Terms | None = found.order_by("-valid_from", "-pk").first()
    return kept


def terms_of(of: facility.DataCenter) -> QuerySet[Terms]:
    """All terms of a datacentre, the latest first."""
    found: QuerySet[Terms] = of.billing_terms.select_related("biller").order_by("-valid_from", "-pk")
    return found


def first_month(of: facility.DataCenter) -> date | None:
    """The first month that some terms hold for."""
    earliest = of.billing_terms.order_by("valid_from").first()
    return earliest.valid_from if earliest else None


# --- invoices ---------------------------------------------------------------------------------


def invoices(of: facility.DataCenter) -> QuerySet[Invoice]:
    """Invoices of a datacentre, the last first."""
    return Invoice.objects.filter(center=of).select_related(*WITH).defer("statement").order_by("-pk")


def invoices_of(customer_id: int) -> QuerySet[Invoice]:
    """Invoices of a customer, the last first."""
    found = Invoice.objects.filter(customer=customer_id).select_related(*WITH)
    return found.defer("statement").order_by("-pk")


def invoice(by: Principal, number: str) -> Invoice | None:
    """An invoice that this principal may read: who runs the datacentre, who reads for the customer."""
    found = Invoice.objects.select_related(*WITH).filter(number=number).first()
    if found is None:
        return None
    reads = colocation.manages(by, found.center) or colocation.owns(by, found.customer_id)
    return found if reads else None


def invoice_of(subject: str) -> Invoice | None:
    """The invoice of a subject of the journal or of the payments."""
    kind, _, number = subject.partition(":")
    if kind != "datacenter_invoice":
        return None
    return Invoice.objects.select_related(*WITH).filter(number=number).first()


def replaced(of: Invoice) -> Invoice | None:
    """The invoice that takes the place of this one."""
    found: Invoice | None = getattr(of, "replaced_by", None)
    return found


def named(numbers: Iterable[str]) -> dict[str, str]:
    """Customers of invoices by their number, for the journal."""
    found = Invoice.objects.filter(number__in=list(numbers))
    return dict(found.values_list("number", "customer__name"))


def credit_of(center: facility.DataCenter, customer_id: int, biller_id: int) -> int:
    """Francs of credit that the latest invoice of a customer by the same biller left."""
    found = Invoice.objects.filter(center=center, customer=customer_id, biller=biller_id)
    latest = found.order_by("-pk").first()
    return latest.left if latest else 0


# --- what is owed -----------------------------------------------------------------------------


def owed(
    center: facility.DataCenter, month: date, terms: rules.Terms, customer_id: int | None = None
) -> dict[int, list[Line]]:
    """The lines of a month for each customer of a datacentre (or one), in the order of an invoice."""
    after = rules.next_month(month)
    found: dict[int, list[Line]] = {}
    for customer, dues in colocation.dues(center, month, after, customer_id).items():
        made = [line for due in dues if (line := _of_due(due, month, terms))]
        found.setdefault(customer, []).extend(made)
    for customer, months in hosting.months_used(center, month, customer_id).items():
        found.setdefault(customer, []).extend(line for each in months for line in _of_use(each))
    return {customer: lines for customer, lines in found.items() if lines}


def _of_due(due: colocation.Due, month: date, terms: rules.Terms) -> Line | None:
    if due.kind == rules.HANDS:
        after = due.starts + timedelta(days=1)
        return Line(due.kind, due.label, due.starts, after, str(due.minutes), "min", "", due.amount)
    return rules.rent(due.kind, due.label, due.amount or 0, due.starts, due.ends, month, terms)


def _of_use(month: hosting.Month) -> Iterable[Line]:
    for each in month.lines:
        yield Line(
            rules.USE, f"{month.project.name}{NBSP}: {hosting.NAMES[each.kind].lower()}", each.start.date(),
            each.end.date(), f"{hosting.hours(each.kind, each.quantity):f}", hosting.UNITS[each.kind],
            "" if each.price is None else f"{each.price:f}", each.amount,
        )  # fmt: skip


def to_invoice(center: facility.DataCenter, month: date) -> dict[Organisation, list[Line]]:
    """The customers that owe something for a month and have no invoice of it, by name, with its lines; none
    before the terms of that month are written."""
    said = terms_on(center, month)
    if said is None:
        return {}
    found = owed(center, month, said.terms)
    known = set(Invoice.objects.filter(center=center, month=month).values_list("customer", flat=True))
    waiting = Organisation.objects.filter(pk__in=[key for key in found if key not in known])
    return {each: found[each.pk] for each in waiting.order_by("name")}
