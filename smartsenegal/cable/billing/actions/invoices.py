"""Close a month: an invoice that never changes, with the evidence from which anyone makes it again."""

import gzip
import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from smartsenegal.cable.billing import files, queries
from smartsenegal.cable.billing.actions.base import check, lock, tell
from smartsenegal.cable.billing.errors import BillingRefused
from smartsenegal.cable.billing.models import Contract, Invoice
from smartsenegal.cable.billing.presenting import fee_line
from smartsenegal.cable.billing.queries import Charges, Span, Traffic
from smartsenegal.cable.billing.rules.bill import Bill, bill
from smartsenegal.cable.billing.rules.fees import next_month
from smartsenegal.kernel.identity.api import Principal
from smartsenegal.kernel.payments import api as payments
from smartsenegal.lib.dates import of_month


@transaction.atomic
def invoice_month(by: Principal, contract: Contract, month: date) -> Invoice:
    """Invoice a month that is over, given by its first day. Raises PermissionRefused, BillingRefused for a
    month that is not over, is invoiced already or has nothing to be invoiced on."""
    check(by)
    contract = lock(contract)
    if contract.invoices.filter(month=month).exists():
        raise BillingRefused("Ce mois est déjà facturé : corrigez sa facture.")
    return _issue(by, contract, _reckon(contract, month), month, brought=_credit_of(contract))


def invoice_all(by: Principal, month: date) -> list[tuple[Contract, Invoice | str]]:
    """Invoice a month that is over for every contract that has not been, each alone: one that cannot be does
    not keep the others back. Returns each with its invoice, or why there is none.

    Raises PermissionRefused."""
    check(by)
    found: list[tuple[Contract, Invoice | str]] = []
    for contract in queries.to_invoice(month):
        try:
            found.append((contract, invoice_month(by, contract, month)))
        except BillingRefused as refused:
            found.append((contract, refused.sentence))
    return found


@transaction.atomic
def correct(by: Principal, wrong: Invoice, reason: str) -> Invoice:
    """Replace an invoice by one made from what is known now; what was paid for it is brought into the new
    one.

    Raises PermissionRefused, BillingRefused when nothing differs, when it is replaced already, or while what
    was paid is being given back."""
    check(by)
    contract = lock(wrong.contract)
    if not reason.strip():
        raise BillingRefused("Dites ce qui était faux.", "reason")
    if Invoice.objects.filter(replaces=wrong).exists():
        raise BillingRefused("Cette facture est déjà remplacée : corrigez la plus récente.")
    found = _reckon(contract, wrong.month)
    if found.content == json.loads(wrong.statement)["reckoned"]:
        raise BillingRefused("Rien n’a changé depuis cette facture : il n’y a rien à corriger.")
    brought = _credit_of(contract) + (wrong.total - wrong.due) + _take_back(by, wrong, reason)
    return _issue(
        by, contract, found, wrong.month, brought=brought, replaces=wrong, reason=reason.strip()[:300]
    )


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
    """A month as it is billed: its rate, its amount, its slots as CSV, and what makes the same bill again."""

    kbps: int | None
    total: int
    evidence: str
    content: dict[str, Any]


def _reckon(contract: Contract, month: date) -> Reckoned:
    now = timezone.now()
    if int(now.timestamp()) < queries.unix(next_month(month)):
        raise BillingRefused("Ce mois n’est pas fini.")
    span, charges = Span.of(contract, month), queries.charges(contract, month)
    traffic = queries.traffic(contract, month, now)
    # What is sold with its traffic is never invoiced without it.
    metered = contract.ports.exists() or contract.conventions.exists()
    if span and charges is None and contract.fees.exists():
        raise BillingRefused("Écrivez d’abord les conditions des redevances de ce mois.")
    if span is None or (traffic is None and (metered or charges is None)):
        raise BillingRefused(
            "Ce mois ne peut pas être facturé : il faut un port, des conditions et un jour de service."
        )
    evidence, said, total = files.NO_SLOTS, _no_traffic(contract, span), 0
    if traffic is not None:
        made = bill(traffic.terms, traffic.kbps or 0, traffic.span.window, traffic.lost())
        evidence = files.evidence(
            traffic.start, contract.slot_seconds, traffic.codes, traffic.raw, traffic.month
        )
        said, total = _of_traffic(traffic, made), made.total
    if charges is not None:
        said, total = said | _of_fees(charges), total + charges.total
    said |= {"slots_sha256": files.sha256(evidence), "total": total}
    content = dict(json.loads(files.statement(said)))
    return Reckoned(traffic.kbps if traffic else None, total, evidence, content)


