"""What the journal's readers are told of this module's acts."""

from smartsenegal.kernel.audit import api as audit

VERBS = {
    "payments.started": "Paiement commencé",
    "payments.settled": "Paiement confirmé",
    "payments.failed": "Paiement refusé",
    "payments.expired": "Paiement expiré",
    "payments.held": "Paiement retenu",
    "payments.duplicate": "Double paiement constaté",
    "payments.cancelled": "Somme annulée",
    "payments.callback_forged": "Faux rappel d’opérateur refusé",
    "payments.read": "Paiement consulté",
    "payments.refund_asked": "Remboursement demandé",
    "payments.refund_agreed": "Remboursement accordé",
    "payments.refund_declined": "Remboursement écarté",
    "payments.refund_failed": "Remboursement refusé par l’opérateur",
    "payments.refunded": "Somme rendue",
    "payments.reconciled": "Relevé d’un opérateur rapproché",
    "payments.gap_treated": "Écart de rapprochement traité",
    "payments.placed": "Somme rattachée à son service ou à sa commune",
    "payments.carrier_entered": "Compte d’un exploitant ouvert",
    "payments.till_opened": "Caisse ouverte",
    "payments.till_closed": "Caisse fermée",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
