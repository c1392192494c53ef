"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.datacenter.billing import queries
from smartsenegal.kernel.audit import api as audit

VERBS = {
    "datacenter_billing.terms_written": "Conditions de facturation d’un centre de données écrites",
    "datacenter_billing.invoice_issued": "Facture de centre de données émise",
    "datacenter_billing.invoice_corrected": "Facture de centre de données corrigée",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("datacenter_invoice", _describe)


def _describe(numbers: list[str]) -> dict[str, audit.Named]:
    return {
        number: audit.Named(f"{number}, {customer}", reverse("datacenter_billing:invoice", args=[number]))
        for number, customer in queries.named(numbers).items()
    }
