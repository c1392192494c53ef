"""What the journal's readers are told of this module's acts."""

from smartsenegal.kernel.audit import api as audit

VERBS = {
    "procedures.draft": "Brouillon de démarche enregistré",
    "procedures.drop_draft": "Brouillon de démarche supprimé",
    "procedures.publish": "Démarche publiée",
    "procedures.withdraw": "Démarche retirée",
    "procedures.tariff": "Tarif local fixé",
    "procedures.drop_tariff": "Tarif local à venir retiré",
    "procedures.review": "Avis donné sur une démarche",
    "procedures.publish_review": "Avis d’usager publié",
    "procedures.hide_review": "Avis d’usager non publié",
    "procedures.theme": "Thème des démarches importé",
    "procedures.life_event": "Événement de vie importé",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
