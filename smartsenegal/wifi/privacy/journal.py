"""What the journal's readers are told of this module's acts."""

from django.urls import reverse

from smartsenegal.kernel.audit import api as audit
from smartsenegal.wifi.privacy.models import LegalRequest
from smartsenegal.wifi.privacy.rules import PURPOSES

VERBS = {
    "wifi.legal_key_made": "Cérémonie de la clé du journal légal Wi-Fi",
    "wifi.legal_asked": "Réquisition Wi-Fi enregistrée",
    "wifi.legal_approved": "Réquisition Wi-Fi approuvée",
    "wifi.legal_refused": "Réquisition Wi-Fi refusée",
    "wifi.legal_opened": "Journal légal Wi-Fi ouvert",
    "wifi.legal_failed": "Ouverture du journal légal Wi-Fi manquée",
    "wifi.retention_set": "Durée de conservation Wi-Fi réglée",
    "wifi.own_read": "Données Wi-Fi vues par leur titulaire",
    "wifi.own_erased": "Données Wi-Fi effacées à la demande",
    "wifi.data_purged": "Données Wi-Fi supprimées à leur terme",
}


def register() -> None:
    """Called once, when Django starts."""
    audit.register_verbs(VERBS)
    audit.register_subjects("wifi_legal", _requests)
    audit.register_subjects("wifi_legal_log", _log)
    audit.register_subjects("wifi_retention", _purposes)


def _requests(ids: list[str]) -> dict[str, audit.Named]:
    found = LegalRequest.objects.filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(r.pk): audit.Named(r.reference, reverse("wifi_privacy:request", args=[r.pk])) for r in found}


def _log(ids: list[str]) -> dict[str, audit.Named]:
    return dict.fromkeys(ids, audit.Named("Journal légal du Wi-Fi", reverse("wifi_privacy:desk")))


def _purposes(ids: list[str]) -> dict[str, audit.Named]:
    names = dict(PURPOSES)
    return {key: audit.Named(names.get(key, key), reverse("wifi_privacy:desk")) for key in ids}
