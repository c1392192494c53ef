"""What a customer is told of an invoice, with where to read it. SMS texts stay inside the 7-bit alphabet."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from smartsenegal.cable.billing.models import Invoice
from smartsenegal.kernel.identity.api import Contact, contact_of, members_who_may
from smartsenegal.kernel.notifications.api import Address, register_words, send
from smartsenegal.lib.dates import of_month
from smartsenegal.lib.money import format_fcfa

# Name: title, SMS, text of the page and of the e-mail.
WORDS = {
    "cable.invoice_issued": (
        "Facture {{ number }} : {{ total }}",
        "Votre facture {{ number }} est de {{ total }}. {{ link }}",
        "Votre facture {{ number }} pour le trafic {{ month }} est de {{ total }}.\n\n"
        "La lire, la payer et refaire son calcul : {{ link }}",
    ),
    "cable.invoice_corrected": (
        "Facture {{ number }}, qui en remplace une autre : {{ total }}",
        "Votre facture {{ number }} en remplace une autre. Elle est de {{ total }}. {{ link }}",
        "Votre facture {{ number }} pour le trafic {{ month }} remplace la précédente. Elle est de "
        "{{ total }}.\nMotif : {{ reason }}\n\nLa lire, la payer et refaire son calcul : {{ link }}",
    ),
}
SAMPLE = {
    "number": "TR-2026-00042",
    "month": "octobre 2026",
    "total": "428 800 F CFA",
    "reason": "Relevés arrivés après la facture",
    "link": "https://smart.example.sn/cable/facturation/factures/TR-2026-00042/",
}


def register() -> None:
    """Make the texts known to notifications; called once, when Django starts."""
    register_words(WORDS, SAMPLE)


def notify(name: str, event_id: UUID, invoice: Invoice) -> None:
    """Tell who pays, and who may pay for the organisation, by every address they have; the same event never
    tells twice."""
    contract = invoice.contract
    told = {contract.payer}
    if contract.organisation_id:
        told |= set(members_who_may("pay", contract.organisation_id))
    context = {
        "number": invoice.number,
        "month": of_month(invoice.month),
        "total": format_fcfa(invoice.due),
        "reason": invoice.reason,
        "link": settings.PUBLIC_URL + reverse("cable_billing:invoice", args=[invoice.number]),
    }
    for account in sorted(told):
        contact = contact_of(account)
        if contact is not None:  # closed, the account is told nothing: the invoice stands all the same
            _tell(name, event_id, invoice, contact, context, account != contract.payer)


def _tell(
    name: str, event_id: UUID, invoice: Invoice, contact: Contact, context: dict[str, str], other: bool
) -> None:
    for channel, value in (
        ("page", contact.account_id),
        ("sms", contact.phone),
        ("email", contact.email),
    ):
        if value:
            send(
                f"{event_id}:{channel}" + (f":{contact.account_id}" if other else ""),
                name,
                Address(channel, value, contact.language),
                context,
                event_id=event_id,
                about=invoice.subject,
                recipient=contact.account_id,
            )
