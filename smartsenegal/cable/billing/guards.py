"""Who pays an invoice, in whose name, and whose accountants see it: registered with the kernel."""

from smartsenegal.cable.billing.models import Invoice
from smartsenegal.kernel.identity.api import Party, Principal
from smartsenegal.kernel.payments.api import Place, register_payers


def register() -> None:
    """Called once, when Django starts."""
    register_payers("cable_invoice", may_pay, party=party, place=place)


def _invoice(subject: str) -> Invoice | None:
    number = subject.partition(":")[2]
    return Invoice.objects.select_related("contract__carrier__territory").filter(number=number).first()


def may_pay(principal: Principal, subject: str) -> bool | None:
    """The account that the contract names; None for what is no invoice."""
    found = _invoice(subject)
    return None if found is None else principal.account_id == found.contract.payer


def party(subject: str) -> Party | None:
    """The customer, as the contract calls it."""
    found = _invoice(subject)
    return Party(f"cable_contract:{found.contract_id}", found.contract.customer) if found else None


def place(subject: str) -> Place:
    """The carrier, whose accountants see what is paid to it."""
    found = _invoice(subject)
    if found is None:
        return Place()
    carrier = found.contract.carrier
    return Place(carrier.pk, carrier.territory.path)
