"""What the journal's readers are told of this module's acts."""

from smartsenegal.kernel.audit import api as audit

VERBS = {
    "notifications.resent": "Message relancé",
    "notifications.tariff_set": "Tarif des messages fixé",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
