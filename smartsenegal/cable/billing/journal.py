"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.cable.billing.models import Contract
from smartsenegal.kernel.audit import api as audit

VERBS = {
    "cable.contract_added": "Contrat de trafic ajouté",
    "cable.contract_ended": "Fin d’un contrat de trafic dite",
    "cable.port_added": "Port facturé ajouté",
    "cable.fee_added": "Redevance ajoutée à un contrat",
    "cable.fees_ended": "Redevances d’un contrat finies",
    "cable.fee_terms_written": "Conditions des redevances d’un contrat écrites",
    "cable.conventions_written": "Conditions d’un contrat de trafic écrites",
    "cable.readings_taken": "Relevés de compteurs reçus",
    "cable.downtime_declared": "Interruption de service déclarée",
    "cable.downtime_withdrawn": "Interruption de service retirée",
    "cable.invoice_issued": "Facture de trafic émise",
    "cable.invoice_corrected": "Facture de trafic corrigée",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("cable_contract", _contracts)


def _contracts(ids: list[str]) -> dict[str, audit.Named]:
    found = Contract.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(c.pk): audit.Named(c.name, reverse("cable_billing:contract", args=[c.code])) for c in found}
