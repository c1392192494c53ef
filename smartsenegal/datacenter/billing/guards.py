"""Who pays an invoice, in whose name, and whose accountants see it: registered with the kernel."""

from smartsenegal.datacenter.billing import queries
from smartsenegal.datacenter.colocation.api import owns
from smartsenegal.kernel.identity.api import Party, Principal
from smartsenegal.kernel.payments.api import Place, register_payers


def register() -> None:
    """Called once, when Django starts."""
    register_payers("datacenter_invoice", may_pay, party=party, place=place)


def may_pay(principal: Principal, subject: str) -> bool | None:
    """Who may pay for the customer; None for what is no invoice."""
    found = queries.invoice_of(subject)
    return None if found is None else owns(principal, found.customer_id, "pay")


def party(subject: str) -> Party | None:
    """The customer."""
    found = queries.invoice_of(subject)
    if found is None:
        return None
    key = f"organisation:{found.customer_id}"
    return Party(key, found.customer.name, organisation_id=found.customer_id)


def place(subject: str) -> Place:
    """Who invoices, whose accountants see what is paid."""
    found = queries.invoice_of(subject)
    return Place() if found is None else Place(found.biller_id, found.biller.territory.path)
