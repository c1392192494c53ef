"""What the journal's readers are told of this module's acts."""

from smartsenegal.kernel.audit import api as audit
from smartsenegal.kernel.notifications.api import register_template

VERBS = {
    "webhooks.subscribed": "Webhook créé",
    "webhooks.changed": "Webhook modifié",
    "webhooks.rotated": "Secret d’un webhook remplacé",
    "webhooks.disabled": "Webhook arrêté",
    "webhooks.enabled": "Webhook remis en marche",
    "webhooks.resent": "Envoi d’un webhook recommencé",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    body = (
        "Les envois vers {{ url }} sont arrêtés. {{ reason }} Corrigez l’adresse ou le destinataire, puis "
        "remettez le webhook en marche : ce qui est arrivé entre-temps est gardé et partira."
    )
    sample = {"url": "https://exemple.sn/webhooks", "reason": "Aucun envoi reçu depuis 5 jours."}
    register_template("webhooks.disabled", "page", "fr", "Un webhook est arrêté", body, sample)
