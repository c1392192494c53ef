"""What a customer is told of an invoice, with where to read it. SMS texts stay inside the 7-bit alphabet."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from smartsenegal.datacenter.billing.models import Invoice
from smartsenegal.datacenter.colocation.api import accounts_who_may
from smartsenegal.kernel.identity.api import contacts_of
from smartsenegal.kernel.notifications.api import register_words, send_everywhere
from smartsenegal.lib.dates import of_month
from smartsenegal.lib.money import format_fcfa

# Name: title, SMS, text of the page and of the e-mail.
WORDS = {
    "datacenter_billing.invoice_issued": (
        "Facture {{ number }} : {{ total }}",
        "Votre facture {{ number }} est de {{ total }}. {{ link }}",
        "Votre facture {{ number }} pour votre hébergement {{ month }} est de {{ total }}.\n\n"
        "La lire, la payer et refaire son calcul : {{ link }}",
    ),
    "datacenter_billing.invoice_corrected": (
        "Facture {{ number }}, qui en remplace une autre : {{ total }}",
        "Votre facture {{ number }} en remplace une autre. Elle est de {{ total }}. {{ link }}",
        "Votre facture {{ number }} pour votre hébergement {{ month }} remplace la précédente. Elle est "
        "de {{ total }}.\nMotif : {{ reason }}\n\nLa lire, la payer et refaire son calcul : {{ link }}",
    ),
}
SAMPLE = {
    "number": "DC-2026-00042",
    "month": "d’octobre 2026",
    "total": "428 800 F CFA",
    "reason": "Bail terminé avant la fin du mois",
    "link": "https://smart.example.sn/datacentre/facturation/factures/DC-2026-00042/",
}


def register() -> None:
    """Make the texts known to notifications; called once, when Django starts."""
    register_words(WORDS, SAMPLE)


def notify(name: str, event_id: UUID, invoice: Invoice) -> None:
    """Tell who may pay for the customer, by every address they have; the same event never tells twice."""
    context = {
        "number": invoice.number,
        "month": of_month(invoice.month),
        "total": format_fcfa(invoice.due),
        "reason": invoice.reason,
        "link": settings.PUBLIC_URL + reverse("datacenter_billing:invoice", args=[invoice.number]),
    }
    for contact in contacts_of(accounts_who_may("pay", invoice.customer_id)).values():
        send_everywhere(contact, event_id, name, context, invoice.subject)
