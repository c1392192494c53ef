"""What the journal's readers are told of this module's acts."""

from smartsenegal.kernel.audit import api as audit

VERBS = {
    "sensors.source_added": "Source de mesures ajoutée",
    "sensors.source_closed": "Source de mesures retirée",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
