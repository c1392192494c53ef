"""What the journal's readers are told of this module's acts."""

from smartsenegal.kernel.audit import api as audit

VERBS = {
    "privacy.asked_access": "Données demandées par la personne",
    "privacy.asked_erasure": "Effacement demandé par la personne",
    "privacy.preparing": "Archive de données mise en préparation",
    "privacy.ready": "Archive de données prête",
    "privacy.downloaded": "Archive de données téléchargée",
    "privacy.erased": "Données effacées",
    "privacy.refused": "Demande sur les données refusée",
    "privacy.archive_destroyed": "Archive de données détruite",
    "privacy.alerted": "Échéance d’une demande sur les données rappelée",
    "privacy.read": "Demande sur les données consultée",
    "privacy.delays_set": "Délais de réponse fixés",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
