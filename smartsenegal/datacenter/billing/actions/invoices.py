"""Close a month of a customer: an invoice that never changes, with all from which anyone makes it again."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from smartsenegal.datacenter.billing import queries, rules
from smartsenegal.datacenter.billing.actions.base import tell
from smartsenegal.datacenter.billing.errors import BillingRefused, NothingOwed
from smartsenegal.datacenter.billing.models import Invoice, Terms
from smartsenegal.datacenter.facility import api as facility
from smartsenegal.datacenter.hosting import api as hosting
from smartsenegal.kernel.identity.api import Organisation, Principal
from smartsenegal.kernel.payments import api as payments
from smartsenegal.lib.dates import of_month

# Stands for who pays when an organisation does: whoever may pay in its name.
NOBODY = str(UUID(int=0))


@transaction.atomic
def invoice_month(by: Principal, center: facility.DataCenter, customer: Organisation, month: date) -> Invoice:
    """Invoice a month that is over, given by its first day; the month of the customer's projects is closed.

    Raises PermissionRefused, BillingRefused: not over, invoiced already, no terms, a price that nobody
    entered; NothingOwed.
    """
    center = facility.locked(by, center)
    if Invoice.objects.filter(center=center, customer=customer, month=month).exists():
        raise BillingRefused("Ce mois est déjà facturé à ce client : corrigez sa facture.")
    found = _reckon(by, center, customer, month)
    return _issue(by, center, customer, month, found, found.said.biller)


def invoice_all(
    by: Principal, center: facility.DataCenter, month: date
) -> list[tuple[Organisation, Invoice | str]]:
    """Invoice a month that is over to every customer who owes something, each alone: one that cannot be does
    not keep the others back. Returns each with its invoice, or why there is none.

    Raises PermissionRefused."""
    with transaction.atomic():
        facility.locked(by, center)
    found: list[tuple[Organisation, Invoice | str]] = []
    for customer in queries.to_invoice(center, month):
        try:
            found.append((customer, invoice_month(by, center, customer, month)))
        except BillingRefused as refused:
            found.append((customer, refused.sentence))
    return found


@transaction.atomic
def correct(by: Principal, wrong: Invoice, reason: str) -> Invoice:
    """Replace an invoice by one made from what is known now; what was paid for it is brought into the new
    one, which the same body issues.

    Raises PermissionRefused, BillingRefused when nothing differs, when it is replaced already, or while what
    was paid is being given back."""
    center = facility.locked(by, wrong.center)
    if not reason.strip():
        raise BillingRefused("Dites ce qui était faux.", "reason")
    if Invoice.objects.filter(replaces=wrong).exists():
        raise BillingRefused("Cette facture est déjà remplacée : corrigez la plus récente.")
    found = _reckon(by, center, wrong.customer, wrong.month, empty=True)
    if found.content == json.loads(wrong.statement)["reckoned"]:
        raise BillingRefused("Rien n’a changé depuis cette facture : il n’y a rien à corriger.")
    paid = wrong.total - wrong.due + _take_back(by, wrong, reason)
    return _issue(
        by, center, wrong.customer, wrong.month, found, wrong.biller, paid=paid, replaces=wrong,
        reason=reason.strip()[:300],
    )  # fmt: skip


def _take_back(by: Principal, wrong: Invoice, reason: str) -> int:
    """Francs that were paid for an invoice; what was not is not asked any more."""
    payable = payments.payable_for(wrong.subject)
    if payable is None:
        return 0
    payable = payments.cancel(payable, by, reason)
    if payable.state == "settled":
        return wrong.due
    if payable.state == "refunding":
        raise BillingRefused("Ce qui a été payé est en train d’être rendu : attendez que ce soit fini.")
    return 0


@dataclass(frozen=True)
class Reckoned:
    """A month as it is billed: its terms, its amount, and what makes the same bill again."""

    said: Terms
    total: int
    content: dict[str, Any]


def _reckon(
    by: Principal, center: facility.DataCenter, customer: Organisation, month: date, *, empty: bool = False
) -> Reckoned:
    if rules.next_month(month) > timezone.localdate():
        raise BillingRefused("Ce mois n’est pas fini.")
    said = queries.terms_on(center, month)
    if said is None:
        raise BillingRefused("Écrivez d’abord les conditions de facturation de ce mois.")
    _close_projects(by, center, customer, month)
    lines = queries.owed(center, month, said.terms, customer.pk).get(customer.pk, [])
    if not lines and not empty:
        raise NothingOwed
    if lacking := rules.lacking(lines):
        raise BillingRefused(f"Aucun tarif ne dit le prix de : {' ; '.join(lacking)}. Saisissez-le d’abord.")
    closed = hosting.months_used(center, month, customer.pk).get(customer.pk, [])
    total = rules.total(lines)
    content = {
        "terms": asdict(said.terms),
        "lines": [
            {**asdict(line), "first": line.first.isoformat(), "until": line.until.isoformat()}
            for line in lines
        ],
        "projects": {each.project.code: each.sha256 for each in closed},
        "total": total,
    }
    return Reckoned(said, total, content)


def _close_projects(by: Principal, center: facility.DataCenter, customer: Organisation, month: date) -> None:
    """What was used is written once too, with its own fingerprint."""
    for each in hosting.months_used(center, month, customer.pk).get(customer.pk, []):
        if each.sha256:
            continue
        try:
            hosting.close_month(by, each.project, month)
        except hosting.HostingRefused as refused:
            raise BillingRefused(f"{each.project.name} : {refused.sentence}") from None


def _issue(
    by: Principal,
    center: facility.DataCenter,
    customer: Organisation,
    month: date,
    found: Reckoned,
    biller: Organisation,
    *,
    paid: int = 0,
    replaces: Invoice | None = None,
    reason: str = "",
) -> Invoice:
    now = timezone.now()
    brought = paid + queries.credit_of(center, customer.pk, biller.pk)
    due, left = max(0, found.total - brought), max(0, brought - found.total)
    number = _number(now.year)
    head = {
        "number": number,
        "center": center.site.code,
        "customer": customer.name,
        "biller": biller.name,
        "month": f"{month:%Y-%m}",
        "replaces": replaces.number if replaces else None,
        "brought": brought,
        "due": due,
        "left": left,
    }
    told = {"invoice": head, "reckoned": found.content}
    statement = json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1)
    made = Invoice.objects.create(
        number=number, center=center, customer=customer, biller=biller, month=month, replaces=replaces,
        reason=reason, issued_at=now, is_example=found.said.is_example, statement=statement,
        statement_sha256=hashlib.sha256(statement.encode()).hexdigest(), total=found.total, brought=brought,
        due=due, left=left,
    )  # fmt: skip
    if due:
        _ask(made, found.said.payment_days)
    detail = {"month": head["month"], "due": due, "sha256": made.statement_sha256, "customer": customer.pk}
    tell(by, made.subject, "invoice_corrected" if replaces else "invoice_issued", detail, reason)
    return made


def _number(year: int) -> str:
    """The next number of a year, without a hole: a number is given in the transaction that writes its
    invoice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('datacenter_billing_numbers'))")
    return f"DC-{year}-{Invoice.objects.filter(number__startswith=f'DC-{year}-').count() + 1:05}"


def _ask(made: Invoice, payment_days: int) -> None:
    """Open what is to be paid: one line, the credits already taken off."""
    biller = made.biller
    title = f"Hébergement {of_month(made.month)}, facture {made.number}"
    place = payments.Place(biller.pk, biller.territory.path)
    due_on = timezone.localdate(made.issued_at) + timedelta(days=payment_days)
    line = payments.Line(title, made.due, payments.carrier(biller.code), "hebergement")
    try:
        payments.open_payable(made.subject, made.subject, [line], NOBODY, title, due_on, place)
    except payments.LineRefused:
        raise BillingRefused(
            f"Aucun compte d’encaissement n’est ouvert pour « {biller.name} » : un administrateur l’ouvre "
            f"par « smartsenegal payments exploitant {biller.code} »."
        ) from None