def _of_traffic(traffic: Traffic, made: Bill) -> dict[str, Any]:
    """What the customer needs to make the bill again from the slots, and what we found."""
    return {
        "terms": asdict(traffic.terms),
        "slot_seconds": traffic.contract.slot_seconds,
        "days": traffic.span.window.days,
        "days_of_month": traffic.span.window.of,
        "lost_seconds": traffic.lost(),
        "slots": int(traffic.month.counted.size),
        "slots_measured": traffic.month.measured,
        "octets": traffic.octets,
        "kbps": traffic.kbps,
        "charges": [asdict(charge) for charge in made.charges],
        "credit": made.credit,
    }


def _no_traffic(contract: Contract, span: Span) -> dict[str, Any]:
    """The same of a contract that owes fees alone."""
    return {
        "days": span.window.days,
        "days_of_month": span.window.of,
        "lost_seconds": queries.lost_in(contract, span),
        "charges": [],
        "credit": 0,
    }


def _of_fees(charges: Charges) -> dict[str, Any]:
    """What the customer needs to make the lines of the fees again, and what we found."""
    lines = [fee_line(line) for line in charges.lines]
    return {"fee_terms": asdict(charges.terms), "fees": lines, "fee_credit": charges.credit}


def _credit_of(contract: Contract) -> int:
    """Francs of credit that the contract's latest invoice left."""
    latest = contract.invoices.order_by("-pk").first()
    return latest.left if latest else 0


def _issue(
    by: Principal,
    contract: Contract,
    found: Reckoned,
    month: date,
    *,
    brought: int,
    replaces: Invoice | None = None,
    reason: str = "",
) -> Invoice:
    now = timezone.now()
    total = found.total
    due, left = max(0, total - brought), max(0, brought - total)
    number = _number(now.year)
    head = {
        "number": number,
        "contract": contract.code,
        "customer": contract.customer,
        "carrier": contract.carrier.name,
        "month": f"{month:%Y-%m}",
        "replaces": replaces.number if replaces else None,
        "brought": brought,
        "due": due,
        "left": left,
    }
    statement = files.statement({"invoice": head, "reckoned": found.content})
    made = Invoice.objects.create(
        number=number, contract=contract, month=month, replaces=replaces, reason=reason, issued_at=now,
        statement=statement, statement_sha256=files.sha256(statement),
        evidence=gzip.compress(found.evidence.encode(), mtime=0), kbps=found.kbps,
        total=total, brought=brought, due=due, left=left,
    )  # fmt: skip
    if due:
        _ask(made)
    detail = {"number": number, "month": head["month"], "due": due, "sha256": made.statement_sha256}
    tell(by, contract, "invoice_corrected" if replaces else "invoice_issued", detail, reason)
    return made


def _number(year: int) -> str:
    """The next number of a year, without a hole: a number is given in the transaction that writes its
    invoice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('cable_billing_numbers'))")
    return f"TR-{year}-{Invoice.objects.filter(number__startswith=f'TR-{year}-').count() + 1:05}"


def _ask(made: Invoice) -> None:
    """Open what is to be paid: one line, the credits already taken off."""
    contract = made.contract
    beneficiary = payments.carrier(contract.carrier.code)
    what = "Capacité" if contract.fees.exists() else "Trafic"
    title = f"{what} {of_month(made.month)}, facture {made.number}"
    place = payments.Place(contract.carrier_id, contract.carrier.territory.path)
    due_on = timezone.localdate(made.issued_at) + timedelta(days=contract.payment_days)
    line = payments.Line(title, made.due, beneficiary, "trafic")
    try:
        payments.open_payable(made.subject, made.subject, [line], contract.payer, title, due_on, place)
    except payments.LineRefused:
        raise BillingRefused(
            f"Aucun compte d’encaissement n’est ouvert pour « {contract.carrier.name} » : un administrateur "
            f"l’ouvre par « smartsenegal payments exploitant {contract.carrier.code} »."
        ) from None
