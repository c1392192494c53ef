"""Who pays an invoice, in whose name, and whose accountants see it: registered with the kernel."""

from smartsenegal.cable.billing.models import Contract, Invoice
from smartsenegal.cable.customers import owns
from smartsenegal.kernel.identity.api import Party, Principal
from smartsenegal.kernel.payments.api import Place, register_payers


def register() -> None:
    """Called once, when Django starts."""
    register_payers("cable_invoice", may_pay, party=party, place=place)


def _invoice(subject: str) -> Invoice | None:
    number = subject.partition(":")[2]
    return Invoice.objects.select_related("contract__carrier__territory").filter(number=number).first()


def may_pay(principal: Principal, subject: str) -> bool | None:
    """The account that the contract names, and who may pay for its organisation; None for what is no
    invoice."""
    found = _invoice(subject)
    return None if found is None else pays(principal, found.contract)


def pays(principal: Principal, contract: Contract) -> bool:
    """Whether this principal pays what a contract owes."""
    own = principal.account_id is not None and principal.account_id == contract.payer
    return own or owns(principal, contract.organisation_id, "pay")


def party(subject: str) -> Party | None:
    """The customer, as the contract calls it."""
    found = _invoice(subject)
    if found is None:
        return None
    key = f"cable_contract:{found.contract_id}"
    return Party(key, found.contract.customer, organisation_id=found.contract.organisation_id)


def place(subject: str) -> Place:
    """The carrier, whose accountants see what is paid to it."""
    found = _invoice(subject)
    if found is None:
        return Place()
    carrier = found.contract.carrier
    return Place(carrier.pk, carrier.territory.path)
