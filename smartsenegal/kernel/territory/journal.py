"""What the journal's readers are told of this module's acts."""

from smartsenegal.kernel.audit import api as audit

VERBS = {
    "territory.reference_loaded": "Territoires chargés",
    "territory.alias_added": "Autre nom ajouté à un lieu",
    "territory.figure_added": "Chiffre ajouté à un lieu",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
